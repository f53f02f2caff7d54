//! Freezable by default; with `freezable = false` a freeze passes it by.
#![deny(warnings)]

#[macro_use]
#[path = "../common/mod.rs"]
mod common;

#[allow(unused_imports)]
use common::*;

use kthread::{Freezer, kthread_iterant, should_stop, sleep};
use std::time::Duration;

#[kthread_iterant(spawn)]
fn freezes() {
    while !should_stop() {
        let _ = sleep();
    }
}

#[kthread_iterant(spawn, freezable = false)]
fn goes_on() {
    while !should_stop() {
        let _ = kthread::sleep();
    }
}

#[kthread_iterant(spawn, freezable = true)]
fn by_hand() {
    loop {
        kthread::try_to_freeze();
        if kthread::freezable_should_stop() {
            break;
        }
        let _ = kthread::sleep();
    }
}

fn main() {
    let threads = [spawn_freezes().unwrap(), spawn_goes_on().unwrap(), spawn_by_hand().unwrap()];
    for thread in &threads {
        while thread.state() != kthread::State::Sleeping {
            std::thread::yield_now();
        }
    }
    Freezer::process().freeze_all(Duration::from_secs(20)).unwrap();
    let states: Vec<_> = threads.iter().map(|thread| thread.state()).collect();
    assert_eq!(states, [kthread::State::Frozen, kthread::State::Sleeping, kthread::State::Frozen]);
    Freezer::process().thaw_all();
    for thread in threads {
        thread.stop().unwrap();
    }
}
