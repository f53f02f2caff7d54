//! 3: a work never runs beside itself, and a worker runs one work at a time: it has one thread.

use kthread::{Builder, CreateError, WorkerOptions};

use crate::check::{Shared, check_deep, mutants};
use crate::workers::{running, start};

#[test]
fn one_thread() {
    check_deep("inv_03_one_at_a_time::one_thread", model, mutants![TwoThreads]);
}

fn model() {
    let (runs, ran) = (Shared::new(0), Shared::new(0));
    let first = start();
    let work = running(&runs, &ran);
    first.queue(&work);
    let second = Builder::new("second").create_worker_for(&first.worker(), WorkerOptions::new());
    assert!(matches!(second, Err(CreateError::WorkerBusy { .. })), "a second thread");
    // When the first is gone there may be another.
    let worker = first.stop().expect("it ends");
    let second = Builder::new("second").create_worker_for(&worker, WorkerOptions::new());
    second.expect("the first is gone").start();
    assert!(ran.get() <= 1);
}
