//! What a stop test does is done behind the loop: jumps in it go where they went.
#![deny(warnings)]
#![allow(unused_labels, unused_parens, clippy::never_loop)]

#[macro_use]
#[path = "../common/mod.rs"]
mod common;

#[allow(unused_imports)]
use common::*;

use kthread::should_stop;

case!(break_in_the_value_of_a_break,
    #[allow(unreachable_code)]
    pub fn run(n: u32) -> u32 {
        let got = loop {
            if should_stop() {
                break if n == 3 { break 7 } else { 8 };
            }
            stop_me();
        };
        got + 100
    }
);
case!(labelled_break_in_the_value_of_a_break,
    #[allow(unreachable_code)]
    pub fn run(n: u32) -> u32 {
        let got = 'a: loop {
            if should_stop() {
                break (loop {
                    if n == 3 {
                        break 'a 7;
                    }
                    break 8;
                });
            }
            stop_me();
        };
        got + 100
    }
);
case!(a_loop_of_its_own,
    pub fn run(n: u32) -> u32 {
        let mut n = n;
        loop {
            if should_stop() {
                loop {
                    n += 1;
                    if n > 5 {
                        break;
                    }
                }
                while n < 9 {
                    n += 1;
                    if n == 8 {
                        break;
                    }
                }
                say(n);
                break;
            }
            stop_me();
        }
        n
    }
);
case!(returns_from_within,
    pub fn run(n: u32) -> u32 {
        let _guard = Guard("outer");
        loop {
            if should_stop() {
                let _guard = Guard("action");
                for it in 0..n {
                    if it == 2 {
                        return it + 50;
                    }
                }
                break;
            }
            stop_me();
        }
        n
    }
);

/// Labels of one name: the compiler warns of them.
mod shadowed {
    #![allow(warnings)]
    use super::*;

    twice! { []
        pub fn run(n: u32) -> u32 {
            let mut n = n;
            'a: loop {
                if should_stop() {
                    'a: {
                        n += 1;
                        if n > 0 {
                            break 'a;
                        }
                        n += 1000;
                    }
                    'a: for _ in 0..3 {
                        n += 10;
                        loop {
                            continue 'a;
                        }
                    }
                    break 'a;
                }
                stop_me();
            }
            n
        }
    }
}

/// The first test answers a stop, as in the next iteration: no later one, with another action, does before.
mod two_tests {
    use super::*;

    twice! { []
        pub fn run(limit: u32) -> u32 {
            let mut n = 0;
            loop {
                n += 1;
                let left = limit - n;
                if should_stop() {
                    break left;
                }
                if should_stop() {
                    break 1000;
                }
                if n == 2 {
                    stop_me();
                }
            }
        }

        pub fn in_an_inner_loop(limit: u32) -> u32 {
            let mut n = 0;
            loop {
                for it in 0..limit {
                    if should_stop() {
                        return it + n;
                    }
                }
                if should_stop() {
                    break 1000;
                }
                n += 10;
                if n == 20 {
                    stop_me();
                }
            }
        }

        pub fn in_a_branch(limit: u32) -> u32 {
            let mut n = 0;
            loop {
                n += 10;
                if n > limit {
                    if should_stop() {
                        return n;
                    }
                }
                if should_stop() {
                    break 1000;
                }
                if n == 20 {
                    stop_me();
                }
            }
        }
    }
    pub fn check() {
        same!(stopped, run(9), "-> 6");
        same!(stopped, in_an_inner_loop(9), "-> 20");
        same!(stopped, in_a_branch(9), "-> 30");
    }
}

fn main() {
    two_tests::check();
    both!(stopped, break_in_the_value_of_a_break(3), "-> 107");
    both!(stopped, break_in_the_value_of_a_break(4), "-> 108");
    both!(stopped, labelled_break_in_the_value_of_a_break(3), "-> 107");
    both!(stopped, labelled_break_in_the_value_of_a_break(4), "-> 108");
    both!(stopped, a_loop_of_its_own(3), "8 | -> 8");
    both!(stopped, returns_from_within(5), "drop action | drop outer | -> 52");
    both!(stopped, returns_from_within(1), "drop action | drop outer | -> 1");
    both!(stopped, shadowed(3), "-> 34");
}
