//! The worker's loop: an iteration of the one driver.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::time::Duration;

use super::core::{Next, drop_quietly};
use super::{Worker, WorkerError, WorkerOptions};
use crate::Step;
use crate::control::bits::{ENDED, FREEZE, PARK, SIGNAL, STOP};
use crate::error::Panic;
use crate::iterant::{Checkpoints, Here, Manner, drive_here};
use crate::list::Node;
use crate::sync::Arc;
use crate::sync::clock::{self, Moment};
use crate::sync::mutant::{Mutant, planted};
use crate::thread::{Own, Task};
use crate::work::{Inner, WorkCx};

/// How often a worker that has just run something looks whether something else has come in, before it
/// sleeps. A producer that is at work then need not wake it, which takes longer; and it does not yield
/// instead, as others may then run for milliseconds. In a model, where time stands still, it never looks.
const PATIENCE: u32 = if cfg!(any(loom, shuttle)) { 0 } else { 3 };
/// How many pauses come before the first of those looks; twice as many before each of the others: in all
/// about a microsecond. Each look takes a cache line away from the producers.
const PAUSES: u32 = 16;

impl Worker {
    /// Runs works in the calling kthread, until it is stopped. Works that are pending then stay. With
    /// [`WorkerOptions::freezable`] the kthread is freezable from then on, also after this.
    ///
    /// # Errors
    /// If another thread runs this worker, it was destroyed, or the calling thread isn't a kthread.
    ///
    /// # Blocking
    /// Until the thread is to stop. The kernel's name: `kthread_worker_fn()`.
    pub fn run_here(&self, options: WorkerOptions) -> Result<(), WorkerError> {
        let current = crate::thread::current().map_err(|_| WorkerError::NotKthread)?;
        let taken = Taken::new(self, options)?;
        taken.is_of(current.task());
        taken.run(&Here::new(), options);
        Ok(())
    }

    fn run_in(&self, here: &Here, options: WorkerOptions) {
        let own = Rc::clone(here.own());
        let _loop = own.begin_loop();
        // A signal that a work has allowed would end every sleep until it is taken.
        let mut checkpoints = Checkpoints::STOP | Checkpoints::PARK | Checkpoints::SIGNAL;
        if options.freezable {
            checkpoints |= Checkpoints::FREEZE;
            own.set_freezable();
        }
        let bits = checkpoints.bits();
        let _exit: crate::Exit =
            drive_here(here, Manner::iterant(bits, true), |_| self.turn(&own, bits, options.spin));
    }

    /// Runs works until there is none, or the driver has something to do.
    fn turn(&self, own: &Own, checkpoints: u32, spin: Duration) -> Step {
        let interrupts = checkpoints & (STOP | PARK | FREEZE | SIGNAL) | ENDED;
        let asked = || own.asked(interrupts);
        let (mut ran, mut lingers) = (false, false);
        // When it had nothing to do any more.
        let mut since = None;
        loop {
            let (done, next) = self.0.next(ran, !lingers, || !asked());
            if ran {
                own.shared().control.progress();
            }
            if let Some(work) = done {
                // It may be the last reference; what the work owns goes here, without a lock.
                if planted(Mutant::LeaksWork) {
                    std::mem::forget(work);
                } else {
                    drop_quietly(work);
                }
            }
            match next {
                None => return Step::Continue,
                Some(Next::End) => return Step::Break(()),
                Some(Next::Linger(until)) => {
                    lingers = self.linger(asked, until, spin, &mut since);
                    ran = false;
                }
                Some(Next::Sleep(None)) => return Step::Sleep,
                Some(Next::Sleep(Some(until))) => {
                    let left = until.since(clock::now());
                    if left.is_zero() {
                        ran = false;
                        continue;
                    }
                    return Step::SleepTimeout(left);
                }
                Some(Next::Run(work)) => {
                    // SAFETY: only the call of `next` at the loop's head ends the run.
                    let work = unsafe { work.work() };
                    self.run(&work);
                    (ran, lingers) = (true, PATIENCE != 0);
                    since = None;
                }
            }
        }
    }

    /// Looks for a while whether something comes in: until it does, the thread is asked for something, a
    /// timer's time has come, or time is up. False if it shall not do so again without a run.
    fn linger(
        &self,
        asked: impl Fn() -> bool,
        until: Option<Moment>,
        spin: Duration,
        since: &mut Option<Moment>,
    ) -> bool {
        // False if it should not go on.
        let look = |pauses: u32| {
            (0..pauses).for_each(|_| std::hint::spin_loop());
            !self.0.has_news() && !asked()
        };
        if spin.is_zero() {
            let _come = !(0..PATIENCE).all(|time| look(PAUSES << time));
            return false;
        }
        let since = *since.get_or_insert_with(clock::now);
        while look(4) {
            let now = clock::now();
            if until.is_some_and(|until| until <= now) {
                return true;
            }
            if now.since(since) >= spin {
                return false;
            }
        }
        true
    }

    fn run(&self, work: &Arc<Node<Inner>>) {
        let cx = WorkCx::new(work, self);
        // SAFETY: one thread runs this worker, the work belongs to it, and only `next` gives it out.
        let run = || unsafe { work.run(&cx) };
        if planted(Mutant::PanicEndsWorker) {
            return run();
        }
        if planted(Mutant::SecondRun) && work.panics.replace(0) == 1000 {
            run();
        }
        if let Err(payload) = catch_unwind(AssertUnwindSafe(run)) {
            let panic = Panic::new(payload);
            let mut batch = self.0.batch();
            batch.counts.panics += 1;
            work.panics.set(work.panics.get() + 1);
            batch.counts.last_panic = Some((work.name().to_owned(), panic.message().to_owned()));
            drop(batch);
            drop_quietly(panic);
        }
    }
}

/// The right to run a worker, of which there is one. It ends with the thread, whether that has run or not.
#[derive(Debug)]
pub(super) struct Taken {
    worker: Worker,
    number: u64,
}

impl Taken {
    /// An error if somebody has it, or nothing can be queued any more.
    pub(super) fn new(worker: &Worker, options: WorkerOptions) -> Result<Self, WorkerError> {
        let mut batch = worker.0.batch();
        if batch.is_closed() {
            return Err(WorkerError::Destroyed);
        }
        if batch.taken != 0 && !planted(Mutant::TwoThreads) {
            return Err(WorkerError::Busy);
        }
        batch.takers += 1;
        batch.taken = batch.takers;
        batch.precise = options.precise;
        Ok(Self { worker: worker.clone(), number: batch.taken })
    }

    pub(super) fn number(&self) -> u64 {
        self.number
    }

    fn is_of(&self, thread: Task) {
        self.worker.ran_by(self.number, thread);
    }

    pub(super) fn run(self, here: &Here, options: WorkerOptions) {
        self.worker.run_in(here, options);
    }
}

impl Worker {
    /// Says which thread has the right with that number; it may have ended already.
    pub(super) fn ran_by(&self, number: u64, thread: Task) {
        let mut batch = self.0.batch();
        if batch.taken == number {
            batch.thread = Some(thread);
        }
    }
}

impl Drop for Taken {
    fn drop(&mut self) {
        self.worker.0.leave();
    }
}
