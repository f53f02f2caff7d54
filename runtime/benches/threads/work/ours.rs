//! A worker, and a ring of works that are queued again and again.

use std::time::Duration;

use kthread::{Builder, Queued, Work, Worker, WorkerOptions, WorkerThread};

use super::{Job, Peer, Port};
use crate::harness::Result;

/// How long a producer waits for a worker that is behind: less than it takes for half a ring.
const BEHIND: Duration = Duration::from_micros(50);

/// `WORKS` works for each producer; it spins for so many microseconds before it sleeps.
pub(super) struct Ours<const WORKS: usize, const SPIN: u64> {
    job: Job,
    thread: WorkerThread,
}

pub(super) struct Ring {
    worker: Worker,
    works: Vec<Work>,
    next: usize,
}

impl<const WORKS: usize, const SPIN: u64> Peer for Ours<WORKS, SPIN> {
    type Port = Ring;

    fn start(job: Job) -> Result<Self> {
        let options = WorkerOptions::new().spin(Duration::from_micros(SPIN));
        Ok(Self { job, thread: Builder::new("worker").run_worker(options)? })
    }

    fn port(&self) -> Ring {
        let job = self.job;
        // A work is an event: what it is told beyond that it keeps elsewhere.
        let works = (0..WORKS as u64).map(|at| Work::new(move |_| job(at))).collect();
        Ring { worker: self.thread.worker(), works, next: 0 }
    }

    fn end(self) -> Result<()> {
        let left = self.thread.destroy(Duration::from_secs(5))?;
        if left.handed_back.is_empty() { Ok(()) } else { Err("works are left".into()) }
    }
}

impl Port for Ring {
    /// Queues the next one; one that is pending still has to run first.
    fn submit(&mut self, _value: u64) {
        while self.worker.queue(&self.works[self.next]) != Queued::Queued {
            // The worker is a whole ring behind.
            std::thread::sleep(BEHIND);
        }
        self.next = if self.next + 1 == self.works.len() { 0 } else { self.next + 1 };
    }
}
