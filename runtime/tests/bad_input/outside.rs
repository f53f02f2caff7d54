//! What is called in a thread that is no kthread.

use std::cell::RefCell;
use std::sync::mpsc;
use std::time::Duration;

use kthread::{Builder, Checkpoints, NotKthread, WaitError, WaitQueue};

use crate::until;

const TEXT: &str =
    "the calling thread is no kthread; call this in what Builder::create() or run() is given";

/// Everything that needs a kthread says so; questions have an answer. Gives back what is wrong.
fn outside() -> Result<(), String> {
    let queue = WaitQueue::new();
    let day = Duration::from_secs(86400);
    let needs = [
        ("current", kthread::current().map(drop)),
        ("park_me", kthread::park_me().map(drop)),
        ("set_freezable", kthread::set_freezable().map(drop)),
        ("stop_current", kthread::stop_current(1)),
        ("sleep", kthread::sleep()),
        ("sleep_timeout", kthread::sleep_timeout(day).map(drop)),
    ];
    for (call, result) in needs {
        let Err(NotKthread) = result else { return Err(format!("{call} did something")) };
        if NotKthread.to_string() != TEXT {
            return Err(format!("{call}: {NotKthread}"));
        }
    }
    let never = || false;
    let waits = [
        ("wait", queue.wait(never)),
        ("wait_interruptible", queue.wait_interruptible(never)),
        ("wait_freezable", queue.wait_freezable(never)),
        ("wait_timeout", queue.wait_timeout(day, never)),
        ("wait_interruptible_timeout", queue.wait_interruptible_timeout(day, never)),
        ("wait_freezable_timeout", queue.wait_freezable_timeout(day, never)),
    ];
    for (call, result) in waits {
        if result != Err(WaitError::NotKthread(NotKthread)) {
            return Err(format!("{call} gave {result:?}"));
        }
        if result.map_err(|error| error.to_string()) != Err(TEXT.to_owned()) {
            return Err(format!("{call} says something else"));
        }
    }
    let questions = [
        ("should_stop", kthread::should_stop()),
        ("should_park", kthread::should_park()),
        ("try_to_freeze", kthread::try_to_freeze()),
        ("freezable_should_stop", kthread::freezable_should_stop()),
        ("freezable_cond_resched", kthread::freezable_cond_resched()),
    ];
    if let Some((call, _)) = questions.into_iter().find(|(_, answer)| *answer) {
        return Err(format!("{call} says yes"));
    }
    kthread::cond_resched();
    // Nobody could end it.
    kthread::wait_to_stop(Checkpoints::DEFAULT);
    Ok(())
}

#[test]
fn in_a_plain_thread() {
    assert_eq!(until::in_time("a call outside a kthread", outside), Ok(()));
}

#[test]
fn in_a_plain_thread_that_a_kthread_has_made() {
    let thread = Builder::new("maker")
        .run(|| std::thread::spawn(outside).join().expect("no panic"))
        .expect("a thread");
    until::until("its end", || thread.state() == kthread::State::Exited);
    assert_eq!(thread.stop().expect("it ran"), Ok(()));
}

/// After its function a thread is no kthread any more; that is so too while the operating system takes it
/// down.
#[test]
fn in_a_thread_whose_function_is_over() {
    struct AtExit(mpsc::Sender<Result<(), String>>);
    impl Drop for AtExit {
        fn drop(&mut self) {
            let _ = self.0.send(outside());
        }
    }
    thread_local! {
        static AT_EXIT: RefCell<Option<AtExit>> = const { RefCell::new(None) };
    }
    let (tell, told) = mpsc::channel();
    let thread = Builder::new("at exit")
        .run(move || AT_EXIT.with(|slot| *slot.borrow_mut() = Some(AtExit(tell))))
        .expect("a thread");
    assert_eq!(told.recv_timeout(until::LIMIT), Ok(Ok(())));
    drop(thread);
}

/// The control: in a kthread the check finds that things are done.
#[test]
fn in_a_kthread() {
    let thread = Builder::new("inside").run(outside).expect("a thread");
    until::until("its sleeps are over", || {
        thread.wake();
        thread.state() == kthread::State::Exited
    });
    let wrong = thread.stop().expect("it ran").expect_err("it is a kthread");
    assert_eq!(wrong, "current did something");
}
