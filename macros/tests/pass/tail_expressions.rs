//! The last expression of a body has no semicolon, or never ends.
#![deny(warnings)]

#[macro_use]
#[path = "../common/mod.rs"]
mod common;

#[allow(unused_imports)]
use common::*;

use kthread::{kthread_iterant, should_stop};

#[kthread_iterant]
fn call(n: &std::cell::Cell<u32>) {
    let step = || n.set(n.get() + 1);
    while !should_stop() && n.get() < 3 {
        step()
    }
}

#[kthread_iterant]
fn assignment() -> u32 {
    let mut n = 0;
    while !should_stop() && n < 3 {
        n += 1
    }
    n
}

#[kthread_iterant]
fn branch() -> u32 {
    let mut n = 0;
    while !should_stop() {
        n += 1;
        if n == 3 { break } else { continue }
    }
    n
}

#[kthread_iterant]
fn mac() -> u32 {
    let mut n = 0;
    while !should_stop() && n < 3 {
        n += 1;
        assert!(n < 4)
    }
    n
}

#[kthread_iterant]
fn jump() -> u32 {
    let mut n = 0;
    loop {
        if should_stop() {
            break 0;
        }
        n += 1;
        if n < 3 {
            continue;
        }
        return n
    }
}

#[kthread_iterant]
fn question(from: &[&str]) -> Result<u32, std::num::ParseIntError> {
    for text in from {
        (|| text.parse::<u32>().map(|_| ()))()?
    }
    Ok(1)
}

#[kthread_iterant]
fn closure() -> u32 {
    let mut n = 0;
    while n < 3 {
        (|| n += 1)()
    }
    n
}

#[kthread_iterant]
fn inner_loop() -> u32 {
    let mut n = 0;
    while n < 3 {
        loop {
            n += 1;
            break
        }
    }
    n
}

#[kthread_iterant]
fn empty() -> u32 {
    for _ in 0..3 {}
    1
}

fn main() {
    let n = std::cell::Cell::new(0);
    call(&n);
    assert_eq!(n.get(), 3);
    assert_eq!((assignment(), branch(), mac(), jump()), (3, 3, 3, 3));
    assert!(question(&["1"]).is_ok() && question(&["x"]).is_err());
    assert_eq!((closure(), inner_loop(), empty()), (3, 3, 1));
}
