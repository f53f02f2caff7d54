//! Counters, and the time that a thread spent in each state.
//!
//! The thread is the only one that writes. It publishes when it sleeps, parks, freezes or ends, and
//! when somebody asks; an iteration costs nothing.

#[cfg(any(loom, shuttle))]
mod none;
#[cfg(not(any(loom, shuttle)))]
mod published;

#[cfg(any(loom, shuttle))]
pub(crate) use self::none::Published;
#[cfg(not(any(loom, shuttle)))]
pub(crate) use self::published::Published;

use std::time::Duration;

use crate::control::bits::{ASLEEP, EXITED, FROZEN, HELD, PARKED, STARTED, STOPPED};

/// Where a thread is.
///
/// The kernel's name: the state letter in `/proc/<pid>/stat`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum State {
    /// Created, and not woken yet.
    New,
    /// In its function, or on its way there.
    Running,
    /// Asleep, until it is woken or its time has run out.
    Sleeping,
    /// Parked.
    Parked,
    /// Frozen.
    Frozen,
    /// Stopped by a signal, until `SIGCONT`.
    Stopped,
    /// It has ended; its result waits for who stops it.
    Exited,
}

impl State {
    pub(crate) fn of(word: u32) -> Self {
        // After its end a thread is nothing else.
        [
            (EXITED, Self::Exited),
            (FROZEN, Self::Frozen),
            (PARKED, Self::Parked),
            (STOPPED, Self::Stopped),
            (ASLEEP, Self::Sleeping),
            // Woken, it is on its way.
            (STARTED, Self::Running),
            (HELD, Self::New),
        ]
        .into_iter()
        .find_map(|(bit, state)| (word & bit != 0).then_some(state))
        .unwrap_or(Self::Running)
    }
}

impl std::fmt::Display for State {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::New => "new",
            Self::Running => "running",
            Self::Sleeping => "sleeping",
            Self::Parked => "parked",
            Self::Frozen => "frozen",
            Self::Stopped => "stopped",
            Self::Exited => "exited",
        })
    }
}

/// What a thread has done so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stats {
    /// Calls of an iterant's function that have returned. A thread that neither sleeps nor passes a
    /// checkpoint where it is asked for something publishes them at its next turn after
    /// [`Task::stats`](crate::Task::stats) was called, so the call after that sees them.
    pub iterations: u64,
    /// How often it slept.
    pub sleeps: u64,
    /// How often it was parked.
    pub parks: u64,
    /// How often it was frozen.
    pub freezes: u64,
    /// How often a signal stopped it.
    pub stops: u64,
    /// Time in its function.
    pub running: Duration,
    /// Time asleep.
    pub sleeping: Duration,
    /// Time parked.
    pub parked: Duration,
    /// Time frozen.
    pub frozen: Duration,
    /// Time stopped by a signal.
    pub stopped: Duration,
}
