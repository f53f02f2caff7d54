//! Works: functions that are made once, and queued on a worker any number of times.

mod delayed;

use std::fmt;

pub use self::delayed::DelayedWork;

use crate::list::Node;
use crate::sync::mutant::{Mutant, planted};
use crate::sync::{Arc, AtomicU32, Guarded, Ordering, SmallGuarded, UnsafeCell, is_alive};
use crate::timer::{Timed, Timer};
use crate::worker::Worker;

/// A function that a [`Worker`] runs when it is queued, once for each time that it was not pending.
///
/// It is made once. Queueing it allocates nothing, and so does everything else that is done to it. It
/// runs on one worker at a time and never beside itself; it belongs to the worker that it was first
/// queued on, until [`Worker::release`]. Cloning it gives another reference to the same work.
///
/// The kernel's name: `struct kthread_work`.
///
/// ```
/// use kthread::{Builder, Queued, Work, WorkerOptions};
///
/// let worker = Builder::new("events").run_worker(WorkerOptions::new())?;
/// let mut events = 0;
/// let work = Work::new(move |_| events += 1);
/// assert_eq!(worker.queue(&work), Queued::Queued);
/// worker.flush_work(&work)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Work(pub(crate) Arc<Node<Inner>>);

type Func = Box<dyn FnMut(&WorkCx<'_>) + Send>;

/// What a work is made of. Everything but `state` and `owner` is guarded by the worker's locks; each
/// field says by which.
///
/// In this order, and small: what a queueing and a run touch are the counts of the Arc, the links and then
/// the first half of this, in two cache lines that go from the producer to the worker and back.
#[repr(C)]
pub(crate) struct Inner {
    /// Whether it is pending. Set under the lock of what comes in, cleared under that of the batch.
    pending: AtomicU32,
    /// The worker that it belongs to; 0 for none.
    owner: AtomicU32,
    /// How many cancel it at the moment. Both locks to change it, one to look.
    pub(crate) canceling: SmallGuarded,
    /// Where it is pending. What makes it pending says so under its own lock; it gets into the wheel and
    /// out of it under that of the batch.
    pub(crate) place: SmallGuarded,
    /// While it is in a list, its number among all queueings of its worker; while it is in the wheel,
    /// when it comes.
    turn: Timer,
    /// How often it has begun and ended to run, together: odd while it runs. Lock of the batch.
    runs: Guarded,
    func: UnsafeCell<Func>,
    /// How often it was cancelled, handed back, or moved to another time. Lock of the batch.
    withdrawn: Guarded,
    /// How often it panicked. Lock of the batch.
    pub(crate) panics: SmallGuarded,
    name: Box<str>,
}

// SAFETY: `func` is called by the one thread that runs the work; all else is atomic.
unsafe impl Sync for Inner {}

/// Not pending.
pub(crate) const NOWHERE: u32 = 0;
/// In a list of its worker.
pub(crate) const LISTED: u32 = 1;
/// In the worker's wheel.
pub(crate) const TIMED: u32 = 2;

impl Timed for Inner {
    fn timer(&self) -> &Timer {
        &self.turn
    }
}

impl Work {
    /// Makes a work of a function. It is `'static`, as it may run when all else is gone.
    pub fn new(func: impl FnMut(&WorkCx<'_>) + Send + 'static) -> Self {
        Self::named("", func)
    }

    /// Makes a work with a name, under which reports tell of it.
    pub fn named(name: impl fmt::Display, func: impl FnMut(&WorkCx<'_>) + Send + 'static) -> Self {
        Self(Arc::new(Node::new(Inner {
            pending: AtomicU32::new(0),
            owner: AtomicU32::new(0),
            canceling: SmallGuarded::new(0),
            place: SmallGuarded::new(NOWHERE),
            turn: Timer::new(),
            runs: Guarded::new(0),
            func: UnsafeCell::new(Box::new(func)),
            withdrawn: Guarded::new(0),
            panics: SmallGuarded::new(0),
            name: name.to_string().into_boxed_str(),
        })))
    }

    /// Its name; empty if it has none.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// Whether it is queued, or its time has not come yet. Never blocks.
    pub fn is_pending(&self) -> bool {
        self.0.is_pending()
    }
}

impl Inner {
    /// Its number, if it is in a list.
    #[inline]
    pub(crate) fn ticket(&self) -> u64 {
        self.turn.word().get()
    }

    /// It is not in the wheel, and comes into a list.
    #[inline]
    pub(crate) fn listed(&self, ticket: u64) {
        self.turn.word().set(ticket);
        self.place.set(LISTED);
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn is_pending(&self) -> bool {
        self.pending.load(Ordering::Acquire) != 0
    }

    /// Makes it pending; false if it is. The lock of what comes in is held, without which nobody makes it
    /// pending: so what isn't stays so until it is stored.
    ///
    /// What the caller wrote before is seen by the run that this or the earlier queueing leads to. In the
    /// one case the lock sees to that. In the other the worker may hold the work already: therefore a
    /// read-modify-write, and one in `end_pending`.
    #[inline]
    pub(crate) fn begin_pending(&self) -> bool {
        if self.pending.load(Ordering::Acquire) != 0
            && self.pending.fetch_or(1, Ordering::AcqRel) != 0
        {
            return false;
        }
        self.pending.store(1, Ordering::Release);
        true
    }

    #[inline]
    pub(crate) fn end_pending(&self) {
        self.pending.swap(0, Ordering::AcqRel);
    }

    /// A run begins. Lock of the batch.
    #[inline]
    pub(crate) fn begin_run(&self) {
        self.runs.set(self.runs.get() + 1);
    }

    /// It was pending, and is idle now, without a run. Lock of the batch.
    ///
    /// Nothing is run that should see what those wrote who found it pending: a store is enough.
    pub(crate) fn cancelled(&self) {
        self.moved();
        self.pending.store(0, Ordering::Release);
    }

    /// It is pending, but not as before. Lock of the batch.
    pub(crate) fn moved(&self) {
        self.withdrawn.set(self.withdrawn.get() + 1);
    }

    /// How often it has ceased to be pending as it was.
    pub(crate) fn taken(&self) -> u64 {
        self.begun() + self.withdrawn.get()
    }

    /// A run has ended. Lock of the batch.
    #[inline]
    pub(crate) fn end_run(&self) {
        self.runs.set(self.runs.get() + 1);
    }

    /// How many runs have begun.
    pub(crate) fn begun(&self) -> u64 {
        self.runs.get().div_ceil(2)
    }

    /// How many runs have ended.
    pub(crate) fn ended(&self) -> u64 {
        self.runs.get() / 2
    }

    /// Whether it runs.
    #[inline]
    pub(crate) fn runs(&self) -> bool {
        self.runs.get() % 2 == 1
    }

    /// Makes it belong to a worker; false if it belongs to another.
    pub(crate) fn bind(&self, worker: u32) -> bool {
        let owner = self.owner.load(Ordering::Acquire);
        if planted(Mutant::AnyWorker) {
            return true;
        }
        if owner == worker {
            return true;
        }
        // A worker that is gone keeps nothing: the work is as idle as it was left.
        if owner != 0 && is_alive(owner) {
            return false;
        }
        match self.owner.compare_exchange(owner, worker, Ordering::AcqRel, Ordering::Acquire) {
            Ok(_) => true,
            Err(other) => other == worker,
        }
    }

    /// The worker that it belongs to; 0 for none.
    pub(crate) fn owner(&self) -> u32 {
        self.owner.load(Ordering::Acquire)
    }

    pub(crate) fn unbind(&self) {
        self.owner.store(0, Ordering::Release);
    }

    /// Calls the function.
    ///
    /// # Safety
    /// Nobody else calls it meanwhile.
    pub(crate) unsafe fn run(&self, cx: &WorkCx<'_>) {
        self.func.with_mut(|func| {
            // SAFETY: by the caller's promise nobody else is at it.
            let func = unsafe { &mut *func };
            func(cx);
        });
    }
}

impl PartialEq for Work {
    /// Whether both are the same work.
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for Work {}

impl fmt::Debug for Work {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Work")
            .field("name", &self.name())
            .field("pending", &self.is_pending())
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Inner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inner").field("name", &self.name).finish_non_exhaustive()
    }
}

/// What a work's function gets: itself, and the worker that runs it.
#[derive(Debug)]
pub struct WorkCx<'a> {
    work: &'a Arc<Node<Inner>>,
    worker: &'a Worker,
}

impl<'a> WorkCx<'a> {
    pub(crate) fn new(work: &'a Arc<Node<Inner>>, worker: &'a Worker) -> Self {
        Self { work, worker }
    }

    /// The work that runs; queued again, it runs once more.
    pub fn work(&self) -> Work {
        Work(Arc::clone(self.work))
    }

    /// The worker that runs it.
    pub fn worker(&self) -> &Worker {
        self.worker
    }

    /// Queues the work again.
    pub fn requeue(&self) -> crate::Queued {
        self.worker.queue(&self.work())
    }
}
