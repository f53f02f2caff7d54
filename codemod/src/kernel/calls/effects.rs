//! What else a call does, or does not do: return, write, declare.

use crate::model::cfg::Call;

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

/// Whether a call takes memory from the stack of the function that makes it.
pub fn takes_from_the_stack(name: &[u8]) -> bool {
    matches!(name, b"alloca" | b"__builtin_alloca" | b"__builtin_alloca_with_align")
}

/// Whether a call may return a second time, in the function that makes it.
pub fn returns_twice(name: &[u8]) -> bool {
    matches!(name, b"setjmp" | b"__builtin_setjmp" | b"_setjmp" | b"kgdb_setjmp" | b"vfork")
}

/// Whether a call has no effect and gives the same value again, wherever and whenever it is made: it
/// may stand in an initialiser that is run again. What looks behind a pointer does not belong here,
/// nor what depends on the CPU.
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
        "per_cpu_ptr",
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
        "netdev_priv",
        "wiphy_priv",
        "shost_priv",
        "PTR_ERR_OR_ZERO",
        "PTR_ERR",
        "ERR_PTR",
        "offsetof",
        "cpu_to_le32",
        "le32_to_cpu",
        "cpu_to_be32",
        "be32_to_cpu",
        "sigmask",
        "ilog2",
        "order_base_2",
        "__builtin_expect",
        "likely",
        "unlikely",
    ];
    std::str::from_utf8(name).is_ok_and(|name| PURE.contains(&name))
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

/// Arguments that a macro assigns although they are named without `&`: position, and whether the
/// old value is read too.
pub fn output_arguments(name: &[u8]) -> &'static [(usize, bool)] {
    match name {
        b"local_irq_save"
        | b"raw_local_irq_save"
        | b"local_save_flags"
        | b"get_user"
        | b"__get_user"
        | b"rdtscll"
        | b"va_start"
        | b"WRITE_ONCE"
        | b"rcu_assign_pointer"
        | b"RCU_INIT_POINTER"
        | b"smp_store_mb" => &[(0, false)],
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
        _ if polls(name) => match name {
            _ if name.starts_with(b"readx_") || name.starts_with(b"regmap_read_") => &[(2, false)],
            _ => &[(1, false)],
        },
        _ => &[],
    }
}

/// `readl_poll_timeout(address, value, …)` and its kind: they give `value` what they read.
fn polls(name: &[u8]) -> bool {
    (name.starts_with(b"read") || name.starts_with(b"regmap_"))
        && (name.ends_with(b"_poll_timeout") || name.ends_with(b"_poll_timeout_atomic"))
}

/// Whether a name that nobody has seen a definition of looks like a macro's, so that an argument may
/// be more than a value.
pub fn may_be_a_macro(name: &[u8]) -> bool {
    const VALUES: &[&str] = &[
        "ALIGN",
        "ARRAY_SIZE",
        "BUG_ON",
        "BUILD_BUG_ON",
        "DIV_ROUND_CLOSEST",
        "DIV_ROUND_UP",
        "ERR_CAST",
        "ERR_PTR",
        "FIELD_GET",
        "FIELD_PREP",
        "INIT_DELAYED_WORK",
        "INIT_LIST_HEAD",
        "INIT_WORK",
        "IS_ALIGNED",
        "IS_ERR",
        "IS_ERR_OR_NULL",
        "IS_ENABLED",
        "KERNEL_VERSION",
        "MAX",
        "MIN",
        "PAGE_ALIGN",
        "PTR_ERR",
        "PTR_ERR_OR_ZERO",
        "READ_ONCE",
        "BIT",
        "BIT_ULL",
        "GENMASK",
        "GENMASK_ULL",
        "WARN",
        "WARN_ON",
        "WARN_ONCE",
        "WARN_ON_ONCE",
    ];
    !name.iter().any(u8::is_ascii_lowercase)
        && name.iter().any(u8::is_ascii_uppercase)
        && !VALUES.iter().any(|known| known.as_bytes() == name)
        && output_arguments(name).is_empty()
}

/// Whether a macro's arguments behind the first name a type and a member, not values.
pub fn names_a_member(name: &[u8]) -> bool {
    matches!(name, b"container_of" | b"container_of_const" | b"container_of_safe")
        || (name.ends_with(b"_entry") && !name.ends_with(b"_for_each_entry"))
}

/// Whether a call tells something to whoever debugs, and does nothing else.
pub fn only_debugs(name: &[u8]) -> bool {
    const TELLS: &[&str] = &[
        "pr_debug",
        "pr_debug_ratelimited",
        "pr_devel",
        "no_printk",
        "dev_dbg",
        "dev_vdbg",
        "dev_dbg_ratelimited",
        "netdev_dbg",
        "netdev_vdbg",
        "netif_dbg",
        "might_sleep",
        "lockdep_assert_held",
    ];
    TELLS.iter().any(|known| known.as_bytes() == name)
}

/// Whether a call only changes which signals the thread itself takes.
pub fn only_masks_signals(call: &Call) -> bool {
    call.name == b"sigprocmask" && call.arguments.get(2).is_some_and(|old| old == b"NULL")
}

/// Whether a call reads memory and does nothing else: its answer may change, the world does not.
pub fn only_reads(name: &[u8]) -> bool {
    const READS: &[&str] = &[
        "READ_ONCE",
        "smp_load_acquire",
        "list_empty",
        "list_empty_careful",
        "list_is_singular",
        "hlist_empty",
        "llist_empty",
        "skb_queue_empty",
        "skb_queue_empty_lockless",
        "skb_queue_len",
        "kfifo_is_empty",
        "kfifo_len",
        "bio_list_empty",
        "test_bit",
        "atomic_read",
        "atomic64_read",
        "atomic_long_read",
        "refcount_read",
        "kref_read",
        "freezing",
        "signal_pending",
        "fatal_signal_pending",
        "task_sigpending",
        "signalled",
        "need_resched",
        "kthread_should_park",
        "time_after",
        "time_before",
        "time_after_eq",
        "time_before_eq",
        "time_is_before_jiffies",
        "time_is_after_jiffies",
        "ktime_get",
        "ktime_after",
        "ktime_before",
        "ktime_sub",
        "ktime_to_ns",
        "smp_processor_id",
        "waitqueue_active",
        "netif_running",
        "cpu_online",
        "IS_ERR",
        "IS_ERR_OR_NULL",
        "IS_ENABLED",
    ];
    std::str::from_utf8(name).is_ok_and(|name| READS.contains(&name))
}

/// The type of what a declaring macro makes.
pub fn declared_type(name: &[u8]) -> Option<&'static str> {
    Some(match name {
        b"DEFINE_WAIT" | b"DEFINE_WAIT_FUNC" | b"DECLARE_WAITQUEUE" => "struct wait_queue_entry",
        b"DECLARE_SWAITQUEUE" => "struct swait_queue",
        b"LIST_HEAD" => "struct list_head",
        b"HLIST_HEAD" => "struct hlist_head",
        b"LLIST_HEAD" => "struct llist_head",
        b"DECLARE_COMPLETION" | b"DECLARE_COMPLETION_ONSTACK" => "struct completion",
        b"DECLARE_WAIT_QUEUE_HEAD" | b"DECLARE_WAIT_QUEUE_HEAD_ONSTACK" => "struct wait_queue_head",
        _ => return None,
    })
}
