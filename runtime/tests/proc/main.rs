//! What a thread is given before it starts, as the operating system shows it: name, nice value,
//! policy, affinity. Read from outside before the first wake-up, and from inside the body.

#![allow(clippy::expect_used, clippy::panic, reason = "a test may fail")]
#![allow(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    reason = "real threads; no model checker runs this"
)]
#![cfg(not(any(loom, shuttle)))]

#[path = "../common/proc.rs"]
#[allow(dead_code, reason = "each test crate uses some of it")]
mod proc;
#[path = "../common/rng.rs"]
#[allow(dead_code, reason = "each test crate uses some of it")]
mod rng;
#[path = "../common/until.rs"]
#[allow(dead_code, reason = "each test crate uses some of it")]
mod until;

mod bind;
mod cpus;
mod inherited;
mod inv_33;
mod names;
mod scheduling;
mod seen;
