//! Works that are queued for later.

use std::fmt;
use std::ops::Deref;

use super::{Work, WorkCx};

/// A work that a [`Worker`](crate::Worker) can also queue when a time has passed.
///
/// It is a [`Work`] as well: what is done to a work can be done to it.
///
/// The kernel's name: `struct kthread_delayed_work`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DelayedWork(Work);

impl DelayedWork {
    /// Makes a delayed work of a function.
    pub fn new(func: impl FnMut(&WorkCx<'_>) + Send + 'static) -> Self {
        Self(Work::new(func))
    }

    /// Makes one with a name, under which reports tell of it.
    pub fn named(name: impl fmt::Display, func: impl FnMut(&WorkCx<'_>) + Send + 'static) -> Self {
        Self(Work::named(name, func))
    }
}

impl Deref for DelayedWork {
    type Target = Work;

    fn deref(&self) -> &Work {
        &self.0
    }
}

impl From<Work> for DelayedWork {
    fn from(work: Work) -> Self {
        Self(work)
    }
}
