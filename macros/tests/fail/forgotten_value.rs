//! A loop at the end that gives no value, and one whose stop test gives none.
use kthread::{kthread_iterant, should_stop};

#[kthread_iterant]
fn forgotten(mut n: u32) -> Result<(), String> {
    while !should_stop() {
        n += 1;
    }
}

#[kthread_iterant]
fn without(mut n: u32) -> u32 {
    loop {
        if should_stop() {
            break;
        }
        n += 1;
    }
}

fn main() {
    let _ = (forgotten(1), without(1));
}
