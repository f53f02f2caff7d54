//! Kernel threads in userspace.

#![cfg_attr(not(test), warn(clippy::print_stdout, clippy::print_stderr))]

#[cfg(not(target_os = "linux"))]
compile_error!("the crate `kthread` works on Linux only: it needs futexes and /proc/self/task");

mod control;
mod error;
mod freezer;
mod iterant;
pub mod signal;
mod stats;
mod sync;
mod thread;
mod wait;

pub use crate::error::{
    BindError, CreateError, FreezeError, NotKthread, Panic, ParkError, SetupError, StopError,
    WaitError,
};
pub use crate::freezer::Freezer;
pub use crate::iterant::{
    Checkpoints, Cx, Exit, FromFn, Iterant, Options, Outcome, OutcomeOf, Step, drive, from_fn,
    run_here, wait_to_stop,
};
pub use crate::signal::{Action, Sent, Signal};
pub use crate::stats::{State, Stats};
pub use crate::thread::{
    Builder, Cpus, Current, Kthread, Policy, Task, TaskState, cond_resched, current,
    freezable_cond_resched, freezable_should_stop, park_me, set_freezable, should_park,
    should_stop, sleep, sleep_timeout, stop_current, tasks, try_to_freeze,
};
pub use crate::wait::WaitQueue;

/// For the tests under a model checker.
#[cfg(any(loom, shuttle))]
#[doc(hidden)]
pub mod model {
    pub use crate::sync::mutant::{Mutant, plant};

    /// Lets the time of a thread's sleep run out.
    pub fn expire(task: &crate::Task) {
        task.expire();
    }
}
