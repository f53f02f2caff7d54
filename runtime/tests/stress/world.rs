//! The threads, their domains, and what was seen.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use kthread::{Freezer, Signal, State, Task, WaitQueue, tasks};

use crate::given::Count;
use crate::probe::Probe;
use crate::proc;
use crate::subject::Subject;
use crate::until::comes_true;

/// How many threads there are at a time, but for the detached.
const SLOTS: usize = 24;

/// Domains that one at a time freezes, and looks at; and one that everybody freezes and thaws.
pub(crate) const WATCHED: usize = 3;
pub(crate) const WILD: usize = WATCHED;

/// What has to happen, so that the test has seen something.
pub(crate) const THINGS: [&str; 20] = [
    "bound",
    "bound too late",
    "created",
    "detached",
    "dropped",
    "frozen",
    "handled",
    "named those that refused to freeze",
    "panicked",
    "parked",
    "parked itself",
    "parked, found parked",
    "stopped",
    "stopped at once by two",
    "stopped before it ran",
    "stopped itself",
    "wild freeze",
    "wild freeze thawed",
    "waited",
    "woken",
];

#[derive(Debug)]
pub(crate) struct World {
    pub(crate) seed: u64,
    prefix: String,
    serial: AtomicU64,
    /// What each thread was given.
    given: Mutex<Vec<Count>>,
    pub(crate) domains: Vec<(Freezer, Mutex<()>)>,
    pub(crate) queue: WaitQueue,
    pub(crate) slots: Vec<Mutex<Option<Arc<Subject>>>>,
    pub(crate) detached: Mutex<Vec<Arc<Subject>>>,
    pub(crate) over: AtomicBool,
    done: Mutex<BTreeMap<&'static str, usize>>,
    wrong: Mutex<Vec<String>>,
    /// What each worker is at, for the watchdog.
    pub(crate) at: Mutex<BTreeMap<u64, String>>,
}

/// A lock that a worker may have panicked under.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl World {
    /// A world; all of its threads' names begin with `name` and a slash.
    pub(crate) fn new(name: &str, seed: u64) -> Arc<Self> {
        Arc::new(Self {
            seed,
            prefix: format!("{name}/"),
            serial: AtomicU64::new(0),
            given: Mutex::default(),
            domains: (0..=WILD).map(|_| (Freezer::new(), Mutex::new(()))).collect(),
            queue: WaitQueue::new(),
            slots: (0..SLOTS).map(|_| Mutex::new(None)).collect(),
            detached: Mutex::default(),
            over: AtomicBool::new(false),
            done: Mutex::default(),
            wrong: Mutex::default(),
            at: Mutex::default(),
        })
    }

    pub(crate) fn next_name(&self) -> String {
        format!("{}{}", self.prefix, self.serial.fetch_add(1, Ordering::Relaxed))
    }

    /// Counts what a thread is given.
    pub(crate) fn count(&self) -> Count {
        let count = Count::default();
        lock(&self.given).push(count.clone());
        count
    }

    pub(crate) fn did(&self, thing: &'static str) {
        *lock(&self.done).entry(thing).or_default() += 1;
    }

    pub(crate) fn done(&self) -> BTreeMap<&'static str, usize> {
        lock(&self.done).clone()
    }

    /// What should happen, and has not.
    pub(crate) fn never(&self) -> Vec<&'static str> {
        let done = self.done();
        THINGS.into_iter().filter(|thing| !done.contains_key(thing)).collect()
    }

    pub(crate) fn is_wrong(&self, what: String) {
        lock(&self.wrong).push(what);
    }

    pub(crate) fn wrong(&self) -> Vec<String> {
        lock(&self.wrong).clone()
    }

    /// All threads of this world that have not ended.
    pub(crate) fn tasks(&self) -> Vec<Task> {
        tasks().into_iter().filter(|task| task.name().starts_with(&self.prefix)).collect()
    }

    /// All subjects, as they are in the slots now.
    pub(crate) fn subjects(&self) -> Vec<Arc<Subject>> {
        let here = self.slots.iter().filter_map(|slot| lock(slot).clone());
        let detached = lock(&self.detached).clone();
        here.chain(detached).collect()
    }

    /// What the operating system shows of this world's threads.
    fn shown(&self) -> Vec<String> {
        let names = proc::tids().into_iter().filter_map(proc::comm);
        names.filter(|name| name.starts_with(&self.prefix)).collect()
    }

    /// A thread has ended, and was waited for: all that it was given is dropped.
    pub(crate) fn all_is_dropped(&self, task: &Task, probe: &Probe) {
        let (made, dropped) = (probe.count.made(), probe.count.dropped());
        if task.state() != State::Exited || dropped != made {
            self.is_wrong(format!("ended: {task:?}, of {made} were dropped {dropped}: {probe:?}"));
        }
    }

    /// Ends all threads, and looks for what is left.
    pub(crate) fn end(&self, limit: Duration) {
        self.over.store(true, Ordering::Relaxed);
        for (freezer, _) in &self.domains {
            freezer.thaw_all();
        }
        for task in self.tasks() {
            task.signal(Signal::CONT);
            task.unpark();
        }
        for (at, slot) in self.slots.iter().enumerate() {
            let subject = lock(slot).take();
            if let Some(subject) = subject
                && at % 2 == 0
            {
                subject.stop(self);
            }
            // The others are dropped.
        }
        for subject in lock(&self.detached).drain(..) {
            subject.task.request_stop();
        }
        self.nothing_is_left(limit);
    }

    fn nothing_is_left(&self, limit: Duration) {
        if !comes_true(limit, || self.tasks().is_empty() && self.shown().is_empty()) {
            self.is_wrong(format!("left: {:?}, {:?}", self.tasks(), self.shown()));
        }
        // The last that a detached thread drops, it drops after it has said that it has ended.
        for count in lock(&self.given).iter() {
            if !comes_true(limit, || count.dropped() == count.made()) {
                let (made, dropped) = (count.made(), count.dropped());
                self.is_wrong(format!("dropped: {dropped}, of {made} that were made"));
            }
        }
        let shown = format!("{:?} {:?}", self.queue, self.domains);
        if shown.contains(&format!("\"{}", self.prefix)) {
            self.is_wrong(format!("somebody is left in the queue, or in a domain: {shown}"));
        }
    }
}
