//! What is no iterator, and a `return` without a value: said once each.
use kthread::{kthread_iterant, should_stop};

#[kthread_iterant]
fn over_a_number() {
    for _ in 5 {
        if should_stop() {
            break;
        }
    }
}

#[kthread_iterant]
fn returns_nothing() -> u32 {
    let mut n = 0;
    while !should_stop() {
        n += 1;
        if n == 3 {
            return;
        }
    }
    n
}

#[kthread_iterant]
fn refutable(of: Vec<Option<u32>>) -> u32 {
    let mut n = 0;
    for Some(it) in of {
        n += it;
    }
    n
}

fn main() {
    over_a_number();
    returns_nothing();
    refutable(Vec::new());
}
