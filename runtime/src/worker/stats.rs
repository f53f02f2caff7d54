//! What a worker has done.

use std::time::Duration;

use super::Worker;

/// What a worker has done so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct WorkerStats {
    /// How often a work was queued, at once or for later.
    pub queued: u64,
    /// How many runs have ended.
    pub run: u64,
    /// How often a pending work was cancelled, or handed back.
    pub cancelled: u64,
    /// How often a work was queued while it ran.
    pub requeued: u64,
    /// How many runs ended in a panic.
    pub panics: u64,
    /// The last of those: the work's name, and what it said.
    pub last_panic: Option<(String, String)>,
    /// The longest run. It is measured in steps of some milliseconds unless
    /// [`WorkerOptions::precise_times`](crate::WorkerOptions::precise_times) was asked for.
    pub longest: Duration,
    /// The name of the work that runs.
    pub current: Option<String>,
    /// How many works wait for their time.
    pub timers: usize,
}

impl Worker {
    /// What the worker has done so far. It is not to be called often: it takes both of the worker's
    /// locks.
    pub fn stats(&self) -> WorkerStats {
        let batch = self.0.batch();
        let incoming = self.0.incoming();
        WorkerStats {
            queued: incoming.queued,
            run: batch.counts.run,
            cancelled: batch.counts.cancelled,
            requeued: incoming.requeued,
            panics: batch.counts.panics,
            last_panic: batch.counts.last_panic.clone(),
            longest: batch.counts.longest,
            current: batch.current.as_ref().map(|current| current.work.name().to_owned()),
            timers: batch.timers(),
        }
    }
}
