//! A name of a checkpoint may be something else in a function that doesn't call it.
#![deny(warnings)]

#[macro_use]
#[path = "../common/mod.rs"]
mod common;

#[allow(unused_imports)]
use common::*;

use kthread::sleep_timeout;
use std::time::Duration;

twice! { []
    pub fn variable(sleep: Duration) -> u32 {
        let mut n = 0;
        while !kthread::should_stop() && n < 3 {
            n += 1;
            let _ = sleep_timeout(sleep);
        }
        let should_stop = |n: u32| n > 2;
        if should_stop(n) { n + 1 } else { n }
    }
}

fn main() {
    same!(traced, variable(Duration::ZERO), "-> 4");
}
