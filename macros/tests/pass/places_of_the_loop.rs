//! The loop as statement, result, value of a `let` with and without type, and within an expression.
#![deny(warnings)]

#[macro_use]
#[path = "../common/mod.rs"]
mod common;

#[allow(unused_imports)]
use common::*;

use kthread::{kthread_iterant, should_stop};

#[kthread_iterant]
fn typed() -> u64 {
    let got: Option<Box<dyn Fn() -> u64>> = loop {
        if should_stop() {
            break None;
        }
        break Some(Box::new(|| 7));
    };
    got.map_or(0, |got| got())
}

#[kthread_iterant]
fn argument() -> Vec<u32> {
    let mut n = 0;
    Vec::from([1, loop {
        if should_stop() {
            break 0;
        }
        n += 1;
        if n == 3 {
            break n;
        }
    }])
}

#[kthread_iterant]
fn unsafe_block() -> u32 {
    let mut n = 0u32;
    let at = &raw mut n;
    // SAFETY: it is ours.
    unsafe {
        loop {
            *at += 1;
            if *at == 3 {
                break;
            }
        }
    }
    n
}

#[kthread_iterant]
fn returned() -> Result<Box<dyn std::fmt::Debug>, String> {
    return loop {
        if should_stop() {
            break Err("stopped".to_owned());
        }
        break Ok(Box::new(5));
    };
}

#[kthread_iterant]
fn forever(rounds: &std::cell::Cell<u32>) {
    loop {
        rounds.set(rounds.get() + 1);
        if rounds.get() == 4 {
            return;
        }
    }
}

fn main() {
    assert_eq!(typed(), 7);
    assert_eq!(argument(), [1, 3]);
    assert_eq!(unsafe_block(), 3);
    assert_eq!(format!("{:?}", returned().unwrap()), "5");
    let rounds = std::cell::Cell::new(0);
    forever(&rounds);
    assert_eq!(rounds.get(), 4);
}
