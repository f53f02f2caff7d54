//! A `loop` left by `break` with a value, by `return`, and gone on by `continue`.
#![deny(warnings)]

#[macro_use]
#[path = "../common/mod.rs"]
mod common;

#[allow(unused_imports)]
use common::*;

twice! { []
    pub fn run(limit: u32, how: u32) -> String {
        let _outer = Guard("outer");
        let mut n = 0;
        let value = loop {
            let _inner = Guard("inner");
            n += 1;
            if n == 2 {
                continue;
            }
            if n == limit {
                if how == 0 {
                    break n * 10;
                }
                return format!("returned {n}");
            }
            if kthread::should_stop() {
                break 0;
            }
            say(n);
        };
        say("epilogue");
        format!("left with {value}")
    }
}

fn main() {
    let inner = "1 | drop inner | drop inner | 3 | drop inner | drop inner | ";
    same!(traced, run(4, 0), format!("{inner}epilogue | drop outer | -> \"left with 40\""));
    same!(traced, run(4, 1), format!("{inner}drop outer | -> \"returned 4\""));
}
