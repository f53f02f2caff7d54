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
mod workers;

mod inv_01_no_lost_wakeup;
mod inv_02_once_pending;
mod inv_03_one_at_a_time;
mod inv_04_order;
mod inv_05_requeue;
mod inv_06_cancel_sync;
mod inv_07_canceling_blocks;
mod inv_08_conservation;
mod inv_09_mod_races;
mod inv_10_mod_now;
mod inv_11_no_deadlock;
mod inv_12_two_cancels;
mod inv_13_flush;
mod inv_14_itself;
mod inv_15_drops_itself;
mod inv_16_queue_beside_sleep;
mod inv_17_closed;
mod inv_18_destroy_with_timers;
mod inv_19_destroy_with_requeueing;
mod inv_20_stop_before_first_run;
mod inv_21_stop_and_first_wake;
mod inv_22_self_exit_and_second_stop;
mod inv_23_freeze;
mod inv_24_park;
mod inv_25_order;
mod inv_26_sleep_and_wake;
mod inv_27_one_worker;
mod inv_28_restart;
mod inv_29_failed_set_up;
mod inv_30_panic;
mod inv_31_result;
mod inv_32_random;
