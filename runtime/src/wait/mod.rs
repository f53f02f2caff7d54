//! Waiting for a condition.

use std::time::Duration;

use crate::control::bits::{ENDED, SIGNAL, STOP};
use crate::error::WaitError;
use crate::sync::clock::Moment;
use crate::sync::mutant::{Mutant, planted};
use crate::sync::{Arc, Mutex, lock};
use crate::thread::{Current, Shared, TaskState, current};

/// Where kthreads wait until a condition is true, which others make true before they wake.
///
/// The state is set before the condition is tested, so no wake-up is lost. The condition is the
/// caller's: it reads atomics or takes locks; it must not wait itself.
///
/// All that wait here block until what they say; they may be called by any kthread, not in the condition
/// of another wait. Waking never blocks.
///
/// The kernel's name: `wait_queue_head_t`.
///
/// ```
/// use std::sync::Arc;
/// use std::sync::atomic::{AtomicBool, Ordering};
/// use kthread::{Builder, WaitQueue};
///
/// let shared = Arc::new((WaitQueue::new(), AtomicBool::new(false)));
/// let for_thread = Arc::clone(&shared);
/// let thread = Builder::new("waiter").run(move || {
///     let (queue, ready) = &*for_thread;
///     queue.wait_interruptible(|| ready.load(Ordering::Acquire))
/// })?;
/// let (queue, ready) = &*shared;
/// ready.store(true, Ordering::Release);
/// queue.wake_all();
/// # drop(thread);
/// # Ok::<(), kthread::CreateError>(())
/// ```
#[derive(Debug)]
pub struct WaitQueue {
    waiting: Mutex<Vec<Arc<Shared>>>,
}

/// How a thread waits.
#[derive(Clone, Copy)]
struct How {
    state: TaskState,
    freezable: bool,
    limit: Option<Duration>,
}

impl WaitQueue {
    /// A queue in which nobody waits.
    pub fn new() -> Self {
        Self { waiting: Mutex::new(Vec::new()) }
    }

    /// Waits until `condition` is true, whatever else is asked for. The kernel's name: `wait_event()`.
    ///
    /// # Errors
    /// If the calling thread isn't a kthread.
    pub fn wait(&self, condition: impl FnMut() -> bool) -> Result<(), WaitError> {
        self.wait_how(condition, TaskState::Uninterruptible, false, None)
    }

    /// Waits until `condition` is true. The kernel's name: `wait_event_interruptible()`.
    ///
    /// # Errors
    /// If a signal or a stop comes first, or if the calling thread isn't a kthread.
    pub fn wait_interruptible(&self, condition: impl FnMut() -> bool) -> Result<(), WaitError> {
        self.wait_how(condition, TaskState::Interruptible, false, None)
    }

    /// As [`WaitQueue::wait_interruptible`], and freezes meanwhile if that is asked for. The kernel's
    /// name: `wait_event_freezable()`.
    ///
    /// # Errors
    /// Those of [`WaitQueue::wait_interruptible`].
    pub fn wait_freezable(&self, condition: impl FnMut() -> bool) -> Result<(), WaitError> {
        self.wait_how(condition, TaskState::Interruptible, true, None)
    }

    /// As [`WaitQueue::wait`], for a limited time. The kernel's name: `wait_event_timeout()`.
    ///
    /// # Errors
    /// If the time runs out first, or if the calling thread isn't a kthread.
    pub fn wait_timeout(
        &self,
        limit: Duration,
        condition: impl FnMut() -> bool,
    ) -> Result<(), WaitError> {
        self.wait_how(condition, TaskState::Uninterruptible, false, Some(limit))
    }

    /// As [`WaitQueue::wait_interruptible`], for a limited time. The kernel's name:
    /// `wait_event_interruptible_timeout()`.
    ///
    /// # Errors
    /// Those of [`WaitQueue::wait_interruptible`], and one for the time.
    pub fn wait_interruptible_timeout(
        &self,
        limit: Duration,
        condition: impl FnMut() -> bool,
    ) -> Result<(), WaitError> {
        self.wait_how(condition, TaskState::Interruptible, false, Some(limit))
    }

    /// As [`WaitQueue::wait_freezable`], for a limited time, in which time frozen counts. The kernel's
    /// name: `wait_event_freezable_timeout()`.
    ///
    /// # Errors
    /// Those of [`WaitQueue::wait_interruptible_timeout`].
    pub fn wait_freezable_timeout(
        &self,
        limit: Duration,
        condition: impl FnMut() -> bool,
    ) -> Result<(), WaitError> {
        self.wait_how(condition, TaskState::Interruptible, true, Some(limit))
    }

    /// Wakes all that wait; each tests its condition again.
    ///
    /// Never blocks; may be called from any thread, but not in a handler of the operating system's signals. The kernel's name: `wake_up_all()`.
    pub fn wake_all(&self) {
        for thread in lock(&self.waiting).iter() {
            thread.control.wake();
        }
    }

    /// Wakes the one that has waited longest.
    ///
    /// Never blocks; may be called from any thread, but not in a handler of the operating system's signals. The kernel's name: `wake_up()` with an exclusive
    /// waiter.
    pub fn wake_one(&self) {
        let mut waiting = lock(&self.waiting);
        if waiting.is_empty() {
            return;
        }
        // It puts itself back if its condition is not true; the next call wakes another.
        let thread = waiting.remove(0);
        thread.control.wake();
    }

    fn wait_how(
        &self,
        condition: impl FnMut() -> bool,
        state: TaskState,
        freezable: bool,
        limit: Option<Duration>,
    ) -> Result<(), WaitError> {
        let how = How { state, freezable, limit };
        let current = current()?;
        let mut waiter = Waiter { queue: self, current: &current, chosen: false, satisfied: false };
        let result = waiter.wait(how, condition);
        waiter.satisfied = result.is_ok();
        result
    }

    /// True if the thread was not in the queue.
    fn join(&self, thread: &Arc<Shared>) -> bool {
        let mut waiting = lock(&self.waiting);
        if waiting.iter().any(|one| Arc::ptr_eq(one, thread)) {
            return false;
        }
        waiting.push(Arc::clone(thread));
        true
    }

    /// False if a wake-up of one has taken the thread out.
    fn leave(&self, thread: &Arc<Shared>) -> bool {
        let mut waiting = lock(&self.waiting);
        let at = waiting.iter().position(|one| Arc::ptr_eq(one, thread));
        at.map(|at| waiting.remove(at)).is_some()
    }
}

impl Default for WaitQueue {
    fn default() -> Self {
        Self::new()
    }
}

/// Waits in the queue, and leaves it, also when the condition panics.
struct Waiter<'a> {
    queue: &'a WaitQueue,
    current: &'a Current,
    /// A wake-up of one has chosen the thread, which has not slept since.
    chosen: bool,
    satisfied: bool,
}

impl Waiter<'_> {
    fn wait(&mut self, how: How, mut condition: impl FnMut() -> bool) -> Result<(), WaitError> {
        let own = self.current.own();
        let deadline = how.limit.map(Moment::after);
        let mut waited = false;
        loop {
            let mut done = planted(Mutant::StateAfterTest) && condition();
            self.chosen |= self.queue.join(own.shared()) && waited;
            waited = true;
            own.set_state(how.state);
            if !planted(Mutant::StateAfterTest) {
                done = condition();
            }
            if done {
                return Ok(());
            }
            if how.state == TaskState::Interruptible && own.asked(SIGNAL | STOP | ENDED) {
                return Err(WaitError::Interrupted);
            }
            if how.freezable && own.asked(crate::control::bits::FREEZE) {
                own.set_state(TaskState::Running);
                own.freeze(true);
                continue;
            }
            if how.limit.is_some_and(|limit| limit.is_zero()) {
                return Err(WaitError::TimedOut);
            }
            self.chosen = false;
            if !own.schedule(deadline.flatten()) {
                // The condition may have become true together with the time.
                return if condition() { Ok(()) } else { Err(WaitError::TimedOut) };
            }
        }
    }
}

impl Drop for Waiter<'_> {
    fn drop(&mut self) {
        let own = self.current.own();
        own.set_state(TaskState::Running);
        // Chosen since it last joined, it was awake: that wake-up may be for something else than what
        // its condition has found. Chosen before and not satisfied, it has made nothing of it.
        let again = !self.queue.leave(own.shared());
        if again || (self.chosen && !self.satisfied) {
            self.queue.wake_one();
        }
    }
}
