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

/// Which plain-name arguments an iterator macro assigns before it reads them.
pub fn cursors(name: &[u8], arguments: usize) -> &'static [usize] {
    let safe = contains(name, b"_safe");
    let starts = |prefixes: &[&[u8]]| prefixes.iter().any(|prefix| name.starts_with(prefix));
    match name {
        b"hash_for_each_safe" => &[1, 2, 3],
        b"hash_for_each_possible" | b"hash_for_each_possible_rcu" | b"for_each_sg" => &[1, 3],
        _ if starts(&[
            b"hash_for_each",
            b"idr_for_each_entry",
            b"xa_for_each",
            b"xas_for_each",
        ]) =>
        {
            &[1, 2]
        }
        b"for_each_process_thread" => &[0, 1],
        _ if (safe && arguments > 2) || starts(&[b"bio_for_each", b"rq_for_each"]) => &[0, 1],
        _ => &[0],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_iterators_by_name_and_their_cursors() {
        assert!(is_iterator(b"list_for_each_entry_safe"));
        assert!(is_iterator(b"rdev_for_each"));
        assert!(!is_iterator(b"kthread_run"));
        assert_eq!(cursors(b"list_for_each_entry_safe", 4), [0, 1]);
        assert_eq!(cursors(b"list_for_each_entry", 3), [0]);
        assert!(is_once(b"scoped_guard"));
    }
}
