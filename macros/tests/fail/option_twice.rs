//! An option twice, and a signal twice.
use kthread::{kthread_iterant, should_stop};

#[kthread_iterant(parkable, freezable = true, parkable = false)]
fn run() {
    while !should_stop() {}
}

fn main() {
    run();
}
