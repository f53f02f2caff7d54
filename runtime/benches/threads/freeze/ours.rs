//! Kthreads in a freezer's domain.

use std::sync::Arc;
use std::time::Duration;

use kthread::{Builder, Freezer, Kthread, Options, Outcome, Step, from_fn};

use super::{Count, Herd, SETTLED, STACK};
use crate::harness::Result;

pub(super) struct Ours {
    freezer: Freezer,
    ran: Arc<Count>,
    threads: Vec<Kthread<Outcome>>,
}

impl Ours {
    pub(super) fn new(threads: usize) -> Result<Self> {
        let freezer = Freezer::new();
        let ran = Arc::new(Count::new(threads));
        let builder = Builder::new("sleeper").stack_size(STACK).freezer(&freezer);
        let mut ours = Self { freezer, ran, threads: Vec::new() };
        for _ in 0..threads {
            let ran = Arc::clone(&ours.ran);
            let sleeper = from_fn(move |_| {
                ran.one();
                Step::Sleep
            });
            ours.threads.push(builder.run_iterant(Options::new(), sleeper)?);
        }
        ours.ran.wait();
        std::thread::sleep(SETTLED);
        Ok(ours)
    }
}

impl Herd for Ours {
    fn freeze(&self) -> Result<()> {
        Ok(self.freezer.freeze_all(Duration::from_secs(20))?)
    }

    fn thaw(&self) -> Result<()> {
        self.freezer.thaw_all();
        Ok(())
    }

    fn ran(&self) -> &Count {
        &self.ran
    }
}

impl Drop for Ours {
    fn drop(&mut self) {
        for thread in &self.threads {
            thread.request_stop();
        }
    }
}
