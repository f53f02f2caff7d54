//! 13: a flush returns after the instance that was pending or ran; also if somebody cancels that.

use std::sync::Arc;
use std::time::Duration;

use kthread::{DelayedWork, WaitQueue, Work};

use crate::check::{Shared, check, check_deep, mutants, thread};
use crate::workers::{counting, running, start};

#[test]
fn cancelled_meanwhile() {
    // Three threads that all do much: loom gets one preemption.
    check_deep("inv_13_flush::cancelled_meanwhile", cancelled, mutants![FlushMissesCancel]);
}

/// The work can only be cancelled: the one before it runs until the flush is over.
fn cancelled() {
    let (ran, flushed) = (Shared::new(0), Shared::new(0));
    let worker = start();
    let (queue, over) = (Arc::new(WaitQueue::new()), flushed.clone());
    let waits = Arc::clone(&queue);
    let first = Work::new(move |_| waits.wait(|| over.get() == 1).expect("it is a kthread"));
    let second = counting(&ran);
    worker.queue(&first);
    worker.queue(&second);
    let (other, same) = (worker.worker(), second.clone());
    let other = thread::spawn(move || other.cancel(&same).expect("it is ours"));
    worker.flush_work(&second).expect("it is cancelled");
    assert!(!second.is_pending());
    flushed.set(1);
    queue.wake_all();
    assert!(other.join().expect("it ends"));
    worker.flush().expect("the first ends");
    assert_eq!(ran.get(), 0);
}

#[test]
fn it_waits() {
    check("inv_13_flush::it_waits", waits, mutants![FlushDoesNotWait, NewsUncounted]);
}

fn waits() {
    let (runs, ran) = (Shared::new(0), Shared::new(0));
    let worker = start();
    let work = running(&runs, &ran);
    worker.queue(&work);
    worker.flush_work(&work).expect("it runs");
    assert_eq!((runs.get(), ran.get()), (0, 1));
}

#[test]
fn its_time_has_not_come() {
    check("inv_13_flush::its_time_has_not_come", timed, mutants![NoWake]);
}

fn timed() {
    let ran = Shared::new(0);
    let worker = start();
    let work = DelayedWork::from(counting(&ran));
    worker.queue_delayed(&work, Duration::from_secs(3600));
    worker.flush_work(&work).expect("it runs at once");
    assert_eq!(ran.get(), 1);
    // The control's wake-up is for this one.
    worker.queue(&work);
    worker.flush_work(&work).expect("it runs");
    assert_eq!(ran.get(), 2);
}
