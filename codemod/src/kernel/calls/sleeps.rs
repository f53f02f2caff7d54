//! Sleeps and waits.

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

/// Whether a call only lets time pass: it ends by itself and does nothing else.
pub fn only_passes_time(name: &[u8]) -> bool {
    matches!(
        name,
        b"msleep_interruptible"
            | b"cond_resched"
            | b"cpu_relax"
            | b"yield"
            | b"touch_softlockup_watchdog"
            | b"touch_nmi_watchdog"
            | b"barrier"
            | b"smp_mb"
            | b"smp_rmb"
            | b"smp_wmb"
    ) || name == b"schedule_timeout_interruptible"
}

/// Whether a call waits until the condition that is its second argument holds.
pub fn waits_for_condition(name: &[u8]) -> bool {
    name.starts_with(b"wait_event") || name.starts_with(b"swait_event")
}

/// Whether such a wait ends at a signal too.
pub fn is_interruptible_wait(name: &[u8]) -> bool {
    waits_for_condition(name)
        && (memchr::memmem::find(name, b"interruptible").is_some()
            || name.starts_with(b"wait_event_freezable"))
}
