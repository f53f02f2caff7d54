//! The state of a worker, and what puts works into it and takes them out.
//!
//! Two locks. *Incoming* is what producers append to; the worker takes all of it at once, so they meet
//! seldom. *Batch* is what the worker runs from, with the timers. Whoever looks for a work takes both,
//! batch first. Nobody holds one while a work runs.
//!
//! A work gets a ticket when it comes into a list. Tickets rise along incoming, and along batch, and all
//! of batch is before all of incoming; so a ticket tells in which of the two a work is, and a flush only
//! has to remember the last one.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use crate::list::List;
use crate::list::Node;
use crate::sync::clock::{self, Moment};
use crate::sync::mutant::{Mutant, planted};
use crate::sync::{Arc, Mutex, MutexGuard, lock, next_id, retire};
use crate::thread::Task;
use crate::timer::Wheel;
use crate::work::{Inner, LISTED, NOWHERE, TIMED};

use super::{Modified, Queued};

/// See the module.
#[derive(Debug)]
pub(crate) struct Core {
    pub(super) id: u32,
    pub(super) precise: bool,
    incoming: Mutex<Incoming>,
    batch: Mutex<Batch>,
}

/// What producers reach.
#[derive(Debug)]
pub(super) struct Incoming {
    list: List<Inner>,
    /// The worker, if it sleeps because there is nothing to do, and until when.
    idle: Option<Idle>,
    /// Nothing comes in any more.
    pub(super) closed: bool,
    /// The last ticket given out.
    pub(super) ticket: u64,
    pub(super) queued: u64,
    pub(super) requeued: u64,
}

#[derive(Debug)]
struct Idle {
    task: Task,
    until: Option<Moment>,
}

/// What the worker runs from.
#[derive(Debug)]
pub(super) struct Batch {
    list: List<Inner>,
    wheel: Wheel<Inner>,
    /// Works up to this ticket are in `list` or gone, later ones are in incoming.
    up_to: u64,
    pub(super) current: Option<Current>,
    /// A thread runs this worker, or is to.
    pub(super) taken: bool,
    /// That thread.
    pub(super) thread: Option<Task>,
    pub(super) counts: Counts,
}

/// The work that runs.
#[derive(Debug)]
pub(super) struct Current {
    pub(super) work: Arc<Node<Inner>>,
    pub(super) ticket: u64,
    pub(super) since: Moment,
}

#[derive(Debug, Default, Clone)]
pub(super) struct Counts {
    pub(super) run: u64,
    pub(super) cancelled: u64,
    pub(super) panics: u64,
    pub(super) last_panic: Option<(String, String)>,
    pub(super) longest: Duration,
}

/// What the worker does next.
#[derive(Debug)]
pub(super) enum Next {
    Run(Arc<Node<Inner>>),
    /// Nothing to do at the moment.
    Yield,
    /// Nothing to do until then, or until something comes in.
    Sleep(Option<Moment>),
}

impl Core {
    pub(super) fn new(precise: bool) -> Self {
        Self {
            id: next_id(),
            precise,
            incoming: Mutex::new(Incoming {
                list: List::new(),
                idle: None,
                closed: false,
                ticket: 0,
                queued: 0,
                requeued: 0,
            }),
            batch: Mutex::new(Batch {
                list: List::new(),
                wheel: Wheel::new(clock::now()),
                up_to: 0,
                current: None,
                taken: false,
                thread: None,
                counts: Counts::default(),
            }),
        }
    }

    pub(super) fn batch(&self) -> MutexGuard<'_, Batch> {
        lock(&self.batch)
    }

    pub(super) fn incoming(&self) -> MutexGuard<'_, Incoming> {
        lock(&self.incoming)
    }

    /// Queues a work.
    #[inline]
    pub(super) fn queue(&self, work: &Arc<Node<Inner>>) -> Queued {
        let mut incoming = self.incoming();
        let refused = self.admit(&incoming, work);
        if let Some(refused) = refused {
            return refused;
        }
        incoming.push(Arc::clone(work));
        incoming.queued += 1;
        // Whether it runs is the batch's business; for counting it is good enough.
        incoming.requeued += u64::from(work.begun.get() != work.ended.get());
        let idle = if planted(Mutant::NoWake) { None } else { incoming.idle.take() };
        drop(incoming);
        if let Some(idle) = idle {
            idle.task.wake();
        }
        Queued::Queued
    }

    /// Makes a work pending, or says why not.
    #[inline]
    fn admit(&self, incoming: &Incoming, work: &Node<Inner>) -> Option<Queued> {
        if incoming.closed && !planted(Mutant::ClosedUnseen) {
            Some(Queued::Closed)
        } else if !work.bind(self.id) {
            Some(Queued::OtherWorker)
        } else if work.canceling.get() > 0 && !planted(Mutant::NoCancelingGuard) {
            Some(Queued::Canceling)
        } else if !work.begin_pending() {
            if planted(Mutant::SecondRun) {
                work.panics.set(1000);
            }
            Some(Queued::AlreadyPending)
        } else {
            None
        }
    }

    /// Queues a work for later.
    pub(super) fn queue_delayed(&self, work: &Arc<Node<Inner>>, delay: Duration) -> Queued {
        if delay.is_zero() {
            return self.queue(work);
        }
        if planted(Mutant::LockOrder) {
            let _incoming = self.incoming();
            drop(self.batch());
        }
        let mut batch = self.batch();
        let mut incoming = self.incoming();
        if let Some(refused) = self.admit(&incoming, work) {
            return refused;
        }
        incoming.queued += 1;
        let idle = batch.set_timer(&mut incoming, Arc::clone(work), delay);
        drop(incoming);
        drop(batch);
        if let Some(idle) = idle {
            idle.task.wake();
        }
        Queued::Queued
    }

    /// Moves a work to another time, or queues it.
    pub(super) fn modify(&self, work: &Arc<Node<Inner>>, delay: Duration) -> Modified {
        let mut batch = self.batch();
        let mut incoming = self.incoming();
        if incoming.closed {
            return Modified::Closed;
        }
        if !work.bind(self.id) {
            return Modified::OtherWorker;
        }
        if work.canceling.get() > 0 && !planted(Mutant::NoCancelingGuard) {
            return Modified::Canceling;
        }
        if planted(Mutant::ModWaits) && work.place.get() == TIMED {
            return Modified::Moved;
        }
        let moved = batch.unlink(&mut incoming, work);
        let node = if let Some(node) = moved {
            node
        } else {
            incoming.queued += 1;
            Arc::clone(work)
        };
        let was_pending = !work.begin_pending() && !planted(Mutant::ModSaysQueued);
        let idle = if delay.is_zero() {
            incoming.push(node);
            incoming.idle.take()
        } else {
            batch.set_timer(&mut incoming, node, delay)
        };
        drop(incoming);
        drop(batch);
        if let Some(idle) = idle {
            idle.task.wake();
        }
        if was_pending { Modified::Moved } else { Modified::Queued }
    }

    /// Ends the run of the work before, says what to do next, and begins that. The work that was run is
    /// given back, to be let go of without a lock.
    pub(super) fn next(
        &self,
        ended: bool,
        settle: bool,
        stay: impl FnOnce() -> bool,
    ) -> (Option<Arc<Node<Inner>>>, Option<Next>) {
        let mut batch = self.batch();
        let done = if ended { batch.end(self.now()) } else { None };
        if !stay() {
            return (done, None);
        }
        let next = self.take(&mut batch, settle);
        (done, Some(next))
    }

    fn now(&self) -> Moment {
        if self.precise { clock::now() } else { clock::coarse() }
    }

    fn take(&self, batch: &mut Batch, settle: bool) -> Next {
        if batch.list.is_empty() || planted(Mutant::NewestFirst) {
            let mut incoming = self.incoming();
            incoming.idle = None;
            batch.refill(&mut incoming);
            if batch.list.is_empty() {
                if !settle {
                    return Next::Yield;
                }
                let until = batch.wheel.next();
                if planted(Mutant::IdleLate) {
                    drop(incoming);
                    incoming = self.incoming();
                }
                if let Some(task) = batch.thread.clone() {
                    incoming.idle = Some(Idle { task, until });
                }
                return Next::Sleep(until);
            }
        }
        match batch.begin(self.now()) {
            Some(work) => Next::Run(work),
            None => Next::Sleep(None),
        }
    }

    /// The worker's thread goes elsewhere: nobody wakes it for works.
    pub(super) fn leave(&self) {
        let mut batch = self.batch();
        batch.taken = false;
        let thread = batch.thread.take();
        let mut incoming = self.incoming();
        if planted(Mutant::LeftoversDropped) {
            while batch.cancel_any(&mut incoming).is_some() {}
        }
        let idle = incoming.idle.take();
        drop(incoming);
        drop(batch);
        drop(idle);
        // Who waits for works learns that there is no thread any more.
        if let Some(thread) = thread {
            thread.progress();
        }
    }
}

impl Drop for Core {
    /// What is queued is so no more, and whoever has it may queue it elsewhere.
    fn drop(&mut self) {
        let mut left = Vec::new();
        {
            let mut batch = self.batch();
            let mut incoming = self.incoming();
            while let Some(work) = batch.cancel_any(&mut incoming) {
                left.push(work);
            }
        }
        retire(self.id);
        drop_quietly(left);
    }
}

/// Drops something of a user's; a panic of it ends nothing.
pub(super) fn drop_quietly<T>(what: T) {
    // What the panic carries may panic when it is dropped.
    std::mem::forget(catch_unwind(AssertUnwindSafe(|| drop(what))));
}

impl Incoming {
    /// Puts a pending work at the end.
    #[inline]
    fn push(&mut self, work: Arc<Node<Inner>>) {
        self.ticket += 1;
        work.ticket.set(self.ticket);
        work.place.set(LISTED);
        // SAFETY: it was in no list when it became pending, and who made it so puts it into one.
        unsafe { self.list.push_back(work) };
    }

    /// The first that waits here, if any.
    pub(super) fn first_ticket(&self) -> Option<u64> {
        self.list.front().map(|work| work.ticket.get())
    }
}

impl Batch {
    /// Takes all that came in, and all whose time has come.
    fn refill(&mut self, incoming: &mut Incoming) {
        if planted(Mutant::NewestFirst) {
            incoming.list.append(&mut self.list);
        }
        self.list.append(&mut incoming.list);
        if !self.wheel.is_empty() {
            let list = &mut self.list;
            self.wheel.expire(clock::now(), |work| {
                incoming.ticket += 1;
                work.ticket.set(incoming.ticket);
                work.place.set(LISTED);
                // SAFETY: it has just been taken out of the wheel.
                unsafe { list.push_back(work) };
            });
        }
        self.up_to = incoming.ticket;
    }

    fn begin(&mut self, now: Moment) -> Option<Arc<Node<Inner>>> {
        let work = self.list.pop_front()?;
        work.place.set(NOWHERE);
        work.taken.set(work.taken.get() + 1);
        work.begun.set(work.begun.get() + 1);
        self.current =
            Some(Current { work: Arc::clone(&work), ticket: work.ticket.get(), since: now });
        // From here on it can be queued again.
        if !planted(Mutant::PendingUntilRun) {
            work.end_pending();
        }
        Some(work)
    }

    fn end(&mut self, now: Moment) -> Option<Arc<Node<Inner>>> {
        let current = self.current.take()?;
        let work = current.work;
        work.ended.set(work.ended.get() + 1);
        if planted(Mutant::PendingUntilRun) {
            work.end_pending();
        }
        self.counts.run += 1;
        self.counts.longest = self.counts.longest.max(now.since(current.since));
        Some(work)
    }

    /// Takes a pending work out of where it is. It stays marked as pending.
    pub(super) fn unlink(
        &mut self,
        incoming: &mut Incoming,
        work: &Node<Inner>,
    ) -> Option<Arc<Node<Inner>>> {
        let taken = match work.place.get() {
            // SAFETY: its place, and for a list its ticket, say where it is.
            LISTED if work.ticket.get() <= self.up_to => unsafe { self.list.remove(work) },
            // SAFETY: as above.
            LISTED => unsafe { incoming.list.remove(work) },
            // SAFETY: as above.
            TIMED => unsafe { self.wheel.remove(work) },
            _ => None,
        };
        work.place.set(NOWHERE);
        taken
    }

    /// Takes a pending work out, and makes it idle. False if it isn't pending.
    pub(super) fn cancel(
        &mut self,
        incoming: &mut Incoming,
        work: &Node<Inner>,
    ) -> Option<Arc<Node<Inner>>> {
        let node = self.unlink(incoming, work)?;
        work.taken.set(work.taken.get() + 1);
        self.counts.cancelled += 1;
        work.end_pending();
        Some(node)
    }

    /// Takes the first of all that are pending, wherever, and makes it idle.
    pub(super) fn cancel_any(
        &mut self,
        incoming: &mut Incoming,
    ) -> Option<(Arc<Node<Inner>>, bool)> {
        let (node, timed) = if let Some(node) = self.list.pop_front() {
            (node, false)
        } else if let Some(node) = incoming.list.pop_front() {
            (node, false)
        } else if planted(Mutant::TimersStay) {
            return None;
        } else {
            (self.wheel.pop()?, true)
        };
        node.place.set(NOWHERE);
        node.taken.set(node.taken.get() + 1);
        self.counts.cancelled += 1;
        node.end_pending();
        Some((node, timed))
    }

    /// Takes the next work out of the wheel, whenever its time is, and makes it idle.
    pub(super) fn cancel_timer(&mut self) -> Option<Arc<Node<Inner>>> {
        if planted(Mutant::TimersStay) {
            return None;
        }
        let node = self.wheel.pop()?;
        node.place.set(NOWHERE);
        node.taken.set(node.taken.get() + 1);
        self.counts.cancelled += 1;
        node.end_pending();
        Some(node)
    }

    /// Puts a pending work into the wheel. Gives back the worker if it sleeps for too long.
    fn set_timer(
        &mut self,
        incoming: &mut Incoming,
        work: Arc<Node<Inner>>,
        delay: Duration,
    ) -> Option<Idle> {
        work.place.set(TIMED);
        // What is too far away for the clock never comes.
        let deadline = Moment::after(delay).unwrap_or(Moment::LAST);
        // SAFETY: it was in no list when it became pending, and who made it so puts it into the wheel.
        unsafe { self.wheel.insert(work, deadline) };
        let next = self.wheel.next();
        let sooner = incoming.idle.as_ref().is_some_and(|idle| match (next, idle.until) {
            (Some(next), Some(until)) => next < until,
            (next, None) => next.is_some(),
            (None, _) => false,
        });
        if sooner { incoming.idle.take() } else { None }
    }

    /// The first that waits in a list, here or in incoming.
    pub(super) fn first_ticket(&self, incoming: &Incoming) -> Option<u64> {
        self.list.front().map(|work| work.ticket.get()).or_else(|| incoming.first_ticket())
    }

    /// The names of all that wait in a list; "?" for none.
    pub(super) fn names(&self, incoming: &Incoming) -> Vec<String> {
        let name =
            |work: &Node<Inner>| if work.name().is_empty() { "?" } else { work.name() }.to_owned();
        self.list.iter().chain(incoming.list.iter()).map(name).collect()
    }

    pub(super) fn timers(&self) -> usize {
        self.wheel.len()
    }

    /// Lets a work whose time has not come run as soon as it can.
    pub(super) fn hasten(&mut self, incoming: &mut Incoming, work: &Node<Inner>) -> Option<Task> {
        if work.place.get() != TIMED {
            return None;
        }
        let node = self.unlink(incoming, work)?;
        incoming.push(node);
        incoming.idle.take().map(|idle| idle.task)
    }
}
