//! From a wake-up to the run of the thread that it wakes.
//!
//! Two threads play ping-pong. The protocol is the same for all: set the other's flag, wake it, sleep until
//! one's own flag is set. A sample is a round trip, that is two wake-ups, taken on one side.

mod kthreads;
mod std_threads;

use std::time::Instant;

use kthread::{Builder, Kthread, Policy, should_stop};
use rustix::thread::{CpuSet, sched_getaffinity};

use self::kthreads::kthreads;
use self::std_threads::{Condition, Futex, Park, std_threads};
use crate::harness::{Figures, Group, Result};
use crate::plan::Plan;

/// The CPU of each side, if it is bound to one.
type Places = Option<[usize; 2]>;

pub(crate) fn measure(plan: &Plan, figures: &mut Vec<Figures>) -> Result<()> {
    let trips = plan.size(500, 3);
    let rounds = plan.size(101, 1);
    let run = |place: &str, places: Places| {
        Group::new(format!("wake-to-run, there and back, {place}"))
            .peer("std threads, flag and futex", move || std_threads::<Futex>(places, trips))
            .ours("kthreads, Step::Sleep and wake()", 1.1, move || kthreads(places, trips))
            .peer("std threads, park() and unpark()", move || std_threads::<Park>(places, trips))
            .peer("std threads, Mutex and Condvar", move || std_threads::<Condition>(places, trips))
            .run(rounds)
    };
    let mut allowed = allowed()?.into_iter();
    if let Some(one) = allowed.next() {
        figures.push(run("both on one CPU", Some([one, one]))?);
        if let Some(other) = allowed.next() {
            let awake = [keep_awake(one)?, keep_awake(other)?];
            figures.push(run("on two CPUs that never idle", Some([one, other]))?);
            drop(awake);
            figures.push(run("on two CPUs", Some([one, other]))?);
        }
    }
    figures.push(run("where the system puts them", None)?);
    Ok(())
}

/// The CPUs that we may use.
pub(crate) fn allowed() -> Result<Vec<usize>> {
    let allowed = sched_getaffinity(None)?;
    Ok((0..CpuSet::MAX_CPU).filter(|cpu| allowed.is_set(*cpu)).collect())
}

/// Keeps a CPU from going idle, which on a virtual machine costs more than all else. What it runs gives way
/// to everybody.
pub(crate) fn keep_awake(cpu: usize) -> Result<Kthread<()>> {
    let builder = Builder::new("awake").cpu(cpu).policy(Policy::Idle);
    Ok(builder.run(|| {
        while !should_stop() {
            std::hint::spin_loop();
        }
    })?)
}

/// The time of each round trip.
struct Trips {
    last: Instant,
    took: Vec<f64>,
    wanted: usize,
}

impl Trips {
    fn new(wanted: usize) -> Self {
        Self { last: Instant::now(), took: Vec::with_capacity(wanted + 1), wanted }
    }

    /// One is over; true after the last. The first is not counted: the other side may not have been there.
    fn one(&mut self) -> bool {
        let now = Instant::now();
        self.took.push((now - self.last).as_secs_f64() * 1e9);
        self.last = now;
        self.took.len() > self.wanted
    }

    fn take(mut self) -> Vec<f64> {
        self.took.split_off(1)
    }
}
