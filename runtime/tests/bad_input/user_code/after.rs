//! User code that panics before a thread runs, after another panic, or after the thread's end.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};
use std::time::Duration;

use kthread::{
    Action, Builder, Freezer, Kthread, Options, Signal, State, Step, StopError, WaitQueue, from_fn,
    tasks,
};

use super::{bystander, lives};
use crate::given::Count;
use crate::{left, until};

/// Panics when it is dropped.
struct Bomb(&'static str);

impl Drop for Bomb {
    fn drop(&mut self) {
        panic!("{}", self.0);
    }
}

#[track_caller]
fn panicked<T>(stopped: Result<T, StopError>) -> String {
    match stopped {
        Err(StopError::Panicked { panic, .. }) => panic.message().to_owned(),
        other => panic!("it did not panic: {:?}", other.map(drop)),
    }
}

#[test]
fn the_drop_of_a_body_that_never_ran() {
    let bomb = Bomb("never called");
    let thread = Builder::new("never ran").create(move || drop(bomb)).expect("a thread");
    let message = until::in_time("a stop", move || panicked(thread.stop()));
    assert_eq!(message, "never called");
    left::nothing("never ran");
}

#[test]
fn the_drop_of_options_that_were_never_used() {
    let bomb = Bomb("never allowed");
    let handler = Action::handler(move |_| {
        let _ = &bomb;
    });
    let options = Options::new().signal(Signal::HUP, handler);
    let thread = Builder::new("never used")
        .create_iterant(options, from_fn(|_| Step::<()>::Continue))
        .expect("a thread");
    let message = until::in_time("a stop", move || panicked(thread.stop()));
    assert_eq!(message, "never allowed");
    left::nothing("never used");
}

/// The body panics, then the handler as it goes: the first panic is told, and the thread is gone.
#[test]
fn the_drop_of_a_handler_after_a_panic() {
    let freezer = Freezer::new();
    let bystander = bystander();
    let bomb = Bomb("the second");
    let handler = Action::handler(move |_| {
        let _ = &bomb;
    });
    let thread = Builder::new("two panics")
        .freezer(&freezer)
        .run(move || -> () {
            let me = kthread::current().expect("a kthread");
            me.set_freezable();
            me.sigaction(Signal::HUP, handler);
            panic!("the first");
        })
        .expect("a thread");
    until::until("its end", || thread.state() == State::Exited);
    freezer.freeze_all(until::LIMIT).expect("it is gone");
    thread.park().expect_err("it has ended");
    assert_eq!(until::in_time("a stop", move || panicked(thread.stop())), "the first");
    left::nothing("two panics");
    lives(&bystander);
}

/// A handler may do anything as it goes, also with the actions that it was one of.
#[test]
fn a_handler_that_sets_actions_as_it_goes() {
    struct SetsActions(mpsc::Sender<()>);
    impl Drop for SetsActions {
        fn drop(&mut self) {
            let me = kthread::current().expect("a kthread");
            me.sigaction(Signal::USR1, Action::handler(|_| ()));
            me.disallow(Signal::USR1);
            let _ = self.0.send(());
        }
    }
    let (tell, told) = mpsc::channel();
    let handler = move || {
        let sets = SetsActions(tell.clone());
        Action::handler(move |signal| {
            let _ = &sets;
            let me = kthread::current().expect("a kthread");
            me.sigaction(signal, Action::Default);
        })
    };
    let thread = Builder::new("sets actions")
        .run(move || {
            let me = kthread::current().expect("a kthread");
            me.sigaction(Signal::HUP, handler());
            me.sigaction(Signal::HUP, handler());
            me.disallow(Signal::HUP);
            let options = Options::new().signal(Signal::HUP, handler());
            let mut turns = 0;
            kthread::drive::<(), ()>(options, |cx| {
                turns += 1;
                cx.raise(Signal::HUP);
                if turns == 2 { Step::Break(()) } else { Step::Continue }
            })
        })
        .expect("a thread");
    until::until("its end", || thread.state() == State::Exited);
    assert_eq!(thread.stop().map_err(|error| error.to_string()), Ok(kthread::Exit::Break(())));
    assert_eq!(told.iter().count(), 3);
}

#[test]
fn the_drop_of_a_result_that_nobody_takes() {
    let bystander = bystander();
    let thread = Builder::new("result").create(|| Bomb("the result")).expect("a thread");
    let task = thread.detach();
    task.wake();
    until::until("its end", || task.state() == State::Exited);
    left::nothing("result");
    lives(&bystander);
}

#[test]
fn the_drop_of_a_payload_that_nobody_takes() {
    let bystander = bystander();
    let body = || -> () { std::panic::panic_any(Bomb("the payload")) };
    let task = Builder::new("payload").create(body).expect("a thread").detach();
    task.wake();
    until::until("its end", || task.state() == State::Exited);
    left::nothing("payload");
    lives(&bystander);
}

/// A name that can't be shown panics in the caller, before there is a thread.
#[test]
fn the_display_of_a_name() {
    struct Bad;
    impl fmt::Display for Bad {
        fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
            panic!("no name")
        }
    }
    let before = tasks().into_iter().filter(|task| task.name().is_empty()).count();
    let made = catch_unwind(|| Builder::new(Bad).create(|| ()));
    let payload = made.map(drop).expect_err("it has no name");
    assert_eq!(payload.downcast_ref(), Some(&"no name"));
    let after = tasks().into_iter().filter(|task| task.name().is_empty()).count();
    assert_eq!(after, before);
}

/// A panic that a body catches itself leaves the thread as it was.
#[test]
fn a_panic_that_the_body_catches() {
    let freezer = Freezer::new();
    let queue = Arc::new(WaitQueue::new());
    let (waits, count) = (Arc::clone(&queue), Count::default());
    let given = count.give();
    let thread = Builder::new("catches")
        .freezer(&freezer)
        .run(move || {
            kthread::set_freezable().expect("a kthread");
            let _given = given;
            let mut caught = Vec::new();
            let mut catch = |part: &mut dyn FnMut()| {
                let payload = catch_unwind(AssertUnwindSafe(part)).expect_err("it panics");
                caught.push(payload.downcast_ref::<&str>().map(ToString::to_string));
            };
            catch(&mut || _ = waits.wait(|| panic!("a condition")));
            catch(&mut || _ = waits.wait_freezable(|| panic!("another")));
            catch(&mut || _ = kthread::drive::<(), ()>(Options::new(), |_| panic!("a step")));
            catch(&mut || {
                let handler = Action::handler(|_| panic!("a handler"));
                let options = Options::new().signal(Signal::HUP, handler);
                let _ = kthread::drive::<(), ()>(options, |cx| {
                    cx.raise(Signal::HUP);
                    Step::Continue
                });
            });
            // It is a kthread as before: it sleeps, freezes, and is stopped.
            let mut turns = 0;
            let exit = kthread::drive::<(), ()>(Options::new(), |_| {
                turns += 1;
                Step::SleepTimeout(Duration::from_millis(1))
            });
            (caught, turns, exit)
        })
        .expect("a thread");
    until::until("some turns", || thread.stats().iterations > 3);
    freezer.freeze_all(until::LIMIT).expect("it freezes");
    assert_eq!(thread.state(), State::Frozen);
    freezer.thaw_all();
    let (caught, turns, exit) = thread.stop().expect("it ran");
    let expected = ["a condition", "another", "a step", "a handler"];
    assert_eq!(caught, expected.map(|text| Some(text.to_owned())));
    assert!(turns > 1);
    assert_eq!(exit, kthread::Exit::Stopped);
    assert_eq!(count.dropped(), 1);
}

/// Who was woken in place of another, and panics, hands the wake-up on.
#[test]
fn a_wake_up_of_one_whose_condition_panics() {
    let queue = Arc::new(WaitQueue::new());
    let (woken, ready) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
    let (waits, panics) = (Arc::clone(&queue), Arc::clone(&woken));
    let first: Kthread<()> = Builder::new("first")
        .run(move || {
            let _ = waits.wait(|| {
                assert!(!panics.load(Ordering::Acquire), "woken");
                false
            });
        })
        .expect("a thread");
    until::until("it waits", || first.state() == State::Sleeping);
    let (waits, looks) = (Arc::clone(&queue), Arc::clone(&ready));
    let second = Builder::new("second")
        .run(move || waits.wait(|| looks.load(Ordering::Acquire)))
        .expect("a thread");
    until::until("it waits", || second.state() == State::Sleeping);

    woken.store(true, Ordering::Release);
    ready.store(true, Ordering::Release);
    queue.wake_one();
    until::until("the second is woken", || second.state() == State::Exited);
    assert_eq!(panicked(first.stop()), "woken");
    second.stop().expect("it ran").expect("its condition is true");
}
