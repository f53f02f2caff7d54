//! The names of the expansion are not seen by the body, nor those of the caller by it.
#![deny(warnings)]
#![allow(dead_code, non_camel_case_types)]

#[macro_use]
#[path = "../common/mod.rs"]
mod common;

#[allow(unused_imports)]
use common::*;

use kthread::kthread_iterant;

struct Some_;
enum Option {}
enum Step {}
enum Leave {}
mod core {}
mod std {}

fn drive() {}
fn begin() {}

#[kthread_iterant]
fn run(value: u32, mut residual: u32) -> ::std::result::Result<u32, ::std::num::ParseIntError> {
    let __kthread_iterator = 1;
    for next in ["1", "2"] {
        let text = next;
        residual += text.parse::<u32>()? + value + __kthread_iterator;
    }
    Ok(residual)
}

fn main() {
    assert_eq!(run(10, 0), Ok(25));
}
