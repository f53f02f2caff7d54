//! Workers on real threads: what the invariants in `tests/invariants` do not say.

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
    Builder, CreateError, DelayedWork, DrainError, Freezer, Modified, Queued, State, Work, Worker,
    WorkerError, WorkerOptions, WorkerThread,
};

use until::until;
use works::{counting, long, start};

const LONG: Duration = Duration::from_secs(20);
const SHORT: Duration = Duration::from_millis(50);

#[test]
fn a_delay_is_waited_for_and_not_much_longer() {
    let worker = start("delay");
    let (done, is_done) = mpsc::channel();
    let work = DelayedWork::new(move |_| done.send(Instant::now()).unwrap());
    let begun = Instant::now();
    assert_eq!(worker.queue_delayed(&work, SHORT), Queued::Queued);
    assert!(work.is_pending());
    let ended = is_done.recv_timeout(LONG).unwrap();
    assert!(ended - begun >= SHORT, "early by {:?}", SHORT.checked_sub(ended - begun));
    // Moved to a later time, it does not run at the earlier one.
    worker.queue_delayed(&work, SHORT);
    assert_eq!(worker.mod_delayed(&work, SHORT * 4), Modified::Moved);
    assert!(is_done.recv_timeout(SHORT * 2).is_err());
    is_done.recv_timeout(LONG).unwrap();
}

#[test]
fn while_it_is_frozen() {
    let freezer = Freezer::new();
    let worker = Builder::new("frozen")
        .freezer(&freezer)
        .run_worker(WorkerOptions::new().freezable())
        .unwrap();
    let ran = Arc::new(AtomicUsize::new(0));
    let work = counting(&ran);
    worker.queue(&work);
    worker.flush().unwrap();
    freezer.freeze_all(LONG).unwrap();
    assert_eq!(worker.queue(&work), Queued::Queued);
    assert_eq!(worker.flush(), Err(WorkerError::Frozen));
    assert_eq!(worker.flush_work(&work), Err(WorkerError::Frozen));
    assert_eq!(worker.drain(LONG), Err(DrainError::Worker(WorkerError::Frozen)));
    assert_eq!(worker.cancel_sync(&work), Ok(true));
    assert_eq!(worker.queue(&work), Queued::Queued);
    assert_eq!(ran.load(Ordering::SeqCst), 1, "it ran in the freeze");
    freezer.thaw_all();
    worker.flush().unwrap();
    assert_eq!(ran.load(Ordering::SeqCst), 2);

    freezer.freeze_all(LONG).unwrap();
    worker.queue(&work);
    let left = worker.destroy(LONG).unwrap();
    assert_eq!(left.handed_back, [work]);
    assert_eq!(ran.load(Ordering::SeqCst), 2);
}

#[test]
fn a_freeze_that_comes_in_a_wait_ends_it() {
    let freezer = Freezer::new();
    let worker = Builder::new("late")
        .freezer(&freezer)
        .run_worker(WorkerOptions::new().freezable())
        .unwrap();
    let (work, begun, release) = long("long");
    let second = counting(&Arc::default());
    worker.queue(&work);
    worker.queue(&second);
    begun.recv_timeout(LONG).unwrap();
    freezer.request_freeze();
    let waits = worker.worker();
    let waiting = thread::spawn(move || waits.flush());
    thread::sleep(SHORT);
    release.send(()).unwrap();
    assert_eq!(waiting.join().unwrap(), Err(WorkerError::Frozen));
    freezer.thaw_all();
}

#[test]
fn while_it_is_parked() {
    let worker = start("parked");
    let ran = Arc::new(AtomicUsize::new(0));
    let work = counting(&ran);
    let task = worker.task().unwrap();
    task.park().unwrap();
    worker.queue(&work);
    assert_eq!(worker.flush(), Err(WorkerError::Parked));
    task.unpark();
    worker.flush().unwrap();
    assert_eq!(ran.load(Ordering::SeqCst), 1);
}

#[test]
fn a_drain_names_who_goes_on() {
    let worker = start("drain");
    let stop = Arc::new(AtomicBool::new(false));
    let stopped = Arc::clone(&stop);
    let work = Work::named("perpetual", move |cx| {
        if !stopped.load(Ordering::SeqCst) {
            cx.requeue();
        }
    });
    worker.queue(&work);
    match worker.drain(SHORT) {
        Err(DrainError::StillQueued { requeueing, waiting }) => {
            assert_eq!(requeueing, ["perpetual"]);
            assert!(waiting.is_empty(), "{waiting:?}");
        }
        other => panic!("{other:?}"),
    }
    stop.store(true, Ordering::SeqCst);
    worker.drain(LONG).unwrap();
    assert!(worker.stats().requeued > 0);
}

#[test]
fn destroying_runs_what_is_queued_and_hands_back_the_rest() {
    let worker = start("destroy");
    let ran = Arc::new(AtomicUsize::new(0));
    let works: Vec<_> = (0..100).map(|_| counting(&ran)).collect();
    for work in &works {
        worker.queue(work);
    }
    let timed = DelayedWork::new(|_| ());
    worker.queue_delayed(&timed, LONG);
    let reference = worker.worker();
    let left = worker.destroy(LONG).unwrap();
    assert_eq!(ran.load(Ordering::SeqCst), 100);
    assert_eq!((left.timers, left.handed_back.len()), (1, 1));
    assert_eq!(left.detached, None);
    // What is left of it says so.
    assert_eq!(reference.queue(&works[0]), Queued::Closed);
    assert_eq!(reference.mod_delayed(&timed, LONG), Modified::Closed);
    assert_eq!(reference.flush(), Ok(()));
}

#[test]
fn destroying_beside_a_long_work_leaves_it() {
    let worker = start("stuck");
    let (work, begun, release) = long("endless");
    let next = counting(&Arc::default());
    worker.queue(&work);
    worker.queue(&next);
    begun.recv_timeout(LONG).unwrap();
    let left = worker.destroy(SHORT).unwrap();
    assert_eq!(left.detached.as_deref(), Some("endless"));
    assert_eq!(left.handed_back, [next]);
    release.send(()).unwrap();
}

#[test]
fn a_worker_may_be_dropped_in_its_own_work() {
    let worker = Arc::new(Mutex::new(None));
    let own = Arc::clone(&worker);
    let (done, is_done) = mpsc::channel();
    let work = Work::new(move |_| {
        // The lock is held until the handle is there.
        let own: Option<WorkerThread> = own.lock().unwrap().take();
        drop(own);
        done.send(()).unwrap();
    });
    {
        let mut slot = worker.lock().unwrap();
        let thread = start("own");
        thread.queue(&work);
        *slot = Some(thread);
    }
    is_done.recv_timeout(LONG).unwrap();
}

#[test]
fn destroyed_by_its_own_work_it_says_so_and_goes_on() {
    let worker = Arc::new(Mutex::new(None::<WorkerThread>));
    let own = Arc::clone(&worker);
    let (done, is_done) = mpsc::channel();
    let work = Work::new(move |cx| {
        let own = own.lock().unwrap().take();
        let result = own.map(|own| own.destroy(LONG).map(|_| ()));
        done.send((result, cx.requeue())).unwrap();
    });
    {
        let mut slot = worker.lock().unwrap();
        let thread = start("own");
        thread.queue(&work);
        *slot = Some(thread);
    }
    let (result, requeued) = is_done.recv_timeout(LONG).unwrap();
    assert_eq!(result, Some(Err(WorkerError::FromItself)));
    assert_eq!(requeued, Queued::Queued);
    assert_eq!(is_done.recv_timeout(LONG).unwrap().0, None);
}

#[test]
fn without_a_thread() {
    let ran = Arc::new(AtomicUsize::new(0));
    let work = counting(&ran);
    let worker = Worker::new();
    assert_eq!(worker.queue(&work), Queued::Queued);
    assert_eq!(worker.flush(), Err(WorkerError::NoThread));
    assert_eq!(worker.run_here(WorkerOptions::new()), Err(WorkerError::NotKthread));
    // A kthread of the user's runs it for a while.
    let its = worker.clone();
    let thread = Builder::new("mine").run(move || its.run_here(WorkerOptions::new())).unwrap();
    until("the work has run", || ran.load(Ordering::SeqCst) == 1);
    let busy = Builder::new("second").create_worker_for(&worker, WorkerOptions::new());
    assert!(matches!(busy, Err(CreateError::WorkerBusy { .. })));
    assert_eq!(thread.stop().unwrap(), Ok(()));
    assert_eq!(worker.queue(&work), Queued::Queued);
    let created = Builder::new("third").create_worker_for(&worker, WorkerOptions::new()).unwrap();
    assert_eq!(created.flush(), Err(WorkerError::NoThread), "it was not started");
    assert_eq!(created.task().unwrap().state(), State::New);
    created.start();
    created.flush().unwrap();
    assert_eq!(ran.load(Ordering::SeqCst), 2);
}

#[test]
#[cfg_attr(miri, ignore = "Miri binds no thread to a CPU")]
fn one_for_each_cpu() {
    let workers = Builder::new("percpu").run_workers_per_cpu(WorkerOptions::new()).unwrap();
    let (seen, where_it_ran) = mpsc::channel();
    for (cpu, worker) in workers.iter() {
        let seen = seen.clone();
        let name = worker.task().unwrap().name().to_owned();
        let work = Work::new(move |_| {
            let stat = std::fs::read_to_string("/proc/thread-self/status").unwrap();
            let allowed =
                stat.lines().find(|line| line.starts_with("Cpus_allowed_list")).unwrap().to_owned();
            seen.send((cpu, name.clone(), allowed)).unwrap();
        });
        worker.queue(&work);
        worker.flush().unwrap();
        let (ran_on, name, allowed) = where_it_ran.recv_timeout(LONG).unwrap();
        assert_eq!(name, format!("percpu/{cpu}"));
        assert!(allowed.ends_with(&format!("\t{ran_on}")), "{allowed}");
    }
    assert!(workers.here().is_some());
    assert!(
        workers.destroy(LONG).into_iter().all(|(_, left)| left.unwrap().handed_back.is_empty())
    );
}

#[test]
fn what_it_has_done() {
    let worker = Builder::new("stats").run_worker(WorkerOptions::new().precise_times()).unwrap();
    let slow = Work::named("slow", |_| thread::sleep(SHORT));
    worker.queue(&slow);
    until("it runs", || worker.stats().current.as_deref() == Some("slow"));
    worker.flush().unwrap();
    let cancelled = DelayedWork::new(|_| ());
    worker.queue_delayed(&cancelled, LONG);
    worker.cancel(&cancelled).unwrap();
    let stats = worker.stats();
    assert_eq!((stats.queued, stats.run, stats.cancelled, stats.panics), (2, 1, 1, 0));
    assert!(stats.longest >= SHORT, "{:?}", stats.longest);
    assert_eq!(stats.current, None);
}

#[test]
fn what_a_work_owns_may_panic_as_it_goes() {
    struct Bad;
    impl Drop for Bad {
        fn drop(&mut self) {
            std::panic::resume_unwind(Box::new("planned"));
        }
    }
    // It runs only when nobody else has the work, so that it is dropped there.
    let worker = Builder::new("drops").create_worker(WorkerOptions::new()).unwrap();
    let ran = Arc::new(AtomicUsize::new(0));
    let bad = Bad;
    let work = Work::new(move |_| {
        let _bad = &bad;
    });
    worker.queue(&work);
    drop(work);
    let good = counting(&ran);
    worker.queue(&good);
    worker.start();
    worker.flush().unwrap();
    assert_eq!(ran.load(Ordering::SeqCst), 1);
}

#[test]
fn a_worker_that_is_gone_keeps_nothing() {
    let ran = Arc::new(AtomicUsize::new(0));
    let (queued, timed) = (counting(&ran), DelayedWork::from(counting(&ran)));
    let first = Worker::new();
    first.queue(&queued);
    first.queue_delayed(&timed, LONG);
    let second = start("second");
    assert_eq!(second.queue(&queued), Queued::OtherWorker);
    drop(first);
    assert!(!queued.is_pending() && !timed.is_pending());
    assert_eq!(second.queue(&queued), Queued::Queued);
    assert_eq!(second.queue(&timed), Queued::Queued);
    second.flush().unwrap();
    assert_eq!(ran.load(Ordering::SeqCst), 2);
}

const HOUR: Duration = Duration::from_secs(3600);

#[test]
fn a_worker_that_spins_freezes() {
    let freezer = Freezer::new();
    let ran = Arc::new(AtomicUsize::new(0));
    let worker = Builder::new("spins")
        .freezer(&freezer)
        .run_worker(WorkerOptions::new().freezable().spin(HOUR))
        .unwrap();
    let (work, later) = (counting(&ran), DelayedWork::from(counting(&ran)));
    worker.queue(&work);
    worker.flush().unwrap();
    // It spins now.
    freezer.freeze_all(LONG).unwrap();
    assert_eq!(worker.task().unwrap().state(), State::Frozen);
    worker.queue(&work);
    worker.queue_delayed(&later, Duration::from_millis(1));
    thread::sleep(Duration::from_millis(20));
    assert_eq!(ran.load(Ordering::SeqCst), 1, "it ran in the freeze");
    freezer.thaw_all();
    worker.flush_work(&later).unwrap();
    worker.flush().unwrap();
    assert_eq!(ran.load(Ordering::SeqCst), 3);
    assert_eq!(worker.destroy(LONG).unwrap().detached, None);
}

#[test]
fn a_worker_that_spins_heeds_its_thread() {
    let ran = Arc::new(AtomicUsize::new(0));
    let worker = Builder::new("spins").run_worker(WorkerOptions::new().spin(HOUR)).unwrap();
    let (work, later) = (counting(&ran), DelayedWork::from(counting(&ran)));
    let task = worker.task().unwrap();
    let spins = || {
        worker.queue(&work);
        worker.flush().unwrap();
        thread::sleep(Duration::from_millis(5));
        assert_eq!(task.state(), State::Running, "it sleeps");
    };
    spins();
    // A timer that is set meanwhile comes.
    worker.queue_delayed(&later, Duration::from_millis(1));
    let begin = Instant::now();
    while ran.load(Ordering::SeqCst) < 2 && begin.elapsed() < LONG {
        thread::sleep(Duration::from_millis(1));
    }
    assert_eq!(ran.load(Ordering::SeqCst), 2);
    spins();
    task.park_timeout(LONG).unwrap();
    task.unpark();
    spins();
    let left = worker.destroy(LONG).unwrap();
    assert_eq!(left.detached, None);
}
