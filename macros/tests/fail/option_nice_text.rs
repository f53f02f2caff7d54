//! `nice` is given what is no number.
use kthread::{kthread_iterant, should_stop};

#[kthread_iterant(nice = "high")]
fn run() {
    while !should_stop() {}
}

fn main() {
    run();
}
