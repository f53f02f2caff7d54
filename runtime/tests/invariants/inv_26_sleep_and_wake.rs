//! 26: a wake-up between the setting of the state and the sleep ends the sleep before it begins; a
//! timeout of 0 is none; wake-up and timeout together are one return.

use std::sync::Arc;
use std::time::Duration;

use kthread::{Builder, Options, Outcome, Step, TaskState, WaitQueue, from_fn};

use crate::check::{Shared, check, expire, mutants, thread};

#[test]
fn in_a_wait_queue() {
    check(
        "inv_26_sleep_and_wake::in_a_wait_queue",
        queue,
        mutants![StateAfterTest, WakeOnlyAsleep],
    );
}

fn queue() {
    let queue = Arc::new(WaitQueue::new());
    let ready = Shared::new(0);
    let (in_thread, is_ready) = (Arc::clone(&queue), ready.clone());
    let thread = Builder::new("t")
        .run(move || in_thread.wait(|| is_ready.get() != 0))
        .expect("it is created");
    ready.set(1);
    queue.wake_all();
    assert!(matches!(thread.join(), Ok(Ok(()))));
}

#[test]
fn by_hand() {
    check("inv_26_sleep_and_wake::by_hand", hand, mutants![WakeOnlyAsleep]);
}

fn hand() {
    let ready = Shared::new(0);
    let is_ready = ready.clone();
    let thread = Builder::new("t")
        .run(move || {
            let me = kthread::current().expect("it is a kthread");
            loop {
                me.set_state(TaskState::Uninterruptible);
                if is_ready.get() != 0 {
                    me.set_state(TaskState::Running);
                    return;
                }
                me.schedule();
            }
        })
        .expect("it is created");
    ready.set(1);
    thread.wake();
    assert!(thread.join().is_ok());
}

#[test]
fn as_a_step() {
    check("inv_26_sleep_and_wake::as_a_step", step, mutants![WakeOnlyAsleep]);
}

/// The step tests without having set a state: a wake-up since its turn began counts.
fn step() {
    let ready = Shared::new(0);
    let is_ready = ready.clone();
    let it = from_fn(move |_| if is_ready.get() != 0 { Step::Break(()) } else { Step::Sleep });
    let thread = Builder::new("t").run_iterant(Options::new(), it).expect("it is created");
    ready.set(1);
    thread.wake();
    assert!(matches!(thread.join(), Ok(Outcome::Break(()))));
}

#[test]
fn with_a_timeout() {
    check("inv_26_sleep_and_wake::with_a_timeout", timeout, mutants![WakeOnlyAsleep]);
}

/// Whatever comes first ends the sleep, and both together end one.
fn timeout() {
    let (turns, ready) = (Shared::new(0), Shared::new(0));
    let (count, is_ready) = (turns.clone(), ready.clone());
    let it = from_fn(move |_| {
        count.add();
        match count.get() {
            1 => Step::SleepTimeout(Duration::ZERO),
            _ if is_ready.get() != 0 => Step::Break(()),
            2 => Step::SleepTimeout(Duration::from_millis(1)),
            _ => Step::Sleep,
        }
    });
    let kthread = Builder::new("t").run_iterant(Options::new(), it).expect("it is created");
    let task = kthread.task();
    let timer = thread::spawn(move || expire(&task));
    ready.set(1);
    kthread.wake();
    assert!(matches!(kthread.join(), Ok(Outcome::Break(()))));
    // One after the timeout of 0; one at most that the other timeout ended, and one that the wake-up did.
    assert!((2..=4).contains(&turns.get()), "{} iterations", turns.get());
    timer.join().expect("the timer ends");
}

#[test]
fn beside_a_sleep_in_the_turn() {
    check("inv_26_sleep_and_wake::beside_a_sleep_in_the_turn", in_turn, mutants![SleepForgets]);
}

/// The body sleeps for something else in the midst of its turn; the wake-up that this uses up counts for
/// the sleep at the end.
fn in_turn() {
    let ready = Shared::new(0);
    let is_ready = ready.clone();
    let mut turns = 0;
    let it = from_fn(move |cx| {
        if is_ready.get() != 0 {
            return Step::Break(());
        }
        turns += 1;
        if turns == 1 {
            cx.sleep();
        }
        Step::Sleep
    });
    let thread = Builder::new("t").run_iterant(Options::new(), it).expect("it is created");
    ready.set(1);
    thread.wake();
    assert!(matches!(thread.join(), Ok(Outcome::Break(()))));
}
