//! 12: two that cancel the same running work both wait for its end.

use crate::check::{Shared, check, mutants, thread};
use crate::workers::{running, start};

#[test]
fn both_wait() {
    check("inv_12_two_cancels::both_wait", model, mutants![OneCancelWaits, CancelDoesNotWait]);
}

fn model() {
    let (runs, ran) = (Shared::new(0), Shared::new(0));
    let worker = start();
    let work = running(&runs, &ran);
    worker.queue(&work);
    let (other, same, other_runs) = (worker.worker(), work.clone(), runs.clone());
    let other = thread::spawn(move || {
        let cancelled = other.cancel_sync(&same).expect("it is ours");
        assert_eq!(other_runs.get(), 0, "it still runs");
        cancelled
    });
    let one = worker.cancel_sync(&work).expect("it is ours");
    assert_eq!(runs.get(), 0, "it still runs");
    let other = other.join().expect("it ends");
    assert_eq!(usize::from(one) + usize::from(other) + ran.get(), 1);
}
