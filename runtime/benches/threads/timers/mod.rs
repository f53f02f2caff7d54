//! 100,000 pending timers: putting them in, moving, cancelling and firing them.

mod ours;
mod peers;

use std::time::{Duration, Instant};

#[cfg(feature = "bench-internals")]
use self::ours::Bare;
use self::ours::WorkersTimers;
use self::peers::{Delays, HashWheel, LockedDelays, Tree};
use crate::harness::{Figures, Group, Result};
use crate::plan::Plan;

/// Something with timers, numbered from 0.
trait Timers: Sized {
    fn new(count: usize) -> Result<Self>;
    fn insert(&mut self, timer: usize, delay: Duration);
    fn modify(&mut self, timer: usize, delay: Duration);
    fn cancel(&mut self, timer: usize);
    /// Lets all of them come; gives back how many did, and how long that took.
    fn fire(&mut self) -> Result<(usize, Duration)>;
}

/// Further away than any measurement takes, so that none comes meanwhile.
const NEAREST: u64 = 1_000_000_000;
const FARTHEST: u64 = 61_000_000_000;

#[derive(Clone, Copy)]
enum Operation {
    Insert,
    Modify,
    Cancel,
}

/// What all peers do, in the same order and with the same delays.
struct Script {
    delays: Vec<Duration>,
    moved: Vec<Duration>,
    order: Vec<usize>,
}

impl Script {
    fn new(count: usize, shuffled: bool) -> Self {
        let mut random = Random(0x9e37_79b9_7f4a_7c15);
        let mut delays = || {
            let mut delay = || Duration::from_nanos(NEAREST + random.next() % (FARTHEST - NEAREST));
            (0..count).map(|_| delay()).collect::<Vec<_>>()
        };
        let (first, moved) = (delays(), delays());
        let mut order: Vec<usize> = (0..count).collect();
        if shuffled {
            for at in (1..count).rev() {
                order.swap(at, random.next() as usize % (at + 1));
            }
        }
        Self { delays: first, moved, order }
    }
}

struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }
}

pub(crate) fn measure(plan: &Plan, figures: &mut Vec<Figures>) -> Result<()> {
    let count = plan.size(100_000, 100);
    let rounds = plan.size(11, 1);
    let (straight, shuffled) = (&Script::new(count, false), &Script::new(count, true));
    for (name, operation, script) in [
        ("insert", Operation::Insert, straight),
        ("modify, in the order in which they were made", Operation::Modify, straight),
        ("modify, in any order", Operation::Modify, shuffled),
        ("cancel, in the order in which they were made", Operation::Cancel, straight),
        ("cancel, in any order", Operation::Cancel, shuffled),
    ] {
        let group = Group::new(format!("{count} timers: {name}"))
            .peer("tokio-util DelayQueue", move || one::<Delays>(operation, script));
        #[cfg(feature = "bench-internals")]
        let group = group.ours("the bare wheel", 0.1, move || one::<Bare>(operation, script));
        let group = group
            .ours("a worker's, under its locks", 0.5, move || {
                one::<WorkersTimers>(operation, script)
            })
            .peer("tokio-util DelayQueue in a Mutex, by Duration", move || {
                one::<LockedDelays>(operation, script)
            })
            .peer("BTreeSet of deadlines and numbers", move || one::<Tree>(operation, script))
            .peer("hierarchical_hash_wheel_timer", move || one::<HashWheel>(operation, script));
        figures.push(group.run(rounds)?);
    }
    let group = Group::new(format!("{count} timers: fire"))
        .peer("tokio-util DelayQueue", move || fire::<Delays>(straight));
    #[cfg(feature = "bench-internals")]
    let group = group.peer("the bare wheel", move || fire::<Bare>(straight));
    let group = group
        .peer("a worker's, all late by now; with the works' runs", move || {
            fire::<WorkersTimers>(straight)
        })
        .peer("BTreeSet of deadlines and numbers", move || fire::<Tree>(straight))
        .peer("hierarchical_hash_wheel_timer", move || fire::<HashWheel>(straight));
    figures.push(group.run(rounds)?);
    Ok(())
}

/// One operation on all timers; nanoseconds for each.
fn one<T: Timers>(operation: Operation, script: &Script) -> Result<Vec<f64>> {
    let mut timers = T::new(script.delays.len())?;
    let start = Instant::now();
    for (timer, delay) in script.delays.iter().enumerate() {
        timers.insert(timer, *delay);
    }
    let took = match operation {
        Operation::Insert => start.elapsed(),
        Operation::Modify => {
            let start = Instant::now();
            for timer in &script.order {
                timers.modify(*timer, script.moved[*timer]);
            }
            start.elapsed()
        }
        Operation::Cancel => {
            let start = Instant::now();
            for timer in &script.order {
                timers.cancel(*timer);
            }
            start.elapsed()
        }
    };
    Ok(vec![took.as_secs_f64() * 1e9 / script.delays.len() as f64])
}

fn fire<T: Timers>(script: &Script) -> Result<Vec<f64>> {
    let mut timers = T::new(script.delays.len())?;
    for (timer, delay) in script.delays.iter().enumerate() {
        timers.insert(timer, *delay);
    }
    let (fired, took) = timers.fire()?;
    if fired != script.delays.len() {
        return Err(format!("{fired} of {} timers came", script.delays.len()).into());
    }
    Ok(vec![took.as_secs_f64() * 1e9 / fired as f64])
}
