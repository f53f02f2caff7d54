//! What ends the waiting of who parks a thread, on real threads. Its invariants are in
//! `tests/invariants/inv_24_park.rs`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail")]
#![allow(clippy::disallowed_types, clippy::disallowed_methods, reason = "a test uses std")]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use kthread::{Builder, Kthread, ParkError, Task};

const LONG: Duration = Duration::from_secs(20);
const SHORT: Duration = Duration::from_millis(50);

/// A thread that comes to no checkpoint until it is released, and somebody who parks it.
struct Scene {
    thread: Kthread<()>,
    release: Arc<AtomicBool>,
    parked: Receiver<Result<(), ParkError>>,
}

impl Scene {
    fn new(busy: fn(&AtomicBool)) -> Self {
        let release = Arc::new(AtomicBool::new(false));
        let released = Arc::clone(&release);
        let (say, says) = channel();
        let thread = Builder::new("busy")
            .run(move || {
                // Before it runs it would park at once.
                say.send(()).unwrap();
                while !kthread::should_park() {
                    thread::yield_now();
                }
                say.send(()).unwrap();
                busy(&released);
            })
            .unwrap();
        says.recv_timeout(LONG).unwrap();
        let (task, (say_parked, parked)) = (thread.task(), channel());
        thread::spawn(move || say_parked.send(task.park()));
        says.recv_timeout(LONG).unwrap();
        // The control: without more it is waited for.
        assert_eq!(parked.recv_timeout(SHORT).unwrap_err(), RecvTimeoutError::Timeout);
        Self { thread, release, parked }
    }

    /// What the parking ends with while the thread goes on.
    fn after(self, request: fn(&Task)) -> ParkError {
        request(&self.thread);
        let parked = self.parked.recv_timeout(LONG);
        self.release.store(true, Ordering::Relaxed);
        self.thread.wake();
        self.thread.join().unwrap();
        parked.expect("who parks is told at once").unwrap_err()
    }
}

/// It runs all the time.
fn runs(released: &AtomicBool) {
    while !released.load(Ordering::Relaxed) {
        thread::sleep(Duration::from_millis(1));
    }
}

/// It sleeps all the time, whatever wakes it.
fn sleeps(released: &AtomicBool) {
    let me = kthread::current().unwrap();
    while !released.load(Ordering::Relaxed) {
        me.sleep_timeout(LONG);
    }
}

#[test]
fn an_unpark_ends_it() {
    for busy in [runs, sleeps] {
        let ended = Scene::new(busy).after(Task::unpark);
        assert!(matches!(ended, ParkError::Unparked { .. }), "{ended}");
    }
}

#[test]
fn a_stop_ends_it() {
    for busy in [runs, sleeps] {
        let ended = Scene::new(busy).after(Task::request_stop);
        assert!(matches!(ended, ParkError::Exited { .. }), "{ended}");
    }
}
