//! What a freezer domain does, on real threads. Its invariants are in `tests/invariants/inv_23_freeze.rs`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail")]
#![allow(clippy::disallowed_types, clippy::disallowed_methods, reason = "a test uses std")]

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use kthread::{Builder, FreezeError, Freezer, Kthread, Options, Outcome, State, Step, from_fn};

const LONG: Duration = Duration::from_secs(20);
const SHORT: Duration = Duration::from_millis(100);

/// A freezable thread that comes to no checkpoint until it is released.
fn busy(freezer: &Freezer, name: &str) -> (Kthread<()>, Arc<AtomicBool>) {
    let release = Arc::new(AtomicBool::new(false));
    let released = Arc::clone(&release);
    let (ready, is_ready) = mpsc::channel();
    let thread = Builder::new(name)
        .freezer(freezer)
        .run(move || {
            kthread::set_freezable().unwrap();
            ready.send(()).unwrap();
            while !released.load(Ordering::Relaxed) {
                thread::sleep(Duration::from_millis(1));
            }
            kthread::try_to_freeze();
        })
        .unwrap();
    is_ready.recv().unwrap();
    (thread, release)
}

fn sleeper(freezer: &Freezer, name: &str) -> Kthread<Outcome> {
    let thread = Builder::new(name)
        .freezer(freezer)
        .run_iterant(Options::new(), from_fn(|_| Step::Sleep))
        .unwrap();
    reach(&thread, State::Sleeping);
    thread
}

fn reach<T>(thread: &Kthread<T>, state: State) {
    let limit = Instant::now() + LONG;
    while thread.state() != state {
        assert!(Instant::now() < limit, "{} is {}, not {state}", thread.name(), thread.state());
        thread::sleep(Duration::from_millis(1));
    }
}

#[test]
fn who_refuses_is_named_and_the_others_go_on() {
    let freezer = Freezer::new();
    let sleeper = sleeper(&freezer, "good");
    let (bad, release) = busy(&freezer, "bad");
    let (worse, release_too) = busy(&freezer, "also-bad");
    let refused = vec!["also-bad".to_owned(), "bad".to_owned()];
    assert_eq!(freezer.freeze_all(SHORT), Err(FreezeError::Refused { refused }));
    assert!(!freezer.is_frozen());
    reach(&sleeper, State::Sleeping);
    for release in [release, release_too] {
        release.store(true, Ordering::Relaxed);
    }
    bad.join().unwrap();
    worse.join().unwrap();
    assert_eq!(freezer.freeze_all(LONG), Ok(()));
    reach(&sleeper, State::Frozen);
    assert_eq!(sleeper.stop().unwrap(), Outcome::Stopped(0));
}

/// A member that leaves the domain must not end the waiting for the others.
#[test]
fn one_that_leaves_is_not_taken_for_all() {
    let freezer = Freezer::new();
    let (away, domain) = (Arc::new(AtomicBool::new(false)), Freezer::clone(&freezer));
    let (gone, (ready, is_ready)) = (Arc::clone(&away), mpsc::channel());
    let goer = Builder::new("leaver")
        .freezer(&freezer)
        .run(move || {
            kthread::set_freezable().unwrap();
            ready.send(()).unwrap();
            while !domain.is_frozen() {
                thread::sleep(Duration::from_millis(1));
            }
            kthread::current().unwrap().clear_freezable();
            gone.store(true, Ordering::Release);
        })
        .unwrap();
    is_ready.recv().unwrap();
    let (stays, release) = busy(&freezer, "stays");
    let frozen = freezer.freeze_all(SHORT);
    assert!(away.load(Ordering::Acquire), "it has left");
    assert_eq!(frozen, Err(FreezeError::Refused { refused: vec!["stays".to_owned()] }));
    release.store(true, Ordering::Relaxed);
    goer.join().unwrap();
    stays.join().unwrap();
}

#[test]
fn a_thaw_ends_the_waiting() {
    let freezer = Freezer::new();
    let (thread, release) = busy(&freezer, "busy");
    let other = freezer.clone();
    let waiting = thread::spawn(move || other.freeze_all(LONG));
    while !freezer.is_frozen() {
        thread::yield_now();
    }
    freezer.thaw_all();
    assert_eq!(waiting.join().unwrap(), Err(FreezeError::Thawed));
    release.store(true, Ordering::Relaxed);
    thread.join().unwrap();
}

#[test]
fn a_parked_thread_is_at_rest_and_freezes_before_it_goes_on() {
    let freezer = Freezer::new();
    let ran = Arc::new(AtomicBool::new(false));
    let runs = Arc::clone(&ran);
    let thread = Builder::new("parker")
        .freezer(&freezer)
        .run(move || {
            let me = kthread::current().unwrap();
            me.set_freezable();
            while !me.should_stop() {
                if me.park_me() {
                    runs.store(true, Ordering::Relaxed);
                }
                me.sleep();
            }
        })
        .unwrap();
    reach(&thread, State::Sleeping);
    thread.park().unwrap();
    freezer.freeze_all(LONG).unwrap();
    assert_eq!(thread.state(), State::Parked);
    thread.unpark();
    reach(&thread, State::Frozen);
    assert!(!ran.load(Ordering::Relaxed), "it ran in the freeze");
    freezer.thaw_all();
    reach(&thread, State::Sleeping);
    assert!(ran.load(Ordering::Relaxed));
    thread.stop().unwrap();
}

/// A freeze is not lost on a thread that has just tested for it and then sets its state.
#[test]
fn a_request_between_checkpoint_and_sleep_is_seen() {
    let freezer = Freezer::new();
    for _ in 0..200 {
        let thread = Builder::new("racer")
            .freezer(&freezer)
            .run(|| {
                let me = kthread::current().unwrap();
                me.set_freezable();
                while !me.should_stop() {
                    me.try_to_freeze();
                    me.set_state(kthread::TaskState::Uninterruptible);
                    if me.should_stop() {
                        break;
                    }
                    me.schedule();
                }
            })
            .unwrap();
        freezer.freeze_all(LONG).unwrap();
        freezer.thaw_all();
        drop(thread);
    }
}
