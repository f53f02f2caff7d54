//! Workers, everything at once: several threads queue, move, cancel and wait for a few works, while others
//! freeze, park, stop, renew and destroy the two workers.
//!
//! Each success of queueing is matched by one run, one cancellation, or one handing back.

mod hand;
mod subject;

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use kthread::{Builder, Worker, WorkerOptions, WorkerThread};

use crate::rng::seed;
use crate::until::LIMIT;
use crate::world::{World, lock};
use crate::{time, watchdog};

use self::hand::Hand;
use self::subject::{Subject, note, subject};

const WORKS: usize = 6;
/// One that spins, and one that is freezable.
const PLACES: usize = 2;
const FREEZABLE: usize = 1;

/// What has to happen, so that the test has seen something.
const THINGS: [&str; 23] = [
    "cancelled",
    "cancelled and waited",
    "closed",
    "destroyed",
    "destroyed beside a run",
    "drained",
    "flushed",
    "flushed a work",
    "frozen",
    "handed back",
    "moved",
    "not drained",
    "not started",
    "of another worker",
    "panicked",
    "parked",
    "pending already",
    "queued",
    "queued by moving",
    "queued in its run",
    "refused by a cancel",
    "released",
    "stopped",
];

/// A worker and its thread, which come and go.
struct Place {
    /// The worker, and the one before.
    workers: Mutex<(Worker, Worker)>,
    /// Who has it may give it a thread, and end that.
    thread: Mutex<Option<WorkerThread>>,
    /// Who has it may park and freeze.
    rest: Mutex<()>,
    options: WorkerOptions,
}

struct Scene {
    world: Arc<World>,
    works: Vec<Subject>,
    places: Vec<Place>,
}

impl Scene {
    fn new(world: &Arc<World>) -> Self {
        let spins = WorkerOptions::new().spin(Duration::from_micros(200));
        let options = [spins, WorkerOptions::new().freezable()];
        let places = options.map(|options| {
            let worker = Worker::new();
            let workers = Mutex::new((worker.clone(), worker));
            Place { workers, thread: Mutex::default(), rest: Mutex::default(), options }
        });
        let works = (0..WORKS as u64).map(|number| subject(world, number));
        Self { world: Arc::clone(world), works: works.collect(), places: places.into() }
    }

    /// Gives a worker a thread, if it has none.
    fn fill(&self, place: &Place, thread: &mut Option<WorkerThread>, started: bool) {
        if thread.is_some() {
            return;
        }
        let worker = lock(&place.workers).0.clone();
        let builder = Builder::new(self.world.next_name()).freezer(&self.world.domains[0].0);
        match builder.create_worker_for(&worker, place.options) {
            Ok(created) => {
                if started {
                    created.start();
                }
                *thread = Some(created);
            }
            Err(error) => self.world.is_wrong(error.to_string()),
        }
    }

    /// Destroys a worker, takes what it hands back, and puts a new one into its place.
    fn destroy(&self, place: &Place, thread: WorkerThread, limit: Duration) {
        let left = match thread.destroy(limit) {
            Ok(left) => left,
            Err(error) => return self.world.is_wrong(format!("destroying: {error}")),
        };
        for work in &left.handed_back {
            self.world.did("handed back");
            match self.works.iter().find(|subject| *subject.work == *work) {
                Some(subject) => note(&subject.count.handed_back),
                None => self.world.is_wrong(format!("handed back, and nobody's: {work:?}")),
            }
        }
        let mut workers = lock(&place.workers);
        let stats = workers.0.stats();
        if left.detached.is_some() {
            self.world.did("destroyed beside a run");
        } else if stats.queued != stats.run + stats.cancelled || stats.timers != 0 {
            self.world.is_wrong(format!("destroyed: {stats:?}"));
        }
        self.world.did("destroyed");
        workers.1 = std::mem::replace(&mut workers.0, Worker::new());
        for subject in &self.works {
            // Whatever is in use stays its own until it is dropped.
            let _ = workers.1.release(&subject.work);
        }
    }

    /// Does all of it for so long.
    fn run(&self, time: Duration) {
        let end = Instant::now() + time;
        std::thread::scope(|scope| {
            for number in 0..4 {
                scope.spawn(move || {
                    let mut hand = Hand::new(self, number);
                    while Instant::now() < end {
                        hand.work();
                    }
                });
            }
        });
    }

    /// Ends the workers.
    fn end(&self) {
        for place in &self.places {
            let mut thread = lock(&place.thread);
            self.fill(place, &mut thread, true);
            if let Some(thread) = thread.take() {
                self.destroy(place, thread, LIMIT);
            }
        }
        self.world.end(LIMIT);
    }

    /// When all is over.
    fn count(&self) {
        for Subject { work, count } in &self.works {
            if work.is_pending() {
                self.world.is_wrong(format!("it is pending: {work:?}"));
            }
            count.check(&self.world);
        }
    }

    fn never(&self) -> Vec<&'static str> {
        let done = self.world.done();
        THINGS.into_iter().filter(|thing| !done.contains_key(thing)).collect()
    }
}

#[test]
fn workers_at_once() {
    let world = World::new("workers", seed());
    let time = time() * 2 / 3;
    let watchdog = watchdog::watch(&world, time + LIMIT * 4);
    let scene = Scene::new(&world);
    scene.run(time);
    // Not everything happens in a short time on a busy machine.
    let end = Instant::now() + LIMIT;
    while !scene.never().is_empty() && Instant::now() < end {
        scene.run(Duration::from_millis(500));
    }
    scene.end();
    scene.count();
    drop(watchdog);
    let (wrong, never) = (world.wrong(), scene.never());
    assert!(wrong.is_empty(), "seed {}: {wrong:#?}", world.seed);
    println!("seed {}: {:#?}", world.seed, world.done());
    scene.works.iter().for_each(|subject| println!("{:?}", subject.count));
    assert!(never.is_empty(), "seed {}: it never happened: {never:?}", world.seed);
}

/// The control: a run too many, a run too few and two at once are found.
#[test]
fn what_is_lost_or_too_many_is_found() {
    let world = World::new("tallies", seed());
    let watchdog = watchdog::watch(&world, LIMIT * 2);
    let scene = Scene::new(&world);
    scene.run(Duration::from_millis(100));
    // The works run no more.
    scene.end();
    drop(watchdog);
    let [many, few, twice] = [0, 1, 2].map(|number| &*scene.works[number].count);
    many.begin(&world);
    many.end();
    note(&few.queued);
    note(&twice.queued);
    note(&twice.queued);
    twice.begin(&world);
    twice.begin(&world);
    twice.end();
    scene.count();
    let wrong = world.wrong();
    let lost = wrong.iter().filter(|wrong| wrong.starts_with("a work is lost")).count();
    assert_eq!((lost, wrong.len()), (2, 3), "seed {}: {wrong:#?}", world.seed);
    assert!(wrong.contains(&"two runs of one work at once".to_owned()), "{wrong:#?}");
}
