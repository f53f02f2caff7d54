//! What an earlier version got wrong: one test each.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail")]
#![allow(clippy::disallowed_types, clippy::disallowed_methods, reason = "a test uses std")]

use std::convert::Infallible;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use kthread::{
    Action, Builder, Checkpoints, Cx, Exit, FreezeError, Freezer, Iterant, Kthread, Options,
    Outcome, Signal, State, Step, StopError, WaitQueue, drive, from_fn,
};

const LONG: Duration = Duration::from_secs(20);
const SHORT: Duration = Duration::from_millis(50);

fn until(what: &str, mut is: impl FnMut() -> bool) {
    let limit = Instant::now() + LONG;
    while !is() {
        assert!(Instant::now() < limit, "never: {what}");
        thread::sleep(Duration::from_millis(1));
    }
}

fn reach<T>(thread: &Kthread<T>, state: State) {
    until(&format!("{} is {state}", thread.name()), || thread.state() == state);
}

#[test]
fn a_wait_within_the_turn_loses_no_wake_up_of_its_end() {
    let flag = Arc::new(AtomicBool::new(false));
    let (begun, has_begun) = mpsc::channel();
    let (seen, queue) = (Arc::clone(&flag), WaitQueue::new());
    let it = from_fn(move |_| {
        if seen.load(Ordering::SeqCst) {
            return Step::Break("seen");
        }
        begun.send(()).unwrap();
        let _ = queue.wait_timeout(SHORT * 2, || false);
        Step::Sleep
    });
    let thread = Builder::new("turn").run_iterant(Options::new(), it).unwrap();
    has_begun.recv_timeout(LONG).unwrap();
    thread::sleep(SHORT / 2);
    flag.store(true, Ordering::SeqCst);
    thread.wake();
    assert_eq!(thread.join().unwrap(), Outcome::Break("seen"));
}

#[test]
fn who_freezes_its_own_domain_goes_on() {
    let freezer = Freezer::new();
    let other = Builder::new("other")
        .freezer(&freezer)
        .run_iterant(Options::new(), from_fn(|_| Step::<()>::Sleep));
    let other = other.unwrap();
    reach(&other, State::Sleeping);
    let domain = freezer.clone();
    let mut turn = 0;
    let it = from_fn(move |_| {
        turn += 1;
        match turn {
            1 => assert_eq!(domain.freeze_all(LONG), Ok(())),
            2 => domain.thaw_all(),
            _ => return Step::Break(()),
        }
        Step::Continue
    });
    let thread = Builder::new("manager").freezer(&freezer).run_iterant(Options::new(), it).unwrap();
    assert_eq!(thread.join().unwrap(), Outcome::Break(()));
    reach(&other, State::Sleeping);
}

#[test]
fn a_freeze_that_somebody_else_has_begun_stays() {
    let freezer = Freezer::new();
    freezer.freeze_all(LONG).unwrap();
    let (release, released) = mpsc::channel::<()>();
    let (begun, has_begun) = mpsc::channel();
    let domain = freezer.clone();
    // It takes part, and freezes at once, but for the while in which it is not asked.
    let busy = Builder::new("busy")
        .freezer(&freezer)
        .run(move || {
            domain.thaw_all();
            kthread::set_freezable().unwrap();
            domain.request_freeze();
            begun.send(()).unwrap();
            released.recv().unwrap();
        })
        .unwrap();
    has_begun.recv_timeout(LONG).unwrap();
    assert!(matches!(freezer.freeze_all(SHORT), Err(FreezeError::Refused { .. })));
    assert!(freezer.is_frozen(), "the freeze of another was undone");
    release.send(()).unwrap();
    busy.join().unwrap();
}

#[test]
fn iterations_are_counted_to_the_end() {
    let count = |it: fn(u64) -> Step| {
        let mut turn = 0;
        let thread = Builder::new("counted").run_iterant(
            Options::new(),
            from_fn(move |_| {
                turn += 1;
                it(turn)
            }),
        );
        let thread = thread.unwrap();
        reach(&thread, State::Exited);
        thread.stats().iterations
    };
    assert_eq!(count(|turn| if turn == 5 { Step::Break(()) } else { Step::Continue }), 5);
    let panics = |turn| {
        if turn == 5 { std::panic::resume_unwind(Box::new("planned")) } else { Step::Continue }
    };
    assert_eq!(count(panics), 4);
}

#[test]
fn a_loop_in_a_loop_counts_too() {
    let mut outer = 0;
    let it = from_fn(move |_| {
        outer += 1;
        let mut inner = 0;
        let _exit: Exit = drive(Options::new(), |_| {
            inner += 1;
            if inner == 100 { Step::Break(()) } else { Step::Continue }
        });
        if outer == 2 { Step::Break(()) } else { Step::Continue }
    });
    let thread = Builder::new("nested").run_iterant(Options::new(), it).unwrap();
    reach(&thread, State::Exited);
    assert_eq!(thread.stats().iterations, 202);
}

#[test]
fn no_iteration_between_parked_and_frozen() {
    let freezer = Freezer::new();
    let ran = Arc::new(AtomicUsize::new(0));
    let runs = Arc::clone(&ran);
    let it = from_fn(move |_| {
        runs.fetch_add(1, Ordering::SeqCst);
        Step::<()>::Sleep
    });
    let options = Options::new().checkpoints(Checkpoints::FREEZE | Checkpoints::PARK);
    let thread = Builder::new("no-stop").freezer(&freezer).run_iterant(options, it).unwrap();
    reach(&thread, State::Sleeping);
    thread.park().unwrap();
    let before = ran.load(Ordering::SeqCst);
    freezer.freeze_all(LONG).unwrap();
    thread.request_stop();
    thread::sleep(SHORT);
    assert_eq!(ran.load(Ordering::SeqCst), before, "it ran in the freeze");
    drop(thread.detach());
}

#[test]
fn a_stop_beside_a_join_is_asked_for() {
    let thread =
        Builder::new("joined").run_iterant(Options::new(), from_fn(|_| Step::<()>::Sleep)).unwrap();
    thread::scope(|scope| {
        let joiner = scope.spawn(|| thread.join());
        thread::sleep(SHORT);
        assert!(matches!(thread.stop(), Err(StopError::AlreadyStopped { .. })));
        assert!(matches!(
            joiner.join().unwrap(),
            Ok(Outcome::Stopped(0)) | Err(StopError::NotStarted { .. })
        ));
    });
}

#[test]
fn a_woken_thread_is_running() {
    for _ in 0..50 {
        let thread = Builder::new("woken").run(|| kthread::sleep().unwrap()).unwrap();
        assert!(thread.is_running());
        assert_ne!(thread.state(), State::New);
    }
}

#[test]
fn one_that_is_chosen_while_it_leaves_passes_it_on() {
    let queue = Arc::new(WaitQueue::new());
    let tokens = Arc::new(AtomicUsize::new(1));
    let (in_condition, is_there) = mpsc::channel();
    let (go_on, goes_on) = mpsc::channel::<()>();
    let (first_queue, first_tokens) = (Arc::clone(&queue), Arc::clone(&tokens));
    let first = Builder::new("first")
        .run(move || {
            first_queue.wait(|| {
                first_tokens.fetch_sub(1, Ordering::SeqCst);
                in_condition.send(()).unwrap();
                goes_on.recv().unwrap();
                true
            })
        })
        .unwrap();
    is_there.recv_timeout(LONG).unwrap();
    let take = |tokens: &AtomicUsize| {
        tokens.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok()
    };
    let (second_queue, second_tokens) = (Arc::clone(&queue), Arc::clone(&tokens));
    let second =
        Builder::new("second").run(move || second_queue.wait(|| take(&second_tokens))).unwrap();
    reach(&second, State::Sleeping);
    tokens.fetch_add(1, Ordering::SeqCst);
    queue.wake_one();
    go_on.send(()).unwrap();
    assert!(first.join().unwrap().is_ok());
    reach(&second, State::Exited);
    assert!(second.join().unwrap().is_ok());
}

struct Nested {
    in_init: bool,
    iterated: Arc<AtomicBool>,
}

fn drain() {
    let mut left = 3;
    let exit: Exit = drive(Options::new(), |_| {
        left -= 1;
        if left == 0 { Step::Break(()) } else { Step::Continue }
    });
    assert_eq!(exit, Exit::Break(()));
}

impl Iterant for Nested {
    type Output = ();
    type Error = Infallible;

    fn init(&mut self, cx: &mut Cx) -> Result<(), Infallible> {
        if self.in_init {
            cx.stop_current(-3);
            drain();
        }
        Ok(())
    }

    fn iterate(&mut self, cx: &mut Cx) -> Step {
        self.iterated.store(true, Ordering::SeqCst);
        cx.stop_current(-4);
        Step::Continue
    }

    fn destroy(&mut self, _cx: &mut Cx) {
        drain();
    }
}

#[test]
fn loops_in_init_and_destroy_leave_the_code_alone() {
    for (in_init, code) in [(false, -4), (true, -3)] {
        let iterated = Arc::new(AtomicBool::new(false));
        let it = Nested { in_init, iterated: Arc::clone(&iterated) };
        let thread = Builder::new("nested").run_iterant(Options::new(), it).unwrap();
        assert_eq!(thread.join().unwrap(), Outcome::Stopped(code));
        assert_eq!(iterated.load(Ordering::SeqCst), !in_init);
    }
}

#[test]
fn a_kill_wakes_a_thread_that_is_stopped() {
    let options =
        Options::new().signal(Signal::STOP, Action::Default).signal(Signal::KILL, Action::Default);
    let thread =
        Builder::new("killed").run_iterant(options, from_fn(|_| Step::<()>::Sleep)).unwrap();
    reach(&thread, State::Sleeping);
    thread.signal(Signal::STOP);
    reach(&thread, State::Stopped);
    thread.signal(Signal::KILL);
    assert_eq!(thread.join().unwrap(), Outcome::Stopped(0));
}

#[test]
fn a_signal_in_its_own_handler_waits() {
    let handled = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&handled);
    let action = Action::handler(move |signal| {
        if count.fetch_add(1, Ordering::SeqCst) == 0 {
            kthread::current().unwrap().raise(signal);
            let options = Options::new().checkpoints(Checkpoints::SIGNAL);
            let mut turns = 0;
            let exit: Exit = drive(options, |_| {
                turns += 1;
                if turns == 3 { Step::Break(()) } else { Step::Continue }
            });
            assert_eq!(exit, Exit::Break(()), "the default action came");
        }
    });
    let both = Arc::clone(&handled);
    let it = from_fn(
        move |_| if both.load(Ordering::SeqCst) == 2 { Step::Break(()) } else { Step::Sleep },
    );
    let options = Options::new().signal(Signal::USR1, action);
    // Allowed from its creation on.
    let thread = Builder::new("handler").create_iterant(options, it).unwrap();
    thread.signal(Signal::USR1);
    thread.wake();
    assert_eq!(thread.join().unwrap(), Outcome::Break(()));
}

#[test]
fn nobody_waits_to_stop_where_nobody_can_stop() {
    let exit: Exit<&str> = drive(Options::new(), |_| {
        kthread::wait_to_stop(Checkpoints::NONE);
        Step::Break("back")
    });
    assert_eq!(exit, Exit::Break("back"));
}
