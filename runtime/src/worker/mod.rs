//! Workers: threads that run queued works, one at a time.

mod core;
mod options;
mod per_cpu;
mod run;
mod stats;
mod thread;
mod wait;

use std::fmt;
use std::time::Duration;

pub use self::options::WorkerOptions;
pub use self::per_cpu::PerCpu;
pub use self::stats::WorkerStats;
pub use self::thread::{Destroyed, WorkerThread};
pub use self::wait::{DrainError, WorkerError};

use self::core::Core;
use crate::sync::Arc;
use crate::work::{DelayedWork, Work};

/// What became of a work that was to be queued.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Queued {
    /// It will run.
    Queued,
    /// It was pending already, and will run once.
    AlreadyPending,
    /// Somebody cancels it at the moment, and keeps it from being queued until that is done.
    Canceling,
    /// The worker is being destroyed, or was.
    Closed,
    /// The work belongs to another worker; see [`Worker::release`].
    OtherWorker,
}

/// What became of a work that was to run at another time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Modified {
    /// It was idle, and is queued now.
    Queued,
    /// It was pending, and is so for another time: it runs once.
    Moved,
    /// Somebody cancels it at the moment; nothing was done.
    Canceling,
    /// The worker is being destroyed, or was.
    Closed,
    /// The work belongs to another worker; see [`Worker::release`].
    OtherWorker,
}

/// Where works are queued, to be run in their order by one thread.
///
/// It is a reference: cloning it gives another one to the same worker. The thread belongs to a
/// [`WorkerThread`], which [`Builder::run_worker`](crate::Builder::run_worker) makes, or is any kthread
/// that calls [`Worker::run_here`]. Works may be queued before, and stay if the thread goes: the next one
/// runs them.
///
/// The kernel's name: `struct kthread_worker`.
#[derive(Clone)]
pub struct Worker(Arc<Core>);

impl Worker {
    /// A worker that no thread runs yet. The kernel's name: `kthread_init_worker()`.
    pub fn new() -> Self {
        Self(Arc::new(Core::new()))
    }

    /// Queues a work: it runs after all that were queued before. One that is pending is not queued
    /// twice; one that runs may be queued, and runs once more.
    ///
    /// Never blocks, but for a lock that is held for less than some microseconds; may be called from
    /// anywhere, also from a work, but not from a handler of the operating system's signals. The kernel's name:
    /// `kthread_queue_work()`.
    #[inline]
    pub fn queue(&self, work: &Work) -> Queued {
        self.0.queue(&work.0)
    }

    /// Queues a work when `delay` has passed; a delay of 0 is none.
    ///
    /// Never blocks, but for a lock that is held for less than some microseconds; may be called from
    /// anywhere, also from a work, but not from a handler of the operating system's signals. The kernel's name:
    /// `kthread_queue_delayed_work()`.
    pub fn queue_delayed(&self, work: &DelayedWork, delay: Duration) -> Queued {
        self.0.queue_delayed(&work.0, delay)
    }

    /// Lets a work run when `delay` has passed from now, whether it was pending or not. Each success is
    /// matched by one run, one cancellation, or one later `Moved`.
    ///
    /// Never blocks, but for a lock that is held for less than some microseconds; may be called from
    /// anywhere, also from a work, but not from a handler of the operating system's signals. The kernel's name:
    /// `kthread_mod_delayed_work()`, which can lose a run when a timer expires meanwhile; this one
    /// can't.
    pub fn mod_delayed(&self, work: &DelayedWork, delay: Duration) -> Modified {
        self.0.modify(&work.0, delay)
    }

    /// Whether it is the same worker.
    pub fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Default for Worker {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Worker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Worker").field(&self.0.id).finish()
    }
}
