//! Unknown options, with the nearest that there is.
use kthread::{kthread_iterant, should_stop};

#[kthread_iterant(freezeable = false, parked, spwan = start, something)]
fn run() {
    while !should_stop() {}
}

fn main() {
    run();
}
