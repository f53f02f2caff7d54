//! Kthreads: named, dedicated threads that can be stopped, parked, frozen and signalled.

mod builder;
mod cpus;
mod current;
mod free;
mod kthread;
#[cfg(not(any(loom, shuttle)))]
mod name;
mod os;
pub(crate) mod own;
mod policy;
mod registry;
mod shared;
mod state;
mod task;

pub use self::builder::Builder;
pub use self::cpus::Cpus;
pub use self::current::{Current, current};
pub use self::free::{
    cond_resched, freezable_cond_resched, freezable_should_stop, park_me, set_freezable,
    should_park, should_stop, sleep, sleep_timeout, stop_current, try_to_freeze,
};
pub use self::kthread::Kthread;
pub use self::policy::Policy;
pub use self::registry::tasks;
pub use self::state::TaskState;
pub use self::task::Task;

pub(crate) use self::os::{current_cpu, usable_cpus};
pub(crate) use self::own::Own;
pub(crate) use self::shared::Shared;
