//! Faults of workers that somebody has found once.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail")]
#![allow(clippy::disallowed_types, clippy::disallowed_methods, reason = "a test uses std")]

#[allow(dead_code, reason = "not all of it is for workers")]
#[path = "common/until.rs"]
mod until;
#[path = "common/works.rs"]
mod works;

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use kthread::{
    Builder, CreateError, DelayedWork, DrainError, Freezer, Modified, Queued, Signal, State,
    StopError, Work, Worker, WorkerError, WorkerOptions, WorkerThread, tasks,
};

use until::until;
use works::{counting, long, start};

const LONG: Duration = Duration::from_secs(20);
const SHORT: Duration = Duration::from_millis(50);
const HOUR: Duration = Duration::from_secs(3600);

fn spinning(name: &str) -> WorkerThread {
    Builder::new(name).run_worker(WorkerOptions::new().spin(HOUR)).unwrap()
}

/// Something whose drop panics.
struct Bad;

impl Drop for Bad {
    fn drop(&mut self) {
        panic!("a drop that panics");
    }
}

#[test]
fn a_worker_that_was_stopped_while_it_was_created_has_no_thread() {
    let done = Arc::new(AtomicBool::new(false));
    let stopper = {
        let done = Arc::clone(&done);
        thread::spawn(move || {
            while !done.load(Ordering::SeqCst) {
                tasks().iter().filter(|task| task.name() == "victim").for_each(|task| {
                    task.request_stop();
                });
            }
        })
    };
    for _ in 0..50 {
        let worker = Builder::new("victim").run_worker(WorkerOptions::new()).unwrap();
        thread::sleep(Duration::from_micros(200));
        worker.queue(&Work::new(|_| ()));
        let _ = worker.flush();
        drop(worker.destroy(SHORT).unwrap());
    }
    done.store(true, Ordering::SeqCst);
    stopper.join().unwrap();
}

#[test]
fn dropped_on_its_own_thread_it_runs_what_is_queued() {
    let worker = start("own");
    let reference = worker.worker();
    let task = worker.task().unwrap();
    let ran = Arc::new(AtomicUsize::new(0));
    let slot = Arc::new(Mutex::new(None::<WorkerThread>));
    let own = Arc::clone(&slot);
    let killer = Work::new(move |_| drop(own.lock().unwrap().take()));
    let (behind, timed) = (counting(&ran), DelayedWork::from(counting(&ran)));
    {
        let mut slot = slot.lock().unwrap();
        worker.queue(&killer);
        worker.queue(&behind);
        worker.queue_delayed(&timed, HOUR);
        *slot = Some(worker);
    }
    until("it ends", || task.state() == State::Exited);
    assert_eq!(ran.load(Ordering::SeqCst), 1);
    assert!(!behind.is_pending() && !timed.is_pending());
    assert_eq!(reference.queue(&behind), Queued::Closed);
    let again = Builder::new("own").create_worker_for(&reference, WorkerOptions::new());
    assert!(matches!(again, Err(CreateError::WorkerDestroyed { .. })));
}

#[test]
fn a_worker_that_spins_sees_a_timer_that_is_moved_to_sooner() {
    let worker = spinning("spins");
    let ran = Arc::new(AtomicUsize::new(0));
    let timed = DelayedWork::from(counting(&ran));
    worker.queue_delayed(&timed, HOUR);
    worker.queue(&Work::new(|_| ()));
    worker.flush().unwrap();
    thread::sleep(Duration::from_millis(20));
    assert_eq!(worker.task().unwrap().state(), State::Running);
    assert_eq!(worker.mod_delayed(&timed, Duration::from_millis(1)), Modified::Moved);
    until("it runs", || ran.load(Ordering::SeqCst) == 1);
    // And one that is waited for.
    worker.queue_delayed(&timed, HOUR);
    thread::sleep(Duration::from_millis(20));
    assert_eq!(worker.task().unwrap().state(), State::Running, "a timer ends the spinning");
    worker.flush_work(&timed).unwrap();
    assert_eq!(ran.load(Ordering::SeqCst), 2);
}

#[test]
fn a_flush_does_not_wait_for_what_is_moved_to_another_time() {
    let worker = Arc::new(start("moved"));
    let (busy, begun, release) = long("busy");
    let timed = DelayedWork::new(|_| ());
    worker.queue(&busy);
    begun.recv_timeout(LONG).unwrap();
    worker.queue_delayed(&timed, HOUR);
    let flush = {
        let (worker, timed) = (Arc::clone(&worker), timed.clone());
        thread::spawn(move || worker.flush_work(&timed))
    };
    // It has been hastened, and is postponed.
    while !flush.is_finished() {
        assert_eq!(worker.mod_delayed(&timed, Duration::MAX), Modified::Moved);
        thread::sleep(Duration::from_millis(1));
    }
    assert_eq!(flush.join().unwrap(), Ok(()));
    release.send(()).unwrap();
}

#[test]
fn a_flush_ends_though_the_work_goes_to_another_worker() {
    for _ in 0..20 {
        let (first, second) = (Arc::new(start("first")), start("second"));
        let (busy, begun, release) = long("busy");
        let work = Work::new(|_| thread::sleep(Duration::from_millis(5)));
        first.queue(&busy);
        begun.recv_timeout(LONG).unwrap();
        first.queue(&work);
        let flush = {
            let (first, work) = (Arc::clone(&first), work.clone());
            thread::spawn(move || first.flush_work(&work))
        };
        thread::sleep(Duration::from_millis(1));
        assert_eq!(first.cancel(&work), Ok(true));
        first.release(&work).unwrap();
        second.queue(&work);
        until("the flush ends", || flush.is_finished());
        // Refused, if it had not begun by then.
        let flushed = flush.join().unwrap();
        assert!(matches!(flushed, Ok(()) | Err(WorkerError::OtherWorker)), "{flushed:?}");
        release.send(()).unwrap();
    }
}

#[test]
fn a_drain_tells_who_was_there_from_who_comes() {
    let worker = start("drain");
    let slow = Work::named("slow", |_| thread::sleep(Duration::from_millis(300)));
    let innocent = Work::named("innocent", |_| ());
    worker.queue(&slow);
    worker.queue(&innocent);
    let drained = worker.drain(SHORT);
    let expected = DrainError::StillQueued {
        requeueing: vec![],
        waiting: vec!["innocent".to_owned(), "slow".to_owned()],
    };
    assert_eq!(drained, Err(expected));
}

#[test]
fn works_whose_drops_panic_are_contained() {
    let bad = || {
        let bad = Bad;
        Work::new(move |_| {
            let _bad = &bad;
        })
    };
    let worker = Worker::new();
    worker.queue(&bad());
    worker.queue(&bad());
    drop(worker);
    let thread = Builder::new("bad").create_worker(WorkerOptions::new()).unwrap();
    thread.queue(&bad());
    thread.queue(&bad());
    drop(thread);
}

#[test]
fn what_is_taken_back_beside_a_run_that_freezes_is_said() {
    let freezer = Freezer::new();
    let worker = Builder::new("midst")
        .freezer(&freezer)
        .run_worker(WorkerOptions::new().freezable())
        .unwrap();
    let (begun, has_begun) = mpsc::channel();
    let work = Work::new(move |cx| {
        cx.requeue();
        let _ = begun.send(());
        while !kthread::try_to_freeze() {
            thread::yield_now();
        }
    });
    worker.queue(&work);
    has_begun.recv_timeout(LONG).unwrap();
    freezer.freeze_all(LONG).unwrap();
    let because = Box::new(WorkerError::Frozen);
    assert_eq!(worker.cancel_sync(&work), Err(WorkerError::TakenBack { because }));
    assert_eq!(worker.cancel_sync(&work), Err(WorkerError::Frozen));
    assert!(!work.is_pending());
    assert_eq!(worker.stats().cancelled, 1);
    freezer.thaw_all();
}

#[test]
fn what_is_due_comes_before_what_is_queued_later() {
    let worker = start("due");
    let order = Arc::new(Mutex::new(Vec::new()));
    let noting = |what: &'static str| {
        let order = Arc::clone(&order);
        Work::new(move |_| order.lock().unwrap().push(what))
    };
    let (busy, begun, release) = long("busy");
    let (timed, before, later) =
        (DelayedWork::from(noting("timed")), noting("before"), noting("later"));
    let (second, second_begun, second_release) = long("second");
    worker.queue(&busy);
    begun.recv_timeout(LONG).unwrap();
    worker.queue_delayed(&timed, Duration::from_millis(20));
    worker.queue(&second);
    worker.queue(&before);
    thread::sleep(Duration::from_millis(60));
    // At the end of this run it is due.
    release.send(()).unwrap();
    second_begun.recv_timeout(LONG).unwrap();
    worker.queue(&later);
    second_release.send(()).unwrap();
    worker.flush().unwrap();
    assert_eq!(*order.lock().unwrap(), ["before", "timed", "later"]);
}

#[test]
fn requeues_are_counted_however_they_are_made() {
    let worker = start("requeues");
    let timed = Arc::new(Mutex::new(None::<DelayedWork>));
    let own = Arc::clone(&timed);
    let mut left = 4;
    let work = DelayedWork::new(move |cx| {
        let own = own.lock().unwrap();
        if left > 0 {
            left -= 1;
            let own = own.as_ref().unwrap();
            match left % 2 {
                0 => assert_eq!(
                    cx.worker().queue_delayed(own, Duration::from_micros(1)),
                    Queued::Queued
                ),
                _ => assert_eq!(cx.worker().mod_delayed(own, Duration::ZERO), Modified::Queued),
            }
        }
    });
    *timed.lock().unwrap() = Some(work.clone());
    worker.queue(&work);
    until("all have run", || worker.stats().run == 5);
    assert_eq!(worker.stats().requeued, 4);
    *timed.lock().unwrap() = None;
}

#[test]
fn times_are_precise_wherever_that_is_asked_for() {
    let worker = Worker::new();
    let options = WorkerOptions::new().precise_times();
    let thread = Builder::new("precise").create_worker_for(&worker, options).unwrap();
    thread.start();
    let begin = Instant::now();
    thread.queue(&Work::new(|_| thread::sleep(Duration::from_micros(300))));
    thread.flush().unwrap();
    let longest = worker.stats().longest;
    assert!(longest >= Duration::from_micros(300) && longest <= begin.elapsed(), "{longest:?}");
}

#[test]
fn an_idle_worker_is_not_left_alone() {
    for _ in 0..200 {
        let worker = start("idle");
        worker.queue(&Work::named("named", |_| ()));
        let left = worker.destroy(Duration::ZERO).unwrap();
        assert!(matches!(left.detached.as_deref(), None | Some("named")), "{left:?}");
    }
}

#[test]
fn stopped_by_its_own_work_it_goes_on() {
    let worker = start("stop");
    let reference = worker.worker();
    let slot = Arc::new(Mutex::new(None::<WorkerThread>));
    let own = Arc::clone(&slot);
    let (told, result) = mpsc::channel();
    let work = Work::new(move |_| {
        if let Some(own) = own.lock().unwrap().take() {
            told.send(own.stop().map(|_| ())).unwrap();
        }
    });
    let task = worker.task().unwrap();
    {
        let mut slot = slot.lock().unwrap();
        worker.queue(&work);
        *slot = Some(worker);
    }
    let stopped = result.recv_timeout(LONG).unwrap();
    assert!(matches!(stopped, Err(StopError::FromItself { .. })), "{stopped:?}");
    reference.queue(&work);
    reference.flush().unwrap();
    task.request_stop();
}

#[test]
fn a_work_whose_worker_is_gone_is_idle() {
    let worker = Worker::new();
    let work = Work::new(|_| ());
    worker.queue(&work);
    drop(worker);
    let other = start("other");
    assert_eq!(other.cancel(&work), Ok(false));
    assert_eq!(other.cancel_sync(&work), Ok(false));
    assert_eq!(other.flush_work(&work), Ok(()));
    assert_eq!(other.release(&work), Ok(()));
}

#[test]
fn a_signal_that_a_work_has_allowed_is_taken() {
    let worker = start("signals");
    let taken = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&taken);
    let work = Work::new(move |_| {
        let counted = Arc::clone(&counted);
        let handler = kthread::Action::handler(move |_| {
            counted.fetch_add(1, Ordering::SeqCst);
        });
        kthread::current().unwrap().sigaction(Signal::USR1, handler);
    });
    worker.queue(&work);
    worker.flush().unwrap();
    let task = worker.task().unwrap();
    task.signal(Signal::USR1);
    until("it is taken", || taken.load(Ordering::SeqCst) == 1);
    until("it sleeps", || task.state() == State::Sleeping);
}
