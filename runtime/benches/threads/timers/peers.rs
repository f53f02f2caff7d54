//! Other timers.

use std::collections::BTreeSet;
use std::future::poll_fn;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use hierarchical_hash_wheel_timer::wheels::Skip;
use hierarchical_hash_wheel_timer::wheels::cancellable::{
    CancellableTimerEntry, QuadWheelWithOverflow,
};
use tokio::runtime::Runtime;
use tokio::time::Instant as TokioInstant;
use tokio_util::time::DelayQueue;
use tokio_util::time::delay_queue::Key;

use super::{FARTHEST, Timers};
use crate::harness::Result;

/// All have come by then.
const END: Duration = Duration::from_nanos(FARTHEST + 1_000_000_000);

/// Deadlines are given as instants, so that it reads no clock.
pub(super) struct Delays {
    queue: DelayQueue<u32>,
    keys: Vec<Key>,
    start: TokioInstant,
    runtime: Runtime,
}

impl Timers for Delays {
    fn new(count: usize) -> Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()?;
        let entered = runtime.enter();
        let (queue, start) = (DelayQueue::with_capacity(count), TokioInstant::now());
        drop(entered);
        Ok(Self { queue, keys: Vec::with_capacity(count), start, runtime })
    }

    fn insert(&mut self, timer: usize, delay: Duration) {
        let _entered = self.runtime.enter();
        self.keys.push(self.queue.insert_at(timer as u32, self.start + delay));
    }

    fn modify(&mut self, timer: usize, delay: Duration) {
        self.queue.reset_at(&self.keys[timer], self.start + delay);
    }

    fn cancel(&mut self, timer: usize) {
        let _ = self.queue.remove(&self.keys[timer]);
    }

    fn fire(&mut self) -> Result<(usize, Duration)> {
        let queue = &mut self.queue;
        Ok(self.runtime.block_on(tokio::task::unconstrained(async {
            tokio::time::advance(END).await;
            let start = Instant::now();
            let mut fired = 0;
            while poll_fn(|cx| queue.poll_expired(cx)).await.is_some() {
                fired += 1;
            }
            (fired, start.elapsed())
        })))
    }
}

/// As threads could share it, and as one asks for a delay.
pub(super) struct LockedDelays {
    queue: Mutex<DelayQueue<u32>>,
    keys: Vec<Key>,
    runtime: Runtime,
}

impl LockedDelays {
    fn with<R>(&self, what: impl FnOnce(&mut DelayQueue<u32>) -> R) -> R {
        what(&mut self.queue.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Timers for LockedDelays {
    fn new(count: usize) -> Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
        let queue = Mutex::new(DelayQueue::with_capacity(count));
        Ok(Self { queue, keys: Vec::with_capacity(count), runtime })
    }

    fn insert(&mut self, timer: usize, delay: Duration) {
        let _entered = self.runtime.enter();
        let key = self.with(|queue| queue.insert(timer as u32, delay));
        self.keys.push(key);
    }

    fn modify(&mut self, timer: usize, delay: Duration) {
        self.with(|queue| queue.reset(&self.keys[timer], delay));
    }

    fn cancel(&mut self, timer: usize) {
        let _ = self.with(|queue| queue.remove(&self.keys[timer]));
    }

    fn fire(&mut self) -> Result<(usize, Duration)> {
        Err("its time is real".into())
    }
}

/// By deadline, and by number where two are alike.
pub(super) struct Tree {
    set: BTreeSet<(u64, u32)>,
    deadlines: Vec<u64>,
}

impl Timers for Tree {
    fn new(count: usize) -> Result<Self> {
        Ok(Self { set: BTreeSet::new(), deadlines: vec![0; count] })
    }

    fn insert(&mut self, timer: usize, delay: Duration) {
        let deadline = delay.as_nanos() as u64;
        self.deadlines[timer] = deadline;
        self.set.insert((deadline, timer as u32));
    }

    fn modify(&mut self, timer: usize, delay: Duration) {
        self.cancel(timer);
        self.insert(timer, delay);
    }

    fn cancel(&mut self, timer: usize) {
        self.set.remove(&(self.deadlines[timer], timer as u32));
    }

    fn fire(&mut self) -> Result<(usize, Duration)> {
        let (start, mut fired) = (Instant::now(), 0);
        while let Some(timer) = self.set.pop_first() {
            std::hint::black_box(timer);
            fired += 1;
        }
        Ok((fired, start.elapsed()))
    }
}

#[derive(Debug)]
struct Entry(u32);

impl CancellableTimerEntry for Entry {
    type Id = u32;

    fn id(&self) -> &u32 {
        &self.0
    }
}

/// Moving is cancelling and putting in again: it has nothing else.
pub(super) struct HashWheel(QuadWheelWithOverflow<Entry>);

impl Timers for HashWheel {
    fn new(_count: usize) -> Result<Self> {
        Ok(Self(QuadWheelWithOverflow::new()))
    }

    fn insert(&mut self, timer: usize, delay: Duration) {
        // None of the delays is 0, which it would refuse.
        let _ = self.0.insert_ref_with_delay(Entry(timer as u32).into(), delay);
    }

    fn modify(&mut self, timer: usize, delay: Duration) {
        self.cancel(timer);
        self.insert(timer, delay);
    }

    fn cancel(&mut self, timer: usize) {
        let _ = self.0.cancel(&(timer as u32));
    }

    fn fire(&mut self) -> Result<(usize, Duration)> {
        let (start, mut fired) = (Instant::now(), 0);
        loop {
            match self.0.can_skip() {
                Skip::Empty => break,
                Skip::Millis(time) => self.0.skip(time),
                Skip::None => {}
            }
            fired += self.0.tick().len();
        }
        Ok((fired, start.elapsed()))
    }
}
