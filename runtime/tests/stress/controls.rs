//! The controls: what is wrong is found.

use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use kthread::{Builder, State};

use crate::life;
use crate::operations::Worker;
use crate::probe::{Form, Kind};
use crate::rng::{Rng, seed};
use crate::subject::Subject;
use crate::until::until;
use crate::watchdog::{self, HANGS};
use crate::world::{World, lock};

/// Time enough for what isn't going to happen.
const SHORT: Duration = Duration::from_millis(300);

/// A thread that does all that it should.
fn good(world: &Arc<World>) -> Arc<Subject> {
    let kind = Kind {
        form: Form::Iterant,
        stop: true,
        freeze: true,
        park: true,
        signal: false,
        test_first: true,
        wait_stop: false,
        calm: true,
    };
    let made = life::create(world, &mut Rng::new(seed()), kind, 0).expect("a thread");
    let subject = Arc::new(made);
    subject.task.wake();
    let old = lock(&world.slots[0]).replace(Arc::clone(&subject));
    assert!(old.is_none());
    subject
}

/// Does `rogue` all the time while `check` runs.
fn meanwhile(rogue: impl Fn() + Sync, check: impl FnOnce()) {
    let over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !over.load(Ordering::Relaxed) {
                rogue();
                std::thread::sleep(Duration::from_micros(20));
            }
        });
        check();
        over.store(true, Ordering::Relaxed);
    });
}

#[track_caller]
fn finds(world: &World, what: &str) {
    let wrong = world.wrong();
    assert!(wrong.iter().any(|wrong| wrong.contains(what)), "{what:?} in {wrong:?}");
}

/// The function seems to run though its thread is parked or frozen.
#[test]
fn a_function_that_runs_in_a_thread_at_rest() {
    let world = World::new("rests", seed());
    let subject = good(&world);
    meanwhile(
        || drop(subject.probe.runs()),
        || {
            let mut worker = Worker::new(&world, 0);
            until("it is found", || {
                worker.park(&subject);
                worker.freeze(0);
                let wrong = world.wrong();
                ["parked, rests/0 ran", "frozen, rests/0 ran"]
                    .iter()
                    .all(|what| wrong.iter().any(|wrong| wrong.contains(what)))
            });
        },
    );
    drop(subject);
    world.end(SHORT);
}

/// Somebody thaws a domain that he has not frozen, or unparks a thread that he has not parked.
#[test]
fn who_has_no_right_to_it() {
    let world = World::new("rights", seed());
    let subject = good(&world);
    meanwhile(
        || {
            world.domains[0].0.thaw_all();
            subject.task.unpark();
            subject.task.wake();
        },
        || {
            let mut worker = Worker::new(&world, 0);
            until("it is found", || {
                worker.park(&subject);
                worker.freeze(0);
                let wrong = world.wrong();
                ["unparked before it had parked", "thawed before all"]
                    .iter()
                    .all(|what| wrong.iter().any(|wrong| wrong.contains(what)))
            });
        },
    );
    drop(subject);
    world.end(SHORT);
}

#[test]
fn data_that_is_never_dropped() {
    let world = World::new("leaks", seed());
    drop(good(&world));
    std::mem::forget(world.count().give());
    world.end(SHORT);
    assert_eq!(world.wrong(), ["dropped: 0, of 1 that were made"]);
}

#[test]
fn a_thread_that_is_left() {
    let world = World::new("left", seed());
    let over = Arc::new(AtomicBool::new(false));
    let ends = Arc::clone(&over);
    let body = move || {
        kthread::set_freezable().expect("a kthread");
        until("the end of the test", || ends.load(Ordering::Relaxed));
    };
    let builder = Builder::new(world.next_name()).freezer(&world.domains[0].0);
    let task = builder.run(body).expect("a thread").detach();
    // In this domain it stays as well.
    until("it is freezable", || task.is_freezable());
    world.end(SHORT);
    finds(&world, "left: [Task { name: \"left/0\"");
    finds(&world, "somebody is left in the queue, or in a domain: ");
    over.store(true, Ordering::Relaxed);
    until("its end", || task.state() == State::Exited);
}

/// Run by the test below, in a process of its own.
#[test]
fn child_hangs() {
    if std::env::var_os(CHILD).is_none() {
        return;
    }
    let world = World::new("hangs", 7);
    let runs = Arc::new(AtomicBool::new(false));
    let begun = Arc::clone(&runs);
    let body = move || loop {
        begun.store(true, Ordering::Relaxed);
        std::thread::sleep(SHORT);
    };
    let thread = Builder::new(world.next_name()).run(body).expect("a thread");
    until("it runs", || runs.load(Ordering::Relaxed));
    let _watchdog = watchdog::watch(&world, SHORT);
    thread.stop().expect("never");
}

const CHILD: &str = "KTHREAD_TEST_HANGS";

#[test]
fn a_process_that_hangs() {
    let this = std::env::current_exe().expect("this program");
    let output = Command::new(this)
        .args(["--exact", "controls::child_hangs"])
        .env(CHILD, "1")
        .output()
        .expect("it runs");
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(HANGS), "{text}");
    for part in ["hangs for 300ms", "seed 7", "hangs/0: running, stopping: true, freezable: false"]
    {
        assert!(text.contains(part), "{part:?} in {text}");
    }
}
