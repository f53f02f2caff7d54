//! What a turn costs in which nobody asks for anything.
//!
//! Each loop counts its turns in a register: a plain one by itself, in the other the driver does. None
//! counts up to an end, which would add a comparison to all of them: a loop goes on until another thread
//! stops it, some milliseconds later, and the time between is divided by the count. The other thread
//! sleeps meanwhile.
//!
//! On x86-64, `objdump -d` of the binary shows for the plain loop (`one_flag`) and for the driver
//! (`driven`), whose four checkpoints are four bits of one word and so one mask:
//!
//! ```text
//! 1: movzbl (%rdi),%ecx          1: inc   %r12
//!    inc    %rax                    mov   0x40(%r15),%eax
//!    test   %cl,%cl                 test  $0x17f,%eax
//!    je     1b                      je    1b
//! ```

use std::hint::black_box;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use kthread::{Builder, Checkpoints, Exit, Options, Step, current, drive, should_stop};

use crate::harness::{Figures, Group, Result};
use crate::plan::Plan;

/// How long a loop ran, and how often.
type Run = (Duration, u64);

pub(crate) fn measure(plan: &Plan, figures: &mut Vec<Figures>) -> Result<()> {
    let time = Duration::from_millis(plan.size(10, 1));
    let rounds = plan.size(101, 1);
    let empty = Group::new("an empty turn")
        .peer("a loop that tests one AtomicBool", move || flag(time, one_flag))
        .ours("drive(), four checkpoints", 1.1, move || kthread(time, driven))
        .peer("a loop that tests four AtomicBools", move || flag(time, four_flags))
        .peer("a loop that tests Current::should_stop()", move || kthread(time, asks_current))
        .peer("a loop that tests kthread::should_stop()", move || kthread(time, asks))
        .peer("a loop that tests one AtomicBool and calls a dyn FnMut", move || flag(time, calls));
    figures.push(empty.run(rounds)?);
    let work = Group::new("a turn with a little work (a counter through memory)")
        .peer("a loop that tests one AtomicBool", move || flag(time, one_flag_works))
        .ours("drive(), four checkpoints", 1.1, move || kthread(time, driven_works))
        .peer("a loop that tests one AtomicBool and calls a dyn FnMut", move || {
            flag(time, calls_works)
        });
    figures.push(work.run(rounds)?);
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "no run comes to 2^53 turns")]
fn per_turn((took, turns): Run) -> Vec<f64> {
    vec![took.as_secs_f64() * 1e9 / turns as f64]
}

/// Runs a loop in a std thread until its first flag is set.
fn flag(time: Duration, turns: fn(&[AtomicBool; 4]) -> u64) -> Result<Vec<f64>> {
    let flags: Arc<[AtomicBool; 4]> = Arc::default();
    let thread = thread::spawn({
        let flags = Arc::clone(&flags);
        move || {
            let start = Instant::now();
            let turns = turns(&flags);
            (start.elapsed(), turns)
        }
    });
    thread::sleep(time);
    flags[0].store(true, Ordering::Relaxed);
    Ok(per_turn(thread.join().map_err(|_| "it panicked")?))
}

/// Runs a loop in a kthread until it is stopped.
fn kthread(time: Duration, turns: fn() -> u64) -> Result<Vec<f64>> {
    let thread = Builder::new("turn").run(move || {
        let start = Instant::now();
        let turns = turns();
        (start.elapsed(), turns)
    })?;
    thread::sleep(time);
    Ok(per_turn(thread.stop()?))
}

#[inline(never)]
fn one_flag(flags: &[AtomicBool; 4]) -> u64 {
    let mut turns = 0;
    while !flags[0].load(Ordering::Relaxed) {
        turns += 1;
    }
    turns
}

#[inline(never)]
fn four_flags(flags: &[AtomicBool; 4]) -> u64 {
    let mut turns = 0;
    while !flags.iter().any(|flag| flag.load(Ordering::Relaxed)) {
        turns += 1;
    }
    turns
}

#[inline(never)]
fn one_flag_works(flags: &[AtomicBool; 4]) -> u64 {
    let (mut turns, mut work) = (0, 0_u64);
    while !flags[0].load(Ordering::Relaxed) {
        work = black_box(work + 1);
        turns += 1;
    }
    turns
}

#[inline(never)]
fn calls(flags: &[AtomicBool; 4]) -> u64 {
    call(flags, &mut || {})
}

#[inline(never)]
fn calls_works(flags: &[AtomicBool; 4]) -> u64 {
    let mut work = 0_u64;
    call(flags, &mut || work = black_box(work + 1))
}

fn call(flags: &[AtomicBool; 4], step: &mut dyn FnMut()) -> u64 {
    // Else the compiler sees which function it is.
    let step = black_box(step);
    let mut turns = 0;
    while !flags[0].load(Ordering::Relaxed) {
        step();
        turns += 1;
    }
    turns
}

fn options() -> Options {
    Options::new().checkpoints(
        Checkpoints::STOP | Checkpoints::FREEZE | Checkpoints::PARK | Checkpoints::SIGNAL,
    )
}

#[inline(never)]
fn driven() -> u64 {
    let _: Exit = drive(options(), |_| Step::Continue);
    counted()
}

#[inline(never)]
fn driven_works() -> u64 {
    let mut work = 0_u64;
    let _: Exit = drive(options(), |_| {
        work = black_box(work + 1);
        Step::Continue
    });
    counted()
}

/// What the driver has counted; it publishes that when a loop ends.
fn counted() -> u64 {
    current().map_or(0, |current| current.task().stats().iterations)
}

#[inline(never)]
fn asks() -> u64 {
    let mut turns = 0;
    while !should_stop() {
        turns += 1;
    }
    turns
}

#[inline(never)]
fn asks_current() -> u64 {
    let mut turns = 0;
    if let Ok(current) = current() {
        while !current.should_stop() {
            turns += 1;
        }
    }
    turns
}
