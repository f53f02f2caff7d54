//! What something pending takes of memory, as the allocator counts it, with what it wastes.

use std::time::Duration;

use kthread::{DelayedWork, Work, Worker};

use crate::harness::{Figures, Result, Row, Unit};
use crate::plan::Plan;

#[expect(clippy::unnecessary_wraps, reason = "a measure may fail")]
pub(crate) fn measure(plan: &Plan, figures: &mut Vec<Figures>) -> Result<()> {
    let count = plan.size(100_000, 100);
    let rows = vec![
        row("crossbeam-channel: a boxed closure", count, || {
            let (sender, receiver) = crossbeam_channel::unbounded();
            (0..count).for_each(|at| drop(sender.send(closure(at))));
            (sender, receiver)
        }),
        row("std mpsc: a boxed closure", count, || {
            let (sender, receiver) = std::sync::mpsc::channel();
            (0..count).for_each(|at| drop(sender.send(closure(at))));
            (sender, receiver)
        }),
        row("flume: a boxed closure", count, || {
            let (sender, receiver) = flume::unbounded();
            (0..count).for_each(|at| drop(sender.send(closure(at))));
            (sender, receiver)
        }),
        row("kanal: a boxed closure", count, || {
            let (sender, receiver) = kanal::unbounded();
            (0..count).for_each(|at| drop(sender.send(closure(at))));
            (sender, receiver)
        }),
        row("a Work, idle or pending, with its closure", count, || {
            let worker = Worker::new();
            let works: Vec<Work> = (0..count).map(|at| Work::new(move |_| spend(at))).collect();
            for work in &works {
                worker.queue(work);
            }
            (worker, works)
        }),
        row("a DelayedWork, idle or pending, with its closure", count, || {
            let worker = Worker::new();
            let works: Vec<_> = (0..count).map(|at| DelayedWork::new(move |_| spend(at))).collect();
            for work in &works {
                worker.queue_delayed(work, Duration::from_secs(3600));
            }
            (worker, works)
        }),
        row("a worker without a thread", 100, || {
            (0..100).map(|_| Worker::new()).collect::<Vec<_>>()
        }),
    ];
    figures.push(Figures { group: "memory".to_owned(), unit: Unit::Bytes, rows });
    Ok(())
}

fn closure(at: usize) -> Box<dyn FnOnce() + Send> {
    Box::new(move || spend(at))
}

fn spend(at: usize) {
    std::hint::black_box(at);
}

fn row<T>(name: &'static str, count: usize, make: impl FnOnce() -> T) -> Row {
    let before = in_use();
    let held = make();
    let bytes = (in_use() - before) as f64 / count as f64;
    drop(held);
    Row { name, target: None, samples: vec![bytes], rounds: vec![bytes] }
}

fn in_use() -> usize {
    // SAFETY: it only reads the allocator's own books.
    let info = unsafe { libc::mallinfo2() };
    info.uordblks + info.hblkhd
}
