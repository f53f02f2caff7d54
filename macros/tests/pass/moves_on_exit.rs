//! What is moved out of the function by `return`, `break` and a stop.
#![deny(warnings)]

#[macro_use]
#[path = "../common/mod.rs"]
mod common;

#[allow(unused_imports)]
use common::*;

use kthread::{kthread_iterant, should_stop};

#[derive(Debug)]
struct Owned(Vec<u32>, Guard);

#[kthread_iterant]
fn breaks(mut owned: Owned, rounds: usize) -> Owned {
    loop {
        if should_stop() {
            say("stopped");
            break owned;
        }
        let _round = Guard("round");
        owned.0.push(1);
        if owned.0.len() == rounds {
            break owned;
        }
        if owned.0.len() == 2 {
            stop_me();
        }
    }
}

#[kthread_iterant]
fn returns(owned: Owned, other: String) -> Result<(Owned, String), Owned> {
    let mut n = 0;
    while n < 9 {
        let _round = Guard("round");
        n += 1;
        if other.len() == n {
            return Ok((owned, other));
        }
        if n == 3 {
            return Err(owned);
        }
    }
    Err(owned)
}

#[kthread_iterant]
fn field(owned: Owned) -> Vec<u32> {
    let found = loop {
        if should_stop() {
            return Vec::new();
        }
        let Owned(ref list, _) = owned;
        if list.len() > 1 {
            break &owned.0;
        }
        if list.is_empty() {
            return owned.0;
        }
    };
    found.clone()
}

fn owned() -> Owned {
    Owned(Vec::new(), Guard("owned"))
}

fn main() {
    assert_eq!(traced(|| breaks(owned(), 1).0), "drop round | drop owned | -> [1]");
    assert_eq!(stopped(|| breaks(owned(), 9).0), "drop round | drop round | stopped | drop owned | -> [1, 1]");
    assert_eq!(
        traced(|| returns(owned(), "ab".into()).map(|both| both.1).map_err(|owned| owned.0)),
        "drop round | drop round | drop owned | -> Ok(\"ab\")"
    );
    assert_eq!(
        traced(|| returns(owned(), String::new()).map(|both| both.1).map_err(|owned| owned.0)),
        "drop round | drop round | drop round | drop owned | -> Err([])"
    );
    assert_eq!(traced(|| field(owned())), "drop owned | -> []");
    assert_eq!(traced(|| field(Owned(vec![1, 2], Guard("owned")))), "drop owned | -> [1, 2]");
}
