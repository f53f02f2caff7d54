//! No queue path allocates: a counting allocator sees to it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail")]
#![allow(clippy::disallowed_types, clippy::disallowed_methods, reason = "a test uses std")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::hint::black_box;
use std::time::Duration;

use kthread::{DelayedWork, Modified, Queued, Worker};

struct Counting;

thread_local! {
    static ALLOCATIONS: Cell<usize> = const { Cell::new(0) };
}

fn note() {
    // While a thread is taken down there is nothing to count.
    let _ = ALLOCATIONS.try_with(|count| count.set(count.get() + 1));
}

// SAFETY: all is passed on to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        note();
        // SAFETY: passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: passed on.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        note();
        // SAFETY: passed on.
        unsafe { System.realloc(pointer, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// How often `what` allocates.
fn allocations(what: impl FnOnce()) -> usize {
    let before = ALLOCATIONS.get();
    what();
    ALLOCATIONS.get() - before
}

#[test]
fn queueing_allocates_nothing() {
    const LONG: Duration = Duration::from_secs(3600);
    let worker = Worker::new();
    let works: Vec<_> = (0..1000).map(|_| DelayedWork::new(|_| ())).collect();
    // Also the first time.
    let counted = allocations(|| {
        for work in &works {
            assert_eq!(worker.queue(work), Queued::Queued);
            assert_eq!(worker.queue(work), Queued::AlreadyPending);
            assert_eq!(worker.mod_delayed(work, LONG), Modified::Moved);
            assert_eq!(worker.cancel(work), Ok(true));
            assert_eq!(worker.queue_delayed(work, LONG), Queued::Queued);
            assert_eq!(worker.mod_delayed(work, Duration::ZERO), Modified::Moved);
            assert_eq!(worker.cancel_sync(work), Ok(true));
        }
    });
    assert_eq!(counted, 0);
}

#[test]
fn the_worker_allocates_nothing_to_run() {
    let in_worker = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(usize::MAX));
    let noted = std::sync::Arc::clone(&in_worker);
    let worker = kthread::Builder::new("w").run_worker(kthread::WorkerOptions::new()).unwrap();
    let mut first = None;
    let mut left = 1000;
    // It queues itself, for now and for later: all that the worker does between two runs is counted.
    let work = DelayedWork::new(move |cx| {
        let count = ALLOCATIONS.get();
        let first = *first.get_or_insert(count);
        left -= 1;
        if left == 0 {
            noted.store(count - first, std::sync::atomic::Ordering::SeqCst);
        } else if left % 100 == 0 {
            let again = DelayedWork::from(cx.work());
            cx.worker().queue_delayed(&again, Duration::from_micros(200));
        } else {
            cx.requeue();
        }
    });
    worker.queue(&work);
    while in_worker.load(std::sync::atomic::Ordering::SeqCst) == usize::MAX {
        std::thread::sleep(Duration::from_millis(1));
    }
    assert_eq!(in_worker.load(std::sync::atomic::Ordering::SeqCst), 0);
}

/// The queueing that finds the worker asleep, and wakes it.
#[test]
fn waking_the_worker_allocates_nothing() {
    const HOUR: Duration = Duration::from_secs(3600);
    let worker = kthread::Builder::new("w").run_worker(kthread::WorkerOptions::new()).unwrap();
    let task = worker.task().unwrap();
    let work = DelayedWork::new(|_| ());
    let sleeps = || {
        // When it has run what it was woken for it is awake; what is seen then is its next sleep.
        worker.flush().unwrap();
        while task.state() != kthread::State::Sleeping {
            std::thread::sleep(Duration::from_millis(1));
        }
    };
    let soon = Duration::from_nanos(1);
    for _ in 0..50 {
        sleeps();
        assert_eq!(allocations(|| assert_eq!(worker.queue(&work), Queued::Queued)), 0);
        sleeps();
        let later = || assert_eq!(worker.queue_delayed(&work, soon), Queued::Queued);
        assert_eq!(allocations(later), 0);
        worker.flush_work(&work).unwrap();
        // One that moves a timer, and one that ends it.
        for delay in [soon, Duration::ZERO] {
            worker.queue_delayed(&work, HOUR);
            sleeps();
            let sooner = || assert_eq!(worker.mod_delayed(&work, delay), Modified::Moved);
            assert_eq!(allocations(sooner), 0);
            worker.flush_work(&work).unwrap();
        }
    }
}

#[test]
fn the_allocator_counts() {
    assert!(allocations(|| drop(black_box(Box::new(1)))) > 0);
}
