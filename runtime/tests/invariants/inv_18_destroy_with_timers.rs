//! 18: a worker that is destroyed while works wait for their time: they are handed back, and nothing
//! happens to them later.

use std::time::Duration;

use kthread::DelayedWork;

use crate::check::{Drops, Shared, check, mutants};
use crate::workers::start;

#[test]
fn handed_back() {
    check("inv_18_destroy_with_timers::handed_back", model, mutants![TimersStay]);
}

fn model() {
    let (ran, drops) = (Shared::new(0), Drops::new());
    let (count, given) = (ran.clone(), drops.one());
    let worker = start();
    let work = DelayedWork::new(move |_| {
        let _given = &given;
        count.add();
    });
    worker.queue_delayed(&work, Duration::from_secs(3600));
    let left = worker.destroy(Duration::from_secs(3600)).expect("it ends");
    assert_eq!((left.timers, left.handed_back.len()), (1, 1));
    assert!(!work.is_pending());
    drop(left);
    drop(work);
    assert_eq!((ran.get(), drops.count()), (0, 1));
}
