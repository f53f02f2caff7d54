//! Kernel threads in userspace.
//!
//! Linux gives its kernel threads what no thread library offers: a named, dedicated thread that can be
//! asked to stop, parked, frozen together with all others, and signalled, at checkpoints that it passes
//! when it is ready. And it shows what goes wrong when each thread writes these checkpoints by hand. So
//! this crate has both: the kthread, and the *iterant*, a thread whose loop is written once, in
//! [`drive`], with every checkpoint in it.
//!
//! ```
//! use std::sync::Arc;
//! use std::sync::atomic::{AtomicU32, Ordering};
//! use std::time::Duration;
//! use kthread::{Builder, Freezer, Options, Outcome, Step, from_fn};
//!
//! let samples = Arc::new(AtomicU32::new(0));
//! let taken = Arc::clone(&samples);
//! // The body of the loop; when it sleeps, freezes and ends is the driver's business.
//! let it = from_fn(move |_| {
//!     taken.fetch_add(1, Ordering::Relaxed);
//!     Step::SleepTimeout::<()>(Duration::from_millis(1))
//! });
//! let thread = Builder::new(format_args!("sampler/{}", 0)).run_iterant(Options::new(), it)?;
//! # while samples.load(Ordering::Relaxed) == 0 { std::thread::yield_now(); }
//!
//! // All freezable threads of the process come to rest, or we learn who doesn't.
//! Freezer::process().freeze_all(Duration::from_secs(20))?;
//! let at_rest = samples.load(Ordering::Relaxed);
//! assert_eq!(samples.load(Ordering::Relaxed), at_rest);
//! Freezer::process().thaw_all();
//!
//! assert_eq!(thread.stop()?, Outcome::Stopped(0));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Where to look
//!
//! | For | See |
//! | --- | --- |
//! | making a thread: name, CPUs, nice, policy, stack | [`Builder`] |
//! | stopping it and getting its result | [`Kthread`] |
//! | waking, parking, signalling, looking at it | [`Task`], [`tasks`] |
//! | what the thread itself may do | [`current`], [`Current`], and functions such as [`should_stop`] |
//! | waiting for a condition | [`WaitQueue`] |
//! | freezing | [`Freezer`] |
//! | signals | [`signal`] |
//! | a loop with all checkpoints in one place | [`drive`], [`Iterant`], [`from_fn`], [`Options`] |
//! | works that are queued, delayed, moved and cancelled | [`Worker`], [`Work`], [`DelayedWork`] |
//! | not knowing which of these | [`which_one`] |
//!
//! # What an iterant does
//!
//! The rules are those of the C header that `kthread-codemod` emits, and the same scripted traces run
//! against both.
//!
//! 1. A thread that is stopped before it first ran runs nothing; stop says
//!    [`NotStarted`](StopError::NotStarted), and what it was given is dropped once.
//! 2. [`init`](Iterant::init), then iterations, then [`destroy`](Iterant::destroy). If init fails,
//!    neither of the others runs, and its error is the result.
//! 3. A turn is: the checkpoints that were asked for, in the order signal, freeze, park, stop; one
//!    iteration; the sleep that it asked for. A stop beats a sleep.
//! 4. The checkpoints are a set: [`Checkpoints`]. Stop and freeze are the default.
//! 5. Stop is tested after the first iteration, or before it with [`Options::test_first`].
//! 6. The driver leaves the task's state alone, and sleeps only when asked.
//! 7. [`Current::set_state`] takes effect at once, before the condition is tested: a wake-up after it
//!    means no sleep. [`Step::Sleep`] alone counts wake-ups from the beginning of its turn. A wake-up
//!    and a timeout together are one return; a timeout of 0 is no sleep.
//! 8. [`stop_current`] ends the loop after the iteration, with its code bit for bit. The thread's
//!    [`Kthread`] stays valid until it is stopped.
//! 9. With [`Options::wait_stop`] an iterant that ended by itself stays until it is stopped.
//! 10. Signals are ignored unless allowed. Their checkpoint takes what is pending, and gives way to a
//!     freeze or a stop. What stops a thread does so until `SIGCONT`; a fatal signal only asks the
//!     loop to end.
//! 11. A stop ends the waiting of a thread that a signal has stopped, and leaves no signal pending.
//! 12. Whoever waits for a thread waits for its real end: [`Kthread::stop`] and [`Kthread::join`] return
//!     when nothing of it runs any more.
//! 13. [`run_here`] runs an iterant in the calling thread, and [`drive`] a loop in a function that has
//!     its own beginning and end.
//! 14. Creation gives a handle or an error, and leaves nothing behind with the latter.
//!
//! One thing is better than in the kernel: a stop ends a frozen thread, without another iteration.
//!
//! # The iterant series of 2015, item by item
//!
//! | In the series | Here |
//! | --- | --- |
//! | `struct kthread_iterant` | [`Iterant`], [`FromFn`], and [`Options`] |
//! | its `type`, with flags | [`Options`]: [`Checkpoints`], [`test_first`](Options::test_first), [`wait_stop`](Options::wait_stop) |
//! | its `timeout`, in jiffies | the [`Duration`](std::time::Duration) in [`Step::SleepTimeout`] |
//! | its `data` | the iterant itself, or what its closure captures |
//! | its `init`, `func`, `destroy` | [`Iterant::init`], [`Iterant::iterate`], [`Iterant::destroy`] |
//! | `KTI_PAUSE_ONCE`, `KTI_PAUSE_MASK` | a [`Step`] is for one turn, always |
//! | `KTI_INT_SLEEP` | [`Step::Sleep`] |
//! | `KTI_INT_SLEEP_TIMEOUT` | [`Step::SleepTimeout`] |
//! | `set_kthread_iterant_int_sleep()` | [`Current::set_state`], then [`Step::Sleep`]; or that alone |
//! | `set_kthread_iterant_int_sleep_timeout()` | [`Current::set_state`], then [`Step::SleepTimeout`] |
//! | `init(); while (!stop) func(); destroy();` | [`drive`]; [`run_here`] with init and destroy |
//! | `kthread_iterant_fn()` | [`run_here`], in the thread of [`Builder::create_iterant`] |
//! | `kthread_iterant_create()`, `_run()` | [`Builder::create_iterant`], [`Builder::run_iterant`] |
//! | `kthread_iterant_create_on_cpu()`, `_run_on_cpu()` | the same, after [`Builder::cpu`] |
//! | `kthread_iterant_create_on_node()` | [`Builder::cpus`] with the CPUs of the node: memory follows who first touches it |
//! | names as for `printf()` | [`Builder::new`] with `format_args!()` |
//! | one place for the checkpoints | [`drive`]; nothing else passes one unasked |
//! | the order signal, func, sleep, freeze, stop | rule 3; signals, freeze, park and stop stand together |
//! | freezable by default | [`Checkpoints::DEFAULT`] |
//! | setting `PF_NOFREEZE` in init | [`Current::clear_freezable`], or [`Options::checkpoints`] without freeze |
//! | `freezable_cond_resched()` | [`freezable_cond_resched`] |
//! | `kthread_stop_current()` | [`stop_current`]; in an iteration, [`Step::Break`] with a value |
//! | stop before the first wake-up: `-EINTR` | [`StopError::NotStarted`] |
//! | `kthread_do_signal()` | the signal checkpoint, [`Checkpoints::SIGNAL`] |
//! | `kthread_sigaction()` | [`Current::sigaction`], [`Options::signal`] |
//! | all signals ignored by default | [`Sent::Ignored`] |
//! | defaults for `SIGSTOP`, `SIGCONT` and fatal signals | [`Action::Default`] |
//! | handlers are plain calls | [`Action::Handler`] |
//! | parking, put off in the series | [`Checkpoints::PARK`], [`Task::park`] |
//! | from the task to its iterant | [`Kthread`] and [`Task`]: [`name`](Task::name), [`stats`](Task::stats), [`state`](Task::state) |
//!
//! # The series of 2016, patch by patch
//!
//! | In the series | Here |
//! | --- | --- |
//! | no parking in `kthread_create_on_cpu()` | [`Builder::create_on_cpu`], [`Builder::cpu`]: bound, and not parked |
//! | `kthread_probe_data()` | nothing: a thread's data can't be reached from outside |
//! | the names of the API, cleaned up | [`Worker::queue`], [`Worker::flush`], [`Worker::flush_work`] |
//! | `kthread_create_worker()`, `_on_cpu()` | [`Builder::create_worker`], [`Builder::run_worker`]; per CPU: [`Builder::run_workers_per_cpu`] |
//! | `kthread_drain_worker()`, left out at last | [`Worker::drain`], which names who goes on |
//! | `kthread_destroy_worker()` | [`WorkerThread::destroy`], which hands back what did not run |
//! | a work used by more than one worker | [`Queued::OtherWorker`], [`Worker::release`] |
//! | `struct kthread_delayed_work`, `kthread_queue_delayed_work()` | [`DelayedWork`], [`Worker::queue_delayed`] |
//! | `kthread_cancel_work_sync()`, `kthread_cancel_delayed_work_sync()` | [`Worker::cancel_sync`], for both; [`Worker::cancel`] doesn't wait |
//! | `kthread_mod_delayed_work()` | [`Worker::mod_delayed`] |
//! | `KTW_FREEZABLE` | [`WorkerOptions::freezable`] |
//! | `kthread_worker_fn()` in a thread of one's own | [`Worker::run_here`] |
//!
//! What traps there is defined here: a flush of a work whose time has not come ends
//! ([`Worker::flush_work`] lets it come); moving and cancelling a delayed work conserve it; a worker's
//! own work that would wait for the worker gets an error; what is queued beside the end of a worker is
//! run, handed back or refused; and flush, cancel and destroy of a frozen worker end.
//!
//! # Panics
//!
//! A panic in a thread is contained: who stops or joins the thread gets it
//! ([`StopError::Panicked`]), who parks or freezes it is released, other threads live on. That takes
//! unwinding. A program that is built with `panic = "abort"` is told so when it creates a thread, and may
//! accept it, see [`Builder::panics_may_abort`].
//!
//! # Features
//!
//! - `os-signals` (off): [`signal`]`::Bridge`, which maps signals of the process onto its kthreads.
//!
//! # Platform
//!
//! Linux only: it sleeps on futexes, and names and binds threads as Linux does.

// The lint sees through the facade `sync`, which names std's types unless a model checker is at work.
// So it is on under the model checkers only; `.ci/run clippy` has such a run.
#![cfg_attr(not(any(loom, shuttle)), allow(clippy::disallowed_types, clippy::disallowed_methods))]

#[cfg(not(target_os = "linux"))]
compile_error!("the crate `kthread` works on Linux only: it needs futexes and /proc/self/task");

#[doc = include_str!("../docs/which-one.md")]
pub mod which_one {}

mod control;
mod error;
mod freezer;
mod iterant;
mod list;
pub mod signal;
mod stats;
mod sync;
mod thread;
mod timer;
mod wait;
mod work;
mod worker;

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
pub use crate::work::{DelayedWork, Work, WorkCx};
pub use crate::worker::{
    Destroyed, DrainError, Modified, PerCpu, Queued, Worker, WorkerError, WorkerOptions,
    WorkerStats, WorkerThread,
};

#[cfg(feature = "macros")]
#[doc = include_str!("../docs/attribute.md")]
pub use kthread_macros::kthread_iterant;

/// For expansions of the attribute; no part of the interface.
#[cfg(feature = "macros")]
#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;

/// For the bench; no part of the interface.
#[cfg(feature = "bench-internals")]
#[doc(hidden)]
#[path = "bench.rs"]
pub mod __bench;

/// For the tests under a model checker.
#[cfg(any(loom, shuttle))]
#[doc(hidden)]
pub mod model {
    pub use crate::sync::mutant::{Mutant, plant};

    /// A model begins: its clock stands at 0.
    pub fn begin() {
        crate::sync::clock::set(crate::sync::clock::Moment::from_nanos(0));
    }

    /// Lets time pass, and ends a sleep of the thread that is over by then.
    pub fn advance(task: &crate::Task, by: std::time::Duration) {
        if let Some(then) = crate::sync::clock::Moment::after(by) {
            crate::sync::clock::set(then);
        }
        task.time_has_passed();
    }
}
