//! Guards before the loop, in it, in its inner blocks, and behind it: dropped as before.
#![deny(warnings)]

#[macro_use]
#[path = "../common/mod.rs"]
mod common;

#[allow(unused_imports)]
use common::*;

use kthread::should_stop;
use std::sync::Mutex;

twice! { []
    pub fn run(lock: &'static Mutex<u32>, rounds: u32) -> u32 {
        let _first = Guard("first");
        let mut held = lock.lock().unwrap();
        let _second = Guard("second");
        while !should_stop() {
            let _a = Guard("a");
            let _b = Guard("b");
            *held += 1;
            {
                let _c = Guard("c");
                if *held == rounds {
                    break;
                }
            }
            drop(_b);
            say("end of round");
        }
        drop(_second);
        let _third = Guard("third");
        assert!(lock.try_lock().is_err(), "the lock is still held");
        *held
    }
}

fn main() {
    static ONE: Mutex<u32> = Mutex::new(0);
    static TWO: Mutex<u32> = Mutex::new(0);
    let expected = "drop c | drop b | end of round | drop a | drop c | drop b | drop a | drop second | drop third | drop first | -> 2";
    assert_eq!(traced(|| driven::run(&ONE, 2)), expected);
    assert_eq!(traced(|| plain::run(&TWO, 2)), expected);
    assert!(ONE.try_lock().is_ok());
}
