//! A function with the attribute within one with the attribute, and within a body.
#![deny(warnings)]

#[macro_use]
#[path = "../common/mod.rs"]
mod common;

#[allow(unused_imports)]
use common::*;

use kthread::{kthread_iterant, should_stop};

#[kthread_iterant]
fn outer(limit: u32) -> u32 {
    #[kthread_iterant]
    fn before(limit: u32) -> u32 {
        let mut n = 0;
        while !should_stop() && n < limit {
            n += 1;
        }
        n
    }
    let mut sum = 0;
    while !should_stop() {
        #[kthread_iterant]
        fn within(limit: u32) -> Option<u32> {
            for n in 0..limit {
                if n == 2 {
                    return Some(n);
                }
            }
            None
        }
        sum += before(limit) + within(limit).unwrap_or(50);
        if sum > 9 {
            break;
        }
    }
    sum
}

fn main() {
    assert_eq!(traced(|| outer(3)), "-> 10");
    assert_eq!(traced(|| outer(1)), "-> 51");
}
