//! What is left of a thread that was not made.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use kthread::{Builder, CreateError, Cx, Iterant, Kthread, Options, Step};

use crate::given::{Count, Given};
use crate::{proc, until};

/// What is left under this name: threads of the operating system, and of the crate. The name is shorter
/// than 16 bytes, and nobody else's.
pub(crate) fn of(name: &str) -> Vec<String> {
    let shown =
        proc::tids().into_iter().filter(|tid| proc::comm(*tid).is_some_and(|comm| comm == name));
    let known = kthread::tasks().into_iter().filter(|task| task.name() == name);
    shown.map(|tid| format!("thread {tid}")).chain(known.map(|task| format!("{task:?}"))).collect()
}

/// Nothing is left under this name. The operating system shows a thread that was joined for a moment.
#[track_caller]
pub(crate) fn nothing(name: &str) {
    until::until(&format!("nothing is left of {name:?}"), || of(name).is_empty());
}

/// An iterant that is never to be called.
struct Never(#[allow(dead_code, reason = "it is there to be dropped")] Given, Arc<AtomicBool>);

impl Iterant for Never {
    type Output = ();
    type Error = ();

    fn init(&mut self, _cx: &mut Cx) -> Result<(), ()> {
        self.1.store(true, Ordering::Relaxed);
        Ok(())
    }

    fn iterate(&mut self, _cx: &mut Cx) -> Step {
        Step::Break(())
    }
}

/// All ways to make a thread of a builder fail, with errors that `check` looks at. Nothing is called, what
/// was given is dropped once, and nothing is left.
#[track_caller]
pub(crate) fn refused(builder: &Builder, name: &str, check: impl Fn(&CreateError)) {
    let (count, called) = (Count::default(), Arc::new(AtomicBool::new(false)));
    let body = || {
        let (given, called) = (count.give(), Arc::clone(&called));
        move || {
            called.store(true, Ordering::Relaxed);
            drop(given);
        }
    };
    let never = || Never(count.give(), Arc::clone(&called));
    check(&error(builder.create(body())));
    check(&error(builder.run(body())));
    check(&error(builder.create_iterant(Options::new(), never())));
    check(&error(builder.run_iterant(Options::new(), never())));
    assert!(!called.load(Ordering::Relaxed), "what was given was called");
    assert_eq!((count.made(), count.dropped()), (4, 4), "made and dropped");
    nothing(name);
}

#[track_caller]
fn error<T>(made: Result<Kthread<T>, CreateError>) -> CreateError {
    made.map(drop).expect_err("it can't be made")
}

/// The control: what is left is found.
#[test]
fn what_is_left_is_found() {
    let thread = Builder::new("it is left").create(|| ()).expect("a thread");
    assert_eq!(of("it is left").len(), 2, "{:?}", of("it is left"));
    drop(thread);
    nothing("it is left");
}
