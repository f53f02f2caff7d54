//! Bringing many sleeping threads to rest, and letting them go on.
//!
//! The peer is what one would write by hand: threads that sleep on one Condvar, and a count, under its
//! Mutex, of those that are at rest. Both sides have all their threads at once; those of the other sleep.

mod by_hand;
mod ours;
mod parked;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

use self::by_hand::ByHand;
use self::ours::Ours;
use self::parked::Parked;
use crate::harness::{Figures, Group, Result};
use crate::plan::Plan;

/// The threads use little of their stacks.
const STACK: usize = 64 * 1024;

/// Long enough for threads that have run to go to sleep again.
const SETTLED: Duration = Duration::from_millis(2);

pub(crate) fn measure(plan: &Plan, figures: &mut Vec<Figures>) -> Result<()> {
    for threads in plan.size(vec![10, 100, 1000], vec![10]) {
        let ours = Ours::new(threads)?;
        let by_hand = ByHand::new(threads)?;
        let parked = Parked::new(threads)?;
        let rounds = plan.size(if threads > 100 { 31 } else { 101 }, 1);
        for (what, part) in [
            ("freeze, until all are at rest", Part::Freeze),
            ("thaw, the call", Part::Thaw),
            ("thaw, until all have run", Part::Run),
        ] {
            let group = Group::new(format!("{threads} sleeping threads: {what}"))
                .peer("std threads, one Mutex and Condvar", || round(&by_hand, part))
                .peer("kthreads, a Freezer", || round(&ours, part))
                .peer("std threads, a flag and unpark() of each", || round(&parked, part));
            figures.push(group.run(rounds)?);
        }
    }
    Ok(())
}

/// Threads that sleep.
trait Herd {
    /// Until all are at rest.
    fn freeze(&self) -> Result<()>;
    /// Lets all go on.
    fn thaw(&self) -> Result<()>;
    /// Those that have run since the last freeze.
    fn ran(&self) -> &Count;
}

/// What of a round is measured.
#[derive(Clone, Copy, PartialEq)]
enum Part {
    Freeze,
    Thaw,
    Run,
}

fn round(herd: &impl Herd, part: Part) -> Result<Vec<f64>> {
    let start = Instant::now();
    herd.freeze()?;
    let freeze = start.elapsed();
    herd.ran().reset();

    let start = Instant::now();
    herd.thaw()?;
    let thaw = start.elapsed();
    herd.ran().wait();
    let run = start.elapsed();

    thread::sleep(SETTLED);
    let took = match part {
        Part::Freeze => freeze,
        Part::Thaw => thaw,
        Part::Run => run,
    };
    Ok(vec![took.as_secs_f64() * 1e9])
}

/// Counts threads that have run; the last of them wakes the one that made it.
struct Count {
    ran: AtomicUsize,
    of: usize,
    waits: Thread,
}

impl Count {
    fn new(of: usize) -> Self {
        Self { ran: AtomicUsize::new(0), of, waits: thread::current() }
    }

    fn one(&self) {
        if self.ran.fetch_add(1, Ordering::AcqRel) + 1 == self.of {
            self.waits.unpark();
        }
    }

    fn wait(&self) {
        while self.ran.load(Ordering::Acquire) < self.of {
            thread::park();
        }
    }

    fn reset(&self) {
        self.ran.store(0, Ordering::Release);
    }
}
