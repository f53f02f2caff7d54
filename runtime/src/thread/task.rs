//! A reference to a thread, for everybody.

use std::fmt;
use std::time::Duration;

use super::own;
use super::shared::Shared;
use super::{Cpus, os};
use crate::control::NoPark;
use crate::control::bits::{ASLEEP, EXITED, FREEZABLE, HELD, PARK, PARKED, PUBLISH, STOP, WATCHED};
use crate::error::{BindError, ParkError};
use crate::signal::{Sent, Signal};
use crate::stats::{State, Stats};
use crate::sync::Arc;
#[cfg(not(any(loom, shuttle)))]
use crate::sync::Weak;
use crate::sync::clock::Moment;
use crate::sync::mutant::{Mutant, planted};

/// A reference to a kthread: to wake, park and signal it, and to see how it is.
///
/// It is cheap to clone and keeps no thread running; after the thread's end it still answers. Who
/// stops the thread and gets its result is its [`Kthread`](crate::Kthread), of which there is one.
///
/// The kernel's name: a counted `struct task_struct *`.
#[derive(Clone)]
pub struct Task(pub(super) Arc<Shared>);

impl Task {
    /// The thread's name, whole. The operating system shows the first 15 bytes of it.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// The thread's id in `/proc/<pid>/task`. After the thread's end the system may give it to another.
    pub fn tid(&self) -> i32 {
        self.0.tid()
    }

    /// Wakes the thread. The first time it lets a created thread run.
    ///
    /// A thread that is awake notes it until it next sets its state, or an iterant's turn begins: so
    /// no wake-up is lost between a test and the sleep that follows from it.
    ///
    /// Never blocks; may be called from anywhere. The kernel's name: `wake_up_process()`.
    #[inline]
    pub fn wake(&self) {
        self.0.control.wake();
    }

    /// Asks the thread to stop, wakes it, lets it go on if it is parked or frozen, and doesn't wait
    /// for its end. Stop stays asked for.
    ///
    /// Never blocks; may be called from anywhere. The kernel's name: the first half of
    /// `kthread_stop()`.
    pub fn request_stop(&self) {
        self.0.control.request_stop();
    }

    /// Parks the thread, and waits until it is out of its function and parked. A thread that has not
    /// run yet parks before it runs, and runs when it is unparked. The thread itself may call it: it
    /// then parks at its next checkpoint.
    ///
    /// # Errors
    /// If it is parked already or asked to, has ended or is to end, or is unparked before it parked.
    ///
    /// # Blocking
    /// Until the thread comes to a park checkpoint: for ever if it has none. [`Task::park_timeout`] has
    /// a limit. The kernel's name: `kthread_park()`.
    pub fn park(&self) -> Result<(), ParkError> {
        self.park_until(None)
    }

    /// As [`Task::park`], for a limited time. A request that took too long is taken back.
    ///
    /// # Errors
    /// Those of [`Task::park`], and one for the time.
    pub fn park_timeout(&self, limit: Duration) -> Result<(), ParkError> {
        self.park_until(Moment::after(limit))
    }

    fn park_until(&self, deadline: Option<Moment>) -> Result<(), ParkError> {
        let name = || self.name().to_owned();
        let control = &self.0.control;
        control.request_park().map_err(|no| match no {
            NoPark::Busy => ParkError::Busy { name: name() },
            NoPark::Exited => ParkError::Exited { name: name() },
        })?;
        if self.is_current() || planted(Mutant::ParkedEarly) {
            return Ok(());
        }
        let parked = control.watch(deadline, |word| {
            if word & PARKED != 0 && word & PARK != 0 {
                Some(Ok(()))
            } else if word & (EXITED | STOP) != 0 {
                Some(Err(ParkError::Exited { name: name() }))
            } else if word & PARK == 0 {
                Some(Err(ParkError::Unparked { name: name() }))
            } else {
                None
            }
        });
        parked.unwrap_or_else(|| {
            control.unpark();
            Err(ParkError::TimedOut { name: name() })
        })
    }

    /// Takes a request to park back, and lets the thread go on. Without one it does nothing.
    ///
    /// Never blocks; may be called from anywhere. The kernel's name: `kthread_unpark()`.
    pub fn unpark(&self) {
        self.0.control.unpark();
    }

    /// Sends the thread a signal. All are ignored that the thread did not allow.
    ///
    /// Never blocks; may be called from any thread, but not in a handler of the operating system's signals. The kernel's name: `send_sig()`.
    pub fn signal(&self, signal: Signal) -> Sent {
        if self.state() == State::Exited {
            return Sent::Ignored;
        }
        self.0.signals.send(&self.0.control, signal)
    }

    /// Binds a thread that was created and not woken yet.
    ///
    /// # Errors
    /// If the thread was woken, parked or stopped before, or if the operating system refuses; the
    /// thread then is bound as it was.
    ///
    /// The kernel's name: `kthread_bind()`, `kthread_bind_mask()`.
    pub fn bind(&self, cpus: &Cpus) -> Result<(), BindError> {
        let name = || self.name().to_owned();
        if !self.0.control.begin_binding() {
            return Err(BindError::Started { name: name() });
        }
        let bound = os::bind(Some(self.tid()), cpus);
        self.0.control.end_binding();
        bound.map_err(|source| BindError::Setup { name: name(), source })
    }

    /// Where the thread is.
    pub fn state(&self) -> State {
        State::of(self.0.control.load())
    }

    /// Whether the thread has been woken, and has not ended.
    pub fn is_running(&self) -> bool {
        !matches!(self.state(), State::New | State::Exited)
    }

    /// Whether the thread takes part in the freezes of its domain. The kernel's name: no
    /// `PF_NOFREEZE`.
    pub fn is_freezable(&self) -> bool {
        self.0.control.load() & FREEZABLE != 0
    }

    /// Whether the thread has been asked to stop.
    pub fn is_stopping(&self) -> bool {
        self.0.control.load() & STOP != 0
    }

    /// What the thread has done so far, and where it spent its time. Never blocks.
    pub fn stats(&self) -> Stats {
        let word = self.0.control.load();
        // A thread that waits has published what there is.
        if word & (ASLEEP | HELD | EXITED | PUBLISH) == 0 {
            self.0.control.mark(PUBLISH);
        }
        self.0.stats.read()
    }

    /// Whether it is the calling thread, also when its function is over and what it kept is dropped.
    pub fn is_current(&self) -> bool {
        let ends = || self.state() != State::Exited && os::is_caller(self.tid());
        own::current().map_or_else(ends, |own| Arc::ptr_eq(own.shared(), &self.0))
    }

    pub(crate) fn is_of(&self, shared: &Arc<Shared>) -> bool {
        Arc::ptr_eq(&self.0, shared)
    }

    /// Whether somebody watches the thread.
    pub(crate) fn is_watched(&self) -> bool {
        self.0.control.load() & WATCHED != 0
    }

    /// Tells those who watch the thread that something has changed.
    pub(crate) fn progress(&self) {
        self.0.control.progress();
    }

    /// Blocks until `look` finds what it looks for; it is given the thread's word, and asked again after
    /// each change.
    pub(crate) fn watch<T>(
        &self,
        deadline: Option<Moment>,
        look: impl Fn(u32) -> Option<T>,
    ) -> Option<T> {
        self.0.control.watch(deadline, look)
    }

    #[cfg(not(any(loom, shuttle)))]
    pub(crate) fn upgrade(weak: &Weak<Shared>) -> Option<Self> {
        weak.upgrade().map(Self)
    }

    /// The model's clock was set.
    #[cfg(any(loom, shuttle))]
    pub(crate) fn time_has_passed(&self) {
        self.0.control.time_has_passed();
    }
}

impl PartialEq for Task {
    /// Whether both are the same thread.
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for Task {}

impl fmt::Debug for Task {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Task")
            .field("name", &self.name())
            .field("state", &self.state())
            .finish_non_exhaustive()
    }
}
