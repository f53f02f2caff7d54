//! 10: a delayed work that is moved to now runs without waiting for its old time, and once.

use std::time::Duration;

use kthread::{DelayedWork, Modified};

use crate::check::{Shared, check, mutants};
use crate::workers::{counting, pass, start};

#[test]
fn at_once_and_once() {
    check("inv_10_mod_now::at_once_and_once", model, mutants![ModWaits]);
}

fn model() {
    let ran = Shared::new(0);
    let worker = start();
    let work = DelayedWork::from(counting(&ran));
    worker.queue_delayed(&work, Duration::from_secs(3600));
    assert_eq!(worker.mod_delayed(&work, Duration::ZERO), Modified::Moved);
    // Not flush_work(), which hurries it along by itself.
    worker.flush().expect("it runs");
    assert_eq!(ran.get(), 1, "it did not run");
    pass(&worker, Duration::from_secs(7200));
    worker.flush().expect("nothing is left");
    assert_eq!(ran.get(), 1, "the old time came as well");
}
