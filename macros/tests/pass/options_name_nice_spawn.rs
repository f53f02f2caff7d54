//! The name of a thread from arguments, its nice value, and the name of what starts it.
#![deny(warnings)]

#[macro_use]
#[path = "../common/mod.rs"]
mod common;

#[allow(unused_imports)]
use common::*;

use kthread::{kthread_iterant, should_stop, sleep};

macro_rules! serve {
    ($(#[$attr:meta])* $name:ident($($arg:ident: $ty:ty),*)) => {
        $(#[$attr])*
        fn $name($($arg: $ty),*) {
            $(let _ = $arg;)*
            while !should_stop() {
                let _ = sleep();
            }
        }
    };
}

serve!(#[kthread_iterant(name = "a-{}")] one(n: u32));
serve!(#[kthread_iterant(name = "{}/{:>2}")] two(n: u32, m: u8));
serve!(#[kthread_iterant(name = "{m}-{n:02x}")] inlined(n: u32, m: u8));
serve!(#[kthread_iterant(name = "{{}}", spawn = start)] escaped(n: u32));
serve!(#[kthread_iterant(nice = -(2 - 5))] niced(n: u32));
serve!(#[kthread_iterant(spawn = start_it)] without(n: u32));
serve!(#[kthread_iterant(spawn)] no_arguments());

#[kthread_iterant(name = "p-{}", spawn)]
fn patterns(c: u8, (a, _): (u8, u8), [b, ..]: [u8; 2], _: u8) -> u8 {
    while !should_stop() {
        let _ = sleep();
    }
    a + b + c
}

fn name<T>(thread: kthread::Kthread<T>) -> String {
    let name = thread.name().to_string();
    let _ = thread.stop();
    name
}

fn main() {
    assert_eq!(name(spawn_one(7).unwrap()), "a-7");
    assert_eq!(name(spawn_two(7, 8).unwrap()), "7/ 8");
    assert_eq!(name(spawn_inlined(10, 8).unwrap()), "8-0a");
    assert_eq!(name(start(1).unwrap()), "{}");
    assert_eq!(name(spawn_niced(1).unwrap()), "niced");
    assert_eq!(name(start_it(1).unwrap()), "without");
    assert_eq!(name(spawn_no_arguments().unwrap()), "no_arguments");
    assert_eq!(name(spawn_patterns(1, (2, 3), [4, 5], 6).unwrap()), "p-1");
}
