//! Kernel threads in userspace.
//!
//! Linux gives its kernel threads what no thread library offers: a dedicated, named thread that can
//! be asked to stop, parked, frozen together with all others and signalled, and a worker that runs
//! queued works one at a time. This crate will hold both models:
//!
//! - **iterants**: `init`, one iteration, `destroy`, and one common main loop that holds every
//!   checkpoint (signal, freeze, park, stop, in this order);
//! - **workers**: `kthread_worker` with delayed works, modify, flush, drain, cancel and destroy.
//!
//! It is also the executable reference of the semantics that `kthread-codemod` relies on when it
//! converts C. No item is public yet; CHANGELOG.md says what has landed.
//!
//! The crate names threads through `/proc` and sleeps on futexes, so it is for Linux only and says
//! so when it is compiled for anything else.

#[cfg(not(target_os = "linux"))]
compile_error!("the crate `kthread` works on Linux only: it needs futexes and /proc/self/task");
