//! The one loop that all iterants run in, and the only place where a checkpoint is passed.
//!
//! A turn is: the checkpoints that were asked for, in the order signal, freeze, park, stop; then the
//! iteration; then the sleep that it asked for. When nobody asks for anything, all of that is one load
//! and one test.

use std::rc::Rc;
use std::time::Duration;

use super::{Checkpoints, Cx, Exit, Options, Step};
use crate::control::bits::{ENDED, FREEZE, NUDGE, PARK, PUBLISH, SIGNAL, STOP, WOKEN};
use crate::freezer::Freezer;
use crate::signal;
use crate::sync::clock::Moment;
use crate::sync::mutant::{Mutant, planted};
use crate::sync::{Arc, os};
use crate::thread::own::{self, Own};
use crate::thread::{Current, Shared, TaskState};

/// Runs a loop: calls `step` once an iteration, and does between two of them what `options` and the
/// steps ask for.
///
/// What stands before the call is the loop's init, what stands behind it its destroy. The thread is not
/// made freezable by it; [`set_freezable`](crate::set_freezable) does that.
///
/// In a thread that is no kthread the loop runs as well, under the thread's own name: nobody holds a
/// handle of it, so it is stopped, parked, woken or signalled only through a
/// [`Task`](crate::Task) that the step itself gives away, with `cx.task()`.
///
/// # Blocking
/// As the steps and the checkpoints ask for.
///
/// The kernel's name: `kthread_iterant_run_here()`.
///
/// ```
/// use kthread::{Exit, Options, Step, drive};
///
/// let mut left = 3;
/// let exit: Exit<&str> = drive(Options::new(), |_| {
///     left -= 1;
///     if left == 0 { Step::Break("done") } else { Step::Continue }
/// });
/// assert_eq!(exit, Exit::Break("done"));
/// ```
#[inline(always)]
#[expect(clippy::inline_always, reason = "what the step holds stays in registers then")]
pub fn drive<B, R>(options: Options, step: impl FnMut(&mut Cx) -> Step<B, R>) -> Exit<B, R> {
    let (checkpoints, test_first) = (options.checkpoints.bits(), options.test_first);
    let here = Here::begin(options.actions);
    let _loop = here.own.begin_loop();
    drive_here(&here, Manner::iterant(checkpoints, test_first), step)
}

/// As [`drive`], for the loop of a function as the attribute makes it, which would be there without the
/// driver as well: see `Of::Function`.
#[inline(always)]
#[expect(clippy::inline_always, reason = "what the step holds stays in registers then")]
pub(crate) fn drive_function<B, R>(
    checkpoints: Checkpoints,
    test_first: bool,
    mut step: impl FnMut() -> Step<B, R>,
) -> Exit<B, R> {
    let here = Here::found();
    let manner = Manner { checkpoints: checkpoints.bits(), test_first, of: Of::Function };
    drive_here(&here, manner, |_| step())
}

/// Whose loop it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Of {
    /// A turn answers what woke the thread until then; an end that it asks for is the loop's own.
    Iterant,
    /// It is a loop of the function's own, which gets nothing but the checkpoints: it keeps the wake-ups
    /// that it has not slept for, and what [`stop_current`](crate::stop_current) asked for before it; it
    /// ends for that only where it has the stop checkpoint, else the function tests it. A thread that is
    /// no kthread stays none.
    Function,
}

/// How a loop is driven.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Manner {
    checkpoints: u32,
    test_first: bool,
    of: Of,
}

impl Manner {
    /// Of an iterant.
    pub(crate) const fn iterant(checkpoints: u32, test_first: bool) -> Self {
        Self { checkpoints, test_first, of: Of::Iterant }
    }

    /// What ends the loop, of what asks for its end.
    const fn ends(self) -> u32 {
        match self.of {
            Of::Iterant => ENDED,
            Of::Function if self.checkpoints & STOP != 0 => ENDED,
            Of::Function => 0,
        }
    }

    /// What a turn looks for in the word.
    const fn looks(self) -> u32 {
        let used = match self.of {
            Of::Iterant => WOKEN | NUDGE,
            Of::Function => 0,
        };
        self.checkpoints | self.ends() | used | PUBLISH
    }
}

/// The thread that a loop runs in.
pub(crate) struct Here {
    pub(super) own: Rc<Own>,
    /// It is no kthread without that.
    foreign: bool,
    /// Ends what made a kthread of a thread that is none.
    entered: Option<own::Entered>,
}

impl Here {
    pub(crate) fn new() -> Self {
        let mut here = Self::found();
        if here.foreign {
            here.entered = Some(own::enter(&here.own));
        }
        here
    }

    /// The thread as it is.
    #[inline(never)]
    fn found() -> Self {
        if let Some(own) = own::current() {
            return Self { own, foreign: false, entered: None };
        }
        let name = os::current_name().unwrap_or_default();
        let shared = Arc::new(Shared::new(name.into(), Freezer::process()));
        let own = Rc::new(Own::new(shared, true));
        own.shared().control.adopt();
        Self { own, foreign: true, entered: None }
    }

    pub(crate) fn own(&self) -> &Rc<Own> {
        &self.own
    }

    /// The same, with the signals of a loop allowed.
    #[inline(never)]
    fn begin(actions: Vec<(signal::Signal, signal::Action)>) -> Self {
        let here = Self::new();
        here.allow(actions);
        here
    }

    pub(super) fn is_adopted(&self) -> bool {
        self.foreign
    }

    pub(super) fn allow(&self, actions: Vec<(signal::Signal, signal::Action)>) {
        let current = Current::new(Rc::clone(&self.own));
        for (signal, action) in actions {
            current.sigaction(signal, action);
        }
    }
}

impl Drop for Here {
    fn drop(&mut self) {
        if self.foreign {
            let shared = self.own.shared();
            shared.freezer.remove(shared);
            shared.control.exit();
        }
    }
}

/// The loop; what came before has been done.
#[inline(always)]
#[expect(clippy::inline_always, reason = "what the step holds stays in registers then")]
pub(crate) fn drive_here<B, R>(
    here: &Here,
    manner: Manner,
    mut step: impl FnMut(&mut Cx) -> Step<B, R>,
) -> Exit<B, R> {
    let own = &*here.own;
    let control = &own.shared().control;
    let mut cx = Cx::new(Current::new(Rc::clone(&here.own)));
    let mut turns = Turns { own, done: 0 };
    let looks = manner.looks();

    if !pass(own, manner, manner.test_first) {
        return Exit::Stopped;
    }
    loop {
        let step = step(&mut cx);
        turns.done += 1;
        match step {
            Step::Continue => {}
            Step::Sleep => {
                turns.note();
                pause(here, manner, None);
            }
            Step::SleepTimeout(limit) => {
                turns.note();
                pause(here, manner, Some(limit));
            }
            Step::Break(value) => return Exit::Break(value),
            Step::Return(value) => return Exit::Return(value),
        }
        if control.load() & looks != 0 {
            turns.note();
            if !pass(own, manner, true) {
                return Exit::Stopped;
            }
        }
    }
}

/// Passes the checkpoints of a turn. False if the loop ends here.
#[cold]
#[inline(never)]
fn pass(own: &Own, manner: Manner, test_stop: bool) -> bool {
    let Manner { checkpoints, of, .. } = manner;
    own.publish();
    if of == Of::Function {
        return pass_in_function(own, manner, test_stop);
    }
    // No checkpoint is passed on the way to an end that the thread asked for itself.
    if own.asked(ENDED) {
        return false;
    }
    // Without the stop checkpoint a stop ends no freeze: what would follow is another iteration.
    let frozen = rest(own, checkpoints, checkpoints & STOP != 0);
    let stops = if test_stop || frozen { checkpoints & STOP } else { 0 };
    if own.asked(stops | ENDED) {
        return false;
    }
    own.begin_turn();
    true
}

fn pass_in_function(own: &Own, manner: Manner, test_stop: bool) -> bool {
    let (ends, ended) = (manner.ends(), own.asked(ENDED));
    // A stop ends a freeze, as in the function's own checkpoint: it tests stop next, if the driver does not.
    let frozen = own.keeping_wakeups(|| rest(own, manner.checkpoints, true));
    if ends == 0 && !ended && own.asked(ENDED) {
        // A fatal signal. The function tests stop by itself, and no sleep keeps it from that.
        own.shared().control.mark(SIGNAL);
    }
    !(test_stop || frozen) || !own.asked(manner.checkpoints & STOP | ends)
}

/// Takes signals, freezes and parks as the checkpoints say; if `stoppable`, a stop ends that. True if a
/// stop has ended the freeze, not a thaw: then nothing may run any more, whatever the first turn is.
fn rest(own: &Own, checkpoints: u32, stoppable: bool) -> bool {
    if checkpoints & SIGNAL != 0 {
        signal::take_pending(own, if stoppable { checkpoints | STOP } else { checkpoints });
    }
    if planted(Mutant::ParkBeforeFreeze) && checkpoints & PARK != 0 {
        own.park(stoppable);
    }
    if checkpoints & FREEZE != 0 {
        own.freeze(stoppable);
    }
    if checkpoints & PARK != 0 {
        own.park(stoppable);
    }
    checkpoints & FREEZE != 0 && own.asked(FREEZE) && !planted(Mutant::RunsFrozenFirst)
}

/// The sleep that an iteration asked for. What the loop has to do first is done without it.
fn pause(here: &Here, manner: Manner, limit: Option<Duration>) {
    let own = &*here.own;
    if manner.of == Of::Function && here.foreign {
        // A sleep of the function's own fails there.
        return;
    }
    let first = if planted(Mutant::SleepBeatsStop) {
        0
    } else {
        manner.checkpoints & (STOP | FREEZE | PARK) | manner.ends()
    };
    if own.asked(first) || limit.is_some_and(|limit| limit.is_zero()) {
        own.set_state(TaskState::Running);
        return;
    }
    let deadline = limit.and_then(Moment::after);
    match manner.of {
        Of::Iterant => own.sleep_after_turn(deadline),
        Of::Function => {
            own.sleep(deadline);
        }
    }
}

/// Stays until the thread is stopped, freezing and parking meanwhile as `checkpoints` say; signals are
/// dropped. It is what [`Options::wait_stop`] does for an iterant.
///
/// Without a [`Kthread`](crate::Kthread) of the calling thread nobody can end it: there it comes back
/// at once.
///
/// The kernel's name: `KTI_WAIT_STOP`, and the loop that waits for `kthread_should_stop()` at the end
/// of a thread function.
pub fn wait_to_stop(checkpoints: super::Checkpoints) {
    if let Some(own) = own::current().filter(|own| !own.adopted) {
        stay(&own, checkpoints.bits());
    }
}

pub(super) fn stay(own: &Own, checkpoints: u32) {
    let shared = own.shared();
    loop {
        if own.asked(SIGNAL) {
            // One that stayed would turn the sleep into a busy loop.
            shared.signals.flush(&shared.control);
        }
        if checkpoints & FREEZE != 0 {
            own.freeze(true);
        }
        if checkpoints & PARK != 0 {
            own.park(true);
        }
        own.set_state(TaskState::Interruptible);
        if own.asked(STOP) {
            own.set_state(TaskState::Running);
            return;
        }
        if own.asked(checkpoints & (PARK | FREEZE)) {
            own.set_state(TaskState::Running);
        } else {
            own.schedule(None);
        }
    }
}

/// The turns of a loop, counted in a register until somebody may look. Also what a panic ends is counted.
struct Turns<'a> {
    own: &'a Own,
    done: u64,
}

impl Turns<'_> {
    #[inline]
    fn note(&mut self) {
        self.own.iterations.set(self.own.iterations.get() + std::mem::take(&mut self.done));
    }
}

impl Drop for Turns<'_> {
    #[inline]
    fn drop(&mut self) {
        self.note();
    }
}
