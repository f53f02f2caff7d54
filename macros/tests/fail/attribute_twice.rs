//! Twice on one function.
use kthread::{kthread_iterant, should_stop};

#[kthread_iterant(parkable)]
#[kthread_iterant]
fn run() {
    while !should_stop() {}
}

fn main() {
    run();
}
