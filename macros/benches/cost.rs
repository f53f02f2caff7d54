//! One loop in four forms, to count the instructions of an iteration: see `cost.sh`.
//!
//! `cost FORM COUNT` runs so many iterations in a kthread.

#![allow(missing_docs, clippy::unwrap_used, reason = "a bench")]

use std::convert::Infallible;
use std::hint::black_box;
use std::sync::atomic::{AtomicBool, Ordering};

use kthread::{
    Builder, Checkpoints, Cx, Iterant, Options, Outcome, Step, kthread_iterant, run_here,
    should_stop,
};

/// What an iteration does: little, and nothing that can be left out.
#[inline(always)]
#[expect(clippy::inline_always, reason = "the same in all forms")]
fn work(state: &mut u64, turn: u64) {
    *state = black_box(*state).rotate_left(5) ^ turn;
}

/// As one writes it, with the runtime's test.
fn plain(count: u64) -> u64 {
    let (mut state, mut turn) = (1, 0);
    while !should_stop() {
        if turn == count {
            break;
        }
        work(&mut state, turn);
        turn += 1;
    }
    state
}

/// The same text.
#[kthread_iterant]
fn attribute(count: u64) -> u64 {
    let (mut state, mut turn) = (1, 0);
    while !should_stop() {
        if turn == count {
            break;
        }
        work(&mut state, turn);
        turn += 1;
    }
    state
}

/// With a flag of its own in place of the runtime's test: the least that a loop needs that can be stopped.
fn flag(count: u64, stop: &AtomicBool) -> u64 {
    let (mut state, mut turn) = (1, 0);
    while !stop.load(Ordering::Acquire) {
        if turn == count {
            break;
        }
        work(&mut state, turn);
        turn += 1;
    }
    state
}

/// The state machine that one writes by hand.
struct Machine {
    state: u64,
    turn: u64,
    count: u64,
}

impl Iterant for Machine {
    type Output = u64;
    type Error = Infallible;

    fn iterate(&mut self, _cx: &mut Cx) -> Step<u64> {
        if self.turn == self.count {
            return Step::Break(self.state);
        }
        work(&mut self.state, self.turn);
        self.turn += 1;
        Step::Continue
    }
}

fn machine(count: u64) -> u64 {
    let options = Options::new().checkpoints(Checkpoints::DEFAULT).test_first();
    match run_here(options, Machine { state: 1, turn: 0, count }) {
        Outcome::Break(state) => state,
        Outcome::Stopped(_) => 0,
        Outcome::InitFailed(never) => match never {},
    }
}

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let [_, form, count] = &args[..] else {
        // As a test, or without arguments: see that all forms do the same.
        let stop = AtomicBool::new(false);
        let all = [plain(1000), attribute(1000), flag(1000, &stop), machine(1000)];
        assert!(all.iter().all(|state| *state == all[0]), "{all:?}");
        return;
    };
    let (form, count) = (form.clone(), count.parse().unwrap());
    let thread = Builder::new("cost").run(move || match form.as_str() {
        "plain" => plain(count),
        "attribute" => attribute(count),
        "flag" => flag(count, black_box(&AtomicBool::new(false))),
        _ => machine(count),
    });
    println!("{}", thread.unwrap().join().unwrap());
}
