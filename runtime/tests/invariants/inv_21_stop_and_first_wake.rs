//! 21: a stop that comes together with the first wake-up: the thread has run fully, or not at all.

use kthread::{Builder, StopError};

use crate::check::{Drops, Shared, check, mutants, thread};

#[test]
fn all_or_nothing() {
    check("inv_21_stop_and_first_wake::all_or_nothing", model, mutants![HalfRun]);
}

fn model() {
    let (ran, drops) = (Shared::new(0), Drops::new());
    let (runs, given) = (ran.clone(), drops.one());
    let kthread = Builder::new("t").create(move || {
        let _given = given;
        runs.add();
        runs.add();
        7
    });
    let kthread = kthread.expect("it is created");
    let task = kthread.task();
    let waker = thread::spawn(move || task.wake());
    match kthread.stop() {
        Ok(result) => assert_eq!((result, ran.get()), (7, 2), "it has run, but not all of it"),
        Err(StopError::NotStarted { .. }) => {
            assert_eq!(ran.get(), 0, "it says that it has not run");
        }
        Err(error) => panic!("{error}"),
    }
    assert_eq!(drops.count(), 1);
    waker.join().expect("the waker ends");
}
