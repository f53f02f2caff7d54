//! 9: moving a work beside another move, a cancel, and the end of its time.

use std::time::Duration;

use kthread::{DelayedWork, Modified};

use crate::check::{Shared, check_deep, mutants, thread};
use crate::workers::{counting, pass, start};

#[test]
fn beside_another() {
    check_deep("inv_09_mod_races::beside_another", two, mutants![ModSaysQueued]);
}

fn two() {
    let ran = Shared::new(0);
    let worker = start();
    let work = DelayedWork::from(counting(&ran));
    let (other, same) = (worker.worker(), work.clone());
    let other = thread::spawn(move || other.mod_delayed(&same, Duration::from_millis(1)));
    let one = worker.mod_delayed(&work, Duration::ZERO);
    let other = other.join().expect("it ends");
    let queued = [one, other].iter().filter(|what| **what == Modified::Queued).count();
    let cancelled = usize::from(worker.cancel_sync(&work).expect("it is ours"));
    assert_eq!(queued, ran.get() + cancelled, "{one:?} {other:?}");
}

#[test]
fn beside_a_cancel() {
    check_deep("inv_09_mod_races::beside_a_cancel", cancel, mutants![NoCancelingGuard]);
}

/// Only the work moves itself, and when the cancel returns it doesn't run.
fn cancel() {
    let ran = Shared::new(0);
    let worker = start();
    let count = ran.clone();
    let work = DelayedWork::new(move |cx| {
        count.add();
        let delay = if count.get() == 1 { Duration::ZERO } else { Duration::from_millis(1) };
        let _moved = cx.worker().mod_delayed(&DelayedWork::from(cx.work()), delay);
    });
    worker.queue(&work);
    worker.cancel_sync(&work).expect("it is ours");
    assert!(!work.is_pending(), "it was moved while it was cancelled");
    let runs = ran.get();
    pass(&worker, Duration::from_millis(2));
    worker.flush().expect("nothing is left");
    assert_eq!(ran.get(), runs);
}

#[test]
fn beside_the_end_of_its_time() {
    check_deep("inv_09_mod_races::beside_the_end_of_its_time", expiry, mutants![ModSaysQueued]);
}

fn expiry() {
    let ran = Shared::new(0);
    let worker = start();
    let work = DelayedWork::from(counting(&ran));
    worker.queue_delayed(&work, Duration::from_millis(1));
    let (other, same) = (worker.worker(), work.clone());
    let other = thread::spawn(move || other.mod_delayed(&same, Duration::from_millis(50)));
    pass(&worker, Duration::from_millis(2));
    let queued = 1 + usize::from(other.join().expect("it ends") == Modified::Queued);
    let cancelled = usize::from(worker.cancel_sync(&work).expect("it is ours"));
    assert_eq!(queued, ran.get() + cancelled);
}
