//! 17: a queueing beside the end of the worker: the work is run or handed back, or it is refused.

use std::time::Duration;

use kthread::Queued;

use crate::check::{Shared, check, mutants, thread};
use crate::workers::{counting, start};

#[test]
fn run_or_refused() {
    check("inv_17_closed::run_or_refused", model, mutants![ClosedUnseen]);
}

fn model() {
    let ran = Shared::new(0);
    let worker = start();
    let work = counting(&ran);
    let (other, its) = (worker.worker(), work.clone());
    let other = thread::spawn(move || other.queue(&its));
    let left = worker.destroy(Duration::from_secs(3600)).expect("it ends");
    let queued = other.join().expect("it ends");
    match queued {
        Queued::Queued => assert_eq!(ran.get() + left.handed_back.len(), 1, "it is nowhere"),
        Queued::Closed => assert_eq!(ran.get() + left.handed_back.len(), 0),
        other => panic!("{other:?}"),
    }
    assert!(!work.is_pending());
}
