//! 27: a work belongs to one worker; to another it may go when it is idle and let go of.

use kthread::{Queued, Worker, WorkerError};

use crate::check::{Shared, check, mutants, thread};
use crate::workers::counting;

#[test]
fn one_of_two() {
    check("inv_27_one_worker::one_of_two", model, mutants![AnyWorker]);
}

fn model() {
    let ran = Shared::new(0);
    let (one, other) = (Worker::new(), Worker::new());
    let work = counting(&ran);
    let (its, same) = (other.clone(), work.clone());
    let second = thread::spawn(move || its.queue(&same));
    let first = one.queue(&work);
    let second = second.join().expect("it ends");
    let (owner, stranger) = match (first, second) {
        (Queued::Queued, Queued::OtherWorker) => (one, other),
        (Queued::OtherWorker, Queued::Queued) => (other, one),
        both => panic!("{both:?}"),
    };
    assert_eq!(stranger.cancel(&work), Err(WorkerError::OtherWorker));
    assert_eq!(owner.release(&work), Err(WorkerError::InUse));
    assert_eq!(owner.cancel(&work), Ok(true));
    assert_eq!(owner.release(&work), Ok(()));
    assert_eq!(stranger.queue(&work), Queued::Queued);
}
