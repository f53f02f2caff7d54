//! A macro of the caller hides a `return` in a function that returns nothing.
use kthread::{kthread_iterant, should_stop};

macro_rules! done {
    () => { return };
}

#[kthread_iterant]
fn run(limit: u32) {
    let mut n = 0;
    while !should_stop() {
        n += 1;
        if n == limit {
            done!();
        }
    }
}

fn main() {
    run(1);
}
