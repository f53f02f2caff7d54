//! What a thread is given: it counts its drops.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Counts how many were made, and how often one was dropped.
#[derive(Clone, Debug, Default)]
pub(crate) struct Count {
    made: Arc<AtomicUsize>,
    dropped: Arc<AtomicUsize>,
}

impl Count {
    /// One to be given away.
    pub(crate) fn give(&self) -> Given {
        self.made.fetch_add(1, Ordering::Relaxed);
        Given { dropped: Arc::clone(&self.dropped) }
    }

    pub(crate) fn made(&self) -> usize {
        self.made.load(Ordering::Relaxed)
    }

    pub(crate) fn dropped(&self) -> usize {
        self.dropped.load(Ordering::Acquire)
    }
}

/// Is to be dropped exactly once.
#[derive(Debug)]
pub(crate) struct Given {
    dropped: Arc<AtomicUsize>,
}

impl Drop for Given {
    fn drop(&mut self) {
        self.dropped.fetch_add(1, Ordering::Release);
    }
}
