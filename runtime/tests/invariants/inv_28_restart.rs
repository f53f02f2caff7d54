//! 28: a worker whose thread was stopped keeps what is queued; its next thread runs that, once each.

use kthread::{Builder, Queued, WorkerOptions};

use crate::check::{Shared, check, mutants};
use crate::workers::{counting, start};

#[test]
fn leftovers_run_once() {
    check("inv_28_restart::leftovers_run_once", model, mutants![LeftoversDropped]);
}

fn model() {
    let ran = Shared::new(0);
    let thread = start();
    let work = counting(&ran);
    assert_eq!(thread.queue(&work), Queued::Queued);
    let worker = thread.stop().expect("it ends");
    let left = ran.get();
    assert_eq!(work.is_pending(), left == 0);
    let again = Builder::new("again")
        .create_worker_for(&worker, WorkerOptions::new())
        .expect("it is created");
    again.start();
    worker.flush().expect("it runs");
    assert_eq!(ran.get(), 1);
}
