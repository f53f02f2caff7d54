//! Everything at once, on real threads: several threads do random things to many kthreads in several
//! freezer domains, and watch what must not happen.
//!
//! It takes 3 seconds, or `KTHREAD_STRESS_SECONDS`. What it does follows from `KTHREAD_SEED`, but for the
//! scheduling. If it hangs, it shows all threads and ends the process.

#![allow(clippy::expect_used, clippy::panic, reason = "a test may fail")]
#![allow(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    reason = "real threads; no model checker runs this"
)]
#![cfg(not(any(loom, shuttle)))]

#[path = "../common/given.rs"]
#[allow(dead_code, reason = "each test crate uses some of it")]
mod given;
#[path = "../common/proc.rs"]
#[allow(dead_code, reason = "each test crate uses some of it")]
mod proc;
#[path = "../common/rng.rs"]
#[allow(dead_code, reason = "each test crate uses some of it")]
mod rng;
#[path = "../common/until.rs"]
#[allow(dead_code, reason = "each test crate uses some of it")]
mod until;

mod controls;
mod found;
mod life;
mod operations;
mod probe;
mod subject;
mod watchdog;
mod workers;
mod world;

use std::time::{Duration, Instant};

use self::world::World;

/// How long the test takes, but for its end.
fn time() -> Duration {
    let seconds = std::env::var("KTHREAD_STRESS_SECONDS").ok().and_then(|text| text.parse().ok());
    Duration::from_secs(seconds.unwrap_or(3))
}

#[test]
fn everything_at_once() {
    let world = World::new("all", rng::seed());
    let watchdog = watchdog::watch(&world, time() + until::LIMIT * 3);
    operations::at_random(&world, time(), 4);
    // Not everything happens in a short time on a busy machine.
    let end = Instant::now() + until::LIMIT;
    while !world.never().is_empty() && Instant::now() < end {
        operations::at_random(&world, Duration::from_millis(500), 4);
    }
    world.end(until::LIMIT);
    drop(watchdog);
    let (wrong, never) = (world.wrong(), world.never());
    assert!(wrong.is_empty(), "seed {}: {wrong:#?}", world.seed);
    println!("seed {}: {:#?}", world.seed, world.done());
    assert!(never.is_empty(), "seed {}: it never happened: {never:?}", world.seed);
}
