//! 30: a panic in a thread's function releases who waits for it, and touches nobody else.

use std::time::Duration;

use kthread::{
    Builder, Checkpoints, Freezer, Options, Outcome, ParkError, Step, StopError, from_fn,
};

use crate::check::{Drops, check, mutants};

/// A panic without the noise of the hook.
fn panic_quietly() -> ! {
    std::panic::resume_unwind(Box::new("planned"))
}

#[test]
fn who_parks_is_released() {
    check("inv_30_panic::who_parks_is_released", parks, mutants![SilentPanic]);
}

fn parks() {
    let drops = Drops::new();
    let given = drops.one();
    let it = from_fn(move |_| -> Step {
        let _given = &given;
        panic_quietly()
    });
    let options = Options::new().checkpoints(Checkpoints::STOP | Checkpoints::PARK);
    let thread = Builder::new("t").run_iterant(options, it).expect("it is created");
    match thread.park() {
        // It came to its first checkpoint, before the panic.
        Ok(()) => thread.unpark(),
        Err(ParkError::Exited { .. }) => {}
        Err(error) => panic!("{error}"),
    }
    match thread.join() {
        Err(StopError::Panicked { panic, .. }) => assert_eq!(panic.message(), "planned"),
        other => panic!("{other:?}"),
    }
    assert_eq!(drops.count(), 1);
}

#[test]
fn who_freezes_is_released() {
    check("inv_30_panic::who_freezes_is_released", freezes, mutants![SilentPanic]);
}

fn freezes() {
    let freezer = Freezer::new();
    let builder = Builder::new("t").freezer(&freezer);
    let panics = builder
        .run_iterant(Options::new(), from_fn(|_| -> Step { panic_quietly() }))
        .expect("it is created");
    freezer
        .freeze_all(Duration::from_secs(3600))
        .expect("a thread that has ended counts as at rest");
    freezer.thaw_all();
    assert!(matches!(panics.join(), Err(StopError::Panicked { .. })));
    // The domain goes on.
    let lives =
        builder.run_iterant(Options::new(), from_fn(|_| Step::Break(1))).expect("it is created");
    assert!(matches!(lives.join(), Ok(Outcome::Break(1))));
}

#[test]
fn a_work() {
    check("inv_30_panic::a_work", work, mutants![PanicEndsWorker]);
}

/// The worker goes on, who waits is released, and what is cancelled at the time is so once.
fn work() {
    let ran = crate::check::Shared::new(0);
    let worker = crate::workers::start();
    let panics = kthread::Work::named("bad", |_| panic_quietly());
    let good = crate::workers::counting(&ran);
    worker.queue(&panics);
    worker.queue(&good);
    worker.flush_work(&panics).expect("it has run");
    worker.flush().expect("the worker goes on");
    assert_eq!(worker.cancel_sync(&panics), Ok(false));
    let stats = worker.stats();
    assert_eq!((ran.get(), stats.panics, stats.current), (1, 1, None));
    assert_eq!(stats.last_panic, Some(("bad".to_owned(), "planned".to_owned())));
    worker.queue(&panics);
    worker.flush().expect("it can run again");
}
