//! What is done to workers and works, at random.

use std::sync::MutexGuard;
use std::time::Duration;

use kthread::{DrainError, Modified, ParkError, Queued, State, Worker, WorkerError};

use crate::probe::look_away;
use crate::rng::Rng;
use crate::until::LIMIT;
use crate::world::lock;

use super::subject::{Subject, note};
use super::{FREEZABLE, PLACES, Place, Scene};

/// A thread that does it.
pub(super) struct Hand<'a> {
    scene: &'a Scene,
    number: u64,
    rng: Rng,
}

/// The lengths of the timer wheel's parts, and its ends.
const DELAYS: [Duration; 5] = [
    Duration::ZERO,
    Duration::from_nanos(1),
    Duration::from_micros(131),
    Duration::from_secs(3600),
    Duration::MAX,
];

impl<'a> Hand<'a> {
    pub(super) fn new(scene: &'a Scene, number: u64) -> Self {
        Self { scene, number, rng: Rng::new(scene.world.seed.wrapping_add(number)) }
    }

    /// Does one thing.
    pub(super) fn work(&mut self) {
        let subject = &self.scene.works[self.rng.below(self.scene.works.len())];
        let number = self.rng.below(PLACES);
        let place = &self.scene.places[number];
        let worker = {
            let workers = lock(&place.workers);
            if self.rng.one_in(16) { workers.1.clone() } else { workers.0.clone() }
        };
        let operation = self.rng.below(64);
        let at = format!("at {operation} of {:?} and {worker:?}", subject.work);
        lock(&self.scene.world.at).insert(self.number, at);
        match operation {
            0..=17 => self.queued(subject, worker.queue(&subject.work)),
            18..=27 => {
                let delay = self.rng.pick(&DELAYS);
                self.queued(subject, worker.queue_delayed(&subject.work, delay));
            }
            28..=33 => self.moves(subject, &worker),
            34..=35 => self.cancelled("cancelled", subject, worker.cancel(&subject.work)),
            36..=38 => {
                let cancelled = worker.cancel_sync(&subject.work);
                self.cancelled("cancelled and waited", subject, cancelled);
            }
            39..=42 => self.waited("flushed a work", worker.flush_work(&subject.work)),
            43..=44 => self.waited("flushed", worker.flush()),
            45 => self.drains(&worker),
            46..=47 => self.looks(&worker),
            48..=50 => self.releases(subject, &worker),
            51 => match self.rng.below(24) {
                0..=3 => self.freezes(),
                4..=7 => self.parks(place),
                8..=11 => self.ends(place),
                _ => {}
            },
            52..=55 => self.starts(place),
            // Time for the works.
            _ => std::thread::sleep(Duration::from_micros(self.rng.next() % 50)),
        }
        lock(&self.scene.world.at).remove(&self.number);
    }

    fn did(&self, thing: &'static str) {
        self.scene.world.did(thing);
    }

    fn wrong(&self, what: String) {
        self.scene.world.is_wrong(what);
    }

    fn queued(&self, subject: &Subject, queued: Queued) {
        self.did(match queued {
            Queued::Queued => {
                note(&subject.count.queued);
                "queued"
            }
            Queued::AlreadyPending => "pending already",
            Queued::Canceling => "refused by a cancel",
            Queued::Closed => "closed",
            Queued::OtherWorker => "of another worker",
        });
    }

    fn moves(&mut self, subject: &Subject, worker: &Worker) {
        let delay = self.rng.pick(&DELAYS);
        self.did(match worker.mod_delayed(&subject.work, delay) {
            Modified::Queued => {
                note(&subject.count.queued);
                "queued by moving"
            }
            Modified::Moved => "moved",
            Modified::Canceling => "refused by a cancel",
            Modified::Closed => "closed",
            Modified::OtherWorker => "of another worker",
        });
    }

    /// No work rests in its midst, so that a cancellation fails before it has done anything.
    fn cancelled(&self, thing: &'static str, subject: &Subject, result: Result<bool, WorkerError>) {
        match result {
            Ok(true) => {
                note(&subject.count.cancelled);
                self.did(thing);
            }
            Ok(false) | Err(WorkerError::OtherWorker) => {}
            Err(error) => self.wrong(format!("{thing}: {error}")),
        }
    }

    fn waited(&self, thing: &'static str, result: Result<(), WorkerError>) {
        match result {
            Ok(()) => self.did(thing),
            Err(error) if may_end(&error) => {}
            Err(error) => self.wrong(format!("{thing}: {error}")),
        }
    }

    fn drains(&mut self, worker: &Worker) {
        let limit = Duration::from_micros(self.rng.next() % 2000);
        match worker.drain(limit) {
            Ok(()) => self.did("drained"),
            Err(DrainError::StillQueued { .. }) => self.did("not drained"),
            Err(DrainError::Worker(error)) if may_end(&error) => {}
            Err(error) => self.wrong(format!("draining: {error}")),
        }
    }

    fn looks(&self, worker: &Worker) {
        let (before, after) = (worker.stats(), worker.stats());
        let fewer = after.queued < before.queued || after.run < before.run;
        if fewer || after.queued < after.run + after.cancelled {
            self.wrong(format!("stats: {before:?}, then {after:?}"));
        }
    }

    fn releases(&self, subject: &Subject, worker: &Worker) {
        match worker.release(&subject.work) {
            Ok(()) => self.did("released"),
            Err(WorkerError::InUse | WorkerError::OtherWorker) => {}
            Err(error) => self.wrong(format!("releasing: {error}")),
        }
    }

    /// Whoever has a place's right to rest has it for himself.
    fn right(place: &Place) -> Option<MutexGuard<'_, ()>> {
        place.rest.try_lock().ok()
    }

    /// Nothing runs in a freeze, whatever thread the worker gets meanwhile.
    fn freezes(&mut self) {
        let place = &self.scene.places[FREEZABLE];
        let Some(_right) = Self::right(place) else { return };
        let freezer = &self.scene.world.domains[0].0;
        match freezer.freeze_all(LIMIT) {
            Ok(()) => {
                let worker = lock(&place.workers).0.clone();
                let before = worker.stats().run;
                look_away(&mut self.rng);
                let after = worker.stats().run;
                if before != after {
                    self.wrong(format!("frozen, it ran: {before}, then {after}"));
                }
                self.did("frozen");
            }
            Err(error) => self.wrong(format!("freezing: {error}")),
        }
        freezer.thaw_all();
    }

    fn parks(&mut self, place: &Place) {
        let Some(_right) = Self::right(place) else { return };
        let Some((task, worker)) = place.thread.try_lock().ok().and_then(|thread| {
            thread.as_ref().and_then(|thread| Some((thread.task()?, thread.worker())))
        }) else {
            return;
        };
        match task.park_timeout(LIMIT) {
            Ok(()) => {
                let before = worker.stats().run;
                look_away(&mut self.rng);
                let after = worker.stats().run;
                // A stop ends it, and the next thread may run then.
                if task.state() == State::Parked && before != after {
                    self.wrong(format!("parked, it ran: {before}, then {after}"));
                }
                self.did("parked");
                task.unpark();
            }
            Err(ParkError::Exited { .. }) => {}
            Err(error) => self.wrong(format!("parking: {error}")),
        }
    }

    /// Stops the thread, or destroys the worker.
    fn ends(&mut self, place: &Place) {
        let Ok(mut thread) = place.thread.try_lock() else { return };
        let Some(ends) = thread.take() else { return };
        if self.rng.one_in(2) {
            match ends.stop() {
                Ok(_) => self.did("stopped"),
                Err(error) => self.wrong(format!("stopping: {error}")),
            }
        } else {
            let limit = if self.rng.one_in(2) { Duration::ZERO } else { LIMIT };
            self.scene.destroy(place, ends, limit);
        }
    }

    fn starts(&mut self, place: &Place) {
        let Ok(mut thread) = place.thread.try_lock() else { return };
        if let Some(thread) = &*thread {
            return thread.start();
        }
        let started = !self.rng.one_in(4);
        if !started {
            self.did("not started");
        }
        self.scene.fill(place, &mut thread, started);
    }
}

/// How a wait may end though nothing is wrong.
fn may_end(error: &WorkerError) -> bool {
    use WorkerError::{Frozen, NoThread, OtherWorker, Parked};
    matches!(error, Frozen | NoThread | OtherWorker | Parked)
}
