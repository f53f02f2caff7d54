//! What signals do, on real threads. What they do to an iterant is in `corpus/traces`.

#![allow(clippy::unwrap_used, reason = "a test may fail")]
#![allow(clippy::disallowed_types, clippy::disallowed_methods, reason = "a test uses std")]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use kthread::{Action, Builder, Options, Outcome, Signal, State, Step, from_fn};

#[test]
fn a_thread_that_is_continued_takes_the_signal_before_its_next_turn() {
    // Where it could be missed, it is missed now and then.
    for round in 0..500 {
        let called = Arc::new(AtomicBool::new(false));
        let seen = Arc::clone(&called);
        let handler = Action::handler(move |_| called.store(true, Ordering::Release));
        let options =
            Options::new().signal(Signal::STOP, Action::Default).signal(Signal::CONT, handler);
        let mut first = true;
        let iterant = from_fn(move |cx| {
            if std::mem::take(&mut first) {
                cx.raise(Signal::STOP);
                return Step::Continue;
            }
            Step::Break(seen.load(Ordering::Acquire))
        });
        let thread = Builder::new("stopped").run_iterant(options, iterant).unwrap();
        while thread.state() != State::Stopped {
            thread::yield_now();
        }
        thread.signal(Signal::CONT);
        while thread.state() != State::Exited {
            thread::yield_now();
        }
        assert_eq!(thread.stop().unwrap(), Outcome::Break(true), "round {round}");
    }
}
