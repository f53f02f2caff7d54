//! The same between std threads, with each of the ways in which one can wait.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Barrier, Condvar, Mutex, OnceLock};
use std::thread::{self, Builder, Thread};

use rustix::thread::{CpuSet, futex, sched_setaffinity};

use super::{Places, Trips};
use crate::harness::Result;

pub(super) fn std_threads<G: Gate>(places: Places, trips: usize) -> Result<Vec<f64>> {
    let gates = Arc::new([G::default(), G::default()]);
    let ready = Arc::new(Barrier::new(2));
    let begin = move |at: usize| {
        if let Some(cpus) = places {
            pin(cpus[at]);
        }
        gates[at].mine();
        ready.wait();
        Arc::clone(&gates)
    };
    let far = Builder::new().name("far".to_owned()).spawn({
        let begin = begin.clone();
        move || {
            let gates = begin(1);
            for _ in 0..=trips {
                gates[1].pass();
                gates[0].open();
            }
        }
    })?;
    let near = Builder::new().name("near".to_owned()).spawn(move || {
        let gates = begin(0);
        let mut trips = Trips::new(trips);
        loop {
            gates[1].open();
            gates[0].pass();
            if trips.one() {
                return trips.take();
            }
        }
    })?;
    let took = near.join().map_err(|_| "near panicked")?;
    far.join().map_err(|_| "far panicked")?;
    Ok(took)
}

fn pin(cpu: usize) {
    let mut cpus = CpuSet::new();
    cpus.set(cpu);
    // It is one of those that we may use.
    let _ = sched_setaffinity(None, &cpus);
}

/// Where one side waits.
pub(super) trait Gate: Default + Send + Sync + 'static {
    /// Called once by the side that will wait, before anybody opens.
    fn mine(&self) {}
    fn open(&self);
    /// Waits until it is opened, and closes it.
    fn pass(&self);
}

/// On a cache line of its own, as a kthread's word is.
#[derive(Default)]
#[repr(align(64))]
pub(super) struct Futex(AtomicU32);

impl Gate for Futex {
    fn open(&self) {
        self.0.store(1, Ordering::Release);
        let _ = futex::wake(&self.0, futex::Flags::PRIVATE, 1);
    }

    fn pass(&self) {
        while self.0.load(Ordering::Acquire) == 0 {
            let _ = futex::wait(&self.0, futex::Flags::PRIVATE, 0, None);
        }
        self.0.store(0, Ordering::Relaxed);
    }
}

#[derive(Default)]
#[repr(align(64))]
pub(super) struct Park {
    open: AtomicBool,
    waits: OnceLock<Thread>,
}

impl Gate for Park {
    fn mine(&self) {
        self.waits.get_or_init(thread::current);
    }

    fn open(&self) {
        self.open.store(true, Ordering::Release);
        if let Some(thread) = self.waits.get() {
            thread.unpark();
        }
    }

    fn pass(&self) {
        while !self.open.load(Ordering::Acquire) {
            thread::park();
        }
        self.open.store(false, Ordering::Relaxed);
    }
}

#[derive(Default)]
#[repr(align(64))]
pub(super) struct Condition {
    open: Mutex<bool>,
    changed: Condvar,
}

impl Gate for Condition {
    fn open(&self) {
        if let Ok(mut open) = self.open.lock() {
            *open = true;
        }
        self.changed.notify_one();
    }

    fn pass(&self) {
        if let Ok(open) = self.open.lock()
            && let Ok(mut open) = self.changed.wait_while(open, |open| !*open)
        {
            *open = false;
        }
    }
}
