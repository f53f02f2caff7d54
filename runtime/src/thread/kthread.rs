//! The one handle that owns a thread.

use std::fmt;
use std::ops::Deref;

use super::Task;
use crate::control::bits::EXITED;
use crate::error::{Panic, StopError};
use crate::sync::mutant::{Mutant, planted};
use crate::sync::os::{self, JoinHandle};
use crate::sync::{Arc, Mutex, lock};

/// What a thread ended with.
#[derive(Debug)]
pub(super) enum Ended<T> {
    /// It never ran.
    NotStarted,
    Returned(T),
    Panicked(Panic),
}

/// Where a thread puts what it ended with.
pub(super) type Slot<T> = Arc<Mutex<Option<Ended<T>>>>;

/// A thread, and the right to its result.
///
/// It is also a [`Task`]: what everybody may do to the thread is there. Dropping it stops the thread
/// and waits for its end; [`Kthread::detach`] lets the thread go on alone.
///
/// The kernel's name: what `kthread_create()` returns.
#[must_use = "dropping it stops the thread and waits for its end; detach() lets it go on"]
pub struct Kthread<T> {
    task: Task,
    slot: Slot<T>,
    join: Mutex<Option<JoinHandle<()>>>,
}

impl<T> Kthread<T> {
    pub(super) fn new(task: Task, slot: Slot<T>, join: JoinHandle<()>) -> Self {
        Self { task, slot, join: Mutex::new(Some(join)) }
    }

    /// Another reference to the thread.
    pub fn task(&self) -> Task {
        self.task.clone()
    }

    /// Stops the thread: asks it to stop, wakes it, also if it is parked, frozen or stopped by a signal,
    /// waits for its end, and gives back its result. All that the thread owned is dropped by then.
    ///
    /// A thread that has ended by itself gives its result as well.
    ///
    /// # Errors
    /// - `NotStarted` if the thread was not woken before, or the stop came before it ran: what it was
    ///   given is dropped without having been called;
    /// - `AlreadyStopped` for all but the first call of this and [`Kthread::join`], at once; the thread is
    ///   asked to stop nevertheless;
    /// - `FromItself` if the thread itself calls it, be it in a signal handler;
    /// - `Panicked` if it did.
    ///
    /// # Blocking
    /// Until the thread has ended: for ever if it never tests stop. A frozen thread whose driver has no
    /// stop checkpoint waits for the thaw: what would follow is an iteration. The kernel's name:
    /// `kthread_stop()`.
    pub fn stop(&self) -> Result<T, StopError> {
        self.end(Task::request_stop)
    }

    /// Waits until the thread has ended by itself, or somebody asked it to stop with
    /// [`Task::request_stop`], and gives back its result.
    ///
    /// # Errors
    /// Those of [`Kthread::stop`].
    ///
    /// # Blocking
    /// Until the thread has ended: for ever if it was not woken, or never ends. The kernel's name:
    /// `wait_for_completion()` on what `kthread_complete_and_exit()` completes.
    pub fn join(&self) -> Result<T, StopError> {
        self.end(|_| ())
    }

    fn end(&self, ask: impl FnOnce(&Task)) -> Result<T, StopError> {
        let name = || self.name().to_owned();
        if self.is_own() {
            return Err(StopError::FromItself { name: name() });
        }
        // Also for one who comes late: who joins the thread waits for its end.
        ask(&self.task);
        if !self.task.0.control.claim() {
            if planted(Mutant::StopTwice) {
                self.task.0.control.watch(None, |_| lock(&self.slot).is_some().then_some(()));
            }
            return Err(StopError::AlreadyStopped { name: name() });
        }
        self.wait();
        match lock(&self.slot).take() {
            Some(Ended::Returned(result)) => Ok(result),
            Some(Ended::Panicked(panic)) => Err(StopError::Panicked { name: name(), panic }),
            Some(Ended::NotStarted) => Err(StopError::NotStarted { name: name() }),
            // Only who has claimed it takes it.
            None => Err(StopError::AlreadyStopped { name: name() }),
        }
    }

    /// Lets the thread go on alone; its result is dropped when it ends, before its state says so. It can
    /// still be asked to stop, with [`Task::request_stop`].
    pub fn detach(self) -> Task {
        drop(lock(&self.join).take());
        self.task.clone()
    }

    /// Whether the calling thread would wait for itself. When its function is over it is no kthread any
    /// more, and what it keeps in thread-local variables is still to be dropped.
    fn is_own(&self) -> bool {
        self.is_current() || lock(&self.join).as_ref().is_some_and(os::is_own)
    }

    fn wait(&self) {
        if planted(Mutant::EndBeforeResult) {
            self.task.0.control.watch(None, |word| (word & EXITED != 0).then_some(()));
            return;
        }
        let join = lock(&self.join).take();
        if let Some(join) = join {
            // What the thread panics with is caught in it.
            let _ = join.join();
        }
    }
}

impl<T> Deref for Kthread<T> {
    type Target = Task;

    fn deref(&self) -> &Task {
        &self.task
    }
}

impl<T> Drop for Kthread<T> {
    fn drop(&mut self) {
        if lock(&self.join).is_none() {
            return;
        }
        self.task.request_stop();
        // On the thread itself waiting would never end; it ends by itself soon.
        if !self.is_own() {
            self.wait();
        }
    }
}

impl<T> fmt::Debug for Kthread<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Kthread")
            .field("name", &self.name())
            .field("state", &self.state())
            .finish_non_exhaustive()
    }
}
