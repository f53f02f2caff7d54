//! What is done to the threads, at random.

use std::sync::{Arc, Barrier, TryLockError};
use std::time::{Duration, Instant};

use kthread::{BindError, Cpus, FreezeError, ParkError, Signal, State, StopError};

use crate::life;
use crate::probe::{Kind, look_away};
use crate::proc;
use crate::rng::Rng;
use crate::subject::Subject;
use crate::until::LIMIT;
use crate::world::{WATCHED, WILD, World, lock};

/// Does it all in so many threads at a time.
pub(crate) fn at_random(world: &Arc<World>, time: Duration, workers: u64) {
    let end = Instant::now() + time;
    std::thread::scope(|scope| {
        for number in 0..workers {
            scope.spawn(move || {
                let mut worker = Worker::new(world, number);
                while Instant::now() < end {
                    worker.work();
                }
            });
        }
    });
}

/// One who does it.
pub(crate) struct Worker<'a> {
    world: &'a Arc<World>,
    number: u64,
    rng: Rng,
}

/// A park or a freeze that takes longer has lost a wake-up.
const SOON: Duration = Duration::from_secs(20);

impl<'a> Worker<'a> {
    pub(crate) fn new(world: &'a Arc<World>, number: u64) -> Self {
        Self { world, number, rng: Rng::new(world.seed.wrapping_add(number)) }
    }

    fn work(&mut self) {
        let operation = self.rng.below(24);
        match operation {
            0..=2 => {
                let domain = self.rng.below(WATCHED);
                self.freeze(domain);
            }
            3 => self.freeze_wildly(),
            4 => self.world.queue.wake_all(),
            5 => self.world.queue.wake_one(),
            6 => self.end_a_detached(),
            _ => {
                let slot = self.rng.below(self.world.slots.len());
                let subject = lock(&self.world.slots[slot]).clone();
                match subject {
                    None => self.fill(slot),
                    Some(subject) => self.touch(operation, slot, subject),
                }
            }
        }
        lock(&self.world.at).remove(&self.number);
    }

    fn touch(&mut self, operation: usize, slot: usize, subject: Arc<Subject>) {
        match operation {
            7..=10 => self.park(&subject),
            11..=13 => {
                self.world.did("woken");
                subject.task.wake();
            }
            14..=15 => self.signal(&subject),
            16..=17 => self.look(&subject),
            18 => self.bind(&subject),
            19 => {
                if self.rng.one_in(4) {
                    subject.task.request_stop();
                }
            }
            // They take it out of its slot; nobody shall hold it without need.
            _ => {
                drop(subject);
                self.end(operation, slot);
            }
        }
    }

    fn end(&mut self, operation: usize, slot: usize) {
        match operation {
            20 => self.stop(slot),
            21 => self.stop_twice(slot),
            22 => self.drop_it(slot),
            _ => self.detach(slot),
        }
    }

    fn at(&self, what: &str, whom: &dyn std::fmt::Debug) {
        lock(&self.world.at).insert(self.number, format!("{what} {whom:?}"));
    }

    fn take(&self, slot: usize) -> Option<Arc<Subject>> {
        lock(&self.world.slots[slot]).take()
    }

    fn fill(&mut self, slot: usize) {
        let kind = Kind::random(&mut self.rng);
        let domain = self.rng.below(WATCHED + 1);
        self.at("creates", &kind);
        match life::create(self.world, &mut self.rng, kind, domain) {
            Ok(subject) => {
                if !self.rng.one_in(3) {
                    subject.task.wake();
                }
                let old = lock(&self.world.slots[slot]).replace(Arc::new(subject));
                drop(old);
            }
            Err(error) => self.world.is_wrong(error.to_string()),
        }
    }

    /// From the moment that a park has succeeded until it is taken back, the function does not run.
    pub(crate) fn park(&mut self, subject: &Subject) {
        let right = match subject.park_right.try_lock() {
            Ok(right) => right,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => return,
        };
        self.at("parks", subject);
        // One that waits for its first wake-up would park as well, but somebody may wake it meanwhile.
        let prompt = subject.probe.kind.park;
        let limit = if prompt { SOON } else { Duration::from_micros(self.rng.next() % 2000) };
        match subject.task.park_timeout(limit) {
            Ok(()) => {
                let before = subject.probe.look();
                look_away(&mut self.rng);
                self.world.did("parked");
                if let Some(wrong) = subject.probe.ran(before, &subject.task) {
                    self.world.is_wrong(format!("parked, {wrong}"));
                }
                subject.task.unpark();
            }
            // It does that itself.
            Err(ParkError::Busy { .. }) => {
                self.world.did("parked, found parked");
                subject.task.unpark();
            }
            Err(ParkError::Exited { .. }) => {}
            Err(ParkError::TimedOut { .. }) if !prompt => {}
            Err(error) => self.world.is_wrong(format!("{error}; {subject:?}")),
        }
        drop(right);
    }

    /// From the moment that a freeze has succeeded until the thaw, no function runs of a thread that is
    /// freezable.
    pub(crate) fn freeze(&mut self, domain: usize) {
        let (freezer, right) = &self.world.domains[domain];
        let right = match right.try_lock() {
            Ok(right) => right,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => return,
        };
        self.at("freezes", &domain);
        let limit = if self.rng.one_in(10) { Duration::ZERO } else { SOON };
        // Dropped after the thaw: who drops a handle waits for a thread that may not end before it.
        let mut subjects = Vec::new();
        match freezer.freeze_all(limit) {
            Ok(()) => {
                subjects = self.world.subjects();
                let seen: Vec<_> = subjects
                    .iter()
                    .filter(|subject| subject.probe.kind.freeze && subject.probe.domain == domain)
                    .map(|subject| (subject, subject.probe.look()))
                    .collect();
                look_away(&mut self.rng);
                self.world.did("frozen");
                for (subject, before) in seen {
                    if let Some(wrong) = subject.probe.ran(before, &subject.task) {
                        self.world.is_wrong(format!("frozen, {wrong}"));
                    }
                }
            }
            Err(FreezeError::Refused { refused }) if limit.is_zero() && !refused.is_empty() => {
                self.world.did("named those that refused to freeze");
            }
            Err(error) => self.world.is_wrong(format!("{error} (domain {domain})")),
        }
        freezer.thaw_all();
        drop(right);
        drop(subjects);
    }

    /// Without looking at who else does so: nothing may hang.
    fn freeze_wildly(&mut self) {
        let (freezer, _) = &self.world.domains[WILD];
        self.at("freezes wildly", &WILD);
        match self.rng.below(3) {
            0 => freezer.request_freeze(),
            1 => match freezer.freeze_all(SOON) {
                Ok(()) => self.world.did("wild freeze"),
                Err(FreezeError::Thawed) => self.world.did("wild freeze thawed"),
                Err(error) => self.world.is_wrong(format!("wild: {error}")),
            },
            _ => {}
        }
        freezer.thaw_all();
    }

    fn signal(&mut self, subject: &Subject) {
        self.at("signals", subject);
        let signal = self.rng.pick(&[
            Signal::HUP,
            Signal::HUP,
            Signal::USR1,
            Signal::WINCH,
            Signal::TERM,
            Signal::TSTP,
            Signal::TSTP,
        ]);
        subject.task.signal(signal);
        if signal == Signal::TSTP {
            look_away(&mut self.rng);
            subject.task.signal(Signal::CONT);
        }
        if self.rng.one_in(50) {
            subject.task.signal(Signal::KILL);
        }
    }

    fn look(&self, subject: &Subject) {
        self.at("looks at", subject);
        let before = subject.task.stats();
        let after = subject.task.stats();
        let fewer = after.iterations < before.iterations
            || after.sleeps < before.sleeps
            || after.running < before.running
            || after.sleeping < before.sleeping;
        if fewer || subject.task.name() != subject.probe.name {
            self.world.is_wrong(format!("{subject:?}: {before:?}, then {after:?}"));
        }
        if !self.world.tasks().contains(&subject.task) && subject.task.state() != State::Exited {
            // It is taken off the list just before it says that it has ended.
            if !crate::until::comes_true(LIMIT, || subject.task.state() == State::Exited) {
                self.world.is_wrong(format!("not in the list: {subject:?}"));
            }
        }
    }

    fn bind(&mut self, subject: &Subject) {
        self.at("binds", subject);
        let all: Vec<_> = proc::cpus(proc::me()).into_iter().flatten().collect();
        match subject.task.bind(&Cpus::one(self.rng.pick(&all))) {
            Ok(()) => self.world.did("bound"),
            Err(BindError::Started { .. }) => self.world.did("bound too late"),
            Err(error) => self.world.is_wrong(format!("{error}; {subject:?}")),
        }
    }

    fn stop(&mut self, slot: usize) {
        let Some(subject) = self.take(slot) else { return };
        self.at("stops", &subject);
        subject.stop(self.world);
    }

    /// Exactly one of two gets the result.
    fn stop_twice(&mut self, slot: usize) {
        let Some(subject) = self.take(slot) else { return };
        self.at("stops twice", &subject);
        let barrier = Barrier::new(2);
        let stop = || {
            barrier.wait();
            subject.stop(self.world)
        };
        let (one, other) = std::thread::scope(|scope| {
            let one = scope.spawn(stop);
            let other = stop();
            (one.join(), other)
        });
        let late =
            |stopped: &Option<_>| matches!(stopped, Some(Err(StopError::AlreadyStopped { .. })));
        if let Ok(one) = &one
            && late(one) != late(&other)
        {
            self.world.did("stopped at once by two");
        } else {
            self.world.is_wrong(format!("two stops: {one:?} and {other:?}; {subject:?}"));
        }
    }

    fn drop_it(&mut self, slot: usize) {
        let Some(subject) = self.take(slot) else { return };
        self.at("drops", &subject);
        let (task, probe) = (subject.task.clone(), Arc::clone(&subject.probe));
        let only = Arc::strong_count(&subject) == 1;
        drop(subject);
        self.world.did("dropped");
        if only {
            self.world.all_is_dropped(&task, &probe);
        }
    }

    fn detach(&mut self, slot: usize) {
        let Some(subject) = self.take(slot) else { return };
        self.at("detaches", &subject);
        match Arc::try_unwrap(subject) {
            Ok(mut subject) => {
                if let Some(actor) = subject.actor.take() {
                    actor.detach();
                }
                self.world.did("detached");
                lock(&self.world.detached).push(Arc::new(subject));
            }
            // Somebody else is at it; dropping it stops it.
            Err(subject) => drop(subject),
        }
    }

    fn end_a_detached(&mut self) {
        let subject = {
            let mut detached = lock(&self.world.detached);
            if detached.is_empty() {
                return;
            }
            let at = self.rng.below(detached.len());
            detached.swap_remove(at)
        };
        subject.task.request_stop();
    }
}
