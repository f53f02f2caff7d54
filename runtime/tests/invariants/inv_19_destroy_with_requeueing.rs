//! 19: a worker whose works queue themselves can be destroyed: the queueing is refused.

use std::time::Duration;

use kthread::{Queued, Work};

use crate::check::{Shared, check, mutants};
use crate::workers::start;

#[test]
fn it_ends() {
    check("inv_19_destroy_with_requeueing::it_ends", model, mutants![ClosedUnseen]);
}

fn model() {
    let (ran, refused) = (Shared::new(0), Shared::new(0));
    let worker = start();
    let (count, closed) = (ran.clone(), refused.clone());
    let work = Work::new(move |cx| {
        count.add();
        // Twice at most, so that the model is small.
        if count.get() < 3 && cx.requeue() == Queued::Closed {
            closed.add();
        }
    });
    worker.queue(&work);
    let left = worker.destroy(Duration::from_secs(3600)).expect("it ends");
    assert!(left.detached.is_none());
    assert!(!work.is_pending());
    assert_eq!(worker_of(&left.handed_back), 0, "a queueing was taken after the end");
    assert!(
        refused.get() == 1 || ran.get() == 3,
        "it ran {} times, and no queueing was refused",
        ran.get()
    );
}

fn worker_of(works: &[Work]) -> usize {
    works.len()
}
