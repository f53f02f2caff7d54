//! The numbered invariants, each in a file named by its number.
//!
//! Under `--cfg loom` and `--cfg shuttle` a test explores the schedules of its model, then runs the
//! model once more on each mutant of the algorithm that it must find. In an ordinary run the same model
//! runs some hundred times on real threads.
//!
//! 33 is in `tests/proc`: what the operating system does to a thread can't be modelled.

// A test says what it expects by panicking, and names the checker's types itself.
#![allow(clippy::disallowed_types, clippy::disallowed_methods, clippy::expect_used, clippy::panic)]

mod check;

mod inv_20_stop_before_first_run;
mod inv_21_stop_and_first_wake;
mod inv_22_self_exit_and_second_stop;
mod inv_23_freeze;
mod inv_24_park;
mod inv_25_order;
mod inv_26_sleep_and_wake;
mod inv_29_failed_set_up;
mod inv_30_panic;
mod inv_31_result;
