//! 11: a cancel beside the end of the work's time comes to an end: neither waits for the other.

use std::time::Duration;

use kthread::DelayedWork;

use crate::check::{Shared, check_deep, mutants, thread};
use crate::workers::{counting, pass, start};

#[test]
fn cancel_and_timer() {
    check_deep("inv_11_no_deadlock::cancel_and_timer", model, mutants![LockOrder]);
}

fn model() {
    let ran = Shared::new(0);
    let worker = start();
    let work = DelayedWork::from(counting(&ran));
    worker.queue_delayed(&work, Duration::from_millis(1));
    let (other, same) = (worker.worker(), work.clone());
    let other = thread::spawn(move || other.cancel_sync(&same).expect("it is ours"));
    pass(&worker, Duration::from_millis(2));
    worker.queue_delayed(&work, Duration::from_millis(1));
    other.join().expect("it ends");
    worker.cancel_sync(&work).expect("it is ours");
}
