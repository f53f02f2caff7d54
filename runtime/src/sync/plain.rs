//! Real threads: std, and a futex for the word that threads wait on.

use std::sync::atomic::Ordering;

use rustix::io::Errno;
use rustix::thread::futex;

use super::clock::Moment;

pub(crate) use std::sync::atomic::{AtomicI32, AtomicU32};
pub(crate) use std::sync::{Mutex, MutexGuard};
pub(crate) use std::thread_local;

pub(crate) mod os {
    //! Threads of the operating system.
    pub(crate) use std::thread::{Builder, JoinHandle, yield_now};

    /// The name of the calling thread, if it has one.
    pub(crate) fn current_name() -> Option<String> {
        std::thread::current().name().map(ToOwned::to_owned)
    }
}

/// A word that threads can wait on: a futex.
#[derive(Debug)]
pub(crate) struct WaitWord(AtomicU32);

impl WaitWord {
    pub(crate) const fn new(value: u32) -> Self {
        Self(AtomicU32::new(value))
    }

    #[inline]
    pub(crate) fn load(&self) -> u32 {
        self.0.load(Ordering::Acquire)
    }

    /// Sets bits, and gives back what was there.
    #[inline]
    pub(crate) fn set(&self, bits: u32) -> u32 {
        self.0.fetch_or(bits, Ordering::AcqRel)
    }

    /// Clears bits, and gives back what was there.
    #[inline]
    pub(crate) fn clear(&self, bits: u32) -> u32 {
        self.0.fetch_and(!bits, Ordering::AcqRel)
    }

    #[inline]
    pub(crate) fn exchange(&self, old: u32, new: u32) -> Result<u32, u32> {
        self.0.compare_exchange(old, new, Ordering::AcqRel, Ordering::Acquire)
    }

    /// Waits while the word is `seen`, until [`wake_all`](Self::wake_all) or the deadline; may return
    /// for no reason. True if the deadline has passed.
    pub(crate) fn wait(&self, seen: u32, deadline: Option<Moment>) -> bool {
        let left = match deadline.map(Moment::left) {
            None => None,
            Some(None) => return true,
            Some(Some(left)) => Some(left),
        };
        futex::wait(&self.0, futex::Flags::PRIVATE, seen, left.as_ref()) == Err(Errno::TIMEDOUT)
    }

    /// Wakes all that wait. Never blocks.
    pub(crate) fn wake_all(&self) {
        // It can't fail: the address is valid.
        let _ = futex::wake(&self.0, futex::Flags::PRIVATE, i32::MAX as u32);
    }
}
