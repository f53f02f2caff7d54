//! What others ask of a thread. Nothing here blocks.

use super::Control;
use super::bits::{
    BINDING, CLAIMED, EXITED, FREEZABLE, FREEZE, HALT, NUDGE, PARK, SIGNAL, STARTED, STOP, WAITS,
    WOKEN,
};
use crate::sync::mutant::{Mutant, planted};

/// Why a request to park was not made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoPark {
    Busy,
    Exited,
}

impl Control {
    /// Sets bits and wakes who waits.
    fn ask(&self, bits: u32) {
        let before = self.word.set(bits);
        self.wake_waiting(before);
    }

    /// Clears bits and wakes who waits.
    fn let_go(&self, bits: u32) {
        let before = self.word.clear(bits);
        self.wake_waiting(before);
    }

    /// Wakes the thread and those who watch it, as far as they waited when the word was `before`: what
    /// has been changed may be what they wait for.
    ///
    /// Who watches has set `WATCHED` before it waits, and who clears that tells it.
    fn wake_waiting(&self, before: u32) {
        if before & WAITS != 0 {
            self.word.wake_owner();
        }
        self.tell(before);
    }

    /// Wakes the thread; the first time lets it run.
    #[inline]
    pub(crate) fn wake(&self) {
        if planted(Mutant::WakeOnlyAsleep) && self.word.load() & WAITS == 0 {
            return;
        }
        self.ask(WOKEN | STARTED);
    }

    /// Asks for the end, and lets a parked thread go on to it. Stop stays asked for. Who waits for the
    /// thread to park is told.
    pub(crate) fn request_stop(&self) {
        let mut before = self.word.set(STOP | WOKEN);
        if !planted(Mutant::StopLeavesParked) {
            // Whom to wake is known after both.
            before |= self.word.clear(PARK | HALT);
        }
        self.wake_waiting(before);
    }

    /// Whether the caller is the first to claim the result.
    pub(crate) fn claim(&self) -> bool {
        self.word.set(CLAIMED) & CLAIMED == 0
    }

    /// Asks to park. A thread that is to stop is not parked any more.
    pub(crate) fn request_park(&self) -> Result<(), NoPark> {
        let (before, _) = self.update(|word| {
            if word & (EXITED | STOP) != 0 {
                Err(NoPark::Exited)
            } else if word & PARK != 0 {
                Err(NoPark::Busy)
            } else {
                Ok(word | PARK | WOKEN | STARTED)
            }
        })?;
        self.wake_waiting(before);
        Ok(())
    }

    /// Takes the request to park back; without one it does nothing.
    pub(crate) fn unpark(&self) {
        let before = self.word.clear(PARK);
        if before & PARK != 0 {
            self.wake_waiting(before);
        }
    }

    /// Asks a thread that is freezable to freeze.
    pub(crate) fn request_freeze(&self) {
        let asked = self
            .update(|word| if word & FREEZABLE == 0 { Err(()) } else { Ok(word | FREEZE | NUDGE) });
        if let Ok((before, _)) = asked {
            self.wake_waiting(before);
        }
    }

    /// Takes the request to freeze back.
    pub(crate) fn thaw(&self) {
        self.let_go(FREEZE | NUDGE);
    }

    /// A signal waits to be taken.
    pub(crate) fn signal(&self) {
        self.ask(SIGNAL);
    }

    /// No signal waits any more.
    pub(crate) fn no_signal(&self) {
        self.word.clear(SIGNAL);
    }

    /// Lets a thread go on that a signal has stopped.
    pub(crate) fn cont(&self) {
        self.let_go(HALT);
    }

    /// Keeps a thread that has not started from starting; false if it has, or is to end.
    pub(crate) fn begin_binding(&self) -> bool {
        self.update(|word| {
            if word & (STARTED | STOP | EXITED | BINDING) != 0 {
                Err(())
            } else {
                Ok(word | BINDING)
            }
        })
        .is_ok()
    }

    pub(crate) fn end_binding(&self) {
        self.let_go(BINDING);
    }
}
