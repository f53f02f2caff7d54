//! `impl Trait` in arguments and in the result, also within a Result and a tuple.
#![deny(warnings)]

#[macro_use]
#[path = "../common/mod.rs"]
mod common;

#[allow(unused_imports)]
use common::*;

use kthread::{kthread_iterant, should_stop};

#[kthread_iterant]
fn takes(from: impl IntoIterator<Item = u32>, mut to: impl FnMut(u32) -> bool) -> u32 {
    let mut taken = 0;
    for n in from {
        if !to(n) {
            return taken;
        }
        taken += 1;
    }
    taken
}

#[kthread_iterant]
fn gives(limit: u32) -> impl Iterator<Item = u32> + Clone {
    let mut n = 0;
    let range = loop {
        if should_stop() {
            break 0..0;
        }
        n += 1;
        if n == limit {
            break 0..n;
        }
    };
    range.map(|n| n * 2)
}

#[kthread_iterant]
fn directly(limit: u32) -> impl std::fmt::Debug {
    let mut n = 0;
    loop {
        if should_stop() {
            return (0, "stopped");
        }
        n += 1;
        if n == limit {
            return (n, "done");
        }
    }
}

#[kthread_iterant]
fn nested(text: &str) -> Result<(u32, impl Iterator<Item = char> + '_), std::num::ParseIntError> {
    let mut n = 0;
    while n < 3 {
        n += text.parse::<u32>()?;
    }
    Ok((n, text.chars()))
}

#[kthread_iterant(spawn)]
fn started(from: impl Fn() -> u32) -> impl Fn() -> u32 {
    let mut n = 0;
    while n < 3 {
        n += from();
    }
    move || n
}

fn main() {
    assert_eq!(takes([1, 2, 3], |n| n < 3), 2);
    assert_eq!(gives(3).clone().collect::<Vec<_>>(), [0, 2, 4]);
    assert_eq!(format!("{:?}", directly(2)), "(2, \"done\")");
    let (n, chars) = nested("2").unwrap();
    assert_eq!((n, chars.count()), (4, 1));
    assert!(nested("x").is_err());
    assert_eq!(spawn_started(|| 2).unwrap().join().unwrap()(), 4);
}
