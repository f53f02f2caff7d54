//! Macros of the caller hide a `break` and a `continue`.
use kthread::{kthread_iterant, should_stop};

macro_rules! leave {
    () => { break };
}
macro_rules! again {
    () => { continue };
}

#[kthread_iterant]
fn breaks() {
    while !should_stop() {
        leave!();
    }
}

#[kthread_iterant]
fn continues() {
    while !should_stop() {
        again!();
    }
}

fn main() {
    breaks();
    continues();
}
