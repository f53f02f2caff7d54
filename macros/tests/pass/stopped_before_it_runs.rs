//! A test at the head is made before the first round, one elsewhere after it.
#![deny(warnings)]

#[macro_use]
#[path = "../common/mod.rs"]
mod common;

#[allow(unused_imports)]
use common::*;

use kthread::{kthread_iterant, should_stop};

#[kthread_iterant]
fn head() {
    while !should_stop() {
        say("round");
    }
    say("epilogue");
}

#[kthread_iterant]
fn head_of_loop() -> &'static str {
    loop {
        kthread::try_to_freeze();
        if should_stop() {
            break "stopped";
        }
        say("round");
    }
}

#[kthread_iterant]
fn elsewhere() {
    loop {
        say("round");
        if should_stop() {
            break;
        }
    }
    say("epilogue");
}

#[kthread_iterant]
fn without_test() {
    loop {
        say("round");
    }
}

fn after_a_stop<R>(run: impl FnOnce() -> R) -> R {
    stop_me();
    run()
}

fn main() {
    assert_eq!(stopped(|| after_a_stop(head)), "epilogue | -> ()");
    assert_eq!(stopped(|| after_a_stop(head_of_loop)), "-> \"stopped\"");
    assert_eq!(stopped(|| after_a_stop(elsewhere)), "round | epilogue | -> ()");
    assert_eq!(stopped(|| after_a_stop(without_test)), "round | -> ()");
}
