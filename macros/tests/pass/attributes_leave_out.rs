//! `#[cfg]` on the loop, and on what is around it; expectations of lints; inner and outer attributes.
#![deny(warnings)]

#[macro_use]
#[path = "../common/mod.rs"]
mod common;

use common::*;

use kthread::should_stop;

twice! { []
    pub fn left_out(n: u32) -> u32 {
        let mut n = n;
        #[cfg(any())]
        while !should_stop() {
            n += 100;
        }
        say("behind");
        n += 1;
        n
    }

    pub fn there(n: u32) -> u32 {
        let mut n = n;
        #[cfg(all())]
        while !should_stop() && n < 3 {
            n += 1;
        }
        n
    }

    pub fn last(n: u32) -> u32 {
        let mut n = n;
        #[cfg(all())]
        loop {
            n += 1;
            if should_stop() || n == 7 {
                break n;
            }
        }
    }

    pub fn expects(n: u32) -> u32 {
        let mut n = n;
        #[expect(unused_variables)]
        while !should_stop() && n < 3 {
            let unused = 5;
            n += 1;
        }
        n
    }

    pub fn both_styles(n: u32) -> u32 {
        let mut n = n;
        #[allow(unused_mut)]
        while !should_stop() && n < 3 {
            #![allow(unused_variables)]
            let mut unused = 5;
            n += 1;
        }
        n
    }
}

/// Of two loops, one is there; the mark says which.
#[kthread::kthread_iterant]
fn one_of_two(n: u32) -> u32 {
    let mut n = n;
    #[cfg(any())]
    while !should_stop() {
        n += 100;
    }
    #[cfg(not(any()))]
    #[kthread_main]
    while !should_stop() && n < 5 {
        n += 1;
    }
    n
}

fn main() {
    same!(traced, left_out(1), "behind | -> 2");
    same!(traced, there(1), "-> 3");
    same!(traced, last(1), "-> 7");
    same!(traced, expects(1), "-> 3");
    same!(traced, both_styles(1), "-> 3");
    assert_eq!(one_of_two(1), 5);
}
