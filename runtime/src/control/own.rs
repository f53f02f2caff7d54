//! What only the thread itself does to its word.

use super::Control;
use super::bits::{
    ASLEEP, AT_REST, BINDING, EXITED, FREEZABLE, FREEZE, FROZEN, HALT, HELD, NUDGE, PARK, PARKED,
    READY, SIGNAL, STARTED, STOP, STOPPED, WATCHED, WOKEN,
};
use crate::sync::Waiter;
use crate::sync::clock::Moment;
use crate::sync::mutant::{Mutant, planted};

/// What ends a sleep besides a wake-up.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sleep {
    /// Signals and stop end it.
    pub(crate) interruptible: bool,
    pub(crate) deadline: Option<Moment>,
}

/// How a sleep ended.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SleepEnd {
    /// Not by the time alone.
    pub(crate) in_time: bool,
    /// It has used a wake-up up.
    pub(crate) used: bool,
}

impl Sleep {
    fn goes_on(self, word: u32) -> bool {
        word & (WOKEN | NUDGE) == 0 && !(self.interruptible && word & (SIGNAL | STOP) != 0)
    }
}

impl Control {
    /// A wake-up from now on counts, an earlier one doesn't. True if there was one.
    pub(crate) fn forget_wakeups(&self) -> bool {
        // Without a wake-up there is nothing to clear, and no write.
        self.word.load() & WOKEN != 0 && self.word.clear(WOKEN) & WOKEN != 0
    }

    /// The thread has been at its freeze checkpoint.
    pub(crate) fn forget_nudge(&self) {
        if self.word.load() & NUDGE != 0 {
            self.word.clear(NUDGE);
        }
    }

    /// Sleeps as `sleep` says, and uses the wake-up up.
    ///
    /// `enter` is called before the thread really sleeps, if it does.
    pub(crate) fn sleep(&self, sleep: Sleep, enter: impl FnOnce()) -> SleepEnd {
        let mut enter = Some(enter);
        let mut in_time = true;
        loop {
            let asleep = self.update(|word| match (sleep.goes_on(word), word & ASLEEP) {
                (false, _) => Err(()),
                (true, 0) => Ok((word & !WATCHED) | ASLEEP),
                (true, _) => Ok(word),
            });
            let Ok((before, now)) = asleep else { break };
            if let Some(enter) = enter.take() {
                self.tell(before);
                enter();
            }
            if self.word.wait(now, Waiter::Owner, sleep.deadline) {
                in_time = !sleep.goes_on(self.word.load());
                break;
            }
        }
        // A wake-up that comes after the last look goes with the sleep: what it was for was there
        // before it, and is seen by whoever looks next.
        let before = self.word.clear(ASLEEP | WOKEN | NUDGE);
        SleepEnd { in_time, used: before & WOKEN != 0 }
    }

    /// Rests where `due` says, one of `AT_REST`, until it says 0; gives back the word for which it
    /// did. Coming and going are exchanges of the word that `due` has seen.
    ///
    /// `enter` is told of each change.
    fn rest(&self, due: impl Fn(u32) -> u32, mut enter: impl FnMut(u32)) -> u32 {
        loop {
            if planted(Mutant::StaleAck) && due(self.word.load()) == 0 {
                self.word.clear(AT_REST);
                return self.word.load();
            }
            let Ok((before, now)) = self.update::<std::convert::Infallible>(|word| {
                let due = due(word);
                if word & AT_REST == due {
                    Ok(word)
                } else {
                    Ok((word & !(AT_REST | WATCHED)) | due)
                }
            });
            if (before ^ now) & AT_REST != 0 {
                self.tell(before);
                enter(now & AT_REST);
            }
            if now & AT_REST == 0 {
                return now;
            }
            let seen = if planted(Mutant::LookTwice) { self.word.load() } else { now };
            self.word.wait(seen, Waiter::Owner, None);
        }
    }

    /// Wakes those who watch, after the word, or what it is watched for, has changed from `before`.
    pub(super) fn tell(&self, before: u32) {
        if before & WATCHED != 0 {
            if planted(Mutant::NewsUncounted) {
                self.news.wake_all();
            } else {
                self.news.count_and_wake();
            }
        }
    }

    /// Waits for the first wake-up, parked if that is asked for. False if the thread is to end without
    /// having run.
    pub(crate) fn wait_for_first_run(&self, enter: impl FnMut(u32)) -> bool {
        let word = self.rest(
            |word| {
                // Who binds it needs a thread that is there, also if it is to end.
                if word & BINDING != 0 {
                    HELD
                } else if word & STOP != 0 {
                    0
                } else if word & PARK != 0 {
                    PARKED
                } else if word & STARTED == 0 {
                    HELD
                } else {
                    0
                }
            },
            enter,
        );
        word & STOP == 0 || planted(Mutant::RunThoughStopped)
    }

    /// Stays parked while that is asked for. If a freeze is asked for when it goes on, the thread
    /// freezes first: a parked thread counts as one that has come to rest.
    pub(crate) fn park(&self, stoppable: bool, enter: impl FnMut(u32)) {
        let due = |word| {
            if word & PARK != 0 { PARKED } else { frozen(word, stoppable) }
        };
        self.rest(due, enter);
    }

    /// Stays frozen while that is asked for; a stop ends it if `stoppable`.
    pub(crate) fn freeze(&self, stoppable: bool, enter: impl FnMut(u32)) {
        self.rest(|word| frozen(word, stoppable), enter);
    }

    /// A signal stops the thread: it stays until it is continued or to end, and freezes meanwhile.
    pub(crate) fn halt(&self, stoppable: bool, enter: impl FnMut(u32)) {
        let due = |word| match frozen(word, stoppable) {
            0 if word & HALT != 0 && word & STOP == 0 => STOPPED,
            due => due,
        };
        self.rest(due, enter);
    }

    /// The thread ran before it became a kthread.
    pub(crate) fn adopt(&self) {
        self.word.set(READY | STARTED);
        self.word.clear(HELD);
    }

    /// The thread is set up.
    pub(crate) fn ready(&self) {
        let Ok((before, _)) =
            self.update::<std::convert::Infallible>(|word| Ok((word & !WATCHED) | READY));
        self.tell(before);
    }

    /// Tells those who watch that the thread has done something that they may wait for.
    pub(crate) fn progress(&self) {
        if self.word.load() & WATCHED != 0 {
            self.tell(self.word.clear(WATCHED));
        }
    }

    /// The thread has ended: it takes part in nothing any more.
    pub(crate) fn exit(&self) {
        let Ok((before, _)) = self.update::<std::convert::Infallible>(|word| {
            Ok((word & !(AT_REST | ASLEEP | FREEZABLE | WATCHED)) | EXITED)
        });
        self.tell(before);
    }
}

fn frozen(word: u32, stoppable: bool) -> u32 {
    let stopped = stoppable && word & STOP != 0 && !planted(Mutant::StopLeavesFrozen);
    let woken = planted(Mutant::ThawByWake) && word & WOKEN != 0;
    if word & FREEZE != 0 && !stopped && !woken { FROZEN } else { 0 }
}
