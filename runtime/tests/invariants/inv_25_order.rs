//! 25: the checkpoints are passed in the order signal, freeze, park, stop, wherever a turn ends; stop
//! beats sleep.

use kthread::{
    Action, Builder, Checkpoints, Freezer, Options, Outcome, Signal, State, Step, StopError,
    TaskState, from_fn,
};

use crate::check::{Shared, check, mutants, thread};

#[test]
fn signal_freeze_park_stop() {
    check("inv_25_order::signal_freeze_park_stop", order, mutants![ParkBeforeFreeze]);
}

/// One thing leads to the next: the handler asks for the freeze and the parking, in the other order.
/// (A freeze that is asked for before comes before the signals: the checkpoint gives way to it.)
fn order() {
    let freezer = Freezer::new();
    let signals = Shared::new(0);
    let (handled, domain) = (signals.clone(), freezer.clone());
    let action = Action::handler(move |_| {
        handled.add();
        let me = kthread::current().expect("it is a kthread");
        me.task().park().expect("nobody else parks it");
        domain.request_freeze();
    });
    let all = Checkpoints::DEFAULT | Checkpoints::PARK;
    let options = Options::new().checkpoints(all).signal(Signal::USR1, action);
    let mut turns = 0;
    let it = from_fn(move |cx| {
        turns += 1;
        if turns > 1 {
            return Step::Break(());
        }
        cx.raise(Signal::USR1);
        Step::Continue
    });
    let thread =
        Builder::new("t").freezer(&freezer).run_iterant(options, it).expect("it is created");

    reach(&thread, State::Frozen);
    assert_eq!(signals.get(), 1, "frozen before the signal was taken");
    freezer.thaw_all();
    reach(&thread, State::Parked);
    // Stop ends the parking; no further iteration follows.
    assert!(matches!(thread.stop(), Ok(Outcome::Stopped(0))));
}

/// Waits until the thread is there, and sees that it is nowhere else at rest before.
fn reach(task: &kthread::Task, wanted: State) {
    loop {
        match task.state() {
            state if state == wanted => return,
            State::Running | State::New => {}
            State::Frozen if wanted == State::Parked => {}
            other => panic!("{other} before it was {wanted}"),
        }
        thread::yield_now();
    }
}

#[test]
fn stop_beats_sleep() {
    check("inv_25_order::stop_beats_sleep", beats, mutants![SleepBeatsStop]);
}

fn beats() {
    let options = Options::new().checkpoints(Checkpoints::STOP);
    let it = from_fn(|cx| {
        // An earlier wake-up is forgotten here, also that of a stop.
        cx.set_state(TaskState::Uninterruptible);
        Step::<()>::Sleep
    });
    let thread = Builder::new("t").run_iterant(options, it).expect("it is created");
    match thread.stop() {
        Ok(Outcome::Stopped(0)) | Err(StopError::NotStarted { .. }) => {}
        other => panic!("{other:?}"),
    }
}
