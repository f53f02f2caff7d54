//! Types, constants, lifetimes and where clauses of the function and of its impl.
#![deny(warnings)]

#[macro_use]
#[path = "../common/mod.rs"]
mod common;

#[allow(unused_imports)]
use common::*;

use kthread::kthread_iterant;
use std::fmt::{Debug, Display};

mod function {
    use super::*;
    twice! { []
        pub fn run<'a, T, const N: usize>(from: &'a [T; N], not: &'_ T) -> Result<[Option<&'a T>; N], String>
        where
            T: PartialEq + Display,
            [T; N]: Debug,
        {
            let mut kept = [None; N];
            let mut at = 0;
            for item in from {
                if item == not {
                    return Err(format!("{item} in {from:?} of {N}"));
                }
                kept[at] = Some(item);
                at += 1;
            }
            Ok(kept)
        }
    }
    pub fn check() {
        same!(traced, run(&[1, 2], &3), "-> Ok([Some(1), Some(2)])");
        same!(traced, run(&["a", "b"], &"b"), "-> Err(\"b in [\\\"a\\\", \\\"b\\\"] of 2\")");
    }
}

struct Bag<'a, T: Clone>(&'a [T]);

impl<'a, T: Clone + PartialEq> Bag<'a, T> {
    #[kthread_iterant]
    fn find<F>(&self, mut wanted: F) -> Option<&'a T>
    where
        F: FnMut(&T) -> bool,
    {
        for item in self.0 {
            if wanted(item) {
                return Some(item);
            }
        }
        None
    }

    #[kthread_iterant]
    fn longest<'b>(&'b self, other: &'b [T]) -> &'b [T] {
        let mut best: &'b [T] = self.0;
        for _ in 0..2 {
            if other.len() > best.len() {
                best = other;
                continue;
            }
            return best;
        }
        best
    }
}

#[kthread_iterant(spawn)]
fn sums<T, const N: usize>(from: [T; N]) -> T
where
    T: std::iter::Sum<T> + Copy,
{
    let mut rounds = 0;
    while rounds < N {
        rounds += 1;
    }
    from.iter().copied().sum()
}

fn main() {
    function::check();
    let bag = Bag(&["x", "yy"]);
    assert_eq!(bag.find(|item| item.len() == 2), Some(&"yy"));
    assert_eq!(bag.longest(&["a", "b", "c"]), ["a", "b", "c"]);
    assert_eq!(spawn_sums([1, 2, 3]).unwrap().join().unwrap(), 6);
}
