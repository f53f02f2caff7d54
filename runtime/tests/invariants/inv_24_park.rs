//! 24: a park is acknowledged only when the thread is really out of its function; unpark without park
//! does nothing; a stop ends a parked thread; park before the first run works; a second park is
//! `Busy`; park, unpark, park does not take an old acknowledgement for a new one.

use kthread::{
    Builder, Checkpoints, Kthread, Options, Outcome, ParkError, Step, StopError, from_fn,
};

use crate::check::thread::yield_now;
use crate::check::{Shared, check, mutants};

/// An iterant that notes when it runs though it is parked. It parks between its turns.
fn start(parked: &Shared, wrong: &Shared, turns: usize) -> Kthread<Outcome> {
    let (parked, wrong) = (parked.clone(), wrong.clone());
    let mut turn = 0;
    let it = from_fn(move |_| {
        wrong.set(wrong.get() | parked.get());
        turn += 1;
        wrong.set(wrong.get() | parked.get());
        if turn >= turns { Step::Sleep } else { Step::Continue }
    });
    let options = Options::new().checkpoints(Checkpoints::STOP | Checkpoints::PARK).test_first();
    Builder::new("t").run_iterant(options, it).expect("it is created")
}

fn stop(thread: &Kthread<Outcome>) {
    match thread.stop() {
        Ok(Outcome::Stopped(0)) | Err(StopError::NotStarted { .. }) => {}
        other => panic!("{other:?}"),
    }
}

#[test]
fn it_is_out() {
    check("inv_24_park::it_is_out", out, mutants![ParkedEarly, StopLeavesParked]);
}

fn out() {
    let (parked, wrong) = (Shared::new(0), Shared::new(0));
    let thread = start(&parked, &wrong, 1);
    thread.park().expect("it parks");
    parked.set(1);
    yield_now();
    assert!(matches!(thread.park(), Err(ParkError::Busy { .. })));
    thread.wake();
    stop(&thread);
    assert_eq!(wrong.get(), 0, "it ran while it was parked");
    assert!(matches!(thread.park(), Err(ParkError::Exited { .. })));
}

#[test]
fn no_old_acknowledgement() {
    check("inv_24_park::no_old_acknowledgement", twice, mutants![StaleAck, ParkedEarly]);
}

fn twice() {
    let (parked, wrong) = (Shared::new(0), Shared::new(0));
    let thread = start(&parked, &wrong, 2);
    thread.park().expect("it parks");
    thread.unpark();
    // A chance for the thread, which costs the checker no preemption.
    yield_now();
    thread.park().expect("it parks again");
    parked.set(1);
    yield_now();
    assert_eq!(wrong.get(), 0);
    parked.set(0);
    stop(&thread);
    assert_eq!(wrong.get(), 0, "it ran while it was parked");
}

#[test]
fn unpark_is_seen() {
    check("inv_24_park::unpark_is_seen", unparked, mutants![LookTwice]);
}

/// Parked before its first run, it runs when it is unparked.
fn unparked() {
    let (parked, wrong) = (Shared::new(0), Shared::new(0));
    let (is_parked, bad) = (parked.clone(), wrong.clone());
    let thread = Builder::new("t")
        .create(move || bad.set(bad.get() | is_parked.get()))
        .expect("it is created");
    // Nothing to take back.
    thread.unpark();
    thread.park().expect("it parks");
    parked.set(1);
    assert_eq!(wrong.get(), 0, "it ran before it was unparked");
    parked.set(0);
    thread.unpark();
    // Nobody stops it: the unparking alone must reach it.
    assert!(thread.join().is_ok());
    assert_eq!(wrong.get(), 0);
}
