//! What a thread knows of itself: the kernel's `current`.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use super::shared::Shared;
use super::state::TaskState;
use crate::control::Sleep;
use crate::control::bits::{ENDED, FREEZE, PARK, PUBLISH, STOP, WOKEN};
use crate::signal::Actions;
use crate::stats::State;
use crate::sync::clock::Moment;
use crate::sync::mutant::{Mutant, planted};
use crate::sync::{Arc, os, thread_local};

/// A kthread's own data; only it gets at them.
#[derive(Debug)]
pub(crate) struct Own {
    shared: Arc<Shared>,
    /// The state as last set. Whether a wake-up has ended it since is in the word.
    state: Cell<TaskState>,
    /// A wake-up was used up in this turn, before the loop asked for its sleep.
    woken_in_turn: Cell<bool>,
    pub(crate) actions: RefCell<Actions>,
    /// What `stop_current()` was given.
    pub(crate) code: Cell<i32>,
    /// Iterations done, of loops that are over or that have published them.
    pub(crate) iterations: Cell<u64>,
    /// Loops of the driver that the thread is in.
    depth: Cell<u32>,
    /// It is in an iterant's init or destroy: a loop there is none of the iterant's own.
    beside: Cell<bool>,
    /// The thread is no kthread but for the loop that it is in: nobody can stop it.
    pub(crate) adopted: bool,
}

thread_local! {
    // Those of the model checkers have no `const`.
    #[allow(clippy::missing_const_for_thread_local)]
    static CURRENT: RefCell<Option<Rc<Own>>> = RefCell::new(None);
}

/// The calling thread, if it is a kthread.
pub(crate) fn current() -> Option<Rc<Own>> {
    CURRENT.try_with(|current| current.borrow().clone()).ok().flatten()
}

/// Asks the calling thread something, if it is a kthread. What is called must not end it.
#[inline]
pub(crate) fn ask<R>(question: impl FnOnce(&Own) -> R) -> Option<R> {
    CURRENT.try_with(|current| current.borrow().as_deref().map(question)).ok().flatten()
}

/// Makes the calling thread a kthread until the guard is dropped.
pub(crate) fn enter(own: &Rc<Own>) -> Entered {
    // While a thread is taken down there is nothing left to set.
    let _ = CURRENT.try_with(|current| *current.borrow_mut() = Some(Rc::clone(own)));
    Entered
}

/// See [`enter`].
#[derive(Debug)]
pub(crate) struct Entered;

impl Drop for Entered {
    fn drop(&mut self) {
        let _ = CURRENT.try_with(|current| current.borrow_mut().take());
    }
}

impl Own {
    pub(crate) fn new(shared: Arc<Shared>, adopted: bool) -> Self {
        Self {
            shared,
            state: Cell::new(TaskState::Running),
            woken_in_turn: Cell::new(false),
            actions: RefCell::default(),
            code: Cell::new(0),
            iterations: Cell::new(0),
            depth: Cell::new(0),
            beside: Cell::new(false),
            adopted,
        }
    }

    #[inline]
    pub(crate) fn shared(&self) -> &Arc<Shared> {
        &self.shared
    }

    /// Whether any of these bits is set.
    #[inline]
    pub(crate) fn asked(&self, bits: u32) -> bool {
        self.shared.control.load() & bits != 0
    }

    pub(crate) fn state(&self) -> TaskState {
        if self.asked(WOKEN) { TaskState::Running } else { self.state.get() }
    }

    /// Sets the state. A wake-up from now on ends it, an earlier one doesn't.
    pub(crate) fn set_state(&self, state: TaskState) {
        if self.shared.control.forget_wakeups() {
            self.woken_in_turn.set(true);
        }
        self.state.set(state);
    }

    /// A turn begins: what woke the thread until now is answered by it. A state that was set is left
    /// alone, and with it what ended it.
    pub(crate) fn begin_turn(&self) {
        if self.state.get() == TaskState::Running {
            self.shared.control.forget_wakeups();
        }
        self.shared.control.forget_nudge();
        self.woken_in_turn.set(false);
    }

    /// Does what may use up a wake-up, and keeps it for the next sleep.
    pub(crate) fn keeping_wakeups<R>(&self, rest: impl FnOnce() -> R) -> R {
        let before = self.woken_in_turn.replace(false);
        let result = rest();
        if self.woken_in_turn.replace(before) {
            self.shared.control.mark(WOKEN);
        }
        result
    }

    /// A loop begins: an end that an earlier one asked for is not its own. One in an iterant's init or
    /// destroy leaves what the iterant asked for as it was, when it is over.
    pub(crate) fn begin_loop(&self) -> Loop<'_> {
        let outer = self.depth.get() > 0;
        let beside = self.beside.replace(false);
        self.depth.set(self.depth.get() + 1);
        let before = (self.code.get(), self.asked(ENDED));
        if !outer || beside {
            self.set_end((0, false));
        }
        Loop { own: self, beside, before: beside.then_some(before) }
    }

    fn set_end(&self, (code, ended): (i32, bool)) {
        self.code.set(code);
        if ended {
            self.shared.control.mark(ENDED);
        } else if self.asked(ENDED) {
            self.shared.control.unmark(ENDED);
        }
    }

    /// Runs an iterant's init or destroy.
    pub(crate) fn beside<T>(&self, what: impl FnOnce() -> T) -> T {
        self.beside.set(true);
        let result = what();
        self.beside.set(false);
        result
    }

    /// Sleeps in the state that was set, and is running afterwards. False if it slept until its time
    /// ran out.
    pub(crate) fn schedule(&self, deadline: Option<Moment>) -> bool {
        let state = self.state.replace(TaskState::Running);
        if state == TaskState::Running {
            os::yield_now();
            return true;
        }
        self.sleep_in(state, deadline)
    }

    /// Sleeps until woken. Any wake-up since the thread last set its state or slept counts.
    pub(crate) fn sleep(&self, deadline: Option<Moment>) -> bool {
        match self.state.replace(TaskState::Running) {
            TaskState::Running => self.sleep_in(TaskState::Interruptible, deadline),
            state => self.sleep_in(state, deadline),
        }
    }

    /// The sleep at the end of a turn: without a state that was set, any wake-up since the turn began
    /// counts, also one that was used up in it.
    pub(crate) fn sleep_after_turn(&self, deadline: Option<Moment>) {
        if self.state.get() != TaskState::Running || !self.woken_in_turn.get() {
            self.sleep(deadline);
        }
        self.woken_in_turn.set(false);
    }

    fn sleep_in(&self, state: TaskState, deadline: Option<Moment>) -> bool {
        let sleep = Sleep { interruptible: state == TaskState::Interruptible, deadline };
        let mut slept = false;
        let ended = self.shared.control.sleep(sleep, || {
            slept = true;
            self.publish();
            self.shared.stats.enter(State::Sleeping);
        });
        if slept {
            self.shared.stats.enter(State::Running);
        }
        if ended.used && !planted(Mutant::SleepForgets) {
            self.woken_in_turn.set(true);
        }
        ended.in_time
    }

    /// Parks if that is asked for; true if it is. If it is to freeze when it goes on, a stop ends that if
    /// `stoppable`.
    pub(crate) fn park(&self, stoppable: bool) -> bool {
        let asked = self.asked(PARK);
        if asked {
            self.publish();
            self.shared.control.park(stoppable, |at| self.shared.stats.enter(State::of(at)));
            self.set_state(TaskState::Running);
        }
        asked
    }

    /// Freezes if that is asked for; true if it was frozen.
    pub(crate) fn freeze(&self, stoppable: bool) -> bool {
        let mut was_frozen = false;
        if self.asked(FREEZE) {
            self.publish();
            self.shared.control.freeze(stoppable, |at| {
                was_frozen = true;
                self.shared.stats.enter(State::of(at));
            });
            self.set_state(TaskState::Running);
        }
        was_frozen
    }

    pub(crate) fn set_freezable(&self) -> bool {
        self.shared.freezer.add(&self.shared);
        self.freeze(true)
    }

    pub(crate) fn should_stop(&self) -> bool {
        self.asked(STOP | ENDED)
    }

    pub(crate) fn stop_current(&self, code: i32) {
        self.code.set(code);
        self.shared.control.mark(ENDED);
    }

    /// Shows others how many iterations are done.
    pub(crate) fn publish(&self) {
        self.shared.stats.iterations(self.iterations.get());
        if self.asked(PUBLISH) {
            self.shared.control.unmark(PUBLISH);
        }
    }
}

/// A loop of the driver, until it is dropped. See [`Own::begin_loop`].
#[derive(Debug)]
pub(crate) struct Loop<'a> {
    own: &'a Own,
    beside: bool,
    before: Option<(i32, bool)>,
}

impl Drop for Loop<'_> {
    fn drop(&mut self) {
        self.own.depth.set(self.own.depth.get() - 1);
        self.own.beside.set(self.beside);
        if let Some(before) = self.before {
            self.own.set_end(before);
        }
    }
}
