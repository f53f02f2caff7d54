//! The signals that wait for a thread, and which of them it wants.

use super::Signal;
use crate::control::Control;
use crate::control::bits::HALT;
use crate::sync::{Mutex, lock};

/// What a fault would raise: taken before all others.
const SYNCHRONOUS: u64 = Signal::ILL.bit()
    | Signal::TRAP.bit()
    | Signal::BUS.bit()
    | Signal::FPE.bit()
    | Signal::SEGV.bit()
    | Signal::SYS.bit();

/// Signals that stop a thread by default.
pub(super) const STOPPING: u64 =
    Signal::STOP.bit() | Signal::TSTP.bit() | Signal::TTIN.bit() | Signal::TTOU.bit();

/// Signals that do nothing by default.
pub(super) const HARMLESS: u64 =
    Signal::CONT.bit() | Signal::CHLD.bit() | Signal::URG.bit() | Signal::WINCH.bit();

/// What became of a signal that was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sent {
    /// It waits for the thread's next signal checkpoint, or until it is no more blocked.
    Pending,
    /// The thread ignores it, or has ended.
    Ignored,
}

#[derive(Debug, Default)]
struct Sets {
    allowed: u64,
    blocked: u64,
    /// Those whose handler runs: they wait until it is over.
    deferred: u64,
    pending: u64,
}

impl Sets {
    fn ready(&self) -> u64 {
        self.pending & !self.blocked & !self.deferred
    }
}

/// The signals of a thread. The bit `SIGNAL` of its word says whether one may be taken; it is changed
/// under the lock.
#[derive(Debug)]
pub(crate) struct Pending(Mutex<Sets>);

impl Pending {
    pub(crate) fn new() -> Self {
        Self(Mutex::new(Sets::default()))
    }

    /// Sends a signal. Never blocks.
    ///
    /// `SIGCONT` lets a thread go on that is stopped, and drops what would stop it, even if it is
    /// ignored; what would stop the thread drops a `SIGCONT`.
    pub(crate) fn send(&self, control: &Control, signal: Signal) -> Sent {
        let mut sets = lock(&self.0);
        if signal == Signal::CONT {
            sets.pending &= !STOPPING;
        } else if signal.bit() & STOPPING != 0 {
            sets.pending &= !Signal::CONT.bit();
        }
        let allowed = sets.allowed & signal.bit() != 0;
        if allowed {
            sets.pending |= signal.bit();
        }
        sets.publish(control);
        // As in the kernel, SIGKILL wakes a thread that is stopped, if it is allowed at all.
        if signal == Signal::CONT || (signal == Signal::KILL && allowed) {
            // After the signal can be seen: a thread that goes on takes it before anything else.
            control.cont();
        }
        if allowed { Sent::Pending } else { Sent::Ignored }
    }

    pub(crate) fn allow(&self, signal: Signal) {
        lock(&self.0).allowed |= signal.bit();
    }

    /// Ignores a signal from now on, also one that waits.
    pub(crate) fn disallow(&self, control: &Control, signal: Signal) {
        let mut sets = lock(&self.0);
        sets.allowed &= !signal.bit();
        sets.pending &= !signal.bit();
        sets.publish(control);
    }

    pub(crate) fn set_blocked(&self, control: &Control, signal: Signal, blocked: bool) {
        let mut sets = lock(&self.0);
        if blocked {
            sets.blocked |= signal.bit();
        } else {
            sets.blocked &= !signal.bit();
        }
        sets.publish(control);
    }

    /// Lets a signal wait while its handler runs.
    pub(crate) fn defer(&self, control: &Control, signal: Signal, handled: bool) {
        let mut sets = lock(&self.0);
        if handled {
            sets.deferred |= signal.bit();
        } else {
            sets.deferred &= !signal.bit();
        }
        sets.publish(control);
    }

    /// Takes the next signal that is not blocked. One that stops the thread, because it is not
    /// `handled`, does so under the lock: a `SIGCONT` comes before or after, not between.
    pub(crate) fn take(
        &self,
        control: &Control,
        handled: impl Fn(Signal) -> bool,
    ) -> Option<Signal> {
        let mut sets = lock(&self.0);
        let ready = sets.ready();
        let first = if ready & SYNCHRONOUS != 0 { ready & SYNCHRONOUS } else { ready };
        if first == 0 {
            return None;
        }
        let signal = Signal::of_bit(first.trailing_zeros());
        sets.pending &= !signal.bit();
        sets.publish(control);
        if signal.bit() & STOPPING != 0 && !handled(signal) {
            control.mark(HALT);
        }
        Some(signal)
    }

    /// Drops all that wait.
    pub(crate) fn flush(&self, control: &Control) {
        let mut sets = lock(&self.0);
        sets.pending = 0;
        sets.publish(control);
    }
}

impl Sets {
    fn publish(&self, control: &Control) {
        if self.ready() != 0 {
            control.signal();
        } else {
            control.no_signal();
        }
    }
}
