//! From submitting a job until it runs.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};

use super::channels::{Crossbeam, Flume, Kanal, Std, Through};
use super::floor::Floor;
use super::ours::Ours;
use super::pools::{Rayon, ThreadPool, Tokio};
use super::{Closure, Peer, Port};
use crate::harness::{Figures, Group, Result};
use crate::plan::Plan;
use crate::wake::{allowed, keep_awake};

/// How long the worker had nothing to do before.
#[derive(Clone, Copy)]
enum Idle {
    /// The next job comes as soon as the one before has been seen to run.
    No,
    /// It has gone to sleep, and its CPU has not.
    Shortly(Duration),
    Long(Duration),
}

static SUBMITTED: AtomicU64 = AtomicU64::new(0);
static TOOK: AtomicU64 = AtomicU64::new(0);
static RAN: AtomicU64 = AtomicU64::new(0);

/// The job: takes the time.
fn arrive(_value: u64) {
    TOOK.store(now() - SUBMITTED.load(Ordering::Relaxed), Ordering::Relaxed);
    RAN.fetch_add(1, Ordering::Release);
}

fn now() -> u64 {
    let time = clock_gettime(ClockId::Monotonic);
    time.tv_sec.unsigned_abs() * 1_000_000_000 + time.tv_nsec.unsigned_abs()
}

pub(crate) fn measure(plan: &Plan, figures: &mut Vec<Figures>) -> Result<()> {
    let states = [
        ("hot, one after the other", Idle::No, plan.size(500, 3)),
        ("hot, 20 µs after the last", Idle::Shortly(Duration::from_micros(20)), plan.size(300, 3)),
        ("cold, 1 ms after the last", Idle::Long(Duration::from_millis(1)), plan.size(20, 1)),
    ];
    for (name, idle, jobs) in states {
        // Hot means that no CPU has gone idle, which on a virtual machine costs more than all else.
        let awake = match idle {
            Idle::Long(_) => vec![],
            _ => allowed()?.into_iter().map(keep_awake).collect::<Result<Vec<_>>>()?,
        };
        let group = Group::new(format!("queue-to-run, {name}"))
            .peer("one word and a futex", latency::<Floor>(idle, jobs))
            .ours("a worker", 1.05, latency::<Ours<64, 0>>(idle, jobs))
            .peer("a worker that spins for 50 µs", latency::<Ours<64, 50>>(idle, jobs))
            .peer("std mpsc", latency::<Through<Std, Closure>>(idle, jobs))
            .peer("crossbeam-channel", latency::<Through<Crossbeam, Closure>>(idle, jobs))
            .peer("flume", latency::<Through<Flume, Closure>>(idle, jobs))
            .peer("kanal", latency::<Through<Kanal, Closure>>(idle, jobs))
            .peer("tokio current_thread", latency::<Tokio>(idle, jobs))
            .peer("rayon, 1 thread", latency::<Rayon>(idle, jobs))
            .peer("threadpool, 1 thread", latency::<ThreadPool>(idle, jobs));
        figures.push(group.run(plan.size(21, 1))?);
        drop(awake);
    }
    Ok(())
}

fn latency<P: Peer>(idle: Idle, jobs: u64) -> impl FnMut() -> Result<Vec<f64>> {
    move || {
        let peer = P::start(arrive)?;
        let mut port = peer.port();
        let mut took = Vec::with_capacity(jobs as usize);
        RAN.store(0, Ordering::Relaxed);
        // The first one is not counted: the thread may not have begun.
        for job in 1..=jobs + 1 {
            match idle {
                Idle::No => {}
                Idle::Shortly(time) => {
                    let start = Instant::now();
                    while start.elapsed() < time {
                        std::hint::spin_loop();
                    }
                }
                Idle::Long(time) => std::thread::sleep(time),
            }
            SUBMITTED.store(now(), Ordering::Relaxed);
            port.submit(job);
            while RAN.load(Ordering::Acquire) != job {
                std::hint::spin_loop();
            }
            if job > 1 {
                took.push(TOOK.load(Ordering::Relaxed) as f64);
            }
        }
        drop(port);
        peer.end()?;
        Ok(took)
    }
}
