//! Labels: of the main loop, of loops and blocks in it, and the same name twice.
#![deny(warnings)]

#[macro_use]
#[path = "../common/mod.rs"]
mod common;

#[allow(unused_imports)]
use common::*;

mod nested {
    use super::*;
    twice! { []
        pub fn run() -> u32 {
            let mut n = 0;
            'main: loop {
                let _round = Guard("round");
                n += 1;
                let value = 'block: {
                    for i in 0..5 {
                        let _inner = Guard("inner");
                        if i == 1 && n == 1 {
                            continue 'main;
                        }
                        if i == 2 && n == 2 {
                            break 'block 20;
                        }
                        if n == 3 {
                            break 'main;
                        }
                    }
                    0
                };
                say(value);
            }
            say("epilogue");
            n
        }
    }
    pub fn check() {
        let expected = "drop inner | drop inner | drop round | drop inner | drop inner | drop inner | 20 | drop round | drop inner | drop round | epilogue | -> 3";
        same!(traced, run(), expected);
    }
}

mod inner_breaks {
    use super::*;
    twice! { []
        pub fn run() -> u32 {
            let mut sum = 0;
            for n in 0..3 {
                let got = loop {
                    sum += 1;
                    if sum % 2 == 0 {
                        break sum;
                    }
                };
                while sum < 100 {
                    if got > 0 {
                        break;
                    }
                }
                let mut k = 0;
                'k: loop {
                    k += 1;
                    loop {
                        if k == 2 {
                            break 'k;
                        }
                        continue 'k;
                    }
                }
                if n == 1 {
                    continue;
                }
                say(format_args!("{n} {got} {k}"));
            }
            sum
        }
    }
    pub fn check() {
        same!(traced, run(), "0 2 2 | 2 6 2 | -> 6");
    }
}

fn main() {
    nested::check();
    inner_breaks::check();
}
