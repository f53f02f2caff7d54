//! Std threads that sleep in `park()`, so that each can be woken alone, as kthreads can.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, Builder, JoinHandle};

use super::{Count, Herd, SETTLED, STACK};
use crate::harness::Result;

struct Shared {
    frozen: AtomicBool,
    stop: AtomicBool,
    at_rest: Count,
    ran: Count,
}

pub(super) struct Parked {
    shared: Arc<Shared>,
    threads: Vec<JoinHandle<()>>,
}

impl Parked {
    pub(super) fn new(threads: usize) -> Result<Self> {
        let shared = Arc::new(Shared {
            frozen: AtomicBool::new(false),
            stop: AtomicBool::new(false),
            at_rest: Count::new(threads),
            ran: Count::new(threads),
        });
        let mut parked = Self { shared, threads: Vec::new() };
        for _ in 0..threads {
            let shared = Arc::clone(&parked.shared);
            let builder = Builder::new().name("sleeper".to_owned()).stack_size(STACK);
            parked.threads.push(builder.spawn(move || shared.sleep())?);
        }
        parked.shared.ran.wait();
        thread::sleep(SETTLED);
        Ok(parked)
    }

    fn ask(&self, flag: &AtomicBool, value: bool) {
        flag.store(value, Ordering::Release);
        for thread in &self.threads {
            thread.thread().unpark();
        }
    }
}

impl Shared {
    fn sleep(&self) {
        self.ran.one();
        while !self.stop.load(Ordering::Acquire) {
            if self.frozen.load(Ordering::Acquire) {
                self.at_rest.one();
                while self.frozen.load(Ordering::Acquire) {
                    thread::park();
                }
                self.ran.one();
            } else {
                thread::park();
            }
        }
    }
}

impl Herd for Parked {
    fn freeze(&self) -> Result<()> {
        self.shared.at_rest.reset();
        self.ask(&self.shared.frozen, true);
        self.shared.at_rest.wait();
        Ok(())
    }

    fn thaw(&self) -> Result<()> {
        self.ask(&self.shared.frozen, false);
        Ok(())
    }

    fn ran(&self) -> &Count {
        &self.shared.ran
    }
}

impl Drop for Parked {
    fn drop(&mut self) {
        self.ask(&self.shared.stop, true);
        for thread in self.threads.drain(..) {
            // One that panicked has said so.
            let _ = thread.join();
        }
    }
}
