//! 16: a work that is queued while the worker finds nothing to do and goes to sleep.

use kthread::Queued;

use crate::check::{Shared, check, mutants, thread};
use crate::workers::{counting, start};

#[test]
fn it_is_seen() {
    check("inv_16_queue_beside_sleep::it_is_seen", model, mutants![IdleLate, NoWake]);
}

fn model() {
    let ran = Shared::new(0);
    let worker = start();
    let works = [counting(&ran), counting(&ran)];
    let (other, its) = (worker.worker(), works[0].clone());
    let other = thread::spawn(move || other.queue(&its));
    assert_eq!(worker.queue(&works[1]), Queued::Queued);
    assert_eq!(other.join().expect("it ends"), Queued::Queued);
    worker.flush().expect("they run");
    assert_eq!(ran.get(), 2);
}
