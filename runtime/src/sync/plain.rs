//! Real threads: std, and a futex for the word that threads wait on.

use std::num::NonZeroU32;
use std::sync::atomic::Ordering;

use rustix::io::Errno;
use rustix::thread::futex;

use super::Waiter;
use super::clock::Moment;

pub(crate) use std::sync::atomic::{AtomicI32, AtomicU32};
pub(crate) use std::sync::{Mutex, MutexGuard};
pub(crate) use std::thread_local;

pub(crate) mod os {
    //! Threads of the operating system.
    pub(crate) use std::thread::{Builder, JoinHandle, yield_now};

    /// Whether the handle is of the calling thread.
    pub(crate) fn is_own(join: &JoinHandle<()>) -> bool {
        join.thread().id() == std::thread::current().id()
    }

    /// The name of the calling thread, if it has one.
    pub(crate) fn current_name() -> Option<String> {
        std::thread::current().name().map(ToOwned::to_owned)
    }
}

/// Data whose guard is a lock elsewhere. The model checkers see who gets at it when.
#[derive(Debug)]
pub(crate) struct UnsafeCell<T>(std::cell::UnsafeCell<T>);

impl<T> UnsafeCell<T> {
    pub(crate) const fn new(value: T) -> Self {
        Self(std::cell::UnsafeCell::new(value))
    }

    /// Lends a pointer for reading.
    #[inline]
    pub(crate) fn with<R>(&self, read: impl FnOnce(*const T) -> R) -> R {
        read(self.0.get())
    }

    /// Lends a pointer for writing.
    #[inline]
    pub(crate) fn with_mut<R>(&self, write: impl FnOnce(*mut T) -> R) -> R {
        write(self.0.get())
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

    /// Adds one, and wakes all that wait; begins again at 0 after the last number.
    pub(crate) fn count_and_wake(&self) {
        self.0.fetch_add(1, Ordering::AcqRel);
        self.wake_all();
    }

    #[inline]
    pub(crate) fn exchange(&self, old: u32, new: u32) -> Result<u32, u32> {
        self.0.compare_exchange(old, new, Ordering::AcqRel, Ordering::Acquire)
    }

    /// Waits while the word is `seen`, until it is woken or the deadline comes; may return for no
    /// reason. True if the deadline has passed.
    pub(crate) fn wait(&self, seen: u32, who: Waiter, deadline: Option<Moment>) -> bool {
        let until = deadline.map(Moment::timespec);
        futex::wait_bitset(&self.0, futex::Flags::PRIVATE, seen, until.as_ref(), who.bit())
            == Err(Errno::TIMEDOUT)
    }

    /// Wakes the owner if it waits, and nobody else. Never blocks.
    ///
    /// All waiters of a process share a few lists in the kernel, which it then walks until it has found
    /// that one, not to their ends.
    pub(crate) fn wake_owner(&self) {
        self.wake(1, Waiter::Owner.bit());
    }

    /// Wakes all that wait. Never blocks.
    pub(crate) fn wake_all(&self) {
        self.wake(i32::MAX as u32, NonZeroU32::MAX);
    }

    fn wake(&self, how_many: u32, whom: NonZeroU32) {
        // It can't fail: the address is valid.
        let _ = futex::wake_bitset(&self.0, futex::Flags::PRIVATE, how_many, whom);
    }
}

impl Waiter {
    /// The kernel wakes those that wait with a bit of the set that is given to it.
    const fn bit(self) -> NonZeroU32 {
        match self {
            Self::Owner => NonZeroU32::MIN,
            Self::Watcher => NonZeroU32::MIN.saturating_add(1),
        }
    }
}
