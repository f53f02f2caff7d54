//! 6: when `cancel_sync` returns, the work is not pending, does not run, and its timer is not set; what
//! it did last is seen.

use kthread::{DelayedWork, Work};
use std::time::Duration;

use crate::check::{Shared, check, mutants};
use crate::workers::{running, start};

#[test]
fn of_a_work() {
    check("inv_06_cancel_sync::of_a_work", work, mutants![CancelDoesNotWait]);
}

fn work() {
    let (runs, ran) = (Shared::new(0), Shared::new(0));
    let worker = start();
    let work = running(&runs, &ran);
    worker.queue(&work);
    let was_pending = worker.cancel_sync(&work).expect("it is ours");
    assert_eq!(runs.get(), 0, "it still runs");
    assert_eq!(ran.get(), usize::from(!was_pending));
    assert!(!work.is_pending());
}

#[test]
fn of_a_timer() {
    check("inv_06_cancel_sync::of_a_timer", timer, mutants![CancelDoesNotWait]);
}

fn timer() {
    let (runs, ran) = (Shared::new(0), Shared::new(0));
    let worker = start();
    let work = DelayedWork::from(running(&runs, &ran));
    worker.queue_delayed(&work, Duration::from_millis(1));
    crate::workers::pass(&worker, Duration::from_millis(2));
    let was_pending = worker.cancel_sync(&work).expect("it is ours");
    assert_eq!(runs.get(), 0, "it still runs");
    assert_eq!(ran.get(), usize::from(!was_pending));
    assert_eq!(worker.stats().timers, 0);
    let _: &Work = &work;
}
