//! `sleep()` and `sleep_timeout(d)` at the end: the sleep of the round, which a stop ends.
#![deny(warnings)]

#[macro_use]
#[path = "../common/mod.rs"]
mod common;

#[allow(unused_imports)]
use common::*;

use kthread::{kthread_iterant, should_stop, sleep, sleep_timeout};
use std::time::{Duration, Instant};

#[kthread_iterant(spawn)]
fn sleeps() -> u32 {
    let mut rounds = 0;
    while !should_stop() {
        rounds += 1;
        let _round = Guard("round");
        let _ = sleep();
    }
    rounds
}

#[kthread_iterant(spawn)]
fn waits(limit: u64) -> u32 {
    let mut rounds = 0;
    while !should_stop() {
        let pause = Duration::from_millis(limit);
        rounds += 1;
        if rounds == 3 {
            return rounds;
        }
        if rounds == 1 {
            continue;
        }
        sleep_timeout(pause).unwrap();
    }
    rounds
}

#[kthread_iterant(spawn)]
fn asks() -> Result<u32, Box<dyn std::error::Error + Send + Sync>> {
    let mut rounds = 0;
    loop {
        if should_stop() {
            return Ok(rounds);
        }
        rounds += 1;
        if rounds == 3 {
            break;
        }
        sleep_timeout(Duration::from_millis("20".parse()?))?;
    }
    Ok(rounds)
}

fn main() {
    // The round is over before the sleep.
    assert_eq!(
        traced(|| {
            let thread = spawn_sleeps().unwrap();
            while thread.state() != kthread::State::Sleeping {
                std::thread::yield_now();
            }
            say("asleep");
            thread.stop().unwrap()
        }),
        "drop round | asleep | -> 1"
    );
    let begin = Instant::now();
    assert_eq!(spawn_waits(20).unwrap().join().unwrap(), 3);
    assert!(begin.elapsed() >= Duration::from_millis(20));
    let thread = spawn_waits(1_000_000).unwrap();
    while thread.state() != kthread::State::Sleeping {
        std::thread::yield_now();
    }
    assert_eq!(thread.stop().unwrap(), 2);
    assert_eq!(spawn_asks().unwrap().join().unwrap().unwrap(), 3);
}
