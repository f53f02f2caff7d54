//! `break` with a value out of a `while` and a `for`.
use kthread::{kthread_iterant, should_stop};

#[kthread_iterant]
fn of_while() -> u32 {
    while !should_stop() {
        break 3;
    }
    1
}

#[kthread_iterant]
fn of_for() -> u32 {
    for n in 0..3 {
        break n;
    }
    1
}

fn main() {
    of_while();
    of_for();
}
