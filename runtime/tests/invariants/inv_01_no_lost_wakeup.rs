//! 1: no wake-up is lost: a work that was queued runs, unless somebody took it back.

use kthread::Queued;

use crate::check::{Shared, check, mutants};
use crate::workers::{counting, start};

#[test]
fn what_is_queued_runs() {
    check("inv_01_no_lost_wakeup::what_is_queued_runs", model, mutants![NoWake]);
}

fn model() {
    let ran = Shared::new(0);
    let worker = start();
    assert_eq!(worker.queue(&counting(&ran)), Queued::Queued);
    worker.flush().expect("it runs");
    assert_eq!(ran.get(), 1);
}
