//! A panic wherever a user's code runs inside of the crate: it ends that thread only, and all who wait
//! for the thread are released.

mod after;
mod places;
mod stage;

use std::sync::Arc;
use std::time::Duration;

use kthread::{Builder, Kthread, Options, ParkError, State, Step, StopError, from_fn};

use self::places::PLACES;
use self::stage::{Stage, Until};
use crate::{left, until};

/// A thread that has nothing to do with those that panic.
fn bystander() -> Kthread<kthread::Outcome> {
    let it = from_fn(|_| Step::<()>::SleepTimeout(Duration::from_millis(1)));
    Builder::new("bystander").run_iterant(Options::new(), it).expect("a thread")
}

/// It goes on.
#[track_caller]
fn lives(bystander: &Kthread<kthread::Outcome>) {
    let before = bystander.stats().iterations;
    until::until("the bystander goes on", || bystander.stats().iterations > before);
}

/// In each place, with `wait` as the one who waits for the thread.
fn in_all_places(until: Until, wait: impl Fn(&'static str, &Arc<Stage>, Box<dyn stage::Actor>)) {
    let bystander = bystander();
    for (at, (place, make)) in PLACES.iter().enumerate() {
        let name = format!("{until:?} {at}");
        let stage = Arc::new(Stage::new(place, until));
        let actor = make(&Builder::new(&name).freezer(&stage.freezer), &stage).expect("a thread");
        let task = actor.task();
        task.wake();
        until::until(&format!("{place}: it is reached"), || stage.is_reached());
        wait(place, &stage, actor);
        until::until(&format!("{place}: its end"), || task.state() == State::Exited);
        left::nothing(&name);
        lives(&bystander);
    }
}

#[track_caller]
fn told(place: &str, stopped: Result<(), StopError>) {
    let Err(StopError::Panicked { panic, .. }) = stopped else {
        panic!("{place}: {stopped:?}");
    };
    assert_eq!(panic.message(), place);
}

#[test]
fn who_parks_and_who_freezes_is_released() {
    in_all_places(Until::ParkedAndFrozen, |place, stage, actor| {
        let (task, domain) = (actor.task(), stage.freezer.clone());
        let freezes = std::thread::spawn(move || domain.freeze_all(until::LIMIT));
        let parked = until::in_time("a park", move || task.park());
        let name = actor.task().name().to_owned();
        assert_eq!(parked, Err(ParkError::Exited { name }), "{place}");
        assert_eq!(freezes.join().expect("it returns"), Ok(()), "{place}");
        told(place, until::in_time("a stop after the end", move || actor.stop()));
    });
}

#[test]
fn who_stops_is_released() {
    in_all_places(Until::Stopped, |place, _, actor| {
        told(place, until::in_time("a stop", move || actor.stop()));
    });
}

#[test]
fn who_drops_the_handle_is_released() {
    in_all_places(Until::Stopped, |_, _, actor| {
        until::in_time("a drop", move || drop(actor));
    });
}

#[test]
fn a_detached_thread_is_gone() {
    in_all_places(Until::Reached, |_, _, actor| drop(actor.detach()));
}
