//! Where the driver sleeps or parks for the body, the call's error stays: in a thread that is no kthread.
#![deny(warnings)]

#[macro_use]
#[path = "../common/mod.rs"]
mod common;

use common::*;

use kthread::{NotKthread, park_me, should_stop, sleep, sleep_timeout};
use std::time::Duration;

fn limit() -> Duration {
    say("limit");
    Duration::from_micros(10)
}

#[derive(Debug)]
#[allow(dead_code)]
pub struct Own(NotKthread);

impl From<NotKthread> for Own {
    fn from(error: NotKthread) -> Self {
        say("from");
        Self(error)
    }
}

twice! { []
    pub fn sleeps(n: u32) -> Result<u32, Own> {
        let mut n = n;
        while !should_stop() && n < 3 {
            let _guard = Guard("within");
            n += 1;
            sleep()?;
        }
        Ok(n)
    }

    pub fn sleeps_for(n: u32) -> Result<u32, NotKthread> {
        let mut n = n;
        while !should_stop() && n < 3 {
            let _guard = Guard("within");
            n += 1;
            sleep_timeout(limit())?;
        }
        Ok(n)
    }

    pub fn ignores(n: u32) -> u32 {
        let mut n = n;
        while !should_stop() && n < 3 {
            n += 1;
            let _ = sleep_timeout(limit());
        }
        n
    }

    pub fn parks(n: u32) -> Result<u32, NotKthread> {
        let mut n = n;
        while !should_stop() && n < 3 {
            say(n);
            park_me()?;
            say("parked");
            n += 1;
        }
        Ok(n)
    }

    pub fn panics(n: u32) -> u32 {
        let mut n = n;
        while !should_stop() && n < 3 {
            n += 1;
            sleep_timeout(Duration::from_micros(10)).expect("a kthread");
        }
        n
    }
}

fn main() {
    same!(traced, sleeps(0), "from | drop within | -> Err(Own(NotKthread))");
    same!(traced, sleeps_for(0), "limit | drop within | -> Err(NotKthread)");
    same!(traced, ignores(1), "limit | limit | -> 3");
    same!(traced, parks(0), "0 | -> Err(NotKthread)");
    let panicked = |run: fn(u32) -> u32| {
        let panic = quietly(|| std::panic::catch_unwind(|| run(0))).unwrap_err();
        panic.downcast_ref::<String>().unwrap().clone()
    };
    let panics = [panicked(plain::panics), panicked(driven::panics)];
    assert!(panics[0].starts_with("a kthread"), "{panics:?}");
    assert_eq!(panics[0], panics[1]);
    // In a kthread all go on.
    for run in [plain::sleeps_for, driven::sleeps_for] {
        let thread = kthread::Builder::new("sleeps").run(move || run(0)).unwrap();
        assert_eq!(thread.join().unwrap(), Ok(3));
    }
    for run in [plain::parks, driven::parks] {
        let thread = kthread::Builder::new("parks").run(move || run(0)).unwrap();
        assert_eq!(thread.join().unwrap(), Ok(3));
    }
    for run in [plain::panics, driven::panics] {
        let thread = kthread::Builder::new("panics").run(move || run(0)).unwrap();
        assert_eq!(thread.join().unwrap(), 3);
    }
}
