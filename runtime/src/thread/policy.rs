//! Scheduling policies.

use std::fmt;

/// How the operating system schedules a thread. The kernel's name: `sched_setscheduler()`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Policy {
    /// `SCHED_OTHER`: time shared, by nice values.
    Normal,
    /// `SCHED_BATCH`: time shared, and taken to be hungry for CPU.
    Batch,
    /// `SCHED_IDLE`: runs when nothing else would.
    Idle,
    /// `SCHED_FIFO` with a priority from 1 to 99: runs until it blocks. Needs `CAP_SYS_NICE` or a
    /// limit `RLIMIT_RTPRIO`.
    Fifo(u8),
    /// `SCHED_RR` with a priority from 1 to 99: as `Fifo`, in turns among equals.
    RoundRobin(u8),
}

impl fmt::Display for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Normal => f.write_str("SCHED_OTHER"),
            Self::Batch => f.write_str("SCHED_BATCH"),
            Self::Idle => f.write_str("SCHED_IDLE"),
            Self::Fifo(priority) => write!(f, "SCHED_FIFO with priority {priority}"),
            Self::RoundRobin(priority) => write!(f, "SCHED_RR with priority {priority}"),
        }
    }
}
