//! What both model checkers share: a word to wait on without a futex, and time that passes when a
//! thread of the model says so.

use std::sync::atomic::Ordering;

use super::Waiter;
use super::clock::{self, Moment};
use super::imp::{AtomicU32, Condvar, Mutex};
use super::lock;

/// A word that threads can wait on, as the futex of the real one.
pub(crate) struct WaitWord {
    value: AtomicU32,
    /// What the kernel locks between the look at the value and the sleep.
    bucket: Mutex<()>,
    owner: Condvar,
    watchers: Condvar,
}

impl std::fmt::Debug for WaitWord {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("WaitWord")
    }
}

impl WaitWord {
    pub(crate) fn new(value: u32) -> Self {
        Self {
            value: AtomicU32::new(value),
            bucket: Mutex::new(()),
            owner: Condvar::new(),
            watchers: Condvar::new(),
        }
    }

    pub(crate) fn load(&self) -> u32 {
        self.value.load(Ordering::Acquire)
    }

    pub(crate) fn set(&self, bits: u32) -> u32 {
        self.value.fetch_or(bits, Ordering::AcqRel)
    }

    pub(crate) fn clear(&self, bits: u32) -> u32 {
        self.value.fetch_and(!bits, Ordering::AcqRel)
    }

    /// In one step: nobody is woken twice, and nothing is gained from a look in between.
    pub(crate) fn count_and_wake(&self) {
        let _bucket = lock(&self.bucket);
        self.value.fetch_add(1, Ordering::AcqRel);
        self.watchers.notify_all();
    }

    pub(crate) fn exchange(&self, old: u32, new: u32) -> Result<u32, u32> {
        self.value.compare_exchange(old, new, Ordering::AcqRel, Ordering::Acquire)
    }

    pub(crate) fn wait(&self, seen: u32, who: Waiter, deadline: Option<Moment>) -> bool {
        let bucket = lock(&self.bucket);
        if self.value.load(Ordering::SeqCst) != seen {
            return false;
        }
        let over = || deadline.is_some_and(|deadline| deadline <= clock::now());
        if over() {
            return true;
        }
        let woken = match who {
            Waiter::Owner => &self.owner,
            Waiter::Watcher => &self.watchers,
        };
        drop(woken.wait(bucket));
        over()
    }

    pub(crate) fn wake_owner(&self) {
        let _bucket = lock(&self.bucket);
        self.owner.notify_all();
    }

    pub(crate) fn wake_all(&self) {
        let _bucket = lock(&self.bucket);
        self.owner.notify_all();
        self.watchers.notify_all();
    }
}
