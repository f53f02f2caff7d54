//! A worker with a thread of its own.

use std::fmt;
use std::ops::Deref;
use std::time::Duration;

use super::core::{Batch, drop_quietly};
use super::run::Taken;
use super::{Worker, WorkerError, WorkerOptions};
use crate::control::bits::EXITED;
use crate::error::{CreateError, StopError};
use crate::iterant::Here;
use crate::list::Node;
use crate::sync::Arc;
use crate::sync::clock::Moment;
use crate::thread::{Builder, Kthread, Task};
use crate::work::{Inner, Work};

/// How long a drop waits for the work that runs.
const DROP_LIMIT: Duration = Duration::from_secs(5);
/// How long a thread that runs no work any more may take to end.
const WAY_OUT: Duration = Duration::from_secs(1);

/// A worker, and the thread that runs it.
///
/// It is also a [`Worker`]: queueing and all else is there. Dropping it destroys the worker as
/// [`WorkerThread::destroy`] does, within 5 seconds; if a work runs longer, its thread is left to end
/// alone. Dropped on its own thread it doesn't wait at all: the thread runs what is queued, and ends. What
/// could not be run is said on the standard error.
///
/// The kernel's name: what `kthread_create_worker()` returns.
#[must_use = "dropping it destroys the worker"]
pub struct WorkerThread {
    worker: Worker,
    thread: Option<Kthread<()>>,
}

/// What is left of a worker that was destroyed.
#[derive(Debug, Default)]
#[must_use = "it holds the works that did not run"]
pub struct Destroyed {
    /// Works that were queued and did not run, in their order, and those whose time had not come. None
    /// of them is pending any more.
    pub handed_back: Vec<Work>,
    /// How many of those waited for their time.
    pub timers: usize,
    /// A work still ran when the time was over: its thread was left, and ends with it. The name of the
    /// work, "?" if it has none.
    pub detached: Option<String>,
}

impl Builder {
    /// Creates a worker whose thread waits for its first [`Task::wake`]; works can be queued before.
    ///
    /// # Errors
    /// Those of [`Builder::create`].
    ///
    /// # Blocking
    /// As [`Builder::create`]. The kernel's name: `kthread_create_worker()`, since Linux 6.14;
    /// `kthread_create_worker_on_cpu()` after [`Builder::cpu`].
    pub fn create_worker(&self, options: WorkerOptions) -> Result<WorkerThread, CreateError> {
        self.create_worker_for(&Worker::new(), options)
    }

    /// Creates a worker and starts it.
    ///
    /// # Errors
    /// Those of [`Builder::create`].
    ///
    /// # Blocking
    /// As [`Builder::create`]. The kernel's name: `kthread_run_worker()`.
    pub fn run_worker(&self, options: WorkerOptions) -> Result<WorkerThread, CreateError> {
        let worker = self.create_worker(options)?;
        worker.start();
        Ok(worker)
    }

    /// Creates a thread for a worker that has none, be it new, or left by its thread with works queued:
    /// those are run once each.
    ///
    /// # Errors
    /// Those of [`Builder::create`]; and if the worker has a thread already, or was destroyed.
    ///
    /// # Blocking
    /// As [`Builder::create`].
    pub fn create_worker_for(
        &self,
        worker: &Worker,
        options: WorkerOptions,
    ) -> Result<WorkerThread, CreateError> {
        let taken = Taken::new(worker, options).map_err(|error| {
            let name = self.name().to_owned();
            match error {
                WorkerError::Destroyed => CreateError::WorkerDestroyed { name },
                _ => CreateError::WorkerBusy { name },
            }
        })?;
        let number = taken.number();
        let thread = self.create(move || taken.run(&Here::new(), options))?;
        // It may have been stopped by now, and be gone.
        worker.ran_by(number, thread.task());
        Ok(WorkerThread { worker: worker.clone(), thread: Some(thread) })
    }
}

impl WorkerThread {
    /// Another reference to the worker.
    pub fn worker(&self) -> Worker {
        self.worker.clone()
    }

    /// The thread, to park, freeze and look at.
    pub fn task(&self) -> Option<Task> {
        self.thread.as_ref().map(Kthread::task)
    }

    /// Lets a created worker run. The kernel's name: `wake_up_process()` on its task.
    pub fn start(&self) {
        if let Some(thread) = &self.thread {
            thread.wake();
        }
    }

    /// Stops the thread when the work that runs has ended. What is queued stays queued: the worker that
    /// is given back takes more, and runs all of it with its next thread.
    ///
    /// # Errors
    /// Those of [`Kthread::stop`]; a thread that never ran is none. If one of its works calls it,
    /// nothing is done: the worker goes on, without a handle.
    ///
    /// # Blocking
    /// Until the work that runs has ended.
    pub fn stop(mut self) -> Result<Worker, StopError> {
        if let Some(thread) = self.thread.take() {
            if thread.is_current() {
                let name = thread.name().to_owned();
                thread.detach();
                return Err(StopError::FromItself { name });
            }
            match thread.stop() {
                Ok(()) | Err(StopError::NotStarted { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(self.worker.clone())
    }

    /// Destroys the worker: nothing can be queued any more, also not by its own works; timers are
    /// cancelled; what is queued is run, if it comes to an end within `limit`, and else handed back.
    ///
    /// A worker that is frozen or parked, or was never started, runs nothing: all is handed back.
    ///
    /// # Errors
    /// `FromItself` if one of its works calls it. Nothing is done then.
    ///
    /// # Blocking
    /// At most for `limit`. The kernel's name: `kthread_destroy_worker()`, which loses what is queued
    /// late.
    pub fn destroy(mut self, limit: Duration) -> Result<Destroyed, WorkerError> {
        if let Err(error) = self.worker.refuse_itself() {
            // The worker goes on, and with it the work that has asked.
            if let Some(thread) = self.thread.take() {
                thread.detach();
            }
            return Err(error);
        }
        Ok(self.take_down(limit))
    }

    fn take_down(&mut self, limit: Duration) -> Destroyed {
        let deadline = Moment::after(limit);
        let mut left = Destroyed { handed_back: self.worker.close(), ..Destroyed::default() };
        left.timers = left.handed_back.len();
        // Whatever comes of it: what has not run by then is handed back.
        let flushed = self.worker.flush_until(deadline);
        drop(flushed);
        if let Some(thread) = self.thread.take() {
            thread.request_stop();
            let ends = |by| thread.watch(by, |word| (word & EXITED != 0).then_some(())).is_some();
            let mut ended = ends(deadline);
            if !ended {
                left.detached = self.worker.current_name();
                // Without a work it is on its way out.
                ended = left.detached.is_none() && ends(Moment::after(WAY_OUT));
            }
            if ended {
                // Its end is there; this waits for the operating system only.
                let _ = thread.join();
            } else {
                thread.detach();
            }
        }
        let mut works = self.worker.take_back();
        works.append(&mut left.handed_back);
        left.handed_back = works;
        left
    }
}

impl Worker {
    /// Lets nothing in any more, and takes the timers out.
    fn close(&self) -> Vec<Work> {
        self.0.close(&mut self.0.batch());
        self.take_all(Batch::cancel_timer)
    }

    /// Takes back what is queued.
    fn take_back(&self) -> Vec<Work> {
        self.take_all(|batch| batch.cancel_any(&mut self.0.incoming()))
    }

    /// Takes works until there is none. Now and then it lets others have the lock.
    fn take_all(&self, mut take: impl FnMut(&mut Batch) -> Option<Arc<Node<Inner>>>) -> Vec<Work> {
        let mut works = Vec::new();
        loop {
            let mut batch = self.0.batch();
            for _ in 0..256 {
                let Some(node) = take(&mut batch) else { return works };
                works.push(Work(node));
            }
        }
    }

    /// The name of the work that runs, "?" if it has none.
    fn current_name(&self) -> Option<String> {
        let name = self.stats().current?;
        Some(if name.is_empty() { "?".to_owned() } else { name })
    }
}

/// Nobody can be given what is left of a worker that is dropped: it is said where panics are.
fn report(worker: &str, left: &Destroyed) {
    if let Some(work) = &left.detached {
        eprintln!("kthread: worker `{worker}` was dropped, and its work `{work}` still runs");
    }
    if !left.handed_back.is_empty() {
        let count = left.handed_back.len();
        eprintln!("kthread: worker `{worker}` was dropped, and {count} pending works with it");
    }
}

impl Deref for WorkerThread {
    type Target = Worker;

    fn deref(&self) -> &Worker {
        &self.worker
    }
}

impl Drop for WorkerThread {
    fn drop(&mut self) {
        let Some(thread) = &self.thread else { return };
        let name = thread.name().to_owned();
        let left = if thread.is_current() {
            // The thread itself: it runs what is queued, and ends.
            self.worker.0.batch().alone = true;
            if let Some(thread) = self.thread.take() {
                thread.detach();
            }
            let timers = self.worker.close();
            Destroyed { timers: timers.len(), handed_back: timers, detached: None }
        } else {
            self.take_down(DROP_LIMIT)
        };
        report(&name, &left);
        left.handed_back.into_iter().for_each(drop_quietly);
    }
}

impl fmt::Debug for WorkerThread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WorkerThread")
            .field("worker", &self.worker)
            .field("thread", &self.thread)
            .finish()
    }
}
