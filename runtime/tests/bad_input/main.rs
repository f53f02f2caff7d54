//! Bad input: each is an error value that says what and why, and leaves nothing half made.

#![allow(clippy::expect_used, clippy::panic, reason = "a test may fail")]
#![allow(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    reason = "real threads; no model checker runs this"
)]
#![cfg(not(any(loom, shuttle)))]

#[path = "../common/given.rs"]
#[allow(dead_code, reason = "each test crate uses some of it")]
mod given;
#[path = "../common/proc.rs"]
#[allow(dead_code, reason = "each test crate uses some of it")]
mod proc;
#[path = "../common/until.rs"]
#[allow(dead_code, reason = "each test crate uses some of it")]
mod until;

mod builds;
mod counted;
mod create;
mod left;
mod locks;
mod outside;
mod rights;
mod stopping;
mod user_code;
