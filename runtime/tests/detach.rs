//! What is left of a thread that nobody stops, on real threads.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail")]
#![allow(clippy::disallowed_types, clippy::disallowed_methods, reason = "a test uses std")]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use kthread::{Builder, State};

/// A result that takes its time to go.
struct Slow(Arc<AtomicBool>);

impl Drop for Slow {
    fn drop(&mut self) {
        thread::sleep(Duration::from_millis(50));
        self.0.store(true, Ordering::Release);
    }
}

#[test]
fn a_detached_thread_has_ended_when_its_result_is_gone() {
    let gone = Arc::new(AtomicBool::new(false));
    let slow = Slow(Arc::clone(&gone));
    let task = Builder::new("detached").create(move || slow).unwrap().detach();
    task.wake();
    while task.state() != State::Exited {
        thread::yield_now();
    }
    assert!(gone.load(Ordering::Acquire), "it has ended, and its result is still there");
}

#[test]
fn a_result_that_panics_as_it_goes_keeps_no_end_back() {
    struct Panics;
    impl Drop for Panics {
        fn drop(&mut self) {
            panic!("as it should");
        }
    }
    let task = Builder::new("detached").create(|| Panics).unwrap().detach();
    task.wake();
    while task.state() != State::Exited {
        thread::yield_now();
    }
}
