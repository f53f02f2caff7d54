//! The three iterants of the daemon, and what they share.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use kthread::{Cx, Iterant, Step, WaitQueue};

use crate::say;

/// What the iterants share.
#[derive(Debug)]
pub(crate) struct Shared {
    up: Sender<()>,
    jobs: Mutex<VecDeque<u32>>,
    arrived: WaitQueue,
    made: AtomicU32,
    done: AtomicU32,
}

impl Shared {
    /// Also what hears of each iterant that has begun.
    pub(crate) fn new() -> (Arc<Self>, Receiver<()>) {
        let (up, begun) = channel();
        let shared = Self {
            up,
            jobs: Mutex::default(),
            arrived: WaitQueue::new(),
            made: AtomicU32::new(0),
            done: AtomicU32::new(0),
        };
        (Arc::new(shared), begun)
    }

    /// An iterant has begun. Nobody may be waiting for it any more.
    fn is_up(&self) {
        let _ = self.up.send(());
    }

    /// The worker may have panicked: the jobs are still there.
    fn jobs(&self) -> MutexGuard<'_, VecDeque<u32>> {
        self.jobs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn reread(&self) {
        say(&format!("keeper rereads its settings, {} jobs wait", self.jobs().len()));
    }

    /// Does a job; false if there is none.
    fn work(&self) -> bool {
        let job = self.jobs().pop_front();
        if let Some(job) = job {
            self.done.fetch_add(1, Ordering::Relaxed);
            if job % 10 == 0 {
                say(&format!("worker does job {job}"));
            }
        }
        job.is_some()
    }

    pub(crate) fn work_off(&self) {
        while self.work() {}
    }

    /// Nothing may be lost.
    pub(crate) fn balance(&self) -> Result<String, String> {
        let (made, done) = (self.made.load(Ordering::Relaxed), self.done.load(Ordering::Relaxed));
        if made == done {
            Ok(format!("{made} jobs"))
        } else {
            Err(format!("{done} of {made} jobs"))
        }
    }
}

/// Makes a job every 10 milliseconds.
#[derive(Debug)]
pub(crate) struct Intake(Arc<Shared>);

impl Intake {
    pub(crate) fn new(shared: &Arc<Shared>) -> Self {
        Self(Arc::clone(shared))
    }
}

impl Iterant for Intake {
    type Output = ();
    type Error = Infallible;

    fn init(&mut self, _cx: &mut Cx) -> Result<(), Infallible> {
        self.0.is_up();
        Ok(())
    }

    fn iterate(&mut self, _cx: &mut Cx) -> Step {
        let job = self.0.made.fetch_add(1, Ordering::Relaxed);
        self.0.jobs().push_back(job);
        self.0.arrived.wake_one();
        Step::SleepTimeout(Duration::from_millis(10))
    }
}

/// Does the jobs, one an iteration.
#[derive(Debug)]
pub(crate) struct Worker(Arc<Shared>);

impl Worker {
    pub(crate) fn new(shared: &Arc<Shared>) -> Self {
        Self(Arc::clone(shared))
    }
}

impl Iterant for Worker {
    type Output = ();
    type Error = Infallible;

    fn init(&mut self, _cx: &mut Cx) -> Result<(), Infallible> {
        self.0.is_up();
        Ok(())
    }

    fn iterate(&mut self, _cx: &mut Cx) -> Step {
        // Freezes in here, too. A stop ends it, and is tested at the checkpoint.
        if self.0.arrived.wait_freezable(|| !self.0.jobs().is_empty()).is_ok() {
            self.0.work();
        }
        Step::Continue
    }

    /// What was taken in is done before the end.
    fn destroy(&mut self, _cx: &mut Cx) {
        self.0.work_off();
    }
}

/// Counts.
#[derive(Debug)]
pub(crate) struct Keeper {
    shared: Arc<Shared>,
    seen: u32,
}

impl Keeper {
    pub(crate) fn new(shared: &Arc<Shared>) -> Self {
        Self { shared: Arc::clone(shared), seen: 0 }
    }
}

impl Iterant for Keeper {
    type Output = ();
    type Error = Infallible;

    fn init(&mut self, _cx: &mut Cx) -> Result<(), Infallible> {
        self.shared.is_up();
        Ok(())
    }

    fn iterate(&mut self, _cx: &mut Cx) -> Step {
        let done = self.shared.done.load(Ordering::Relaxed);
        if done / 100 > self.seen / 100 {
            say(&format!("keeper counts {done} jobs"));
        }
        self.seen = done;
        Step::SleepTimeout(Duration::from_millis(50))
    }
}
