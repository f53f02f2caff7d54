//! What a call means to a kernel thread: sleep, checkpoint, lock, task state.

/// A kind of checkpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Checkpoint {
    /// Stop is tested.
    Stop,
    /// The thread can freeze here.
    Freeze,
    /// The thread can park here, or asks whether it should.
    Park,
    /// Signals are looked at.
    Signal,
    /// The thread becomes freezable.
    FreezeSetup,
    /// Signals are allowed.
    SignalSetup,
}

/// The checkpoints that a call passes.
pub fn checkpoints(name: &[u8]) -> &'static [Checkpoint] {
    use Checkpoint::{Freeze, FreezeSetup, Park, Signal, SignalSetup, Stop};
    match name {
        b"kthread_should_stop"
        | b"__kthread_should_stop"
        | b"torture_must_stop"
        | b"svc_thread_should_stop" => &[Stop],
        b"kthread_freezable_should_stop" => &[Stop, Freeze],
        b"kthread_should_stop_or_park" => &[Stop, Park],
        b"try_to_freeze"
        | b"__refrigerator"
        | b"try_to_freeze_unsafe"
        | b"freezable_schedule"
        | b"freezable_schedule_timeout"
        | b"freezable_schedule_timeout_interruptible"
        | b"freezable_schedule_timeout_killable"
        | b"freezable_schedule_hrtimeout_range" => &[Freeze],
        b"set_freezable" | b"set_freezable_with_signal" => &[FreezeSetup],
        b"kthread_should_park" | b"kthread_parkme" | b"__kthread_parkme" => &[Park],
        b"signal_pending"
        | b"signal_pending_state"
        | b"fatal_signal_pending"
        | b"__fatal_signal_pending"
        | b"task_sigpending"
        | b"flush_signals"
        | b"kernel_dequeue_signal"
        | b"dequeue_signal"
        | b"dequeue_signal_lock"
        | b"kernel_signal_stop" => &[Signal],
        b"allow_signal" | b"allow_kernel_signal" | b"disallow_signal" | b"kernel_sigaction" => {
            &[SignalSetup]
        }
        _ if name.starts_with(b"wait_event_freezable") => &[Freeze],
        _ => &[],
    }
}

/// Whether the call sleeps until something happens or time has passed. Locks do not count.
pub fn sleeps(name: &[u8]) -> bool {
    matches!(
        name,
        b"schedule"
            | b"io_schedule"
            | b"schedule_preempt_disabled"
            | b"msleep"
            | b"ssleep"
            | b"fsleep"
            | b"msleep_interruptible"
            | b"wait_woken"
            | b"down"
            | b"down_interruptible"
            | b"down_killable"
            | b"down_timeout"
            | b"svc_recv"
            | b"sock_recvmsg"
            | b"kernel_recvmsg"
            | b"kernel_accept"
            | b"stutter_wait"
            | b"torture_hrtimeout_us"
            | b"torture_hrtimeout_ns"
            | b"torture_hrtimeout_ms"
            | b"torture_hrtimeout_jiffies"
            | b"torture_hrtimeout_s"
            | b"sigsuspend"
            | b"do_nanosleep"
            | b"freezable_schedule"
    ) || prefixed(name)
}

fn prefixed(name: &[u8]) -> bool {
    const PREFIXES: &[&[u8]] = &[
        b"wait_event",
        b"__wait_event",
        b"swait_event",
        b"schedule_timeout",
        b"schedule_hrtimeout",
        b"io_schedule_timeout",
        b"wait_for_completion",
        b"swait_event",
        b"usleep_range",
        b"usleep_idle",
        b"freezable_schedule_timeout",
        b"rcuwait_wait_event",
        b"wait_var_event",
        b"io_wait_event",
        b"___wait_event",
        b"acct_wait_event",
    ];
    PREFIXES.iter().any(|prefix| name.starts_with(prefix))
}

/// Whether a sleep is a service of its own with checkpoints inside, which the tree's own definition
/// tells, because they changed from version to version.
pub fn is_service(name: &[u8]) -> bool {
    matches!(name, b"svc_recv" | b"stutter_wait")
}

/// Whether a sleep may move from the end of an iteration into the driver.
pub fn sleep_is_liftable(name: &[u8]) -> bool {
    name == b"schedule" || name.starts_with(b"schedule_timeout")
}

/// A wait on a queue: which argument is the queue.
pub fn waits_on(name: &[u8]) -> Option<usize> {
    (name.starts_with(b"wait_event")
        || name.starts_with(b"swait_event")
        || name.starts_with(b"wait_for_completion")
        || matches!(name, b"down" | b"down_interruptible" | b"down_killable" | b"down_timeout")
        || matches!(
            name,
            b"prepare_to_wait"
                | b"prepare_to_wait_exclusive"
                | b"add_wait_queue"
                | b"add_wait_queue_exclusive"
                | b"prepare_to_wait_event"
        ))
    .then_some(0)
}

/// What a call does to the task's state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StateEffect {
    /// It sets the state that this argument names.
    Sets(usize),
    /// The task runs when it returns.
    Runs,
    /// Nothing.
    None,
}

/// What a call does to the task's state.
pub fn state_effect(name: &[u8]) -> StateEffect {
    match name {
        b"set_current_state" | b"__set_current_state" | b"set_special_state" => {
            StateEffect::Sets(0)
        }
        b"set_task_state" | b"__set_task_state" => StateEffect::Sets(1),
        b"prepare_to_wait"
        | b"prepare_to_wait_exclusive"
        | b"prepare_to_wait_event"
        | b"prepare_to_swait_event"
        | b"prepare_to_swait_exclusive" => StateEffect::Sets(2),
        b"finish_wait"
        | b"finish_swait"
        | b"try_to_freeze"
        | b"kthread_freezable_should_stop"
        | b"mutex_lock"
        | b"cond_resched" => {
            // The last two return running only if they slept: no claim.
            if matches!(name, b"finish_wait" | b"finish_swait") {
                StateEffect::Runs
            } else {
                StateEffect::None
            }
        }
        b"kthread_parkme" => StateEffect::Runs,
        _ if sleeps(name) => StateEffect::Runs,
        _ => StateEffect::None,
    }
}

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

/// Whether a call never returns.
pub fn never_returns(name: &[u8]) -> bool {
    matches!(
        name,
        b"do_exit"
            | b"kthread_exit"
            | b"complete_and_exit"
            | b"kthread_complete_and_exit"
            | b"module_put_and_exit"
            | b"module_put_and_kthread_exit"
            | b"__module_put_and_exit"
            | b"__module_put_and_kthread_exit"
            | b"BUG"
            | b"panic"
            | b"unreachable"
            | b"do_group_exit"
            | b"make_task_dead"
            | b"cpu_die"
            | b"machine_halt_forever"
    )
}

/// Whether a call has no effect and gives the same value again: it may stand in an initialiser that
/// is run again.
pub fn is_pure(name: &[u8]) -> bool {
    const PURE: &[&str] = &[
        "container_of",
        "container_of_const",
        "list_entry",
        "msecs_to_jiffies",
        "usecs_to_jiffies",
        "nsecs_to_jiffies",
        "secs_to_jiffies",
        "msecs_to_jiffies_timeout",
        "ms_to_ktime",
        "ns_to_ktime",
        "ktime_set",
        "dev_get_drvdata",
        "platform_get_drvdata",
        "pci_get_drvdata",
        "usb_get_intfdata",
        "i2c_get_clientdata",
        "spi_get_drvdata",
        "amba_get_drvdata",
        "tty_get_drvdata",
        "dev_get_platdata",
        "per_cpu_ptr",
        "per_cpu",
        "this_cpu_ptr",
        "ARRAY_SIZE",
        "min",
        "max",
        "min_t",
        "max_t",
        "clamp",
        "roundup",
        "round_up",
        "round_down",
        "DIV_ROUND_UP",
        "BIT",
        "GENMASK",
        "cpumask_of",
        "cpumask_of_node",
        "cpu_to_node",
        "PTR_ERR",
        "ERR_PTR",
        "offsetof",
        "cpu_to_le32",
        "le32_to_cpu",
        "cpu_to_be32",
        "be32_to_cpu",
        "dev_name",
        "netdev_name",
        "net_generic",
        "kthread_data",
        "sigmask",
        "ilog2",
        "order_base_2",
        "rcu_dereference_raw",
        "__builtin_expect",
        "likely",
        "unlikely",
    ];
    name.starts_with(b"to_")
        || name.ends_with(b"_priv")
        || name.starts_with(b"PTR_")
        || std::str::from_utf8(name).is_ok_and(|name| PURE.contains(&name))
}

/// Whether a statement that looks like a call declares its first argument as an object on the stack.
pub fn declares(name: &[u8]) -> bool {
    name.starts_with(b"DEFINE_")
        || name.starts_with(b"DECLARE_")
        || matches!(
            name,
            b"LIST_HEAD"
                | b"HLIST_HEAD"
                | b"SKB_HEAD"
                | b"LLIST_HEAD"
                | b"XA_STATE"
                | b"XA_STATE_ORDER"
                | b"RADIX_TREE"
        )
}

/// Whether a declaring macro makes a wait queue entry.
pub fn declares_wait_entry(name: &[u8]) -> bool {
    name.starts_with(b"DEFINE_WAIT")
        || name.starts_with(b"DECLARE_WAITQUEUE")
        || name.starts_with(b"DECLARE_SWAITQUEUE")
}

/// Bits of task state that a name such as TASK_INTERRUPTIBLE means; 0 is running.
pub fn state_name(text: &[u8]) -> &'static str {
    match text {
        b"TASK_RUNNING" => "running",
        b"TASK_INTERRUPTIBLE" => "interruptible",
        b"TASK_UNINTERRUPTIBLE" => "uninterruptible",
        b"TASK_IDLE" => "idle",
        b"TASK_KILLABLE" => "killable",
        b"TASK_STOPPED" => "stopped",
        b"TASK_FROZEN" => "frozen",
        b"TASK_PARKED" => "parked",
        b"TASK_DEAD" => "dead",
        _ => "other",
    }
}

/// Arguments that a macro assigns although they are named without `&`: position, and whether the
/// old value is read too.
pub fn output_arguments(name: &[u8]) -> &'static [(usize, bool)] {
    match name {
        b"local_irq_save" | b"local_save_flags" | b"get_user" | b"__get_user" | b"rdtscll"
        | b"va_start" => &[(0, false)],
        b"do_div" | b"va_end" => &[(0, true)],
        b"swap" => &[(0, true), (1, true)],
        b"rdmsrl" => &[(1, false)],
        b"rdmsr" => &[(1, false), (2, false)],
        _ if name.ends_with(b"lock_irqsave")
            || name.ends_with(b"lock_irqsave_nested")
            || name.ends_with(b"lock_irqsave_rcu_node") =>
        {
            &[(1, false)]
        }
        _ => &[],
    }
}

/// Whether a call does nothing but pass time or tidy up after a signal.
pub fn only_yields(name: &[u8]) -> bool {
    matches!(
        name,
        b"cpu_relax"
            | b"cond_resched"
            | b"yield"
            | b"touch_softlockup_watchdog"
            | b"touch_nmi_watchdog"
            | b"barrier"
            | b"smp_mb"
            | b"smp_rmb"
            | b"signal_pending"
            | b"flush_signals"
            | b"likely"
            | b"unlikely"
            | b"READ_ONCE"
            | b"WRITE_ONCE"
            | b"remove_wait_queue"
            | b"add_wait_queue"
    )
}

/// Whether a call takes signals off the queue.
pub fn dispatches_signals(name: &[u8]) -> bool {
    matches!(
        name,
        b"kernel_dequeue_signal"
            | b"dequeue_signal"
            | b"dequeue_signal_lock"
            | b"kernel_signal_stop"
    )
}

/// Whether these tables say what a call does.
pub fn is_known(name: &[u8]) -> bool {
    !checkpoints(name).is_empty()
        || sleeps(name)
        || lock_effect(name) != LockEffect::None
        || state_effect(name) != StateEffect::None
        || only_yields(name)
        || is_pure(name)
        || never_returns(name)
        || super::creators::WAKERS.iter().any(|waker| waker.as_bytes() == name)
        || super::creators::QUEUE_WAKERS.iter().any(|waker| waker.as_bytes() == name)
}
