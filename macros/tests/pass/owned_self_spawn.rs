//! A method that owns `self` is started in one line.
#![deny(warnings)]

#[macro_use]
#[path = "../common/mod.rs"]
mod common;

#[allow(unused_imports)]
use common::*;

use kthread::{kthread_iterant, should_stop, sleep};
use std::sync::Arc;

struct Device {
    number: u32,
    _guard: Guard,
}

impl Device {
    #[kthread_iterant(spawn = start)]
    fn serve(mut self, more: u32) -> u32 {
        self.number += more;
        while !should_stop() {
            say("round");
            let _ = sleep();
        }
        say("epilogue");
        self.number
    }

    #[kthread_iterant(spawn)]
    fn shared(self: Arc<Self>) -> u32 {
        while !should_stop() {
            let _ = sleep();
        }
        self.number
    }
}

fn main() {
    let expected = "round | epilogue | drop device | -> 42";
    let told = traced(|| {
        let thread = Device { number: 40, _guard: Guard("device") }.start(2).unwrap();
        assert_eq!(thread.name(), "serve");
        while thread.state() != kthread::State::Sleeping {
            std::thread::yield_now();
        }
        thread.stop().unwrap()
    });
    assert_eq!(told, expected);
    let device = Arc::new(Device { number: 7, _guard: Guard("shared") });
    let thread = Arc::clone(&device).spawn_shared().unwrap();
    while thread.state() != kthread::State::Sleeping {
        std::thread::yield_now();
    }
    assert_eq!(thread.stop().unwrap(), 7);
    assert_eq!(Arc::strong_count(&device), 1);
}
