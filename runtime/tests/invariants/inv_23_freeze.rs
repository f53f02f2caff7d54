//! 23: nothing starts between the acknowledgement of a freeze and the thaw; what is asked of a frozen
//! thread comes after the thaw, but a stop, which ends it at once.

use std::convert::Infallible;
use std::time::Duration;

use kthread::{
    Builder, Cx, Freezer, Iterant, Kthread, Options, Outcome, State, Step, StopError, from_fn,
};

use crate::check::thread::yield_now;
use crate::check::{Shared, check, mutants};

const LONG: Duration = Duration::from_secs(3600);

/// An iterant that notes when it runs though it is frozen.
fn start(freezer: &Freezer, frozen: &Shared, ran: &Shared, wrong: &Shared) -> Kthread<Outcome> {
    let (frozen, ran, wrong) = (frozen.clone(), ran.clone(), wrong.clone());
    let it = from_fn(move |_| {
        if frozen.get() != 0 {
            wrong.set(1);
        }
        ran.add();
        if frozen.get() != 0 {
            wrong.set(1);
        }
        Step::Sleep
    });
    Builder::new("t").freezer(freezer).run_iterant(Options::new(), it).expect("it is created")
}

#[test]
fn nothing_runs() {
    check("inv_23_freeze::nothing_runs", runs, mutants![FrozenEarly, ThawByWake, StopLeavesFrozen]);
}

fn runs() {
    let freezer = Freezer::new();
    let (frozen, ran, wrong) = (Shared::new(0), Shared::new(0), Shared::new(0));
    let thread = start(&freezer, &frozen, &ran, &wrong);

    freezer.freeze_all(LONG).expect("it freezes");
    frozen.set(1);
    thread.wake();
    yield_now();
    // A stop, while it is frozen, ends it without another iteration.
    match thread.stop() {
        Ok(Outcome::Stopped(0)) | Err(StopError::NotStarted { .. }) => {}
        other => panic!("{other:?}"),
    }
    assert_eq!(wrong.get(), 0, "it ran while it was frozen");
    freezer.thaw_all();
}

#[test]
fn not_even_once() {
    check("inv_23_freeze::not_even_once", not_once, mutants![RunsFrozenFirst]);
}

/// Frozen between its init and its first iteration, and stopped there: that one doesn't come, though
/// the loop doesn't test stop before it.
fn not_once() {
    let freezer = Freezer::new();
    let ran = Shared::new(0);
    let it = FreezesInInit { freezer: freezer.clone(), ran: ran.clone() };
    let thread =
        Builder::new("t").freezer(&freezer).run_iterant(Options::new(), it).expect("it is created");
    while thread.state() != State::Frozen {
        yield_now();
    }
    assert!(matches!(thread.stop(), Ok(Outcome::Stopped(0))));
    assert_eq!(ran.get(), 0, "it ran while it was frozen");
}

struct FreezesInInit {
    freezer: Freezer,
    ran: Shared,
}

impl Iterant for FreezesInInit {
    type Output = ();
    type Error = Infallible;

    fn init(&mut self, _cx: &mut Cx) -> Result<(), Infallible> {
        self.freezer.request_freeze();
        Ok(())
    }

    fn iterate(&mut self, _cx: &mut Cx) -> Step {
        self.ran.add();
        Step::Sleep
    }
}

#[test]
fn it_goes_on() {
    check("inv_23_freeze::it_goes_on", goes_on, mutants![FrozenEarly, ThawByWake]);
}

/// What was asked for while it was frozen is done after the thaw.
fn goes_on() {
    let freezer = Freezer::new();
    let (frozen, ran, wrong) = (Shared::new(0), Shared::new(0), Shared::new(0));
    let (in_thread, runs, bad) = (frozen.clone(), ran.clone(), wrong.clone());
    let it = from_fn(move |_| {
        bad.set(bad.get() | in_thread.get());
        runs.add();
        bad.set(bad.get() | in_thread.get());
        if runs.get() == 2 { Step::Break(()) } else { Step::Sleep }
    });
    let thread =
        Builder::new("t").freezer(&freezer).run_iterant(Options::new(), it).expect("it is created");

    freezer.freeze_all(LONG).expect("it freezes");
    frozen.set(1);
    thread.wake();
    yield_now();
    assert_eq!(wrong.get(), 0, "it ran while it was frozen");
    frozen.set(0);
    freezer.thaw_all();
    // If the freeze came before its first iteration, that wake-up went with it.
    while ran.get() < 2 {
        thread.wake();
        yield_now();
    }
    assert!(matches!(thread.join(), Ok(Outcome::Break(()))));
    assert_eq!(wrong.get(), 0, "it ran while it was frozen");
}

#[test]
fn a_new_one_waits() {
    check("inv_23_freeze::a_new_one_waits", new_one, mutants![JoinsAwake]);
}

/// A thread that is made while its domain is frozen doesn't begin.
fn new_one() {
    let freezer = Freezer::new();
    freezer.freeze_all(LONG).expect("nobody refuses");
    let (frozen, ran, wrong) = (Shared::new(1), Shared::new(0), Shared::new(0));
    let thread = start(&freezer, &frozen, &ran, &wrong);
    thread.wake();
    frozen.set(0);
    freezer.thaw_all();
    match thread.stop() {
        Ok(Outcome::Stopped(0)) | Err(StopError::NotStarted { .. }) => {}
        other => panic!("{other:?}"),
    }
    assert_eq!(wrong.get(), 0, "it ran while it was frozen");
}
