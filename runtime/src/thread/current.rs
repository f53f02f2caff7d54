//! The calling thread.

use std::fmt;
use std::rc::Rc;
use std::time::Duration;

use super::own::{self, Own};
use super::{Task, TaskState};
use crate::control::bits::{PARK, SIGNAL};
use crate::error::NotKthread;
use crate::signal::{Action, Sent, Signal};
use crate::sync::Arc;
use crate::sync::clock::Moment;

/// The calling kthread: what only it may do. The kernel's name: `current`.
///
/// It stays in its thread. A loop that runs in the driver gets it as [`Cx`](crate::Cx).
#[derive(Clone)]
pub struct Current {
    own: Rc<Own>,
}

/// The calling thread.
///
/// # Errors
/// If it isn't a kthread.
///
/// ```
/// assert!(kthread::current().unwrap_err().to_string().contains("no kthread"));
/// let name = kthread::Builder::new("me").run(|| {
///     let me = kthread::current()?;
///     Ok::<_, kthread::NotKthread>(me.task().name().to_owned())
/// })?;
/// # drop(name);
/// # Ok::<(), kthread::CreateError>(())
/// ```
pub fn current() -> Result<Current, NotKthread> {
    own::current().map(Current::new).ok_or(NotKthread)
}

impl Current {
    pub(crate) fn new(own: Rc<Own>) -> Self {
        Self { own }
    }

    #[inline]
    pub(crate) fn own(&self) -> &Rc<Own> {
        &self.own
    }

    /// A reference to the thread, for others.
    pub fn task(&self) -> Task {
        Task(Arc::clone(self.own.shared()))
    }

    /// Whether the thread is to end: somebody stops it, or it called [`Current::stop_current`], or took a
    /// fatal signal. Never blocks. The kernel's name: `kthread_should_stop()`.
    #[inline]
    pub fn should_stop(&self) -> bool {
        self.own.should_stop()
    }

    /// Asks for the end of the thread's own loop. It doesn't end anything: the caller returns, and no
    /// iteration, sleep or checkpoint follows. `code` is what [`Outcome::Stopped`](crate::Outcome)
    /// holds, bit for bit; the last one counts. Never blocks. The kernel's name:
    /// `kthread_stop_current()` of the 2015 series.
    pub fn stop_current(&self, code: i32) {
        self.own.stop_current(code);
    }

    /// What [`Current::stop_current`] was given last; 0 before.
    pub fn code(&self) -> i32 {
        self.own.code.get()
    }

    /// Whether somebody wants to park the thread. Never blocks. The kernel's name:
    /// `kthread_should_park()`.
    pub fn should_park(&self) -> bool {
        self.own.asked(PARK)
    }

    /// Parks if that is asked for, and blocks until it is not; true if it did. Test [`Current::should_stop`]
    /// afterwards. The kernel's name: `kthread_parkme()`.
    pub fn park_me(&self) -> bool {
        self.own.park(true)
    }

    /// Takes part in the freezes of the thread's domain from now on, and freezes at once if it is
    /// frozen: then it blocks until the thaw, or until the thread is to stop; true then. The kernel's name:
    /// `set_freezable()`.
    pub fn set_freezable(&self) -> bool {
        self.own.set_freezable()
    }

    /// As [`Current::set_freezable`], at the begin of a function that may not use up a wake-up by that.
    pub(crate) fn begin_function(&self) {
        self.own.keeping_wakeups(|| self.own.set_freezable());
    }

    /// Takes part in freezes no more. The kernel's name: setting `PF_NOFREEZE`.
    pub fn clear_freezable(&self) {
        self.own.shared().freezer.remove(self.own.shared());
    }

    /// Freezes if that is asked for, and blocks until the thaw, or until the thread is to stop; true if it did.
    /// The kernel's name: `try_to_freeze()`.
    pub fn try_to_freeze(&self) -> bool {
        self.own.freeze(true)
    }

    /// Freezes if that is asked for, which blocks as [`Current::try_to_freeze`] does, then says whether the thread is to stop, and whether it froze.
    /// The kernel's name: `kthread_freezable_should_stop()`.
    pub fn freezable_should_stop(&self) -> (bool, bool) {
        let was_frozen = self.try_to_freeze();
        (self.should_stop(), was_frozen)
    }

    /// Lets other threads run, and freezes if that is asked for: for long bodies. The 2015 series'
    /// name: `freezable_cond_resched()`.
    pub fn freezable_cond_resched(&self) -> bool {
        crate::sync::os::yield_now();
        self.try_to_freeze()
    }

    /// Sleeps, and so blocks, until woken, signalled or asked for something. A wake-up since the thread last slept or set its
    /// state counts, so none is lost, and one too many does no harm: test the condition again.
    ///
    /// The kernel's name: `set_current_state(TASK_INTERRUPTIBLE); schedule();`, without its trap.
    pub fn sleep(&self) {
        self.own.sleep(None);
    }

    /// As [`Current::sleep`], for a limited time; true if it was ended by something else than the time.
    /// The kernel's name: `schedule_timeout_interruptible()`.
    pub fn sleep_timeout(&self, limit: Duration) -> bool {
        if limit.is_zero() {
            self.own.set_state(TaskState::Running);
            return false;
        }
        self.own.sleep(Moment::after(limit))
    }

    /// Sets the state in which [`Current::schedule`] or the driver will sleep. A wake-up from now on
    /// ends it, an earlier one doesn't; so set it, then test whether there is something to do.
    ///
    /// Never blocks. The kernel's name: `set_current_state()`.
    pub fn set_state(&self, state: TaskState) {
        self.own.set_state(state);
    }

    /// The state: what was set, or `Running` after a wake-up. The kernel's name: `current->__state`.
    pub fn state(&self) -> TaskState {
        self.own.state()
    }

    /// Sleeps, and so blocks, in the state that was set, and is running afterwards. In the state `Running` it only lets
    /// others run. The kernel's name: `schedule()`.
    pub fn schedule(&self) {
        self.own.schedule(None);
    }

    /// As [`Current::schedule`], for a limited time; a limit of 0 is no sleep. True if it was ended by
    /// something else than the time. The kernel's name: `schedule_timeout()`.
    pub fn schedule_timeout(&self, limit: Duration) -> bool {
        if limit.is_zero() {
            self.own.set_state(TaskState::Running);
            return false;
        }
        self.own.schedule(Moment::after(limit))
    }

    /// Allows a signal, and says what it does. The kernel's name: `allow_signal()`, and
    /// `kthread_sigaction()` of the 2015 series.
    pub fn sigaction(&self, signal: Signal, action: Action) {
        let before = self.own.actions.borrow_mut().set(signal, action);
        self.own.shared().signals.allow(signal);
        drop(before);
    }

    /// Ignores a signal from now on, also if it is pending. The kernel's name: `disallow_signal()`.
    pub fn disallow(&self, signal: Signal) {
        self.own.shared().signals.disallow(&self.own.shared().control, signal);
        let before = self.own.actions.borrow_mut().set(signal, Action::Default);
        drop(before);
    }

    /// Lets a signal wait, if it comes, until it is unblocked. The kernel's name: `sigprocmask()`.
    pub fn block(&self, signal: Signal) {
        self.own.shared().signals.set_blocked(&self.own.shared().control, signal, true);
    }

    /// Takes back [`Current::block`].
    pub fn unblock(&self, signal: Signal) {
        self.own.shared().signals.set_blocked(&self.own.shared().control, signal, false);
    }

    /// Whether a signal waits to be taken, that is neither ignored nor blocked. The kernel's name:
    /// `signal_pending()`.
    pub fn signal_pending(&self) -> bool {
        self.own.asked(SIGNAL)
    }

    /// Takes the next pending signal without its action. The kernel's name:
    /// `kernel_dequeue_signal()`.
    pub fn dequeue_signal(&self) -> Option<Signal> {
        let shared = self.own.shared();
        shared.signals.take(&shared.control, |_| true)
    }

    /// Drops all pending signals. The kernel's name: `flush_signals()`.
    pub fn flush_signals(&self) {
        self.own.shared().signals.flush(&self.own.shared().control);
    }

    /// Sends a signal to the thread itself.
    pub fn raise(&self, signal: Signal) -> Sent {
        self.task().signal(signal)
    }
}

impl fmt::Debug for Current {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Current").field(&self.task()).finish()
    }
}
