//! Locks.

use crate::model::cfg::Call;

/// What a call does to a lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LockEffect {
    /// It takes the lock of its first argument (or the one that its name means).
    Takes,
    /// It gives it back.
    Drops,
    /// Nothing.
    None,
}

/// What a call does to a lock. A try-lock counts as nothing: it may fail.
pub fn lock_effect(name: &[u8]) -> LockEffect {
    const TAKES: &[&str] = &[
        "spin_lock",
        "spin_lock_irq",
        "spin_lock_irqsave",
        "spin_lock_bh",
        "spin_lock_nested",
        "spin_lock_irqsave_nested",
        "raw_spin_lock",
        "raw_spin_lock_irq",
        "raw_spin_lock_irqsave",
        "raw_spin_lock_bh",
        "raw_spin_lock_irq_rcu_node",
        "raw_spin_lock_irqsave_rcu_node",
        "mutex_lock",
        "mutex_lock_nested",
        "mutex_lock_io",
        "down_read",
        "down_write",
        "down_read_nested",
        "down_write_nested",
        "read_lock",
        "read_lock_irq",
        "read_lock_irqsave",
        "read_lock_bh",
        "write_lock",
        "write_lock_irq",
        "write_lock_irqsave",
        "write_lock_bh",
        "rcu_read_lock",
        "rcu_read_lock_bh",
        "rcu_read_lock_sched",
        "srcu_read_lock",
        "local_irq_disable",
        "local_irq_save",
        "local_bh_disable",
        "preempt_disable",
        "get_cpu",
        "cpus_read_lock",
        "lock_kernel",
        "percpu_down_read",
        "percpu_down_write",
        "rt_mutex_lock",
        "bit_spin_lock",
        "rtnl_lock",
        "spin_lock_irq_rcu_node",
    ];
    const DROPS: &[&str] = &[
        "spin_unlock",
        "spin_unlock_irq",
        "spin_unlock_irqrestore",
        "spin_unlock_bh",
        "raw_spin_unlock",
        "raw_spin_unlock_irq",
        "raw_spin_unlock_irqrestore",
        "raw_spin_unlock_bh",
        "raw_spin_unlock_irq_rcu_node",
        "raw_spin_unlock_irqrestore_rcu_node",
        "mutex_unlock",
        "up_read",
        "up_write",
        "read_unlock",
        "read_unlock_irq",
        "read_unlock_irqrestore",
        "read_unlock_bh",
        "write_unlock",
        "write_unlock_irq",
        "write_unlock_irqrestore",
        "write_unlock_bh",
        "rcu_read_unlock",
        "rcu_read_unlock_bh",
        "rcu_read_unlock_sched",
        "srcu_read_unlock",
        "local_irq_enable",
        "local_irq_restore",
        "local_bh_enable",
        "preempt_enable",
        "preempt_enable_no_resched",
        "put_cpu",
        "cpus_read_unlock",
        "unlock_kernel",
        "percpu_up_read",
        "percpu_up_write",
        "rt_mutex_unlock",
        "bit_spin_unlock",
        "rtnl_unlock",
        "spin_unlock_irq_rcu_node",
        "__spin_unlock",
    ];
    let Ok(name) = std::str::from_utf8(name) else { return LockEffect::None };
    if TAKES.contains(&name) {
        LockEffect::Takes
    } else if DROPS.contains(&name) {
        LockEffect::Drops
    } else {
        LockEffect::None
    }
}

/// A lock that a call takes or drops: its family and the lock itself.
pub fn lock_of(call: &Call) -> Option<(LockEffect, Vec<u8>)> {
    let effect = lock_effect(&call.name);
    let mut lock = lock_family(&call.name).as_bytes().to_vec();
    lock.push(b' ');
    lock.extend(call.arguments.first().map_or(&b""[..], Vec::as_slice));
    (effect != LockEffect::None && !call.indirect && !call.conditional).then_some((effect, lock))
}

/// The family of a lock function, so that an unlock meets its lock: `spin`, `mutex`, `rcu` …
pub fn lock_family(name: &[u8]) -> &'static str {
    let has = |part: &[u8]| name.windows(part.len()).any(|window| window == part);
    match name {
        _ if has(b"srcu") => "srcu",
        _ if name.starts_with(b"rcu_read") => "rcu",
        _ if has(b"spin") => "spin",
        _ if has(b"mutex") => "mutex",
        _ if name.starts_with(b"local_irq") => "irq",
        _ if name.starts_with(b"local_bh") => "bh",
        b"preempt_disable"
        | b"preempt_enable"
        | b"preempt_enable_no_resched"
        | b"get_cpu"
        | b"put_cpu" => "preempt",
        b"cpus_read_lock" | b"cpus_read_unlock" => "cpus",
        b"rtnl_lock" | b"rtnl_unlock" => "rtnl",
        b"lock_kernel" | b"unlock_kernel" => "kernel",
        _ if has(b"percpu") => "percpu_rwsem",
        _ if name.starts_with(b"down") || name.starts_with(b"up") => "rwsem",
        _ => "rwlock",
    }
}
