//! The edges of workers, on real threads: what a small fault in them would change, and little else shows.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail")]
#![allow(clippy::disallowed_types, clippy::disallowed_methods, reason = "a test uses std")]

mod ends;
#[allow(dead_code, reason = "not all of it is for workers")]
#[path = "../common/until.rs"]
mod until;
mod waiting;
#[path = "../common/works.rs"]
mod works;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

use kthread::{Builder, DelayedWork, Modified, PerCpu, Queued, State, Work, WorkerOptions};

use until::until;
use works::{counting, long, start};

const LONG: Duration = Duration::from_secs(20);
const SHORT: Duration = Duration::from_millis(50);
const HOUR: Duration = Duration::from_secs(3600);

/// What `call` will give, so that one that hangs is found.
fn aside<T: Send + 'static>(call: impl FnOnce() -> T + Send + 'static) -> mpsc::Receiver<T> {
    let (tell, told) = mpsc::channel();
    thread::spawn(move || tell.send(call()));
    told
}

#[test]
fn a_delay_that_never_ends() {
    let worker = start("never");
    let ran = Arc::new(AtomicUsize::new(0));
    let delays = [Duration::MAX, Duration::from_secs(u64::MAX), Duration::from_nanos(u64::MAX)];
    let works: Vec<_> = delays.map(|_| DelayedWork::from(counting(&ran))).into();
    for (work, delay) in works.iter().zip(delays) {
        assert_eq!(worker.queue_delayed(work, delay), Queued::Queued);
    }
    let moved = DelayedWork::from(counting(&ran));
    worker.queue_delayed(&moved, HOUR);
    assert_eq!(worker.mod_delayed(&moved, Duration::MAX), Modified::Moved);
    // It looks at them as it runs something else.
    worker.queue(&Work::new(|_| ()));
    worker.flush().unwrap();
    thread::sleep(SHORT * 2);
    assert_eq!((worker.stats().timers, ran.load(Ordering::SeqCst)), (4, 0));
    assert!(works.iter().all(|work| work.is_pending()));
    // They are no worse than others.
    assert_eq!(worker.mod_delayed(&works[0], Duration::from_nanos(1)), Modified::Moved);
    until("it has run", || ran.load(Ordering::SeqCst) == 1);
}

#[test]
fn a_spin_ends_for_a_timer_and_by_itself() {
    let spins = |limit| {
        let options = WorkerOptions::new().spin(limit);
        Builder::new("spins").create_worker(options).unwrap()
    };
    let worker = spins(HOUR);
    let (tell, told) = mpsc::channel();
    let later = DelayedWork::new(move |_| tell.send(()).unwrap());
    // It spins when it has run something, and the timer is there by then.
    worker.queue_delayed(&later, SHORT);
    worker.queue(&Work::new(|_| ()));
    worker.start();
    told.recv_timeout(LONG).expect("the timer comes while it spins");

    let worker = spins(Duration::from_millis(5));
    worker.queue(&Work::new(|_| ()));
    worker.start();
    worker.flush().unwrap();
    until("it sleeps", || worker.task().unwrap().state() == State::Sleeping);
}

#[test]
fn what_counts_as_requeued() {
    let worker = start("requeued");
    let idle = Work::new(|_| ());
    for _ in 0..3 {
        worker.queue(&idle);
        worker.flush_work(&idle).unwrap();
    }
    // Nor does one that is queued while another runs.
    let (busy, begun, release) = long("long");
    worker.queue(&busy);
    begun.recv_timeout(LONG).unwrap();
    worker.queue(&idle);
    release.send(()).unwrap();
    worker.drain(LONG).unwrap();
    assert_eq!(worker.stats().requeued, 0);
    let mut left = 2;
    let again = Work::new(move |cx| {
        if left > 0 {
            left -= 1;
            assert_eq!(cx.requeue(), Queued::Queued);
            assert_eq!(cx.requeue(), Queued::AlreadyPending);
        }
    });
    worker.queue(&again);
    worker.drain(LONG).unwrap();
    let stats = worker.stats();
    assert_eq!((stats.queued, stats.run, stats.requeued), (8, 8, 2));
}

#[test]
fn the_longest_run_is_not_the_last() {
    let slow = Duration::from_millis(20);
    let worker = Builder::new("longest").run_worker(WorkerOptions::new().precise_times()).unwrap();
    worker.queue(&Work::new(move |_| thread::sleep(slow)));
    worker.queue(&Work::new(|_| ()));
    worker.flush().unwrap();
    assert_eq!(worker.stats().run, 2);
    assert!(worker.stats().longest >= slow, "{:?}", worker.stats().longest);
}

#[test]
#[cfg_attr(miri, ignore = "Miri binds no thread to a CPU")]
fn here_is_the_worker_of_this_cpu() {
    let workers = Arc::new(Builder::new("here").run_workers_per_cpu(WorkerOptions::new()).unwrap());
    if workers.iter().count() == 1 {
        return;
    }
    for (cpu, worker) in workers.iter() {
        let (tell, told) = mpsc::channel();
        let all = Arc::downgrade(&workers);
        let work = Work::new(move |cx| {
            let all = all.upgrade();
            let here = all.as_deref().and_then(PerCpu::here).map(|here| here.is(cx.worker()));
            // Before it is told: the last reference is not to go here.
            drop(all);
            tell.send(here).unwrap();
        });
        worker.queue(&work);
        assert_eq!(told.recv_timeout(LONG), Ok(Some(true)), "on CPU {cpu}");
    }
}
