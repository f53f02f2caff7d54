//! The names of the iterant API that this tool writes and reads.

/// Runs an iterant in place.
pub const RUN_HERE: &[u8] = b"kthread_iterant_run_here";

/// Asks to end, with a result.
pub const STOP_CURRENT: &[u8] = b"kthread_iterant_stop_current";
/// Asks for a sleep in a state.
pub const SLEEP: &[u8] = b"set_kthread_iterant_sleep";
/// Asks for a sleep in a state, for a time.
pub const SLEEP_TIMEOUT: &[u8] = b"set_kthread_iterant_sleep_timeout";
/// Asks for an interruptible sleep.
pub const INT_SLEEP: &[u8] = b"set_kthread_iterant_int_sleep";
/// Asks for an interruptible sleep, for a time.
pub const INT_SLEEP_TIMEOUT: &[u8] = b"set_kthread_iterant_int_sleep_timeout";
/// Takes the request back.
pub const CLEAR_SLEEP: &[u8] = b"clear_kthread_iterant_sleep";

/// The fields of an iterant that hold its functions.
pub const CALLBACKS: [&[u8]; 3] = [b"init", b"func", b"destroy"];

/// Whether the driver does what a call does, where that is lifted.
pub fn replaces(name: &[u8]) -> bool {
    matches!(
        name,
        b"kthread_should_stop"
            | b"kthread_freezable_should_stop"
            | b"try_to_freeze"
            | b"kthread_should_park"
            | b"kthread_parkme"
            | b"set_current_state"
            | b"__set_current_state"
    ) || name.starts_with(b"schedule")
}
