//! Macros that are loops, or that take the block behind them.

/// Iterator macros whose name does not say so.
const NAMED: &[&str] = &[
    "list_for_each",
    "hlist_for_each",
    "llist_for_each",
    "LIST_FOREACH",
    "TAILQ_FOREACH",
    "STAILQ_FOREACH",
    "SLIST_FOREACH",
    "do_each_thread",
    "while_each_thread",
    "do_each_pid_task",
    "while_each_pid_task",
    "do_each_pid_thread",
    "while_each_pid_thread",
    "do_for_each_ftrace_op",
    "while_for_each_ftrace_op",
    "do_for_each_ftrace_rec",
    "while_for_each_ftrace_rec",
    "do_for_each_event_file",
    "while_for_each_event_file",
    "do_for_each_event_file_safe",
];

/// Macros that run the block behind them at most once and are made of a `for`: a break in the block
/// belongs to them.
const ONCE: &[&str] = &[
    "scoped_guard",
    "scoped_cond_guard",
    "scoped_with_kernel_fpu",
    "scoped_user_access",
    "with_intel_display_power",
    "with_intel_runtime_pm",
    "with_intel_runtime_pm_if_in_use",
    "with_intel_runtime_pm_if_active",
    "with_intel_gt_pm_if_awake",
    "with_intel_gt_pm",
    "wait_event_lock_irq_cmd_scope",
    "with_ring",
];

/// Whether `name` is an iterator macro where a block or a statement follows its arguments.
pub fn is_iterator(name: &[u8]) -> bool {
    contains(name, b"for_each")
        || contains(name, b"foreach")
        || contains(name, b"FOREACH")
        || std::str::from_utf8(name).is_ok_and(|name| NAMED.contains(&name))
}

/// Whether `name` runs the block behind it once.
pub fn is_once(name: &[u8]) -> bool {
    std::str::from_utf8(name).is_ok_and(|name| ONCE.contains(&name))
}

fn contains(name: &[u8], part: &[u8]) -> bool {
    name.windows(part.len()).any(|window| window == part)
}

/// Which arguments an iterator macro gives a value before it reads them; the others it only reads.
/// Nothing for a macro that only its definition tells of.
pub fn cursors(name: &[u8]) -> Option<&'static [usize]> {
    const NEXT: &[&str] = &[
        "list_for_each",
        "list_for_each_prev",
        "list_for_each_rcu",
        "list_for_each_entry",
        "list_for_each_entry_reverse",
        "list_for_each_entry_rcu",
        "list_for_each_entry_srcu",
        "list_for_each_entry_lockless",
        "hlist_for_each",
        "hlist_for_each_entry",
        "hlist_for_each_entry_rcu",
        "llist_for_each",
        "llist_for_each_entry",
        "plist_for_each",
        "plist_for_each_entry",
        "rdev_for_each",
        "for_each_cpu",
        "for_each_cpu_and",
        "for_each_online_cpu",
        "for_each_possible_cpu",
        "for_each_present_cpu",
        "for_each_node",
        "for_each_online_node",
        "for_each_set_bit",
        "for_each_clear_bit",
        "for_each_process",
        "for_each_matching_node",
        "for_each_compatible_node",
    ];
    const NEXT_TWO: &[&str] = &[
        "list_for_each_safe",
        "list_for_each_prev_safe",
        "list_for_each_entry_safe",
        "list_for_each_entry_safe_reverse",
        "hlist_for_each_safe",
        "hlist_for_each_entry_safe",
        "hlist_nulls_for_each_entry",
        "hlist_nulls_for_each_entry_rcu",
        "llist_for_each_safe",
        "llist_for_each_entry_safe",
        "plist_for_each_entry_safe",
        "rbtree_postorder_for_each_entry_safe",
        "rdev_for_each_safe",
        "for_each_process_thread",
    ];
    let is = |names: &[&str]| std::str::from_utf8(name).is_ok_and(|name| names.contains(&name));
    Some(match name {
        b"hash_for_each_safe" => &[1, 2, 3],
        b"for_each_sg" => &[1, 3],
        b"hash_for_each"
        | b"hash_for_each_rcu"
        | b"hash_for_each_possible_safe"
        | b"idr_for_each_entry"
        | b"xa_for_each"
        | b"xa_for_each_range"
        | b"xa_for_each_start"
        | b"xa_for_each_marked"
        | b"skb_queue_walk_safe"
        | b"for_each_netdev_safe" => &[1, 2],
        b"hash_for_each_possible"
        | b"hash_for_each_possible_rcu"
        | b"xas_for_each"
        | b"for_each_thread"
        | b"for_each_netdev"
        | b"for_each_netdev_rcu"
        | b"for_each_child_of_node"
        | b"for_each_available_child_of_node"
        | b"skb_queue_walk"
        | b"skb_queue_reverse_walk" => &[1],
        b"bio_for_each_segment"
        | b"bio_for_each_bvec"
        | b"rq_for_each_segment"
        | b"nla_for_each_nested" => &[0, 2],
        b"nla_for_each_attr" => &[0, 3],
        _ if is(NEXT) => &[0],
        _ if is(NEXT_TWO) => &[0, 1],
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_iterators_by_name_and_their_cursors() {
        assert!(is_iterator(b"list_for_each_entry_safe"));
        assert!(is_iterator(b"rdev_for_each"));
        assert!(!is_iterator(b"kthread_run"));
        assert_eq!(cursors(b"list_for_each_entry_safe"), Some(&[0, 1][..]));
        assert_eq!(cursors(b"list_for_each_entry"), Some(&[0][..]));
        assert_eq!(cursors(b"list_for_each_entry_continue"), None);
        assert!(is_once(b"scoped_guard"));
    }
}
