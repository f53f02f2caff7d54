//! A thread parks with `parkable`, or as its loop parked by itself; one without doesn't.
#![deny(warnings)]

#[macro_use]
#[path = "../common/mod.rs"]
mod common;

#[allow(unused_imports)]
use common::*;

use kthread::{kthread_iterant, park_me, should_park, should_stop, sleep};

#[kthread_iterant(spawn, parkable)]
fn by_option() {
    while !should_stop() {
        let _ = sleep();
    }
}

#[kthread_iterant(spawn)]
fn by_loop() {
    while !should_stop() {
        if should_park() {
            let _ = park_me();
        }
        let _ = sleep();
    }
}

#[kthread_iterant(spawn)]
fn by_call() {
    while !should_stop() {
        park_me().unwrap();
        let _ = sleep();
    }
}

fn main() {
    for thread in [spawn_by_option().unwrap(), spawn_by_loop().unwrap(), spawn_by_call().unwrap()] {
        // One that has not run yet would park before it runs.
        while thread.state() != kthread::State::Sleeping {
            std::thread::yield_now();
        }
        thread.park().unwrap();
        assert_eq!(thread.state(), kthread::State::Parked, "{}", thread.name());
        thread.unpark();
        thread.stop().unwrap();
    }
}
