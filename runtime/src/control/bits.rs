//! The bits of a thread's word.

/// Asked for: end.
pub(crate) const STOP: u32 = 1 << 0;
/// Asked for: park.
pub(crate) const PARK: u32 = 1 << 1;
/// Asked for: freeze. Only ever set for a thread that is freezable.
pub(crate) const FREEZE: u32 = 1 << 2;
/// A signal waits to be taken, one that is neither ignored nor blocked.
pub(crate) const SIGNAL: u32 = 1 << 3;
/// Woken since the thread last set its state, or since its turn began.
pub(crate) const WOKEN: u32 = 1 << 4;
/// Woken once for a freeze. Unlike `WOKEN` it outlives the setting of a state, so that no thread
/// begins a sleep without having been at its checkpoint.
pub(crate) const NUDGE: u32 = 1 << 5;
/// The thread itself has asked for the end of its loop.
pub(crate) const ENDED: u32 = 1 << 6;
/// A signal has stopped the thread, until it is continued.
pub(crate) const HALT: u32 = 1 << 7;
/// Somebody wants to see counters that are only published now and then.
pub(crate) const PUBLISH: u32 = 1 << 8;

/// Set up: name, affinity and priority are as asked.
pub(crate) const READY: u32 = 1 << 9;
/// Woken for the first time.
pub(crate) const STARTED: u32 = 1 << 10;
/// Somebody is binding a thread that has not started.
pub(crate) const BINDING: u32 = 1 << 11;
/// Somebody has called stop, who alone gets the result.
pub(crate) const CLAIMED: u32 = 1 << 12;
/// The thread takes part in freezes.
pub(crate) const FREEZABLE: u32 = 1 << 13;

/// The thread waits for its first wake-up.
pub(crate) const HELD: u32 = 1 << 16;
/// The thread sleeps.
pub(crate) const ASLEEP: u32 = 1 << 17;
/// The thread is parked.
pub(crate) const PARKED: u32 = 1 << 18;
/// The thread is frozen.
pub(crate) const FROZEN: u32 = 1 << 19;
/// A signal has stopped the thread, and it has come to its checkpoint.
pub(crate) const STOPPED: u32 = 1 << 20;
/// The thread has ended; its result is there.
pub(crate) const EXITED: u32 = 1 << 21;

/// Where a thread waits: whoever changes the word then has to wake it.
pub(crate) const WAITS: u32 = HELD | ASLEEP | PARKED | FROZEN | STOPPED;
/// Where a thread is out of its function, and stays until it is let go on.
pub(crate) const AT_REST: u32 = HELD | PARKED | FROZEN | STOPPED;

/// Somebody waits for the thread to change, or for something that it does.
pub(crate) const WATCHED: u32 = 1 << 24;
