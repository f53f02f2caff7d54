//! Where user code panics, when those who are to be released wait for its thread.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use kthread::{Freezer, Kthread, StopError, Task};

use crate::until;

/// What has to be so before the panic.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Until {
    /// The place is reached.
    Reached,
    /// Somebody parks the thread, and freezes its domain.
    ParkedAndFrozen,
    /// Somebody stops the thread.
    Stopped,
}

pub(crate) struct Stage {
    pub(crate) freezer: Freezer,
    place: &'static str,
    until: Until,
    reached: AtomicBool,
}

impl Stage {
    pub(crate) fn new(place: &'static str, until: Until) -> Self {
        Self { freezer: Freezer::new(), place, until, reached: AtomicBool::new(false) }
    }

    pub(crate) fn is_reached(&self) -> bool {
        self.reached.load(Ordering::Acquire)
    }

    /// Called in the thread by the code that panics.
    pub(crate) fn panics(&self) -> ! {
        self.reached.store(true, Ordering::Release);
        until::until(self.place, || match self.until {
            Until::Reached => true,
            Until::ParkedAndFrozen => kthread::should_park() && self.freezer.is_frozen(),
            Until::Stopped => kthread::current().is_ok_and(|current| current.task().is_stopping()),
        });
        panic!("{}", self.place);
    }
}

/// Panics when it is dropped.
pub(crate) struct Bomb(pub(crate) Arc<Stage>);

impl Drop for Bomb {
    fn drop(&mut self) {
        self.0.panics();
    }
}

/// A thread, whatever its result.
pub(crate) trait Actor: Send {
    fn task(&self) -> Task;
    fn stop(self: Box<Self>) -> Result<(), StopError>;
    fn detach(self: Box<Self>) -> Task;
}

impl<T: Send> Actor for Kthread<T> {
    fn task(&self) -> Task {
        Self::task(self)
    }

    fn stop(self: Box<Self>) -> Result<(), StopError> {
        Self::stop(&self).map(drop)
    }

    fn detach(self: Box<Self>) -> Task {
        Self::detach(*self)
    }
}
