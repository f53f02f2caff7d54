//! The driver of a function's own loop, as the attribute makes it: the same checkpoints at the same place,
//! and nothing else that the function would not do by itself. It keeps the wake-ups that it has not slept
//! for, and what [`stop_current`](crate::stop_current) asked for before it; a thread that is no kthread
//! stays none.

use std::time::Duration;

use super::drive::{Here, Turns, rest};
use super::{Checkpoints, Exit, Step};
use crate::control::bits::{ENDED, FREEZE, PARK, PUBLISH, SIGNAL, STOP};
use crate::sync::clock::Moment;
use crate::thread::TaskState;
use crate::thread::own::Own;

/// Calls `step` until it leaves, or, with the stop checkpoint, until the thread is to stop. Without that
/// `step` tests it by itself.
#[inline(always)]
#[expect(clippy::inline_always, reason = "what the step holds stays in registers then")]
pub(crate) fn drive_plain<B, R>(
    checkpoints: Checkpoints,
    test_first: bool,
    mut step: impl FnMut() -> Step<B, R>,
) -> Exit<B, R> {
    let here = Here::found();
    let own = &*here.own;
    let control = &own.shared().control;
    let checkpoints = checkpoints.bits() | asks_to_stop(checkpoints);
    let mut turns = Turns { own, done: 0 };

    if !pass(own, checkpoints, test_first) {
        return Exit::Stopped;
    }
    loop {
        let step = step();
        turns.done += 1;
        match step {
            Step::Continue => {}
            Step::Sleep => {
                turns.note();
                pause(&here, checkpoints, None);
            }
            Step::SleepTimeout(limit) => {
                turns.note();
                pause(&here, checkpoints, Some(limit));
            }
            Step::Break(value) => return Exit::Break(value),
            Step::Return(value) => return Exit::Return(value),
        }
        if control.load() & (checkpoints | PUBLISH) != 0 {
            turns.note();
            if !pass(own, checkpoints, true) {
                return Exit::Stopped;
            }
        }
    }
}

/// What `should_stop()` looks for, if the loop is to test it.
const fn asks_to_stop(checkpoints: Checkpoints) -> u32 {
    if checkpoints.contains(Checkpoints::STOP) { STOP | ENDED } else { 0 }
}

/// Passes the checkpoints between two iterations. False if the loop ends here.
#[cold]
#[inline(never)]
fn pass(own: &Own, checkpoints: u32, test_stop: bool) -> bool {
    own.publish();
    let ended = own.asked(ENDED);
    let frozen = own.keeping_wakeups(|| rest(own, checkpoints));
    if !ended && own.asked(ENDED) && checkpoints & STOP == 0 {
        // A fatal signal. The function tests stop by itself, and no sleep keeps it from that.
        own.shared().control.mark(SIGNAL);
    }
    !(test_stop || frozen) || !own.asked(checkpoints & (STOP | ENDED))
}

/// A sleep of the function's own, from which it is kept by what it has to do first. In a thread that is no
/// kthread it has failed already.
fn pause(here: &Here, checkpoints: u32, limit: Option<Duration>) {
    let own = &*here.own;
    if here.foreign {
        return;
    }
    let first = own.asked(checkpoints & (STOP | ENDED | FREEZE | PARK));
    if first || limit.is_some_and(|limit| limit.is_zero()) {
        own.set_state(TaskState::Running);
        return;
    }
    own.sleep(limit.and_then(Moment::after));
}
