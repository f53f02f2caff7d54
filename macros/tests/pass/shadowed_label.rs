//! A loop within the main loop with the same label: the label is the inner one there.
#![deny(warnings)]

#[macro_use]
#[path = "../common/mod.rs"]
mod common;

#[allow(unused_imports)]
use common::*;

twice! { []
    #[allow(unused_labels)]
    pub fn run() -> u32 {
        let mut n = 0;
        'a: loop {
            n += 1;
            'b: loop {
                loop {
                    n += 10;
                    break;
                }
                if n > 30 {
                    break 'a;
                }
                break 'b;
            }
        }
        n
    }
}

#[kthread::kthread_iterant]
fn both() -> u32 {
    let mut n = 0;
    'a: loop {
        n += 1;
        #[allow(unused_labels)]
        'a: loop {
            n += 10;
            if n < 25 {
                continue 'a;
            }
            break 'a;
        }
        if n > 40 {
            break 'a;
        }
        say(n);
    }
    n
}

fn main() {
    same!(traced, run(), "-> 33");
    assert_eq!(traced(both), "31 | -> 42");
}
