//! loom: every interleaving, up to a bound on preemptions, with C11's memory model.

pub(crate) use loom::cell::UnsafeCell;
pub(crate) use loom::sync::atomic::{AtomicI32, AtomicU32};
pub(crate) use loom::sync::{Condvar, Mutex, MutexGuard};
pub(crate) use loom::thread_local;

pub(crate) mod os {
    //! Threads of the model.
    pub(crate) use loom::thread::{Builder, JoinHandle, yield_now};

    pub(crate) fn is_own(join: &JoinHandle<()>) -> bool {
        join.thread().id() == loom::thread::current().id()
    }

    pub(crate) fn current_name() -> Option<String> {
        None
    }
}
