//! Of several loops the one with a checkpoint, or the one that is marked, is the main loop.
#![deny(warnings)]

#[macro_use]
#[path = "../common/mod.rs"]
mod common;

#[allow(unused_imports)]
use common::*;

use kthread::{kthread_iterant, should_stop};

#[kthread_iterant]
fn by_checkpoint() -> u32 {
    let mut n = 0;
    for i in 0..3 {
        n += i;
    }
    while !should_stop() {
        n += 1;
        if n == 5 {
            stop_me();
        }
    }
    while n < 10 {
        n += 1;
    }
    n
}

#[kthread_iterant]
fn by_mark() -> u32 {
    let mut n = 0;
    while n < 2 {
        n += 1;
        if should_stop() {
            break;
        }
    }
    #[kthread_main]
    loop {
        n += 1;
        if n == 5 {
            stop_me();
        }
        if n == 8 {
            break;
        }
    }
    for _ in 0..2 {
        n += 10;
    }
    n
}

#[kthread_iterant]
fn marked_for(from: &'static [u32]) -> u32 {
    let mut n = 0;
    for i in from {
        n += i;
    }
    #[kthread_main]
    for i in from {
        n += i;
        if *i == 2 {
            stop_me();
        }
    }
    n
}

#[kthread_iterant]
fn in_branches(yes: bool) -> Result<u32, String> {
    let mut n = 0;
    if yes {
        while n < 100 {
            n += 1;
        }
    } else {
        loop {
            if should_stop() {
                return Ok(n);
            }
            n += 1;
            if n == 2 {
                stop_me();
            }
        }
    }
    Ok(n)
}

fn main() {
    assert_eq!(stopped(by_checkpoint), "-> 10");
    assert_eq!(stopped(by_mark), "-> 25");
    assert_eq!(stopped(|| marked_for(&[1, 2, 3])), "-> 9");
    assert_eq!(stopped(|| in_branches(false)), "-> Ok(2)");
    assert_eq!(traced(|| in_branches(true)), "-> Ok(100)");
}
