//! 22: a thread that has ended by itself gives its result to who stops it; a second stop is an error,
//! not a hang.

use std::sync::Arc;

use kthread::{Builder, StopError};

use crate::check::{Shared, check, mutants, thread};

#[test]
fn one_after_the_other() {
    check("inv_22_self_exit_and_second_stop::one_after_the_other", in_turn, mutants![StopTwice]);
}

fn in_turn() {
    let ran = Shared::new(0);
    let runs = ran.clone();
    let thread = Builder::new("t").run(move || {
        runs.add();
        5
    });
    let thread = thread.expect("it is created");
    match thread.stop() {
        Ok(result) => assert_eq!((result, ran.get()), (5, 1)),
        Err(StopError::NotStarted { .. }) => assert_eq!(ran.get(), 0),
        Err(error) => panic!("{error}"),
    }
    assert!(matches!(thread.stop(), Err(StopError::AlreadyStopped { .. })));
    assert!(matches!(thread.join(), Err(StopError::AlreadyStopped { .. })));
}

#[test]
fn both_at_once() {
    check("inv_22_self_exit_and_second_stop::both_at_once", at_once, mutants![StopTwice]);
}

fn at_once() {
    let kthread = Arc::new(Builder::new("t").run(|| 5).expect("it is created"));
    let other = Arc::clone(&kthread);
    let other = thread::spawn(move || other.stop());
    let results = [kthread.stop(), other.join().expect("the other ends")];
    let late =
        |result: &&Result<i32, StopError>| matches!(result, Err(StopError::AlreadyStopped { .. }));
    assert_eq!(results.iter().filter(late).count(), 1, "{results:?}");
}
