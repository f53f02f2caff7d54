//! What a thread asks of itself, as plain functions with the kernel's names.
//!
//! Questions have an answer in any thread: one that is no kthread is asked for nothing. What needs a
//! kthread says so in an error.

use std::time::Duration;

use super::current::current;
use super::own::{self, Own};
use crate::control::bits::PARK;
use crate::error::NotKthread;

/// Whether the calling thread is to end. In a thread that isn't a kthread: no, as nobody can stop it.
/// See [`Current::should_stop`](crate::Current::should_stop). The kernel's name:
/// `kthread_should_stop()`.
#[inline]
pub fn should_stop() -> bool {
    own::ask(Own::should_stop).unwrap_or(false)
}

/// Whether somebody wants to park the calling thread. In a thread that isn't a kthread: no. The
/// kernel's name: `kthread_should_park()`.
pub fn should_park() -> bool {
    own::ask(|own| own.asked(PARK)).unwrap_or(false)
}

/// Freezes the calling thread if that is asked for, and blocks until the thaw, or until it is to stop; true
/// if it did. A thread that isn't a kthread is
/// in no domain and never does. The kernel's name: `try_to_freeze()`.
pub fn try_to_freeze() -> bool {
    current().is_ok_and(|current| current.try_to_freeze())
}

/// Freezes if that is asked for, then says whether the thread is to stop. In a thread that isn't a
/// kthread: no. The kernel's name: `kthread_freezable_should_stop()`.
pub fn freezable_should_stop() -> bool {
    current().is_ok_and(|current| current.freezable_should_stop().0)
}

/// Lets other threads run. The kernel's name: `cond_resched()`.
pub fn cond_resched() {
    crate::sync::os::yield_now();
}

/// Lets other threads run, and freezes if that is asked for; true if it did. The 2015 series' name:
/// `freezable_cond_resched()`.
pub fn freezable_cond_resched() -> bool {
    cond_resched();
    try_to_freeze()
}

/// Parks the calling thread if that is asked for, and blocks until it is not; true if it did. The kernel's name:
/// `kthread_parkme()`.
///
/// # Errors
/// If the thread isn't a kthread.
pub fn park_me() -> Result<bool, NotKthread> {
    Ok(current()?.park_me())
}

/// Takes part in freezes from now on; true if it froze at once, and blocked until the thaw. The kernel's name: `set_freezable()`.
///
/// # Errors
/// If the thread isn't a kthread.
pub fn set_freezable() -> Result<bool, NotKthread> {
    Ok(current()?.set_freezable())
}

/// Asks for the end of the calling thread's own loop, see
/// [`Current::stop_current`](crate::Current::stop_current). The 2015 series' name:
/// `kthread_stop_current()`.
///
/// # Errors
/// If the thread isn't a kthread.
pub fn stop_current(code: i32) -> Result<(), NotKthread> {
    current()?.stop_current(code);
    Ok(())
}

/// Sleeps, and so blocks, until woken, signalled or asked for something, see
/// [`Current::sleep`](crate::Current::sleep).
///
/// # Errors
/// If the thread isn't a kthread: nobody could wake it.
pub fn sleep() -> Result<(), NotKthread> {
    current()?.sleep();
    Ok(())
}

/// As [`sleep`], for a limited time; true if something else than the time ended it. The kernel's
/// name: `schedule_timeout_interruptible()`.
///
/// # Errors
/// If the thread isn't a kthread.
pub fn sleep_timeout(limit: Duration) -> Result<bool, NotKthread> {
    Ok(current()?.sleep_timeout(limit))
}
