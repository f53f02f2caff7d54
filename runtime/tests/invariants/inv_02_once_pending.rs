//! 2: a work is pending once: to queue a pending work says so, and makes no second run.

use kthread::Queued;

use crate::check::{Shared, check_deep, mutants, thread};
use crate::workers::{counting, start};

#[test]
fn two_queue_it() {
    check_deep("inv_02_once_pending::two_queue_it", model, mutants![SecondRun]);
}

fn model() {
    let ran = Shared::new(0);
    let worker = start();
    let work = counting(&ran);
    let (other, same) = (worker.worker(), work.clone());
    let other = thread::spawn(move || usize::from(other.queue(&same) == Queued::Queued));
    let queued =
        usize::from(worker.queue(&work) == Queued::Queued) + other.join().expect("it ends");
    worker.flush().expect("it runs");
    assert_eq!(ran.get(), queued, "a run for each queueing, and no other");
    assert!(queued >= 1);
}
