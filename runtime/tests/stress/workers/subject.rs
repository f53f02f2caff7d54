//! A work that does what works do, and what became of it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use kthread::{DelayedWork, Queued, Work, WorkCx, WorkerError};

use crate::rng::Rng;
use crate::world::World;

/// A work, and what became of it.
pub(super) struct Subject {
    pub(super) work: DelayedWork,
    pub(super) count: Arc<Tally>,
}

#[derive(Debug, Default)]
pub(super) struct Tally {
    pub(super) queued: AtomicU64,
    runs: AtomicU64,
    pub(super) cancelled: AtomicU64,
    pub(super) handed_back: AtomicU64,
    at_it: AtomicBool,
}

pub(super) fn note(of: &AtomicU64) {
    of.fetch_add(1, Ordering::SeqCst);
}

impl Tally {
    /// A run begins.
    pub(super) fn begin(&self, world: &World) {
        if self.at_it.swap(true, Ordering::SeqCst) {
            world.is_wrong("two runs of one work at once".to_owned());
        }
        note(&self.runs);
    }

    pub(super) fn end(&self) {
        self.at_it.store(false, Ordering::SeqCst);
    }

    /// When all is over.
    pub(super) fn check(&self, world: &World) {
        let all = |of: &AtomicU64| of.load(Ordering::SeqCst);
        let after = all(&self.runs) + all(&self.cancelled) + all(&self.handed_back);
        if all(&self.queued) != after || self.at_it.load(Ordering::SeqCst) {
            world.is_wrong(format!("a work is lost, or is one too many: {self:?}"));
        }
    }
}

/// A work that takes a while at times, queues itself at times, and panics at times.
pub(super) fn subject(world: &Arc<World>, number: u64) -> Subject {
    let count = Arc::new(Tally::default());
    let (its, world) = (Arc::clone(&count), Arc::clone(world));
    let mut rng = Rng::new(world.seed.wrapping_add(100 + number));
    let work = DelayedWork::named(number, move |cx| {
        its.begin(&world);
        let choice = rng.below(40);
        match choice {
            0..=7 => std::thread::sleep(Duration::from_micros(rng.next() % 300)),
            8..=15 => again(&world, &its, cx.requeue()),
            16..=19 => {
                let delay = Duration::from_micros(rng.next() % 300);
                again(&world, &its, cx.worker().queue_delayed(&cx.work().into(), delay));
            }
            20 => cancel(&world, &its, cx),
            _ => {}
        }
        its.end();
        if choice == 39 {
            world.did("panicked");
            // Nothing is printed, as it is so often.
            std::panic::resume_unwind(Box::new("as it may"));
        }
    });
    Subject { work, count }
}

fn again(world: &World, count: &Tally, queued: Queued) {
    if queued == Queued::Queued {
        note(&count.queued);
        world.did("queued in its run");
    }
}

/// It takes itself back; and does not wait for itself.
fn cancel(world: &World, count: &Tally, cx: &WorkCx<'_>) {
    let work: Work = cx.work();
    if cx.worker().cancel_sync(&work) != Err(WorkerError::FromItself) {
        world.is_wrong("it waited for itself".to_owned());
    }
    if cx.worker().cancel(&work) == Ok(true) {
        note(&count.cancelled);
    }
}
