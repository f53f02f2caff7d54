//! How many jobs go through in a time.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Barrier, Mutex};
use std::thread::{self, Thread};
use std::time::Instant;

use super::channels::{Crossbeam, Flume, Kanal, Std, Through};
use super::ours::Ours;
use super::pools::{Rayon, ThreadPool, Tokio};
use super::{Closure, Peer, Port};
use crate::harness::{Figures, Group, Result};
use crate::plan::Plan;

static RAN: AtomicU64 = AtomicU64::new(0);
static WANTED: AtomicU64 = AtomicU64::new(0);
static WAITS: Mutex<Option<Thread>> = Mutex::new(None);

/// The job: counts, and tells who waits for the last one. One thread at a time runs it.
fn count(value: u64) {
    std::hint::black_box(value);
    let ran = RAN.load(Ordering::Relaxed) + 1;
    RAN.store(ran, Ordering::Release);
    if ran == WANTED.load(Ordering::Relaxed)
        && let Ok(mut waits) = WAITS.lock()
        && let Some(waits) = waits.take()
    {
        waits.unpark();
    }
}

pub(crate) fn measure(plan: &Plan, figures: &mut Vec<Figures>) -> Result<()> {
    let jobs = plan.size(400_000, 100);
    for producers in [1, 4] {
        let each = jobs / producers;
        let name = match producers {
            1 => "a job, submitted by 1 producer and run".to_owned(),
            _ => format!("a job, submitted by one of {producers} producers and run"),
        };
        // One producer is compared with crossbeam-channel, four with the fastest peer.
        let target = if producers == 1 { 0.8 } else { 1.0 };
        let group = Group::new(name);
        let group = if producers == 1 {
            group
                .peer(
                    "crossbeam-channel, boxed closure",
                    through::<Through<Crossbeam, Closure>>(producers, each),
                )
                .peer("kanal, boxed closure", through::<Through<Kanal, Closure>>(producers, each))
        } else {
            group
                .peer("kanal, boxed closure", through::<Through<Kanal, Closure>>(producers, each))
                .peer(
                    "crossbeam-channel, boxed closure",
                    through::<Through<Crossbeam, Closure>>(producers, each),
                )
        };
        let group = group
            .ours(
                "a worker, 4,096 works a producer",
                target,
                through::<Ours<4096, 0>>(producers, each),
            )
            .ours(
                "a worker, 16,384 works a producer",
                target,
                through::<Ours<16_384, 0>>(producers, each),
            )
            .peer("std mpsc, boxed closure", through::<Through<Std, Closure>>(producers, each))
            .peer("flume, boxed closure", through::<Through<Flume, Closure>>(producers, each))
            .peer("crossbeam-channel, u64", through::<Through<Crossbeam, u64>>(producers, each))
            .peer("std mpsc, u64", through::<Through<Std, u64>>(producers, each))
            .peer("flume, u64", through::<Through<Flume, u64>>(producers, each))
            .peer("kanal, u64", through::<Through<Kanal, u64>>(producers, each))
            .peer("tokio current_thread, mpsc, boxed closure", through::<Tokio>(producers, each))
            .peer("rayon, 1 thread", through::<Rayon>(producers, each))
            .peer("threadpool, 1 thread", through::<ThreadPool>(producers, each));
        figures.push(group.run(plan.size(21, 1))?);
    }
    Ok(())
}

fn through<P: Peer>(producers: u64, each: u64) -> impl FnMut() -> Result<Vec<f64>> {
    move || {
        let peer = P::start(count)?;
        RAN.store(0, Ordering::Relaxed);
        WANTED.store(producers * each, Ordering::Relaxed);
        *WAITS.lock().map_err(|_| "a job panicked")? = Some(thread::current());
        let begin = Arc::new(Barrier::new(producers as usize + 1));
        let mut threads = Vec::new();
        for _ in 0..producers {
            let (mut port, begin) = (peer.port(), Arc::clone(&begin));
            threads.push(thread::spawn(move || {
                begin.wait();
                let start = Instant::now();
                for value in 0..each {
                    port.submit(value);
                }
                // What it holds goes after the time is taken.
                (start, port)
            }));
        }
        begin.wait();
        while RAN.load(Ordering::Acquire) < producers * each {
            thread::park();
        }
        let end = Instant::now();
        let mut first = end;
        for thread in threads {
            let (start, port) = thread.join().map_err(|_| "a producer panicked")?;
            first = first.min(start);
            drop(port);
        }
        peer.end()?;
        Ok(vec![(end - first).as_secs_f64() * 1e9 / (producers * each) as f64])
    }
}
