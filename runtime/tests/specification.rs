//! Workers against a plain sequential specification, with random operations.
//!
//! A worker's thread only runs when the specification says so, so that every answer, and the order of all
//! runs, is known.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail")]
#![allow(clippy::disallowed_types, clippy::disallowed_methods, reason = "a test uses std")]

use std::sync::{Arc, Mutex};
use std::time::Duration;

use kthread::{Builder, DelayedWork, Modified, Queued, Worker, WorkerError, WorkerOptions};
use proptest::prelude::*;

const WORKS: usize = 4;
/// Longer than any test.
const NEVER: Duration = Duration::from_secs(100_000);

#[derive(Clone, Copy, Debug)]
enum Operation {
    Queue(usize),
    Delayed(usize),
    Now(usize),
    Later(usize),
    Cancel(usize),
    CancelSync(usize),
    Release(usize),
    /// From now on the work queues that one when it runs, once.
    Chain(usize, usize),
    /// All that is queued runs, and what that queues.
    Run,
    /// The same, for which a work's time is let come before.
    FlushOne(usize),
}

fn operation() -> impl Strategy<Value = Operation> {
    use Operation::{
        Cancel, CancelSync, Chain, Delayed, FlushOne, Later, Now, Queue, Release, Run,
    };
    let one = 0..WORKS;
    prop_oneof![
        4 => one.clone().prop_map(Queue),
        2 => one.clone().prop_map(Delayed),
        2 => one.clone().prop_map(Now),
        2 => one.clone().prop_map(Later),
        2 => one.clone().prop_map(Cancel),
        1 => one.clone().prop_map(CancelSync),
        1 => one.clone().prop_map(Release),
        2 => (one.clone(), one.clone()).prop_map(|(work, next)| Chain(work, next)),
        2 => Just(Run),
        1 => one.prop_map(FlushOne),
    ]
}

/// What a worker is to do, in the plainest words.
#[derive(Default)]
struct Specification {
    listed: Vec<usize>,
    timed: Vec<usize>,
    bound: [bool; WORKS],
    chained: [Option<usize>; WORKS],
    ran: Vec<usize>,
}

impl Specification {
    fn is_pending(&self, work: usize) -> bool {
        self.listed.contains(&work) || self.timed.contains(&work)
    }

    fn take(&mut self, work: usize) -> bool {
        let was = self.is_pending(work);
        self.listed.retain(|one| *one != work);
        self.timed.retain(|one| *one != work);
        was
    }

    fn queue(&mut self, work: usize) -> Queued {
        self.bound[work] = true;
        if self.is_pending(work) {
            return Queued::AlreadyPending;
        }
        self.listed.push(work);
        Queued::Queued
    }

    fn run(&mut self) {
        while !self.listed.is_empty() {
            let work = self.listed.remove(0);
            self.ran.push(work);
            if let Some(next) = self.chained[work].take() {
                self.queue(next);
            }
        }
    }
}

/// What works do when they run.
#[derive(Default)]
struct Scene {
    works: Vec<DelayedWork>,
    chained: [Option<usize>; WORKS],
    ran: Vec<usize>,
}

fn scene() -> Arc<Mutex<Scene>> {
    let scene = Arc::new(Mutex::new(Scene::default()));
    for number in 0..WORKS {
        let shared = Arc::downgrade(&scene);
        let work = DelayedWork::new(move |cx| {
            let scene = shared.upgrade().unwrap();
            let next = {
                let mut scene = scene.lock().unwrap();
                scene.ran.push(number);
                scene.chained[number].take().map(|next| scene.works[next].clone())
            };
            if let Some(next) = next {
                cx.worker().queue(&next);
            }
        });
        scene.lock().unwrap().works.push(work);
    }
    scene
}

/// Runs the worker until nothing is queued; `first` is done when it is at work.
fn run(worker: &Worker, first: impl FnOnce()) {
    let thread = Builder::new("spec").create_worker_for(worker, WorkerOptions::new()).unwrap();
    thread.start();
    first();
    worker.drain(Duration::from_secs(60)).unwrap();
    thread.stop().unwrap();
}

fn check(operations: &[Operation]) {
    let scene = scene();
    let works = scene.lock().unwrap().works.clone();
    let worker = Worker::new();
    let mut spec = Specification::default();
    for operation in operations {
        match *operation {
            Operation::Queue(work) => assert_eq!(worker.queue(&works[work]), spec.queue(work)),
            Operation::Delayed(work) => {
                let expected = if spec.is_pending(work) {
                    Queued::AlreadyPending
                } else {
                    spec.timed.push(work);
                    Queued::Queued
                };
                spec.bound[work] = true;
                assert_eq!(worker.queue_delayed(&works[work], NEVER), expected);
            }
            Operation::Now(work) | Operation::Later(work) => {
                let expected = if spec.take(work) { Modified::Moved } else { Modified::Queued };
                spec.bound[work] = true;
                let now = matches!(operation, Operation::Now(_));
                if now {
                    spec.listed.push(work);
                } else {
                    spec.timed.push(work);
                }
                let delay = if now { Duration::ZERO } else { NEVER };
                assert_eq!(worker.mod_delayed(&works[work], delay), expected);
            }
            Operation::Cancel(work) => assert_eq!(worker.cancel(&works[work]), Ok(spec.take(work))),
            Operation::CancelSync(work) => {
                assert_eq!(worker.cancel_sync(&works[work]), Ok(spec.take(work)));
            }
            Operation::Release(work) => {
                let expected = if spec.is_pending(work) {
                    Err(WorkerError::InUse)
                } else {
                    spec.bound[work] = false;
                    Ok(())
                };
                assert_eq!(worker.release(&works[work]), expected);
                if !spec.bound[work] {
                    // Another worker may have it for a while.
                    let other = Worker::new();
                    assert_eq!(other.queue(&works[work]), Queued::Queued);
                    assert_eq!(worker.queue(&works[work]), Queued::OtherWorker);
                    assert_eq!(other.cancel(&works[work]), Ok(true));
                    assert_eq!(other.release(&works[work]), Ok(()));
                }
            }
            Operation::Chain(work, next) => {
                spec.chained[work] = Some(next);
                scene.lock().unwrap().chained[work] = Some(next);
            }
            Operation::Run => {
                run(&worker, || ());
                spec.run();
            }
            Operation::FlushOne(work) => {
                assert_eq!(worker.flush_work(&works[work]).is_err(), spec.is_pending(work));
                let timed = spec.timed.contains(&work);
                if timed {
                    spec.take(work);
                    spec.listed.push(work);
                }
                // It had no thread, but its time has been let come.
                run(&worker, || worker.flush_work(&works[work]).unwrap());
                spec.run();
            }
        }
        assert_eq!(scene.lock().unwrap().ran, spec.ran, "after {operation:?}");
        for (number, work) in works.iter().enumerate() {
            assert_eq!(
                work.is_pending(),
                spec.is_pending(number),
                "work {number} after {operation:?}"
            );
        }
    }
    let stats = worker.stats();
    assert_eq!(stats.run, spec.ran.len() as u64);
    assert_eq!(stats.timers, spec.timed.len());
    assert_eq!(
        stats.queued,
        stats.run + stats.cancelled + (spec.listed.len() + spec.timed.len()) as u64
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_worker_does_as_specified(operations in proptest::collection::vec(operation(), 1..40)) {
        check(&operations);
    }
}

/// The control: a worker that is asked for something else than the specification is.
#[test]
#[should_panic(expected = "after Run")]
fn a_difference_is_seen() {
    use Operation::{Chain, Queue, Run};
    let scene = scene();
    let works = scene.lock().unwrap().works.clone();
    let mut spec = Specification::default();
    let worker = Worker::new();
    // The specification runs them in this order, the worker in the other.
    for (work, other) in [(0, 1), (1, 0)] {
        spec.queue(work);
        worker.queue(&works[other]);
    }
    run(&worker, || ());
    spec.run();
    let _ = (Chain(0, 0), Queue(0));
    assert_eq!(scene.lock().unwrap().ran, spec.ran, "after {Run:?}");
}
