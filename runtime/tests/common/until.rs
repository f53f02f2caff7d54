//! Waiting in tests: always with a limit.

use std::sync::mpsc;
use std::time::{Duration, Instant};

/// Longer than anything takes here, also on a busy machine.
pub(crate) const LIMIT: Duration = Duration::from_secs(60);

/// Waits until `done` is true; a test that waits for too long fails with `what` it waited for.
#[track_caller]
pub(crate) fn until(what: &str, mut done: impl FnMut() -> bool) {
    assert!(comes_true(LIMIT, &mut done), "waited for {LIMIT:?}: {what}");
}

/// Whether `done` becomes true within `limit`.
pub(crate) fn comes_true(limit: Duration, mut done: impl FnMut() -> bool) -> bool {
    let end = Instant::now() + limit;
    while !done() {
        if Instant::now() > end {
            return false;
        }
        std::thread::sleep(Duration::from_micros(200));
    }
    true
}

/// What `call` gives, which a thread of its own makes; a test in which it hangs fails with `what`.
#[track_caller]
pub(crate) fn in_time<T: Send + 'static>(
    what: &str,
    call: impl FnOnce() -> T + Send + 'static,
) -> T {
    let (tell, told) = mpsc::channel();
    std::thread::spawn(move || tell.send(call()));
    match told.recv_timeout(LIMIT) {
        Ok(value) => value,
        Err(mpsc::RecvTimeoutError::Timeout) => panic!("hangs for {LIMIT:?}: {what}"),
        Err(mpsc::RecvTimeoutError::Disconnected) => panic!("panicked: {what}"),
    }
}
