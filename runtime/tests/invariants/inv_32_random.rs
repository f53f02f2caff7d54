//! 32: many works, timers and cancels in any order: each success of a queueing is matched by a run, a
//! cancellation or a work that is handed back; and nothing leaks.

use std::time::Duration;

use kthread::{DelayedWork, Modified, Queued, Work, Worker};

use crate::check::{Drops, Shared, check_deep, mutants, thread};
use crate::workers::{pass, start};

#[test]
fn the_counts_agree() {
    // Three threads that all do much: loom gets one preemption.
    check_deep("inv_32_random::the_counts_agree", model, mutants![ModSaysQueued, LeaksWork]);
}

fn model() {
    let (ran, drops) = (Shared::new(0), Drops::new());
    let works: Vec<_> = (0..2)
        .map(|_| {
            let (count, given) = (ran.clone(), drops.one());
            DelayedWork::new(move |_| {
                let _given = &given;
                count.add();
            })
        })
        .collect();
    let worker = start();
    let (other, its) = (worker.worker(), works.clone());
    let other = thread::spawn(move || operate(&other, &its));
    let (mut queued, mut cancelled) = operate(&worker, &works);
    pass(&worker, Duration::from_millis(2));
    let (more, taken) = other.join().expect("it ends");
    queued += more;
    cancelled += taken;
    let left = worker.destroy(Duration::from_secs(3600)).expect("it ends");
    assert_eq!(queued, ran.get() + cancelled + left.handed_back.len());
    drop(left);
    drop(works);
    assert_eq!(drops.count(), 2, "a work was leaked");
}

/// Some operations; how many queueings succeeded, and how many cancels.
fn operate(worker: &Worker, works: &[DelayedWork]) -> (usize, usize) {
    let [one, two] = works else { return (0, 0) };
    let delay = Duration::from_millis(1);
    let queued = usize::from(worker.queue(one) == Queued::Queued)
        + usize::from(worker.queue_delayed(two, delay) == Queued::Queued)
        + usize::from(worker.mod_delayed(one, delay) == Modified::Queued);
    let as_work: &Work = two;
    let cancelled = usize::from(worker.cancel_sync(as_work) == Ok(true));
    (queued, cancelled)
}
