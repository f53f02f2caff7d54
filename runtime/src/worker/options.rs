//! How a worker works.

use std::time::Duration;

/// How a worker works.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[must_use = "a worker is made with it"]
pub struct WorkerOptions {
    pub(crate) freezable: bool,
    pub(crate) precise: bool,
    pub(crate) spin: Duration,
}

impl WorkerOptions {
    /// Not freezable.
    pub fn new() -> Self {
        Self::default()
    }

    /// Lets the worker freeze with its domain, between two works. The kernel's name: `KTW_FREEZABLE`.
    pub fn freezable(mut self) -> Self {
        self.freezable = true;
        self
    }

    /// Measures [`longest`](crate::WorkerStats::longest) with the precise clock, some 25 ns a work, in
    /// place of the coarse one, which goes on in steps of 1 to 10 ms.
    pub fn precise_times(mut self) -> Self {
        self.precise = true;
        self
    }

    /// Lets the worker spin for so long when it has nothing to do, before it sleeps. What is queued
    /// meanwhile runs at once, where waking a thread takes microseconds; but the CPU is busy, and on
    /// one that others need it delays them. It doesn't spin on when the thread is asked for something.
    pub fn spin(mut self, limit: Duration) -> Self {
        self.spin = limit;
        self
    }
}
