//! Checkpoints: stop, freeze, park, signal.

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
