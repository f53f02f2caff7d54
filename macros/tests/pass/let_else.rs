//! `let … else` that leaves, goes on, returns and asks.
#![deny(warnings)]

#[macro_use]
#[path = "../common/mod.rs"]
mod common;

#[allow(unused_imports)]
use common::*;

twice! { []
    pub fn run(from: &[Option<u32>], limit: u32) -> Result<u32, String> {
        let mut sum = 0;
        for item in from {
            let _round = Guard("round");
            let Some(n) = item else {
                say("none");
                continue;
            };
            let Some(less) = n.checked_sub(1) else { break };
            let Some(_) = limit.checked_sub(less) else { return Err(format!("{less} > {limit}")) };
            sum += less;
        }
        say("epilogue");
        Ok(sum)
    }
}

fn main() {
    same!(traced, run(&[None, Some(3), Some(0), Some(9)], 5), "none | drop round | drop round | drop round | epilogue | -> Ok(2)");
    same!(traced, run(&[Some(9)], 5), "drop round | -> Err(\"8 > 5\")");
}
