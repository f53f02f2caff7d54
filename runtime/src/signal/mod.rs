//! Signals of kthreads: all ignored by default, taken at one checkpoint.
//!
//! A thread allows a signal with [`Current::sigaction`](crate::Current::sigaction); a created iterant
//! does so with [`Options::signal`](crate::Options::signal). Anybody sends one with
//! [`Task::signal`](crate::Task::signal). What a signal does happens in the thread, at its checkpoint,
//! as a plain call: there is no interruption, so a handler may do whatever the thread may.

mod action;
#[cfg(all(feature = "os-signals", not(any(loom, shuttle))))]
mod bridge;
mod number;
mod pending;

pub use self::action::{Action, Handler};
#[cfg(all(feature = "os-signals", not(any(loom, shuttle))))]
pub use self::bridge::{Bridge, BridgeError, Does, Event, Installed};
pub use self::number::Signal;
pub use self::pending::Sent;

pub(crate) use self::action::Actions;
pub(crate) use self::pending::Pending;

use crate::control::bits::{ENDED, FREEZE, SIGNAL, STOP};
use crate::stats::State;
use crate::thread::Own;

/// The signal checkpoint: takes the signals that are pending, and leaves at once for one of `before`,
/// bits of the thread's word.
pub(crate) fn take_pending(own: &Own, before: u32) {
    let shared = own.shared();
    loop {
        let word = shared.control.load();
        if word & SIGNAL == 0 || word & (before & (STOP | FREEZE) | ENDED) != 0 {
            return;
        }
        let handled = |signal| own.actions.borrow().handles(signal);
        let Some(signal) = shared.signals.take(&shared.control, handled) else { return };
        act(own, signal, before & STOP != 0);
    }
}

/// What a signal does: its handler, or the default.
fn act(own: &Own, signal: Signal, stoppable: bool) {
    let shared = own.shared();
    // Not borrowed during the call, which may set handlers.
    let handler = own.actions.borrow_mut().take(signal);
    if let Some(mut handler) = handler {
        shared.signals.defer(&shared.control, signal, true);
        handler(signal);
        shared.signals.defer(&shared.control, signal, false);
        let over = own.actions.borrow_mut().put_back(signal, handler);
        drop(over);
    } else if signal.bit() & pending::STOPPING != 0 {
        shared.control.halt(stoppable, |at| shared.stats.enter(State::of(at)));
    } else if signal.bit() & pending::HARMLESS == 0 {
        shared.signals.flush(&shared.control);
        shared.control.mark(ENDED);
    }
}
