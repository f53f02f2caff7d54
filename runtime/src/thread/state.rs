//! The state in which a thread sleeps.

use std::fmt;

/// The state that a thread sets before it tests whether it should sleep.
///
/// The kernel's name: `TASK_RUNNING`, `TASK_INTERRUPTIBLE`, `TASK_UNINTERRUPTIBLE`, `TASK_IDLE`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TaskState {
    /// Awake.
    Running,
    /// To sleep until a wake-up, a signal or a stop.
    Interruptible,
    /// To sleep until a wake-up. A stop is one, a signal isn't.
    Uninterruptible,
    /// As `Uninterruptible`; the kernel counts no load for it. Here it is told apart by name only.
    Idle,
}

impl fmt::Display for TaskState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Running => "running",
            Self::Interruptible => "interruptible",
            Self::Uninterruptible => "uninterruptible",
            Self::Idle => "idle",
        })
    }
}
