//! Waiting for works: flush, cancel, drain.

use std::time::Duration;

use super::Worker;
use super::core::{Batch, Incoming};
use crate::control::bits::{EXITED, FREEZE, FROZEN, PARK, PARKED, STARTED};
use crate::list::Node;
use crate::sync::clock::Moment;
use crate::sync::mutant::{Mutant, planted};
use crate::sync::{Arc, is_alive};
use crate::thread::{Task, own};
use crate::work::{Inner, NOWHERE, Work};

/// A worker did not do what was waited for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WorkerError {
    /// A work would wait for its own end, or a worker for itself.
    #[error(
        "a work can't wait for its own worker: it would wait for itself; let another thread do so"
    )]
    FromItself,
    /// The worker is frozen, and what was waited for comes after the thaw.
    #[error("the worker is frozen; wait again after the thaw")]
    Frozen,
    /// The worker is parked, and what was waited for comes when it is unparked.
    #[error("the worker is parked; wait again when it is unparked")]
    Parked,
    /// No thread runs the worker.
    #[error("no thread runs the worker; what is queued waits for the next one")]
    NoThread,
    /// A thread runs the worker already.
    #[error("a thread runs the worker already; stop that one first")]
    Busy,
    /// A pending work was taken back, and will not run; but a run of it goes on, and could not be waited
    /// for.
    #[error("the work was taken back, but the run that had begun goes on: {because}")]
    TakenBack {
        /// Why it could not be waited for.
        #[source]
        because: Box<WorkerError>,
    },
    /// The worker was destroyed.
    #[error("the worker was destroyed; make another one")]
    Destroyed,
    /// The work belongs to another worker.
    #[error("the work belongs to another worker; ask that one, or release the work there")]
    OtherWorker,
    /// The work is pending, runs, or is being cancelled.
    #[error("the work is in use; cancel it first")]
    InUse,
    /// The calling thread isn't a kthread.
    #[error(
        "the calling thread is no kthread; call this in what Builder::create() or run() is given"
    )]
    NotKthread,
    /// The time ran out.
    #[error("the time ran out before the works were done")]
    TimedOut,
}

/// A drain came to no end.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DrainError {
    /// Works go on being queued.
    #[error(
        "not drained in time: queued meanwhile were {}; not done with were {}",
        list(requeueing),
        list(waiting)
    )]
    StillQueued {
        /// The names of those that are pending or run, and were queued after the drain had begun:
        /// sorted, "?" for one without a name.
        requeueing: Vec<String>,
        /// Those that are pending or run, and were queued before.
        waiting: Vec<String>,
    },
    /// It could not be waited for.
    #[error(transparent)]
    Worker(#[from] WorkerError),
}

fn list(names: &[String]) -> String {
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}

impl Worker {
    /// Waits until the work that is queued or runs, if it is, has run. One whose time has not come is
    /// let run now. What is queued meanwhile is not waited for; if somebody cancels it, or moves it to
    /// another time, that ends the waiting as well.
    ///
    /// # Errors
    /// If the worker's own thread calls it, the worker is frozen or parked, has no thread, or the work
    /// is another worker's.
    ///
    /// # Blocking
    /// Until that run has ended. The kernel's name: `kthread_flush_work()`, which waits for ever for a
    /// work whose time has not come.
    pub fn flush_work(&self, work: &Work) -> Result<(), WorkerError> {
        let work = &work.0;
        self.refuse_itself()?;
        let (waits, taken, begun, idle) = {
            let mut batch = self.0.batch();
            let mut incoming = self.0.incoming();
            if !self.owns(work)? {
                return Ok(());
            }
            let waits = work.place.get() != NOWHERE;
            let idle = self.0.hasten(&mut batch, &mut incoming, work);
            (waits, work.taken(), work.begun(), idle)
        };
        if let Some(idle) = idle {
            idle.wake();
        }
        self.wait_until(None, |_, _| {
            let (now, ended) = (work.begun(), work.ended());
            if planted(Mutant::FlushDoesNotWait) {
                return true;
            }
            // It has been let go of since, so it was idle; others count its runs now.
            if work.owner() != self.0.id {
                return true;
            }
            // What ran at the call has ended; and what was pending was withdrawn, or has run.
            ended >= begun && (!waits || (work.taken() > taken && (now == begun || ended > begun)))
        })
    }

    /// Waits until all that was queued before has run. What waits for its time, and what is queued
    /// meanwhile, is not waited for.
    ///
    /// # Errors
    /// If the worker's own thread calls it, the worker is frozen or parked, or has no thread.
    ///
    /// # Blocking
    /// Until then. The kernel's name: `kthread_flush_worker()`.
    pub fn flush(&self) -> Result<(), WorkerError> {
        self.flush_until(None)
    }

    pub(super) fn flush_until(&self, deadline: Option<Moment>) -> Result<(), WorkerError> {
        self.refuse_itself()?;
        let last = self.0.incoming().ticket;
        self.wait_until(deadline, |batch, incoming| {
            let waiting = batch.first_ticket(incoming).is_some_and(|ticket| ticket <= last);
            let running = batch.current.as_ref().is_some_and(|current| current.ticket <= last);
            !waiting && !running
        })
    }

    /// Waits until nothing is queued and nothing runs, works that queue themselves included. What waits
    /// for its time is not waited for.
    ///
    /// # Errors
    /// After `limit`, the names of those that are still queued; else those of [`Worker::flush`].
    ///
    /// # Blocking
    /// Until then, at most for `limit`. The kernel's name: `drain_workqueue()`; `kthread_worker` has
    /// none.
    pub fn drain(&self, limit: Duration) -> Result<(), DrainError> {
        self.refuse_itself()?;
        let deadline = Moment::after(limit);
        let since = self.0.incoming().ticket;
        let drained = self.wait_until(deadline, |batch, incoming| {
            batch.first_ticket(incoming).is_none() && batch.current.is_none()
        });
        match drained {
            Ok(()) => Ok(()),
            Err(WorkerError::TimedOut) => {
                let batch = self.0.batch();
                let (requeueing, waiting) = batch.names(&self.0.incoming(), since);
                Err(DrainError::StillQueued { requeueing, waiting })
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Takes a work back that is pending. True if it was: it will not run. One that runs goes on, and
    /// may be queued again.
    ///
    /// Never blocks, but for a lock that is held for a moment; may be called from anywhere, but not from
    /// a handler of the operating system's signals.
    ///
    /// # Errors
    /// If the work is another worker's.
    ///
    /// The kernel's name: `cancel_work()`; `kthread_worker` has none.
    pub fn cancel(&self, work: &Work) -> Result<bool, WorkerError> {
        let (cancelled, watched) = {
            let mut batch = self.0.batch();
            if !self.owns(&work.0)? {
                return Ok(false);
            }
            (batch.cancel(&self.0, &work.0), batch.watched())
        };
        tell(watched);
        Ok(cancelled.is_some())
    }

    /// Takes a work back that is pending, and waits for its end if it runs; meanwhile nobody can queue
    /// it. True if it was pending. When this returns, it is neither pending nor does it run. Any number
    /// may call it at once.
    ///
    /// # Errors
    /// If the work itself calls it, or the work is another worker's: then nothing is done. If the
    /// worker is frozen or parked in the midst of the work: a pending one is taken back then, and
    /// [`WorkerError::TakenBack`] says so.
    ///
    /// # Blocking
    /// Until the run has ended. Another work of the same worker may call it, and doesn't block. The
    /// kernel's name: `kthread_cancel_work_sync()`, `kthread_cancel_delayed_work_sync()`.
    pub fn cancel_sync(&self, work: &Work) -> Result<bool, WorkerError> {
        let work = &work.0;
        let (cancelled, watched, runs, begun) = {
            let mut batch = self.0.batch();
            if !self.owns(work)? {
                return Ok(false);
            }
            let runs =
                batch.current.as_ref().is_some_and(|current| Arc::ptr_eq(&current.work, work));
            if runs && is_own_thread(&batch) {
                return Err(WorkerError::FromItself);
            }
            if runs {
                // What doesn't run needs no guard: it is idle when the lock is free again.
                let _incoming = self.0.incoming();
                work.canceling.set(work.canceling.get() + 1);
            }
            (batch.cancel(&self.0, work), batch.watched(), runs, work.begun())
        };
        tell(watched);
        let was_pending = cancelled.is_some();
        // Perhaps the last reference; not under a lock.
        drop(cancelled);
        if !runs {
            return Ok(was_pending);
        }
        let late = planted(Mutant::OneCancelWaits) && work.canceling.get() > 1;
        let waited = if !planted(Mutant::CancelDoesNotWait) && !late {
            self.wait_until(None, |_, _| work.ended() >= begun)
        } else {
            Ok(())
        };
        {
            let _batch = self.0.batch();
            let _incoming = self.0.incoming();
            work.canceling.set(work.canceling.get() - 1);
        }
        match waited {
            Ok(()) => Ok(was_pending),
            Err(error) if was_pending => Err(WorkerError::TakenBack { because: Box::new(error) }),
            Err(error) => Err(error),
        }
    }

    /// Lets go of a work, so that it can be queued on another worker.
    ///
    /// # Errors
    /// If it is pending, runs, or is being cancelled, or is another worker's.
    ///
    /// The kernel's name: `kthread_init_work()`, done once more.
    pub fn release(&self, work: &Work) -> Result<(), WorkerError> {
        let work = &work.0;
        let batch = self.0.batch();
        let _incoming = self.0.incoming();
        if !self.owns(work)? {
            return Ok(());
        }
        let runs = batch.current.as_ref().is_some_and(|current| Arc::ptr_eq(&current.work, work));
        if work.is_pending() || runs || work.canceling.get() > 0 {
            return Err(WorkerError::InUse);
        }
        work.unbind();
        Ok(())
    }

    /// Whether the work is this worker's; false if nobody's, be it that its worker is gone.
    fn owns(&self, work: &Node<Inner>) -> Result<bool, WorkerError> {
        match work.owner() {
            0 => Ok(false),
            owner if owner == self.0.id => Ok(true),
            owner if !is_alive(owner) => Ok(false),
            _ => Err(WorkerError::OtherWorker),
        }
    }

    pub(super) fn refuse_itself(&self) -> Result<(), WorkerError> {
        if is_own_thread(&self.0.batch()) { Err(WorkerError::FromItself) } else { Ok(()) }
    }

    /// Waits until `done` says so; it is asked again whenever something has changed.
    pub(super) fn wait_until(
        &self,
        deadline: Option<Moment>,
        done: impl Fn(&Batch, &Incoming) -> bool,
    ) -> Result<(), WorkerError> {
        loop {
            let thread = {
                let batch = self.0.batch();
                if done(&batch, &self.0.incoming()) {
                    return Ok(());
                }
                batch.thread.clone().ok_or(WorkerError::NoThread)?
            };
            let waited = thread.watch(deadline, |word| {
                let batch = self.0.batch();
                if done(&batch, &self.0.incoming()) {
                    Some(Ok(true))
                } else if batch.thread.as_ref() != Some(&thread) {
                    // Another thread may run it meanwhile.
                    Some(Ok(false))
                } else if word & (STARTED | EXITED) != STARTED {
                    Some(Err(WorkerError::NoThread))
                } else if word & FROZEN != 0 && word & FREEZE != 0 {
                    Some(Err(WorkerError::Frozen))
                } else if word & PARKED != 0 && word & PARK != 0 {
                    Some(Err(WorkerError::Parked))
                } else {
                    None
                }
            });
            match waited {
                None => return Err(WorkerError::TimedOut),
                Some(Ok(true)) => return Ok(()),
                Some(Ok(false)) => {}
                Some(Err(error)) => return Err(error),
            }
        }
    }
}

/// Tells those who watch a worker's thread that something has changed that it didn't do.
fn tell(watched: Option<Task>) {
    if let Some(thread) = watched
        && !planted(Mutant::FlushMissesCancel)
    {
        thread.progress();
    }
}

/// Whether the calling thread is the one that runs the worker.
fn is_own_thread(batch: &Batch) -> bool {
    if planted(Mutant::NoSelfCheck) {
        return false;
    }
    batch
        .thread
        .as_ref()
        .is_some_and(|thread| own::current().is_some_and(|own| thread.is_of(own.shared())))
}
