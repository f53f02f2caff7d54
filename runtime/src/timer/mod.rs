//! Timers: a hierarchical wheel that allocates nothing and has no thread of its own.
//!
//! Time is cut into ticks of 2^17 ns, about 131 µs. A timer goes into the lowest level on which its tick
//! and the wheel's own differ; when the wheel comes to a slot of a higher level, its timers go down.
//! What is further away than the highest level reaches, 39 hours, waits in a list of its own. Putting a
//! timer in, moving it and taking it out are constant in time.
//!
//! A timer never expires early, and at most a tick late by the wheel's own doing. The kernel's name:
//! `kernel/time/timer.c`, with its wheel of nine levels.

use crate::list::{List, Node};
use crate::sync::clock::Moment;
use crate::sync::{Arc, Guarded};

const TICK_BITS: u32 = 17;
const SLOT_BITS: u32 = 6;
const SLOTS: usize = 1 << SLOT_BITS;
const LEVELS: usize = 5;
const SPAN_BITS: u32 = SLOT_BITS * LEVELS as u32;

/// Where a timer is: its level and slot, or one of those behind all levels. A tick leaves room for it:
/// there are less than 2^47 of them in 64 bits of nanoseconds.
const PLACE_BITS: u32 = 16;
const DUE: u64 = (LEVELS as u64) << SLOT_BITS;
const FAR: u64 = DUE + 1;

/// What something in a wheel holds for it: the tick at which it expires, and its place. In one word, as
/// timers are many, and moving or cancelling one takes little but the time to get at its memory.
#[derive(Debug)]
pub(crate) struct Timer(Guarded);

impl Timer {
    pub(crate) fn new() -> Self {
        Self(Guarded::new(0))
    }

    /// The word itself, for another use while it is in no wheel.
    #[inline]
    pub(crate) fn word(&self) -> &Guarded {
        &self.0
    }

    fn tick(&self) -> u64 {
        self.0.get() >> PLACE_BITS
    }

    fn place(&self) -> u64 {
        self.0.get() & ((1 << PLACE_BITS) - 1)
    }
}

/// What can be in a wheel.
pub(crate) trait Timed {
    fn timer(&self) -> &Timer;
}

/// The wheel. It owns a count of what is in it.
#[derive(Debug)]
pub(crate) struct Wheel<T> {
    /// What lies before this tick has expired, itself included.
    now: u64,
    levels: [Level<T>; LEVELS],
    /// To expire at once.
    due: List<T>,
    /// Beyond the levels.
    far: List<T>,
    count: usize,
}

#[derive(Debug)]
struct Level<T> {
    slots: [List<T>; SLOTS],
    /// A bit for each slot that isn't empty.
    occupied: u64,
}

impl<T> Level<T> {
    const fn new() -> Self {
        Self { slots: [const { List::new() }; SLOTS], occupied: 0 }
    }
}

impl<T: Timed> Wheel<T> {
    /// An empty wheel that stands at `now`.
    pub(crate) fn new(now: Moment) -> Self {
        Self {
            now: now.nanos() >> TICK_BITS,
            levels: [const { Level::new() }; LEVELS],
            due: List::new(),
            far: List::new(),
            count: 0,
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.count == 0
    }

    pub(crate) fn len(&self) -> usize {
        self.count
    }

    /// Puts something in, to expire at `deadline`.
    ///
    /// # Safety
    /// It is in no list and no wheel, and nobody else puts it into one meanwhile.
    #[inline]
    pub(crate) unsafe fn insert(&mut self, node: Arc<Node<T>>, deadline: Moment) {
        let nanos = deadline.nanos();
        // Up, so that nothing is early.
        let tick = (nanos >> TICK_BITS) + u64::from(nanos & ((1 << TICK_BITS) - 1) != 0);
        self.count += 1;
        // SAFETY: passed on.
        unsafe { self.place(node, tick) };
    }

    /// # Safety
    /// As for `insert`.
    unsafe fn place(&mut self, node: Arc<Node<T>>, tick: u64) {
        let (place, list) = if tick <= self.now {
            (DUE, &mut self.due)
        } else {
            let level = (u64::BITS - 1 - (tick ^ self.now).leading_zeros()) / SLOT_BITS;
            match self.levels.get_mut(level as usize) {
                None => (FAR, &mut self.far),
                Some(of) => {
                    let slot = slot(tick, level as usize);
                    of.occupied |= 1 << slot;
                    ((u64::from(level) << SLOT_BITS) | slot as u64, &mut of.slots[slot])
                }
            }
        };
        node.timer().0.set(tick << PLACE_BITS | place);
        // SAFETY: passed on.
        unsafe { list.push_back(node) };
    }

    /// Takes something out before it expires.
    ///
    /// # Safety
    /// It is in this wheel.
    #[inline]
    pub(crate) unsafe fn remove(&mut self, node: &Arc<Node<T>>) -> Arc<Node<T>> {
        let place = node.timer().place();
        self.count -= 1;
        let slot = (place & (SLOTS as u64 - 1)) as usize;
        match self.levels.get_mut((place >> SLOT_BITS) as usize) {
            Some(level) => {
                // SAFETY: its place says that it is in this list.
                let taken = unsafe { level.slots[slot].remove(node) };
                if level.slots[slot].is_empty() {
                    level.occupied &= !(1 << slot);
                }
                taken
            }
            // SAFETY: as above.
            None if place == DUE => unsafe { self.due.remove(node) },
            // SAFETY: as above.
            None => unsafe { self.far.remove(node) },
        }
    }

    /// Takes something out, whatever its time is.
    pub(crate) fn pop(&mut self) -> Option<Arc<Node<T>>> {
        let node = if let Some(node) = self.due.pop_front() {
            node
        } else if let Some(level) = self.levels.iter_mut().find(|level| level.occupied != 0) {
            let slot = level.occupied.trailing_zeros() as usize;
            let node = level.slots[slot].pop_front()?;
            if level.slots[slot].is_empty() {
                level.occupied &= !(1 << slot);
            }
            node
        } else {
            self.far.pop_front()?
        };
        self.count -= 1;
        Some(node)
    }

    /// When to look again: not later than the next timer expires. A timer that is far away is moved a
    /// few times before, so there may be nothing to expire then.
    pub(crate) fn next(&self) -> Option<Moment> {
        self.next_tick().map(|(tick, _)| Moment::from_nanos(tick << TICK_BITS))
    }

    /// The tick at which something is to be done, and where: a level, or none for the list of what is far.
    fn next_tick(&self) -> Option<(u64, Option<usize>)> {
        if !self.due.is_empty() {
            return Some((self.now, Some(0)));
        }
        for (at, level) in self.levels.iter().enumerate() {
            if level.occupied == 0 {
                continue;
            }
            // All slots in use are ahead of the wheel's own: below them the ticks are alike.
            let shift = SLOT_BITS * at as u32;
            let slot = u64::from(level.occupied.trailing_zeros());
            let base = self.now >> (shift + SLOT_BITS) << (shift + SLOT_BITS);
            return Some((base + (slot << shift), Some(at)));
        }
        if self.far.is_empty() {
            return None;
        }
        Some((((self.now >> SPAN_BITS) + 1) << SPAN_BITS, None))
    }

    /// Gives out what has expired by `now`, `limit` at most, in the order of the ticks, and in one tick
    /// in the order in which it was put in at that level.
    pub(crate) fn expire(
        &mut self,
        now: Moment,
        limit: usize,
        mut expired: impl FnMut(Arc<Node<T>>),
    ) {
        let until = now.nanos() >> TICK_BITS;
        let mut left = limit;
        loop {
            while !self.due.is_empty() {
                let Some(fewer) = left.checked_sub(1) else { return };
                if let Some(node) = self.due.pop_front() {
                    left = fewer;
                    self.count -= 1;
                    expired(node);
                }
            }
            match self.next_tick() {
                Some((tick, at)) if tick <= until => {
                    self.now = tick;
                    self.go_down(at, tick);
                }
                _ => break,
            }
        }
        self.now = self.now.max(until);
    }

    /// The wheel has come to a slot: what is in it goes to a lower level, or is due.
    fn go_down(&mut self, level: Option<usize>, tick: u64) {
        let mut moving = List::new();
        match level.and_then(|level| self.levels.get_mut(level).map(|of| (level, of))) {
            Some((level, of)) => {
                let slot = slot(tick, level);
                of.occupied &= !(1 << slot);
                moving.append(&mut of.slots[slot]);
            }
            None => moving.append(&mut self.far),
        }
        while let Some(node) = moving.pop_front() {
            let tick = node.timer().tick();
            // SAFETY: it has just been taken out of a list that nobody else has.
            unsafe { self.place(node, tick) };
        }
    }
}

fn slot(tick: u64, level: usize) -> usize {
    (tick >> (SLOT_BITS * level as u32)) as usize & (SLOTS - 1)
}

#[cfg(test)]
mod tests;
