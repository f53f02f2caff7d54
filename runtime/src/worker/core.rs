//! The state of a worker, and what puts works into it and takes them out.
//!
//! Two locks. *Incoming* is what producers append to; the worker takes all of it at once, so they meet
//! seldom. *Batch* is what the worker runs from, with the timers. Whoever looks for a work takes both,
//! batch first; for one whose time has not come batch is enough. Nobody holds one while a work runs.
//!
//! A work gets a ticket when it comes into a list. Tickets rise along incoming, and along batch, and all
//! of batch is before all of incoming; so a ticket tells in which of the two a work is, and a flush only
//! has to remember the last one.

use std::mem::ManuallyDrop;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use crate::list::List;
use crate::list::Node;
use crate::sync::clock::{self, Moment};
use crate::sync::mutant::{Mutant, planted};
use crate::sync::{Apart, Arc, AtomicU32, Mutex, MutexGuard, Ordering, lock, next_id, retire};
use crate::thread::Task;
use crate::timer::Wheel;
use crate::work::{Inner, LISTED, NOWHERE, TIMED};

use super::{Modified, Queued};

/// See the module.
#[derive(Debug)]
pub(crate) struct Core {
    pub(super) id: u32,
    incoming: Apart<(Mutex<Incoming>, AtomicU32)>,
    batch: Apart<Mutex<Batch>>,
}

/// What producers reach.
#[derive(Debug)]
pub(super) struct Incoming {
    list: List<Inner>,
    /// The worker, if it sleeps because there is nothing to do. Until when is in batch.
    idle: Option<Task>,
    /// The last ticket given out.
    pub(super) ticket: u64,
    pub(super) queued: u64,
    /// Nothing comes in any more. It is in batch as well, and either lock is enough to look.
    closed: bool,
    pub(super) requeued: u64,
}

/// What the worker runs from.
#[derive(Debug)]
pub(super) struct Batch {
    list: List<Inner>,
    wheel: Wheel<Inner>,
    /// Works up to this ticket are in `list` or gone, later ones are in incoming.
    up_to: u64,
    pub(super) current: Option<Current>,
    /// Until when the worker does nothing, if it has nothing to do; it may have been woken meanwhile.
    idle_until: Option<Moment>,
    closed: bool,
    /// Who runs this worker, or is to: a number for each. 0 for nobody.
    pub(super) taken: u64,
    /// The last of those numbers.
    pub(super) takers: u64,
    /// The thread of who runs it.
    pub(super) thread: Option<Task>,
    /// Nobody has a handle of that thread: it ends when nothing is queued any more.
    pub(super) alone: bool,
    /// Times are measured with the precise clock.
    pub(super) precise: bool,
    pub(super) counts: Counts,
}

/// The work that runs.
#[derive(Debug)]
pub(super) struct Current {
    pub(super) work: Arc<Node<Inner>>,
    pub(super) ticket: u64,
    since: Moment,
}

/// The work that runs, lent to who runs it. The batch keeps it until its run is ended.
#[derive(Debug)]
pub(super) struct Lent(*const Node<Inner>);

impl Lent {
    /// # Safety
    /// The run is not ended until all of this is done with.
    pub(super) unsafe fn work(&self) -> ManuallyDrop<Arc<Node<Inner>>> {
        // SAFETY: it came out of the Arc that the batch holds on to.
        ManuallyDrop::new(unsafe { Arc::from_raw(self.0) })
    }
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
    Run(Lent),
    /// Nothing to do at the moment, nor until then if nothing comes in; it shall look again before it
    /// sleeps.
    Linger(Option<Moment>),
    /// Nothing to do until then, or until something comes in.
    Sleep(Option<Moment>),
    /// Nothing to do any more.
    End,
}

/// So many timers expire at a time: others wait for the lock meanwhile.
const EXPIRE: usize = 256;

impl Core {
    pub(super) fn new() -> Self {
        Self {
            id: next_id(),
            incoming: Apart((
                Mutex::new(Incoming {
                    list: List::new(),
                    idle: None,
                    ticket: 0,
                    queued: 0,
                    closed: false,
                    requeued: 0,
                }),
                AtomicU32::new(0),
            )),
            batch: Apart(Mutex::new(Batch {
                list: List::new(),
                wheel: Wheel::new(clock::now()),
                up_to: 0,
                current: None,
                idle_until: None,
                closed: false,
                taken: 0,
                takers: 0,
                thread: None,
                alone: false,
                precise: false,
                counts: Counts::default(),
            })),
        }
    }

    pub(super) fn batch(&self) -> MutexGuard<'_, Batch> {
        lock(&self.batch.0)
    }

    pub(super) fn incoming(&self) -> MutexGuard<'_, Incoming> {
        lock(&self.incoming.0.0)
    }

    /// Whether something may have come in since the worker last looked: a hint for one that spins, which
    /// takes no lock.
    #[inline]
    pub(super) fn has_news(&self) -> bool {
        self.incoming.0.1.load(Ordering::Relaxed) != 0
    }

    fn news(&self, whether: bool) {
        self.incoming.0.1.store(u32::from(whether), Ordering::Relaxed);
    }

    /// Lets nothing in any more.
    pub(super) fn close(&self, batch: &mut Batch) {
        batch.closed = true;
        self.incoming().closed = true;
    }

    /// Queues a work.
    #[inline]
    pub(super) fn queue(&self, work: &Arc<Node<Inner>>) -> Queued {
        // Its lines come from the worker's cache: not while others wait for the lock.
        crate::sync::fetch_to_write(Arc::as_ptr(work));
        let mut incoming = self.incoming();
        let refused = self.admit(&incoming, work);
        if let Some(refused) = refused {
            return refused;
        }
        incoming.push(Arc::clone(work));
        incoming.queued += 1;
        // Whether it runs is the batch's business; for counting it is good enough.
        incoming.requeued += u64::from(work.runs());
        let idle = if planted(Mutant::NoWake) { None } else { incoming.idle.take() };
        self.news(true);
        drop(incoming);
        if let Some(idle) = idle {
            idle.wake();
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
        // Before the locks, as below: others need not wait for it.
        let deadline = deadline(work, delay);
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
        incoming.requeued += u64::from(work.runs());
        let sooner = batch.set_timer(Arc::clone(work), deadline);
        let idle = self.look_again(sooner, &mut incoming);
        drop(incoming);
        drop(batch);
        if let Some(idle) = idle {
            idle.wake();
        }
        Queued::Queued
    }

    /// Moves a work to another time, or queues it.
    pub(super) fn modify(&self, work: &Arc<Node<Inner>>, delay: Duration) -> Modified {
        let deadline = deadline(work, delay);
        let mut batch = self.batch();
        if work.owner() == self.id && work.place.get() == TIMED && !delay.is_zero() {
            return self.postpone(batch, work, deadline);
        }
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
        let (node, watched) = if let Some(node) = moved {
            // Who waits for it is not to wait for another time.
            node.moved();
            (node, batch.watched())
        } else {
            incoming.queued += 1;
            incoming.requeued += u64::from(work.runs());
            (Arc::clone(work), None)
        };
        let was_pending = !work.begin_pending() && !planted(Mutant::ModSaysQueued);
        let sooner = if delay.is_zero() {
            incoming.push(node);
            true
        } else {
            batch.set_timer(node, deadline)
        };
        let idle = self.look_again(sooner, &mut incoming);
        drop(incoming);
        drop(batch);
        if let Some(idle) = idle {
            idle.wake();
        }
        if let Some(watched) = watched {
            watched.progress();
        }
        if was_pending { Modified::Moved } else { Modified::Queued }
    }

    /// Moves a work within the wheel, for which the batch's lock is enough.
    fn postpone(
        &self,
        mut batch: MutexGuard<'_, Batch>,
        work: &Arc<Node<Inner>>,
        deadline: Moment,
    ) -> Modified {
        if batch.closed {
            return Modified::Closed;
        }
        if work.canceling.get() > 0 && !planted(Mutant::NoCancelingGuard) {
            return Modified::Canceling;
        }
        // SAFETY: its place says that it is there.
        let node = unsafe { batch.wheel.remove(work) };
        let idle = if batch.set_timer(node, deadline) {
            self.look_again(true, &mut self.incoming())
        } else {
            None
        };
        drop(batch);
        if let Some(idle) = idle {
            idle.wake();
        }
        if planted(Mutant::ModSaysQueued) { Modified::Queued } else { Modified::Moved }
    }

    /// There may be something to do sooner than the worker thinks: who is to be woken.
    fn look_again(&self, sooner: bool, incoming: &mut Incoming) -> Option<Task> {
        if !sooner {
            return None;
        }
        self.news(true);
        incoming.idle.take()
    }

    /// Lets a work whose time has not come run as soon as it can; who is to be woken.
    pub(super) fn hasten(
        &self,
        batch: &mut Batch,
        incoming: &mut Incoming,
        work: &Arc<Node<Inner>>,
    ) -> Option<Task> {
        if work.place.get() != TIMED {
            return None;
        }
        let node = batch.unlink(incoming, work)?;
        incoming.push(node);
        self.look_again(true, incoming)
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
        batch.idle_until = None;
        // The end of one is the beginning of the next.
        let now = if batch.precise { clock::now() } else { clock::coarse() };
        let done = if ended { batch.end(now) } else { None };
        if !stay() {
            return (done, None);
        }
        let next = self.take(&mut batch, settle, now);
        (done, Some(next))
    }

    fn take(&self, batch: &mut Batch, settle: bool, now: Moment) -> Next {
        // What has come due is behind what was queued before, and before what is queued later.
        while batch.list.is_empty() || batch.is_due(now) || planted(Mutant::NewestFirst) {
            let mut incoming = self.incoming();
            incoming.idle = None;
            self.news(false);
            batch.refill(&mut incoming);
            // A coarse clock is late; who is to sleep wants to know.
            let now = if batch.list.is_empty() { clock::now() } else { now };
            if batch.is_due(now) {
                let first = incoming.reserve(EXPIRE);
                batch.up_to = incoming.ticket;
                // It may take a while, in which producers need not wait.
                drop(incoming);
                batch.expire(now, first);
                continue;
            }
            if !batch.list.is_empty() {
                break;
            }
            let until = batch.wheel.next();
            if batch.alone {
                return Next::End;
            }
            if !settle {
                batch.idle_until = Some(until.unwrap_or(Moment::LAST));
                return Next::Linger(until);
            }
            if planted(Mutant::IdleLate) {
                drop(incoming);
                incoming = self.incoming();
            }
            incoming.idle.clone_from(&batch.thread);
            batch.idle_until = Some(until.unwrap_or(Moment::LAST));
            return Next::Sleep(until);
        }
        match batch.begin(now) {
            Some(work) => Next::Run(work),
            None => Next::Sleep(None),
        }
    }

    /// The worker's thread goes elsewhere: nobody wakes it for works.
    pub(super) fn leave(&self) {
        let mut left = Vec::new();
        let mut batch = self.batch();
        batch.taken = 0;
        let thread = batch.thread.take();
        let mut incoming = self.incoming();
        // Nobody has a handle to be given them.
        if batch.alone || planted(Mutant::LeftoversDropped) {
            left.extend(std::iter::from_fn(|| batch.cancel_any(&mut incoming)));
        }
        let idle = incoming.idle.take();
        drop(incoming);
        drop(batch);
        drop(idle);
        // Who waits for works learns that there is no thread any more.
        if let Some(thread) = thread {
            thread.progress();
        }
        left.into_iter().for_each(drop_quietly);
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
        left.into_iter().for_each(drop_quietly);
    }
}

/// When a delay of a work is over. Looking at the clock takes a while; the work comes meanwhile.
fn deadline(work: &Arc<Node<Inner>>, delay: Duration) -> Moment {
    crate::sync::fetch_to_write(Arc::as_ptr(work));
    // What is too far away for the clock never comes.
    Moment::after(delay).unwrap_or(Moment::LAST)
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
        work.listed(self.ticket);
        // SAFETY: it was in no list when it became pending, and who made it so puts it into one.
        unsafe { self.list.push_back(work) };
    }

    /// Gives tickets out beforehand; gives back the last one before them.
    fn reserve(&mut self, how_many: usize) -> u64 {
        let before = self.ticket;
        self.ticket += how_many as u64;
        before
    }

    /// The first that waits here, if any.
    pub(super) fn first_ticket(&self) -> Option<u64> {
        self.list.front().map(|work| work.ticket())
    }
}

impl Batch {
    /// Takes all that came in.
    fn refill(&mut self, incoming: &mut Incoming) {
        if planted(Mutant::NewestFirst) {
            incoming.list.append(&mut self.list);
        }
        self.list.append(&mut incoming.list);
        self.up_to = incoming.ticket;
    }

    /// Whether the wheel has something to do.
    #[inline]
    fn is_due(&self, now: Moment) -> bool {
        !self.wheel.is_empty() && self.wheel.next().is_some_and(|next| next <= now)
    }

    /// Takes some of those whose time has come; their tickets are those after `ticket`.
    fn expire(&mut self, now: Moment, mut ticket: u64) {
        let list = &mut self.list;
        self.wheel.expire(now, EXPIRE, |work| {
            ticket += 1;
            work.listed(ticket);
            // SAFETY: it has just been taken out of the wheel.
            unsafe { list.push_back(work) };
        });
    }

    fn begin(&mut self, now: Moment) -> Option<Lent> {
        let work = self.list.pop_front()?;
        work.place.set(NOWHERE);
        work.begin_run();
        let ticket = work.ticket();
        // From here on it can be queued again.
        if !planted(Mutant::PendingUntilRun) {
            work.end_pending();
        }
        if let Some(next) = self.list.front() {
            // Its lines come from the producer's cache while this one runs.
            crate::sync::fetch_to_write(next);
        }
        let lent = Lent(Arc::as_ptr(&work));
        self.current = Some(Current { work, ticket, since: now });
        Some(lent)
    }

    fn end(&mut self, now: Moment) -> Option<Arc<Node<Inner>>> {
        let current = self.current.take()?;
        let work = current.work;
        work.end_run();
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
        work: &Arc<Node<Inner>>,
    ) -> Option<Arc<Node<Inner>>> {
        let taken = match work.place.get() {
            // SAFETY: its place, and for a list its ticket, say where it is.
            LISTED if work.ticket() <= self.up_to => unsafe { self.list.remove(work) },
            // SAFETY: as above.
            LISTED => unsafe { incoming.list.remove(work) },
            // SAFETY: as above.
            TIMED => unsafe { self.wheel.remove(work) },
            _ => return None,
        };
        work.place.set(NOWHERE);
        Some(taken)
    }

    /// Takes a pending work out, and makes it idle. `None` if it isn't pending.
    pub(super) fn cancel(
        &mut self,
        core: &Core,
        work: &Arc<Node<Inner>>,
    ) -> Option<Arc<Node<Inner>>> {
        let node = if work.place.get() == TIMED {
            work.place.set(NOWHERE);
            // SAFETY: its place said that it is there.
            unsafe { self.wheel.remove(work) }
        } else {
            self.unlink(&mut core.incoming(), work)?
        };
        self.cancelled(&node);
        Some(node)
    }

    /// A work was taken out, and becomes idle.
    fn cancelled(&mut self, work: &Node<Inner>) {
        work.place.set(NOWHERE);
        self.counts.cancelled += 1;
        work.cancelled();
    }

    /// Takes the first of all that are pending, wherever, and makes it idle.
    pub(super) fn cancel_any(&mut self, incoming: &mut Incoming) -> Option<Arc<Node<Inner>>> {
        let listed = self.list.pop_front().or_else(|| incoming.list.pop_front());
        if listed.is_none() {
            return self.cancel_timer();
        }
        let node = listed?;
        self.cancelled(&node);
        Some(node)
    }

    /// Takes the next work out of the wheel, whenever its time is, and makes it idle.
    pub(super) fn cancel_timer(&mut self) -> Option<Arc<Node<Inner>>> {
        if planted(Mutant::TimersStay) {
            return None;
        }
        let node = self.wheel.pop()?;
        self.cancelled(&node);
        Some(node)
    }

    /// Puts a pending work into the wheel. True if the worker would do nothing for longer than that.
    fn set_timer(&mut self, work: Arc<Node<Inner>>, deadline: Moment) -> bool {
        work.place.set(TIMED);
        // SAFETY: it was in no list when it became pending, and who made it so puts it into the wheel.
        unsafe { self.wheel.insert(work, deadline) };
        self.idle_until.is_some_and(|until| deadline < until)
    }

    /// The worker's thread, if somebody waits for what it does: something else has been done, which they
    /// may wait for too. Who begins to wait later looks when this lock is free again, and sees it.
    pub(super) fn watched(&self) -> Option<Task> {
        self.thread.as_ref().filter(|thread| thread.is_watched()).cloned()
    }

    /// The first that waits in a list, here or in incoming.
    pub(super) fn first_ticket(&self, incoming: &Incoming) -> Option<u64> {
        self.list.front().map(|work| work.ticket()).or_else(|| incoming.first_ticket())
    }

    /// The names of those that were queued after a ticket and are pending in a list or run, and of those
    /// that were there before; "?" for none.
    pub(super) fn names(&self, incoming: &Incoming, since: u64) -> (Vec<String>, Vec<String>) {
        let name =
            |work: &Node<Inner>| if work.name().is_empty() { "?" } else { work.name() }.to_owned();
        let running = self.current.iter().map(|current| (current.ticket, name(&current.work)));
        let listed = self.list.iter().chain(incoming.list.iter());
        let all = running.chain(listed.map(|work| (work.ticket(), name(work))));
        let (later, before): (Vec<_>, Vec<_>) = all.partition(|(ticket, _)| *ticket > since);
        let sorted = |of: Vec<(u64, String)>| {
            let mut names: Vec<_> = of.into_iter().map(|(_, name)| name).collect();
            names.sort();
            names.dedup();
            names
        };
        (sorted(later), sorted(before))
    }

    pub(super) fn timers(&self) -> usize {
        self.wheel.len()
    }

    pub(super) fn is_closed(&self) -> bool {
        self.closed
    }
}
