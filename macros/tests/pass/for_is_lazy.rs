//! A `for` asks its iterator once an iteration, and drops it when it is left.
#![deny(warnings)]

#[macro_use]
#[path = "../common/mod.rs"]
mod common;

#[allow(unused_imports)]
use common::*;

struct Lazy(u32);

impl Iterator for Lazy {
    type Item = u32;
    fn next(&mut self) -> Option<u32> {
        self.0 += 1;
        say(format_args!("next {}", self.0));
        (self.0 < 4).then_some(self.0)
    }
}

impl Drop for Lazy {
    fn drop(&mut self) {
        say("drop iterator");
    }
}

twice! { []
    pub fn run(how: u32) -> u32 {
        let _outer = Guard("outer");
        for n in (Lazy(0), Guard("temporary")).0 {
            let _inner = Guard("inner");
            match (how, n) {
                (1, 2) => break,
                (2, 2) => return how,
                (3, 2) => stop_me(),
                _ => {}
            }
        }
        say("epilogue");
        0
    }
}

fn main() {
    let begin = "next 1 | drop inner | next 2 | drop inner | ";
    let end = "drop iterator | drop temporary | ";
    same!(traced, run(0), format!("{begin}next 3 | drop inner | next 4 | {end}epilogue | drop outer | -> 0"));
    same!(traced, run(1), format!("{begin}{end}epilogue | drop outer | -> 0"));
    same!(traced, run(2), format!("{begin}{end}drop outer | -> 2"));
    // The driver tests stop here: the iterator isn't asked again.
    assert_eq!(stopped(|| driven::run(3)), format!("{begin}{end}epilogue | drop outer | -> 0"));
}
