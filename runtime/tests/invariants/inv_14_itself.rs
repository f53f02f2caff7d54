//! 14: a work that flushes or cancels itself, or flushes or destroys its worker, gets an error.

use kthread::{DrainError, Work, WorkerError};

use crate::check::{Shared, check, mutants};
use crate::workers::{counting, start};

#[test]
fn an_error() {
    check("inv_14_itself::an_error", model, mutants![NoSelfCheck]);
}

fn model() {
    let (right, ran) = (Shared::new(0), Shared::new(0));
    let worker = start();
    let (is_right, other) = (right.clone(), counting(&ran));
    let work = Work::new(move |cx| {
        let (worker, work) = (cx.worker(), cx.work());
        let all = [
            worker.flush_work(&work) == Err(WorkerError::FromItself),
            worker.flush() == Err(WorkerError::FromItself),
            worker.cancel_sync(&work) == Err(WorkerError::FromItself),
            worker.drain(std::time::Duration::MAX)
                == Err(DrainError::Worker(WorkerError::FromItself)),
            // Another work of the same worker can't run now, so that is no waiting for itself.
            worker.cancel_sync(&other) == Ok(false),
        ];
        is_right.set(all.iter().filter(|right| **right).count());
    });
    worker.queue(&work);
    worker.flush().expect("it ends");
    assert_eq!(right.get(), 5);
}

#[test]
fn destroyed() {
    check("inv_14_itself::destroyed", destroys, mutants![NoSelfCheck]);
}

/// The handle is in the work; the worker goes on without one.
fn destroys() {
    let right = Shared::new(0);
    let thread = start();
    let (worker, task) = (thread.worker(), thread.task().expect("it has a thread"));
    let (mut own, is_right) = (Some(thread), right.clone());
    let work = Work::new(move |_| {
        if let Some(own) = own.take() {
            let refused = own.destroy(std::time::Duration::MAX);
            is_right.set(usize::from(matches!(refused, Err(WorkerError::FromItself))));
        }
    });
    worker.queue(&work);
    worker.flush().expect("it runs");
    assert_eq!(right.get(), 1);
    task.request_stop();
}
