//! 7: while somebody cancels a work, it can't be queued; afterwards it can, however many cancelled it.

use std::time::Duration;

use kthread::{DelayedWork, Queued, Work};

use crate::check::{Shared, check_deep, mutants, thread};
use crate::workers::start;

#[test]
fn nothing_comes_in() {
    check_deep("inv_07_canceling_blocks::nothing_comes_in", model, mutants![NoCancelingGuard]);
}

/// Only the work queues itself, and when the cancel returns it doesn't run. So it can't be pending, unless
/// it got in while it was cancelled.
fn model() {
    let ran = Shared::new(0);
    let worker = start();
    let count = ran.clone();
    let work = Work::new(move |cx| {
        count.add();
        // Either way of getting in. It may be taken out again at once.
        if count.get() == 1 {
            cx.requeue();
        } else {
            let delayed = DelayedWork::from(cx.work());
            cx.worker().mod_delayed(&delayed, Duration::from_millis(1));
        }
    });
    worker.queue(&work);
    let (other, same) = (worker.worker(), work.clone());
    let other = thread::spawn(move || other.cancel_sync(&same).expect("it is ours"));
    worker.cancel_sync(&work).expect("it is ours");
    assert!(!work.is_pending(), "it was queued while it was cancelled");
    other.join().expect("it ends");
    assert_eq!(worker.stats().panics, 0);
    // The count is back at 0.
    assert_eq!(worker.queue(&work), Queued::Queued);
}
