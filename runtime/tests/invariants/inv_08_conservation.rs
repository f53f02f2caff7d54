//! 8: each success of a delayed queueing is matched by one run, one cancellation, or one later move.

use std::time::Duration;

use kthread::{DelayedWork, Modified, Queued};

use crate::check::{Shared, check_deep, mutants, thread};
use crate::workers::{counting, pass, start};

#[test]
fn nothing_is_lost_or_doubled() {
    check_deep("inv_08_conservation::nothing_is_lost_or_doubled", model, mutants![ModSaysQueued]);
}

fn model() {
    let ran = Shared::new(0);
    let worker = start();
    let work = DelayedWork::from(counting(&ran));
    let delay = Duration::from_millis(1);
    let mut queued = usize::from(worker.queue_delayed(&work, delay) == Queued::Queued);
    let (other, same) = (worker.worker(), work.clone());
    let other =
        thread::spawn(move || usize::from(other.mod_delayed(&same, delay) == Modified::Queued));
    pass(&worker, Duration::from_millis(2));
    let cancelled = usize::from(worker.cancel_sync(&work).expect("it is ours"));
    queued += other.join().expect("it ends");
    // What the other put in after the cancel.
    let late = usize::from(worker.cancel_sync(&work).expect("it is ours"));
    assert_eq!(queued, ran.get() + cancelled + late, "{cancelled} {late}");
}
