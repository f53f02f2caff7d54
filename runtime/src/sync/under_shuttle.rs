//! shuttle: random schedules, sequentially consistent, deeper than loom gets.

pub(crate) use shuttle::sync::atomic::{AtomicI32, AtomicU32};
pub(crate) use shuttle::sync::{Condvar, Mutex, MutexGuard};
pub(crate) use shuttle::thread_local;

/// shuttle doesn't look at plain data; see the one of real threads.
#[derive(Debug)]
pub(crate) struct UnsafeCell<T>(std::cell::UnsafeCell<T>);

impl<T> UnsafeCell<T> {
    pub(crate) const fn new(value: T) -> Self {
        Self(std::cell::UnsafeCell::new(value))
    }

    pub(crate) fn with<R>(&self, read: impl FnOnce(*const T) -> R) -> R {
        read(self.0.get())
    }

    pub(crate) fn with_mut<R>(&self, write: impl FnOnce(*mut T) -> R) -> R {
        write(self.0.get())
    }
}

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
