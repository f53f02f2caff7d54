//! A `while` with a condition of its own beside the stop test, on either side of it.
#![deny(warnings)]

#[macro_use]
#[path = "../common/mod.rs"]
mod common;

#[allow(unused_imports)]
use common::*;

use kthread::should_stop;

fn ask(n: u32, limit: u32) -> bool {
    say(format_args!("{n}?"));
    n < limit
}

mod right {
    use super::*;
    twice! { []
        pub fn run(limit: u32, stop: u32) -> u32 {
            let mut n = 0;
            while !should_stop() && ask(n, limit) {
                n += 1;
                if n == stop {
                    stop_me();
                }
            }
            say("epilogue");
            n
        }
    }
    pub fn check() {
        same!(traced, run(2, 9), "0? | 1? | 2? | epilogue | -> 2");
        same!(stopped, run(9, 2), "0? | 1? | epilogue | -> 2");
    }
}

mod left {
    use super::*;
    twice! { []
        pub fn run(limit: u32, stop: u32) -> u32 {
            let mut n = 0;
            while ask(n, limit) && !should_stop() {
                n += 1;
                if n == stop {
                    stop_me();
                }
            }
            say("epilogue");
            n
        }
    }
    pub fn check() {
        same!(traced, run(2, 9), "0? | 1? | 2? | epilogue | -> 2");
        // What is asked before the stop is tested is asked: the driver doesn't test it.
        same!(stopped, run(9, 2), "0? | 1? | 2? | epilogue | -> 2");
    }
}

fn main() {
    right::check();
    left::check();
}
