//! What a thread publishes: one writer, any number of readers, no lock.

use std::time::Duration;

use super::{State, Stats};
use crate::sync::clock::{self, Moment};
use crate::sync::{AtomicU8, AtomicU32, AtomicU64, Ordering, fence, os};

const STATES: usize = State::Exited as usize + 1;

/// The counters. `turn` is odd while the writer is at work.
#[derive(Debug)]
pub(crate) struct Published {
    turn: AtomicU32,
    state: AtomicU8,
    since: AtomicU64,
    iterations: AtomicU64,
    times: [AtomicU64; STATES],
    entered: [AtomicU64; STATES],
}

impl Published {
    pub(crate) fn new() -> Self {
        Self {
            turn: AtomicU32::new(0),
            state: AtomicU8::new(State::New as u8),
            since: AtomicU64::new(clock::now().nanos()),
            iterations: AtomicU64::new(0),
            times: [const { AtomicU64::new(0) }; STATES],
            entered: [const { AtomicU64::new(0) }; STATES],
        }
    }

    /// The thread is in another state from now on. Only the thread calls it.
    pub(crate) fn enter(&self, state: State) {
        let now = clock::now().nanos();
        let before = usize::from(self.state.load(Ordering::Relaxed));
        let turn = self.turn.load(Ordering::Relaxed);
        self.turn.store(turn.wrapping_add(1), Ordering::Relaxed);
        // What follows is not seen before the odd number.
        fence(Ordering::Release);
        add(&self.times[before], now.saturating_sub(self.since.load(Ordering::Relaxed)));
        add(&self.entered[state as usize], 1);
        self.since.store(now, Ordering::Relaxed);
        self.state.store(state as u8, Ordering::Relaxed);
        self.turn.store(turn.wrapping_add(2), Ordering::Release);
    }

    /// How many iterations are done. Only the thread calls it.
    pub(crate) fn iterations(&self, done: u64) {
        self.iterations.store(done, Ordering::Relaxed);
    }

    /// All of it; times and counts are of one moment.
    pub(crate) fn read(&self) -> Stats {
        loop {
            let turn = self.turn.load(Ordering::Acquire);
            let stats = self.copy();
            // What was read before is not read later than this.
            fence(Ordering::Acquire);
            if turn & 1 == 0 && self.turn.load(Ordering::Relaxed) == turn {
                return stats;
            }
            // The writer is between two stores.
            os::yield_now();
        }
    }

    fn copy(&self) -> Stats {
        let current = usize::from(self.state.load(Ordering::Relaxed));
        let since = Moment::from_nanos(self.since.load(Ordering::Relaxed));
        let so_far = clock::now().nanos().saturating_sub(since.nanos());
        let time = |state: State| {
            let mut nanos = self.times[state as usize].load(Ordering::Relaxed);
            if state as usize == current {
                nanos += so_far;
            }
            Duration::from_nanos(nanos)
        };
        let entered = |state: State| self.entered[state as usize].load(Ordering::Relaxed);
        Stats {
            iterations: self.iterations.load(Ordering::Relaxed),
            sleeps: entered(State::Sleeping),
            parks: entered(State::Parked),
            freezes: entered(State::Frozen),
            stops: entered(State::Stopped),
            running: time(State::Running),
            sleeping: time(State::Sleeping),
            parked: time(State::Parked),
            frozen: time(State::Frozen),
            stopped: time(State::Stopped),
        }
    }
}

fn add(to: &AtomicU64, what: u64) {
    to.store(to.load(Ordering::Relaxed).wrapping_add(what), Ordering::Relaxed);
}
