//! Waiting for works, and who may not.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Barrier, mpsc};
use std::thread;
use std::time::Duration;

use kthread::{Builder, DelayedWork, Modified, Queued, Work, Worker, WorkerError, WorkerOptions};

use crate::{HOUR, LONG, SHORT, aside, counting, long, start, until};

/// Of two that cancel a running work, the first to come back finds it refused, as the other is still at
/// it: not each time, but in some of many.
#[test]
fn two_cancels_refuse_until_both_are_done() {
    const ROUNDS: usize = 2000;
    let worker = start("twice");
    let (hold, ran) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
    let (stays, runs) = (Arc::clone(&hold), Arc::clone(&ran));
    let work = Work::new(move |_| {
        runs.fetch_add(1, Ordering::SeqCst);
        until("it is let go", || !stays.load(Ordering::SeqCst));
    });
    let mut refused = 0;
    for _ in 0..ROUNDS {
        let before = ran.load(Ordering::SeqCst);
        hold.store(true, Ordering::SeqCst);
        assert_eq!(worker.queue(&work), Queued::Queued);
        until("it runs", || ran.load(Ordering::SeqCst) > before);
        let (both, back) = (Barrier::new(3), AtomicUsize::new(0));
        let cancel = || {
            both.wait();
            assert_eq!(worker.cancel_sync(&work), Ok(false));
            let first = back.fetch_add(1, Ordering::SeqCst) == 0;
            first && worker.queue(&work) == Queued::Canceling
        };
        refused += usize::from(thread::scope(|scope| {
            let (one, other) = (scope.spawn(cancel), scope.spawn(cancel));
            both.wait();
            thread::sleep(Duration::from_millis(1));
            hold.store(false, Ordering::SeqCst);
            one.join().unwrap() | other.join().unwrap()
        }));
        // If it was not refused it runs once more.
        worker.flush_work(&work).unwrap();
        if refused == 3 {
            return;
        }
    }
    panic!("refused in {refused} of {ROUNDS} rounds");
}

#[test]
fn a_work_that_is_pending_again_can_not_wait_for_itself() {
    let worker = start("itself");
    let (done, is_done) = mpsc::channel();
    let mut first = true;
    let work = Work::new(move |cx| {
        if std::mem::take(&mut first) {
            assert_eq!(cx.requeue(), Queued::Queued);
            let result = cx.worker().cancel_sync(&cx.work());
            done.send(Some((result, cx.work().is_pending()))).unwrap();
        } else {
            done.send(None).unwrap();
        }
    });
    worker.queue(&work);
    let result = is_done.recv_timeout(LONG).expect("it waits for itself");
    assert_eq!(result, Some((Err(WorkerError::FromItself), true)));
    // Nothing was done: it runs once more.
    assert_eq!(is_done.recv_timeout(LONG).unwrap(), None);
}

#[test]
fn a_work_in_use_is_not_released() {
    let (worker, other) = (start("uses"), start("other"));
    let (work, begun, release) = long("long");
    let (listed, timed) = (Work::new(|_| ()), DelayedWork::new(|_| ()));
    worker.queue(&work);
    worker.queue(&listed);
    worker.queue_delayed(&timed, HOUR);
    begun.recv_timeout(LONG).unwrap();
    assert!(!work.is_pending());
    for used in [&work, &listed, &timed] {
        assert_eq!(worker.release(used), Err(WorkerError::InUse));
        assert_eq!(other.queue(used), Queued::OtherWorker);
    }
    release.send(()).unwrap();
    worker.flush().unwrap();
    assert_eq!(worker.cancel(&timed), Ok(true));
    for used in [&listed, &timed] {
        assert_eq!(worker.release(used), Ok(()));
        assert_eq!(other.queue(used), Queued::Queued);
    }
}

/// What lets somebody look again, and begin to wait once more, before the thread goes on.
struct Slow;

impl Drop for Slow {
    fn drop(&mut self) {
        thread::sleep(SHORT);
    }
}

/// Neither the end of the work before tells who waits, as its drop takes a while, nor that of the thread,
/// which lives on when it has left the worker.
#[test]
fn a_flush_ends_when_the_thread_leaves() {
    let worker = Worker::new();
    let ((begun, has_begun), (release, released)) = (mpsc::channel(), mpsc::channel::<()>());
    let (slow, next) = (Slow, Work::new(|_| ()));
    worker.queue(&Work::new(move |_| {
        let _ = &slow;
        begun.send(()).unwrap();
        let _ = released.recv();
    }));
    worker.queue(&next);
    let its = worker.clone();
    let (end, may_end) = mpsc::channel::<()>();
    let thread = Builder::new("leaves")
        .run(move || {
            its.run_here(WorkerOptions::new()).unwrap();
            let _ = may_end.recv();
        })
        .unwrap()
        .detach();
    has_begun.recv_timeout(LONG).unwrap();
    let (one, other, queued) = (worker.clone(), worker.clone(), next.clone());
    let flushed = aside(move || one.flush());
    let waited = aside(move || other.flush_work(&queued));
    // Time to begin to wait.
    thread::sleep(SHORT);
    thread.request_stop();
    release.send(()).unwrap();
    assert_eq!(flushed.recv_timeout(LONG), Ok(Err(WorkerError::NoThread)));
    assert_eq!(waited.recv_timeout(LONG), Ok(Err(WorkerError::NoThread)));
    assert!(next.is_pending());
    drop(end);
}

#[test]
fn a_cancel_sync_ends_a_flush_of_the_work() {
    let worker = start("busy");
    let ((busy, begun, release), work) = (long("long"), counting(&Arc::default()));
    worker.queue(&busy);
    begun.recv_timeout(LONG).unwrap();
    worker.queue(&work);
    let (waits, waited_for) = (worker.worker(), work.clone());
    let flushed = aside(move || waits.flush_work(&waited_for));
    // Time to begin to wait.
    assert!(flushed.recv_timeout(SHORT).is_err());
    assert_eq!(worker.cancel_sync(&work), Ok(true));
    assert_eq!(flushed.recv_timeout(LONG), Ok(Ok(())));
    release.send(()).unwrap();
    worker.flush().unwrap();
    assert_eq!(worker.stats().run, 1);
}

#[test]
fn the_work_of_another_worker() {
    // It lives, but runs nothing.
    let owner = Builder::new("owner").create_worker(WorkerOptions::new()).unwrap();
    let other = start("other");
    let (listed, timed) = (DelayedWork::new(|_| ()), DelayedWork::new(|_| ()));
    owner.queue(&listed);
    owner.queue_delayed(&timed, HOUR);
    for work in [&listed, &timed] {
        for delay in [Duration::ZERO, SHORT, Duration::MAX] {
            assert_eq!(other.queue_delayed(work, delay), Queued::OtherWorker);
            assert_eq!(other.mod_delayed(work, delay), Modified::OtherWorker);
        }
        assert_eq!(other.cancel(work), Err(WorkerError::OtherWorker));
        assert_eq!(other.cancel_sync(work), Err(WorkerError::OtherWorker));
        assert_eq!(other.flush_work(work), Err(WorkerError::OtherWorker));
        assert_eq!(other.release(work), Err(WorkerError::OtherWorker));
        assert!(work.is_pending());
    }
    assert_eq!((other.stats().queued, other.stats().timers), (0, 0));
    let left = owner.destroy(LONG).unwrap();
    assert_eq!(
        (left.timers, &left.handed_back[..]),
        (1, &[(*listed).clone(), (*timed).clone()][..])
    );
}

/// What is moved away does not run now: who waits for it is not to wait for its new time.
#[test]
fn a_move_ends_a_flush_of_the_work() {
    let worker = start("moves");
    let ((busy, begun, release), work) = (long("long"), DelayedWork::new(|_| ()));
    worker.queue(&busy);
    begun.recv_timeout(LONG).unwrap();
    worker.queue(&work);
    let (waits, waited_for) = (worker.worker(), work.clone());
    let flushed = aside(move || waits.flush_work(&waited_for));
    // Time to begin to wait.
    assert!(flushed.recv_timeout(SHORT).is_err());
    assert_eq!(worker.mod_delayed(&work, HOUR), Modified::Moved);
    release.send(()).unwrap();
    worker.flush().unwrap();
    assert_eq!(flushed.recv_timeout(LONG), Ok(Ok(())));
}
