//! Poisoned locks: the user's are as std makes them, ours are not poisoned by users.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use kthread::{Builder, Freezer, Options, Signal, State, Step, StopError, WaitQueue, from_fn};

use crate::until;

#[test]
fn a_users_lock_that_a_thread_has_poisoned() {
    let lock = Arc::new(Mutex::new(1));
    let held = Arc::clone(&lock);
    let poisons = Builder::new("poisons")
        .run(move || {
            let _guard = held.lock();
            panic!("under the lock");
        })
        .expect("a thread");
    until::until("its end", || poisons.state() == State::Exited);
    let error = poisons.stop().map(drop).expect_err("it panicked");
    assert_eq!(error.to_string(), "the thread \"poisons\" panicked: under the lock");

    // Another thread gets std's error as a value, which it may give back.
    let taken = Arc::clone(&lock);
    let meets = Builder::new("meets it")
        .run(move || match taken.lock() {
            Ok(_) => Err("it is not poisoned".to_owned()),
            Err(error) => Ok((error.to_string(), *error.into_inner())),
        })
        .expect("a thread");
    until::until("its end", || meets.state() == State::Exited);
    let (text, value) = meets.stop().expect("it ran").expect("poisoned");
    assert!(text.contains("poisoned"), "{text}");
    assert_eq!(value, 1);

    // And one that doesn't care goes on.
    let it = from_fn(move |_| {
        *lock.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        Step::<()>::SleepTimeout(Duration::from_millis(1))
    });
    let goes_on = Builder::new("goes on").run_iterant(Options::new(), it).expect("a thread");
    until::until("some iterations", || goes_on.stats().iterations > 3);
}

/// What a panic in a thread goes through while it holds nothing of ours: registry, freezer domain, queue
/// and signals serve the next thread.
#[test]
fn our_locks_after_many_panics() {
    let (freezer, queue) = (Freezer::new(), Arc::new(WaitQueue::new()));
    for turn in 0..50 {
        let waits = Arc::clone(&queue);
        let thread = Builder::new("panics")
            .freezer(&freezer)
            .run(move || -> () {
                kthread::set_freezable().expect("a kthread");
                let _ = waits.wait(|| panic!("turn {turn}"));
            })
            .expect("a thread");
        thread.signal(Signal::HUP);
        queue.wake_all();
        queue.wake_one();
        until::until("its end", || thread.state() == State::Exited);
        let Err(StopError::Panicked { name, panic }) = thread.stop() else { panic!("it panicked") };
        assert_eq!((name.as_str(), panic.message()), ("panics", &*format!("turn {turn}")));
        assert_eq!(
            panic.into_payload().downcast_ref::<String>().map(String::as_str),
            Some(&*format!("turn {turn}"))
        );
        freezer.freeze_all(until::LIMIT).expect("nobody is left in it");
        freezer.thaw_all();
    }
    let left = format!("{queue:?} {freezer:?}");
    assert!(!left.contains("panics"), "somebody is left in them: {left}");
}

/// The control of what the test above looks for at its end: who is in a queue or a domain is shown.
#[test]
fn who_is_in_a_queue_or_a_domain_is_shown() {
    let (freezer, queue) = (Freezer::new(), Arc::new(WaitQueue::new()));
    let waits = Arc::clone(&queue);
    let thread = Builder::new("is shown")
        .freezer(&freezer)
        .run(move || {
            kthread::set_freezable().expect("a kthread");
            let _ = waits.wait_interruptible(|| false);
        })
        .expect("a thread");
    until::until("it waits", || thread.state() == State::Sleeping);
    assert!(format!("{queue:?}").contains("is shown"), "{queue:?}");
    assert!(format!("{freezer:?}").contains("is shown"), "{freezer:?}");
    thread.stop().expect("it ran");
    let left = format!("{queue:?} {freezer:?}");
    assert!(!left.contains("is shown"), "{left}");
}
