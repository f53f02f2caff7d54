//! 5: to queue a work while it runs makes exactly one more run.

use kthread::{Queued, Work};

use crate::check::{Shared, check, check_deep, mutants, thread};
use crate::workers::start;

#[test]
fn by_itself() {
    check("inv_05_requeue::by_itself", itself, mutants![PendingUntilRun]);
}

fn itself() {
    let ran = Shared::new(0);
    let worker = start();
    let count = ran.clone();
    let work = Work::new(move |cx| {
        count.add();
        if count.get() == 1 {
            assert_eq!(cx.requeue(), Queued::Queued);
            assert_eq!(cx.requeue(), Queued::AlreadyPending);
        }
    });
    worker.queue(&work);
    worker.drain(std::time::Duration::from_secs(3600)).expect("it ends");
    assert_eq!((ran.get(), worker.stats().panics), (2, 0));
}

#[test]
fn by_another() {
    check_deep("inv_05_requeue::by_another", another, mutants![PendingUntilRun]);
}

/// What was written before the queueing is seen by the run that follows, whoever's it is.
fn another() {
    let (written, seen) = (Shared::new(0), Shared::new(0));
    let worker = start();
    let (reads, keeps) = (written.clone(), seen.clone());
    let work = Work::new(move |_| keeps.set(reads.get()));
    let (other, same) = (worker.worker(), work.clone());
    let other = thread::spawn(move || other.queue(&same));
    written.set(1);
    worker.queue(&work);
    other.join().expect("it ends");
    worker.flush().expect("it runs");
    assert_eq!(seen.get(), 1, "the run after the queueing missed what was written before it");
}
