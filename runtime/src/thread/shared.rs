//! What a thread and those who know it share.

use crate::control::Control;
use crate::freezer::Freezer;
use crate::signal::Pending;
use crate::stats::Published;
use crate::sync::{AtomicI32, Ordering};

/// The kernel's `struct task_struct`, as far as it concerns us.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) control: Control,
    pub(crate) name: Box<str>,
    pub(crate) freezer: Freezer,
    pub(crate) signals: Pending,
    pub(crate) stats: Published,
    tid: AtomicI32,
}

impl Shared {
    pub(crate) fn new(name: Box<str>, freezer: Freezer) -> Self {
        Self {
            control: Control::new(),
            name,
            freezer,
            signals: Pending::new(),
            stats: Published::new(),
            tid: AtomicI32::new(0),
        }
    }

    pub(crate) fn tid(&self) -> i32 {
        self.tid.load(Ordering::Relaxed)
    }

    pub(crate) fn set_tid(&self, tid: i32) {
        self.tid.store(tid, Ordering::Relaxed);
    }
}
