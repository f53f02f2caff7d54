//! Attributes of the loop and of its body stay with the body.
#![deny(warnings)]

use kthread::{kthread_iterant, should_stop, sleep_timeout};
use std::time::Duration;

#[kthread_iterant]
fn outer(limit: u32) -> u32 {
    let mut n = 0;
    #[allow(unused_variables, unused_mut)]
    while !should_stop() && n < limit {
        let mut unused = n;
        n += 1;
    }
    n
}

#[kthread_iterant]
fn inner(limit: u32) -> u32 {
    let mut n = 0;
    #[kthread_main]
    loop {
        #![allow(unused_variables, unused_assignments)]
        if should_stop() {
            return n;
        }
        let unused;
        unused = 3;
        n += 1;
        if n == limit {
            return n;
        }
    }
}

#[kthread_iterant(spawn)]
fn with_a_limit() -> u32 {
    let mut n = 0;
    #[allow(unused_mut)]
    while !should_stop() && n < 2 {
        let mut pause = Duration::from_micros(10);
        n += 1;
        let _ = sleep_timeout(pause);
    }
    n
}

fn main() {
    assert_eq!(outer(3), 3);
    assert_eq!(inner(3), 3);
    assert_eq!(spawn_with_a_limit().unwrap().join().unwrap(), 2);
}
