//! Allowed signals do what they do by default; others are ignored.
#![deny(warnings)]

#[macro_use]
#[path = "../common/mod.rs"]
mod common;

#[allow(unused_imports)]
use common::*;

use kthread::signal::Signal;
use kthread::{kthread_iterant, should_stop, sleep};

#[kthread_iterant(spawn, signals(SIGTERM, HUP,))]
fn ends() -> u32 {
    while !should_stop() {
        let _ = sleep();
    }
    7
}

#[kthread_iterant(spawn)]
fn ignores() -> u32 {
    while !should_stop() {
        let _ = sleep();
    }
    8
}

fn main() {
    for signal in [Signal::TERM, Signal::HUP] {
        let thread = spawn_ends().unwrap();
        while thread.state() != kthread::State::Sleeping {
            std::thread::yield_now();
        }
        thread.signal(signal);
        assert_eq!(thread.join().unwrap(), 7);
    }
    let thread = spawn_ignores().unwrap();
    while thread.state() != kthread::State::Sleeping {
        std::thread::yield_now();
    }
    thread.signal(Signal::TERM);
    std::thread::sleep(std::time::Duration::from_millis(10));
    assert_eq!(thread.state(), kthread::State::Sleeping);
    assert_eq!(thread.stop().unwrap(), 8);
}
