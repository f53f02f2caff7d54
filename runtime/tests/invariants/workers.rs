//! What models of workers have in common.

use std::time::Duration;

use kthread::{Builder, Work, WorkerOptions, WorkerThread};

use crate::check::Shared;

pub(crate) fn start() -> WorkerThread {
    Builder::new("worker").run_worker(WorkerOptions::new()).expect("it is created")
}

/// A work that counts its runs.
pub(crate) fn counting(ran: &Shared) -> Work {
    let ran = ran.clone();
    Work::new(move |_| ran.add())
}

/// A work that says while it runs that it does, and counts.
pub(crate) fn running(runs: &Shared, ran: &Shared) -> Work {
    let (runs, ran) = (runs.clone(), ran.clone());
    Work::new(move |_| {
        runs.set(1);
        ran.add();
        runs.set(0);
    })
}

/// Lets time pass, for the worker's timers.
pub(crate) fn pass(worker: &WorkerThread, by: Duration) {
    #[cfg(any(loom, shuttle))]
    if let Some(task) = worker.task() {
        kthread::model::advance(&task, by);
    }
    #[cfg(not(any(loom, shuttle)))]
    {
        let _ = worker;
        std::thread::sleep(by.min(Duration::from_millis(2)));
    }
}
