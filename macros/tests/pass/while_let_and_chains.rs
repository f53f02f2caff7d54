//! `while let`, and let chains of the edition 2024; what a condition makes lives as long as before.
#![deny(warnings)]

#[macro_use]
#[path = "../common/mod.rs"]
mod common;

#[allow(unused_imports)]
use common::*;

fn next(queue: &mut Vec<u32>) -> (Guard, Option<u32>) {
    (Guard("scrutinee"), queue.pop())
}

mod simple {
    use super::*;
    twice! { []
        pub fn run(mut queue: Vec<u32>) -> u32 {
            let mut sum = 0;
            while let Some(n) = next(&mut queue).1 {
                say(n);
                sum += n;
                if n == 7 {
                    break;
                }
            }
            say("epilogue");
            sum
        }
    }
    pub fn check() {
        same!(traced, run(vec![2, 1]), "1 | drop scrutinee | 2 | drop scrutinee | drop scrutinee | epilogue | -> 3");
        same!(traced, run(vec![2, 7]), "7 | drop scrutinee | epilogue | -> 7");
    }
}

mod chain {
    use super::*;
    twice! { []
        pub fn run(mut queue: Vec<u32>) -> Option<u32> {
            let mut last = None;
            while !kthread::should_stop()
                && let Some(n) = next(&mut queue).1
                && n < 5
                && let Some(less) = n.checked_sub(1)
            {
                say(less);
                last = Some(less);
            }
            last
        }
    }
    pub fn check() {
        same!(traced, run(vec![9, 3]), "2 | drop scrutinee | drop scrutinee | -> Some(2)");
        same!(traced, run(vec![0]), "drop scrutinee | -> None");
    }
}

fn main() {
    simple::check();
    chain::check();
}
