//! Closures, async blocks, const blocks and items have jumps of their own.
#![deny(warnings)]

#[macro_use]
#[path = "../common/mod.rs"]
mod common;

#[allow(unused_imports)]
use common::*;

mod outside {
    pub use std::num::ParseIntError;
}
use outside::ParseIntError;

twice! { []
    pub fn run(texts: &[&str]) -> Result<u32, ParseIntError> {
        let mut sum = 0;
        for text in texts {
            let parse = |text: &str| -> Result<u32, ParseIntError> {
                for c in text.chars() {
                    if c == 'x' {
                        return Ok(100);
                    }
                    if c == '-' {
                        break;
                    }
                }
                Ok(text.trim_start_matches('-').parse::<u32>()? + 1)
            };
            fn inner(n: u32) -> Option<u32> {
                loop {
                    return Some(n.checked_sub(1)?);
                }
            }
            let later = async {
                let n: u32 = text.parse()?;
                if n > 3 {
                    return Ok::<u32, ParseIntError>(n);
                }
                Ok(0)
            };
            drop(later);
            const LIMIT: u32 = {
                let mut n = 0;
                loop {
                    n += 1;
                    if n == 3 {
                        break n;
                    }
                }
            };
            let block = const {
                let mut n = 0;
                while n < 4 {
                    n += 1;
                    if n == 2 {
                        continue;
                    }
                }
                n
            };
            sum += parse(text)? + inner(5).unwrap_or(0) + LIMIT + block;
        }
        Ok(sum)
    }
}

fn main() {
    same!(traced, run(&["1", "-2", "x"]), "-> Ok(138)");
    same!(traced, run(&["", "1"]), "-> Err(ParseIntError { kind: Empty })");
}
