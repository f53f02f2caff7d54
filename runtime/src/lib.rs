//! Kernel threads in userspace.

// The lint sees through the facade `sync`, which names std's types unless a model checker is at work.
// So it is on under the model checkers only; `.ci/run clippy` has such a run.
#![cfg_attr(not(any(loom, shuttle)), allow(clippy::disallowed_types, clippy::disallowed_methods))]

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
