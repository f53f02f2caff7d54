//! # A stop test at the head becomes the driver's
//!
//! Where the loop begins with the test, the driver makes it before every iteration, the first one included,
//! and the body does not. What the test did is done behind the loop: `break` gives the loop its value there,
//! `return` leaves the function.

use kthread::{kthread_iterant, should_stop};

#[kthread_iterant]
fn last_word(words: &[&'static str]) -> Option<&'static str> {
    let mut at = 0;
    let stopped = loop {
        if should_stop() {
            println!("stopped at {at}");
            break true;
        }
        at += 1;
        if at == words.len() {
            break false;
        }
    };
    if stopped { None } else { words.last().copied() }
}

fn main() {
    assert_eq!(last_word(&["begin", "end"]), Some("end"));
}
