//! The value of an exit is made within the loop when it does something: before the drops of the round.
#![deny(warnings)]

#[macro_use]
#[path = "../common/mod.rs"]
mod common;

#[allow(unused_imports)]
use common::*;

fn make(n: u32) -> u32 {
    say(format_args!("make {n}"));
    n
}

twice! { []
    pub fn run(how: u32) -> Result<u32, String> {
        let _outer = Guard("outer");
        let mut n = 0;
        let value = loop {
            if kthread::should_stop() {
                break 0;
            }
            n += 1;
            let _round = Guard("round");
            let local = n * 2;
            match how {
                0 => break make(local),
                1 => return Ok(make(local)),
                2 => return Err(format!("{local}")),
                3 => break local,
                4 => return Ok(n),
                _ => return Ok({ let _g = Guard("value"); make(3) }),
            }
        };
        say("epilogue");
        Ok(value)
    }
}

fn main() {
    same!(traced, run(0), "make 2 | drop round | epilogue | drop outer | -> Ok(2)");
    same!(traced, run(1), "make 2 | drop round | drop outer | -> Ok(2)");
    same!(traced, run(2), "drop round | drop outer | -> Err(\"2\")");
    same!(traced, run(3), "drop round | epilogue | drop outer | -> Ok(2)");
    same!(traced, run(4), "drop round | drop outer | -> Ok(1)");
    same!(traced, run(5), "make 3 | drop value | drop round | drop outer | -> Ok(3)");
}
