//! A worker's timers, and the wheel that they are in.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use kthread::{Builder, DelayedWork, WorkerOptions, WorkerThread};

#[cfg(feature = "bench-internals")]
use super::FARTHEST;
use super::Timers;
use crate::harness::Result;

static FIRED: AtomicUsize = AtomicUsize::new(0);

fn delayed() -> DelayedWork {
    DelayedWork::new(|_| {
        FIRED.fetch_add(1, Ordering::Relaxed);
    })
}

/// Its thread is there, and sleeps until the first one of them.
pub(super) struct WorkersTimers {
    worker: WorkerThread,
    works: Vec<DelayedWork>,
    /// Sooner than all others, so that none of them has to wake the thread.
    _first: DelayedWork,
}

impl Timers for WorkersTimers {
    fn new(count: usize) -> Result<Self> {
        FIRED.store(0, Ordering::Relaxed);
        let worker = Builder::new("timers").run_worker(WorkerOptions::new())?;
        let first = delayed();
        worker.queue_delayed(&first, Duration::from_millis(900));
        let works = (0..count).map(|_| delayed()).collect();
        Ok(Self { worker, works, _first: first })
    }

    fn insert(&mut self, timer: usize, delay: Duration) {
        self.worker.queue_delayed(&self.works[timer], delay);
    }

    fn modify(&mut self, timer: usize, delay: Duration) {
        self.worker.mod_delayed(&self.works[timer], delay);
    }

    fn cancel(&mut self, timer: usize) {
        let _ = self.worker.cancel(&self.works[timer]);
    }

    /// Its clock is the real one: another worker has no thread until all of them are late.
    fn fire(&mut self) -> Result<(usize, Duration)> {
        for work in &self.works {
            let _ = self.worker.cancel(work);
            let _ = self.worker.release(work);
        }
        let worker = kthread::Worker::new();
        for (at, work) in self.works.iter().enumerate() {
            worker.queue_delayed(work, Duration::from_micros(1 + at as u64 % 20_000));
        }
        std::thread::sleep(Duration::from_millis(25));
        FIRED.store(0, Ordering::Relaxed);
        let start = Instant::now();
        let thread = Builder::new("late").create_worker_for(&worker, WorkerOptions::new())?;
        thread.start();
        thread.flush()?;
        // The first look of the thread expires all of them; a flush waits for what is in a list.
        while FIRED.load(Ordering::Relaxed) < self.works.len() {
            std::thread::yield_now();
        }
        let took = start.elapsed();
        Ok((FIRED.load(Ordering::Relaxed), took))
    }
}

#[cfg(feature = "bench-internals")]
pub(super) struct Bare {
    wheel: kthread::__bench::Wheel,
    timers: Vec<kthread::__bench::Timer>,
}

#[cfg(feature = "bench-internals")]
impl Timers for Bare {
    fn new(count: usize) -> Result<Self> {
        let timers = (0..count).map(|_| kthread::__bench::Timer::new()).collect();
        Ok(Self { wheel: kthread::__bench::Wheel::new(), timers })
    }

    fn insert(&mut self, timer: usize, delay: Duration) {
        self.wheel.insert(&mut self.timers[timer], delay.as_nanos() as u64);
    }

    fn modify(&mut self, timer: usize, delay: Duration) {
        self.wheel.modify(&self.timers[timer], delay.as_nanos() as u64);
    }

    fn cancel(&mut self, timer: usize) {
        self.wheel.cancel(&mut self.timers[timer]);
    }

    fn fire(&mut self) -> Result<(usize, Duration)> {
        let start = Instant::now();
        let fired = self.wheel.expire(FARTHEST + 1_000_000_000);
        Ok((fired, start.elapsed()))
    }
}
