//! 29: a thread that can't be set up, after the operating system has made it: exactly one side frees
//! what it was given, before `create` returns.

use kthread::{Builder, CreateError};

use crate::check::{Drops, Shared, check, mutants};

#[test]
fn one_side_frees() {
    check("inv_29_failed_set_up::one_side_frees", model, mutants![LeaveFailed]);
}

fn model() {
    let (ran, drops) = (Shared::new(0), Drops::new());
    let (runs, given) = (ran.clone(), drops.one());
    let created = Builder::new("t").cpu(1_000_000).run(move || {
        let _given = given;
        runs.add();
    });
    assert!(matches!(created, Err(CreateError::Setup { .. })));
    assert_eq!(ran.get(), 0, "it ran");
    assert_eq!(drops.count(), 1, "dropped once, before create returns");
}
