//! What one iteration wants to happen next, and how a loop ended.

use std::convert::Infallible;
use std::time::Duration;

/// What an iteration wants to happen next. The driver does it.
///
/// The kernel's name: what `func` leaves behind with `set_kthread_iterant_sleep()` and
/// `kthread_iterant_stop_current()`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "the driver does what it says"]
pub enum Step<B = (), R = Infallible> {
    /// Go on with the next turn.
    Continue,
    /// Sleep until woken, then go on. A wake-up since the turn began, or since the state was set with
    /// [`Current::set_state`](crate::Current::set_state), means no sleep; and stop, park and freeze come
    /// before it.
    Sleep,
    /// As `Sleep`, for a limited time; 0 is no sleep.
    SleepTimeout(Duration),
    /// End the loop with this value; what stands behind the loop follows.
    Break(B),
    /// End the loop with this value; the function around it returns with it.
    Return(R),
}

/// How a loop that the driver ran has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "it says why the loop ended"]
pub enum Exit<B = (), R = Infallible> {
    /// It was stopped, or stopped itself, or took a fatal signal.
    Stopped,
    /// By [`Step::Break`].
    Break(B),
    /// By [`Step::Return`].
    Return(R),
}

/// How a created iterant has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "it says why the iterant ended"]
pub enum Outcome<B = (), E = Infallible> {
    /// Its loop was stopped. The code is what
    /// [`stop_current`](crate::Current::stop_current) was given, bit for bit; 0 if it wasn't called.
    Stopped(i32),
    /// By [`Step::Break`].
    Break(B),
    /// Its `init` failed; neither `iterate` nor `destroy` was called.
    InitFailed(E),
}
