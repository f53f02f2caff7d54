//! shuttle: random schedules, sequentially consistent, deeper than loom gets.

pub(crate) use shuttle::sync::atomic::{AtomicI32, AtomicU32};
pub(crate) use shuttle::sync::{Condvar, Mutex, MutexGuard};
pub(crate) use shuttle::thread_local;

pub(crate) mod os {
    //! Threads of the model.
    pub(crate) use shuttle::thread::{Builder, JoinHandle, yield_now};

    pub(crate) fn is_own(join: &JoinHandle<()>) -> bool {
        join.thread().id() == shuttle::thread::current().id()
    }

    pub(crate) fn current_name() -> Option<String> {
        None
    }
}
