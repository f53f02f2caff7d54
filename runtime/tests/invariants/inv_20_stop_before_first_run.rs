//! 20: stop before the first run: the function and init never run, what they were given is dropped
//! exactly once, and join returns `NotStarted`.

use std::convert::Infallible;

use kthread::{Builder, Checkpoints, Cx, Iterant, Options, Step, StopError};

use crate::check::{Dropped, Drops, Shared, check, mutants};

#[test]
fn of_a_function() {
    check("inv_20_stop_before_first_run::of_a_function", function, mutants![RunThoughStopped]);
}

fn function() {
    let (ran, drops) = (Shared::new(0), Drops::new());
    let (runs, given) = (ran.clone(), drops.one());
    let thread = Builder::new("t").create(move || {
        let _given = given;
        runs.add();
    });
    let stopped = thread.expect("it is created").stop();
    assert!(matches!(stopped, Err(StopError::NotStarted { .. })));
    assert_eq!(ran.get(), 0, "it ran");
    assert_eq!(drops.count(), 1, "dropped once, before stop returns");
}

#[test]
fn of_an_iterant() {
    check("inv_20_stop_before_first_run::of_an_iterant", iterant, mutants![RunThoughStopped]);
}

struct Noted {
    ran: Shared,
    _given: Dropped,
}

impl Iterant for Noted {
    type Output = ();
    type Error = Infallible;

    fn init(&mut self, _cx: &mut Cx) -> Result<(), Infallible> {
        self.ran.add();
        Ok(())
    }

    fn iterate(&mut self, _cx: &mut Cx) -> Step {
        self.ran.add();
        Step::Break(())
    }

    fn destroy(&mut self, _cx: &mut Cx) {
        self.ran.add();
    }
}

fn iterant() {
    let (ran, drops) = (Shared::new(0), Drops::new());
    let it = Noted { ran: ran.clone(), _given: drops.one() };
    let options = Options::new().checkpoints(Checkpoints::STOP);
    let thread = Builder::new("t").create_iterant(options, it);
    let stopped = thread.expect("it is created").stop();
    assert!(matches!(stopped, Err(StopError::NotStarted { .. })));
    assert_eq!(ran.get(), 0, "it ran");
    assert_eq!(drops.count(), 1, "dropped once, before stop returns");
}
