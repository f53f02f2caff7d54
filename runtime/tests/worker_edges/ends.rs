//! The end of a worker, and what is left of it.

use std::sync::{Arc, Mutex, mpsc};
use std::time::{Duration, Instant};

use kthread::{Builder, DelayedWork, Modified, Queued, State, Work, WorkerOptions, WorkerThread};

use crate::{HOUR, LONG, SHORT, aside, long, start, until};

#[test]
fn a_drop_leaves_an_endless_work() {
    let worker = start("endless");
    let (work, begun, release) = long("long");
    let task = worker.task().unwrap();
    worker.queue(&work);
    begun.recv_timeout(LONG).unwrap();
    let start = Instant::now();
    let dropped = aside(move || drop(worker));
    dropped.recv_timeout(LONG).expect("it comes back");
    assert!(start.elapsed() >= Duration::from_secs(4), "it left after {:?}", start.elapsed());
    assert_ne!(task.state(), State::Exited);
    release.send(()).unwrap();
    until("its end", || task.state() == State::Exited);
}

#[test]
fn what_is_handed_back_is_in_order() {
    let worker = Builder::new("order").create_worker(WorkerOptions::new()).unwrap();
    let timer = DelayedWork::named("timer", |_| ());
    worker.queue_delayed(&timer, HOUR);
    for name in ["one", "two", "three"] {
        worker.queue(&Work::named(name, |_| ()));
    }
    let left = worker.destroy(LONG).unwrap();
    let names: Vec<_> = left.handed_back.iter().map(Work::name).collect();
    assert_eq!(names, ["one", "two", "three", "timer"]);
    assert_eq!((left.timers, left.detached.as_deref()), (1, None));
    assert!(!left.handed_back.iter().any(Work::is_pending));
}

#[test]
fn dropped_on_its_own_thread_it_ends() {
    let slot = Arc::new(Mutex::new(None::<WorkerThread>));
    let own = Arc::clone(&slot);
    let (done, is_done) = mpsc::channel();
    let work = Work::new(move |_| {
        drop(own.lock().unwrap().take());
        done.send(()).unwrap();
    });
    let thread = start("own");
    let (worker, task) = (thread.worker(), thread.task().unwrap());
    *slot.lock().unwrap() = Some(thread);
    assert_eq!(worker.queue(&work), Queued::Queued);
    is_done.recv_timeout(LONG).unwrap();
    until("its end", || task.state() == State::Exited);
    assert_eq!(worker.queue(&work), Queued::Closed);
    assert_eq!(worker.mod_delayed(&DelayedWork::from(work), SHORT), Modified::Closed);
}
