//! Signals that there are not.
use kthread::{kthread_iterant, should_stop};

#[kthread_iterant(signals(SIGHUB, TERM, SIGNAL, sigint, XYZ))]
fn run() {
    while !should_stop() {}
}

fn main() {
    run();
}
