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
use std::sync::mpsc::sync_channel;
use std::thread;
use std::time::{Duration, Instant};

use kthread::{Builder, Checkpoints, Exit, Options, Step, current, drive, should_stop};

use crate::harness::{Figures, Group, Result};
use crate::plan::Plan;

pub(crate) fn measure(plan: &Plan, figures: &mut Vec<Figures>) -> Result<()> {
    let time = Duration::from_millis(plan.size(10, 1));
    let rounds = plan.size(101, 1);
    let empty = Group::new("an empty turn")
        .peer("a loop that tests one AtomicBool", move || run(time, one_flag))
        .ours("drive(), four checkpoints", 1.1, move || run(time, driven))
        .peer("a loop that tests four AtomicBools", move || run(time, four_flags))
        .peer("a loop that tests Current::should_stop()", move || run(time, asks_current))
        .peer("a loop that tests kthread::should_stop()", move || run(time, asks))
        .peer("a loop that tests one AtomicBool and calls a dyn FnMut", move || run(time, calls));
    figures.push(empty.run(rounds)?);
    let work = Group::new("a turn with a little work (a counter through memory)")
        .peer("a loop that tests one AtomicBool", move || run(time, one_flag_works))
        .ours("drive(), four checkpoints", 1.1, move || run(time, driven_works))
        .peer("a loop that tests one AtomicBool and calls a dyn FnMut", move || {
            run(time, calls_works)
        });
    figures.push(work.run(rounds)?);
    Ok(())
}

type Flags = [AtomicBool; 4];

/// Runs a loop in a kthread until it is stopped and its first flag is set; the time of a turn. All loops
/// run in the same kind of thread, so that only they differ.
#[expect(clippy::cast_precision_loss, reason = "no loop comes to 2^53 turns")]
fn run(time: Duration, turns: fn(&Flags) -> u64) -> Result<Vec<f64>> {
    let flags = Arc::new(Flags::default());
    let (say, says) = sync_channel(1);
    let thread = Builder::new("turn").run({
        let flags = Arc::clone(&flags);
        move || {
            let _ = say.try_send(());
            let start = Instant::now();
            let turns = turns(&flags);
            start.elapsed().as_secs_f64() * 1e9 / turns as f64
        }
    })?;
    says.recv()?;
    thread::sleep(time);
    flags[0].store(true, Ordering::Relaxed);
    Ok(vec![thread.stop()?])
}

#[inline(never)]
fn one_flag(flags: &Flags) -> u64 {
    let mut turns = 0;
    while !flags[0].load(Ordering::Relaxed) {
        turns += 1;
    }
    turns
}

#[inline(never)]
fn four_flags(flags: &Flags) -> u64 {
    let mut turns = 0;
    while !flags.iter().any(|flag| flag.load(Ordering::Relaxed)) {
        turns += 1;
    }
    turns
}

#[inline(never)]
fn one_flag_works(flags: &Flags) -> u64 {
    let (mut turns, mut work) = (0, 0_u64);
    while !flags[0].load(Ordering::Relaxed) {
        work = black_box(work + 1);
        turns += 1;
    }
    turns
}

#[inline(never)]
fn calls(flags: &Flags) -> u64 {
    call(flags, &mut || {})
}

#[inline(never)]
fn calls_works(flags: &Flags) -> u64 {
    let mut work = 0_u64;
    call(flags, &mut || work = black_box(work + 1))
}

fn call(flags: &Flags, step: &mut dyn FnMut()) -> u64 {
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
fn driven(_: &Flags) -> u64 {
    let _: Exit = drive(options(), |_| Step::Continue);
    counted()
}

#[inline(never)]
fn driven_works(_: &Flags) -> u64 {
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
fn asks(_: &Flags) -> u64 {
    let mut turns = 0;
    while !should_stop() {
        turns += 1;
    }
    turns
}

#[inline(never)]
fn asks_current(_: &Flags) -> u64 {
    let mut turns = 0;
    if let Ok(current) = current() {
        while !current.should_stop() {
            turns += 1;
        }
    }
    turns
}
