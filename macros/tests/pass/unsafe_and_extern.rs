//! `unsafe fn` and `extern "C" fn`, and an unsafe one that starts a thread.
#![deny(warnings)]

#[macro_use]
#[path = "../common/mod.rs"]
mod common;

#[allow(unused_imports)]
use common::*;

use kthread::kthread_iterant;

/// # Safety
/// `at` points to `count` numbers.
#[kthread_iterant]
unsafe fn sum(at: *const u32, count: usize) -> u32 {
    let mut sum = 0;
    for n in 0..count {
        // SAFETY: by the promise above.
        sum += unsafe { *at.add(n) };
    }
    sum
}

#[kthread_iterant]
extern "C" fn count(limit: i32) -> i32 {
    let mut n = 0;
    loop {
        if kthread::should_stop() || n == limit {
            return n;
        }
        n += 1;
    }
}

#[kthread_iterant(spawn)]
unsafe fn promised(limit: u32) -> u32 {
    let mut n = 0;
    while n < limit {
        n += 1;
    }
    n
}

fn main() {
    let numbers = [1, 2, 3];
    // SAFETY: it is an array of three.
    assert_eq!(unsafe { sum(numbers.as_ptr(), 3) }, 6);
    let called: extern "C" fn(i32) -> i32 = count;
    assert_eq!(called(4), 4);
    // SAFETY: nothing is asked for.
    assert_eq!(unsafe { spawn_promised(5) }.unwrap().join().unwrap(), 5);
}
