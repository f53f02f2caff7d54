//! The main of the crate that is generated: runs each function in both of its forms, with the same inputs
//! and the same moment of a stop, and tells where their effects or results differ.

mod other;
mod plain;
mod table;

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

pub struct Case {
    pub name: &'static str,
    /// What was planted in the other form; none if it is the attribute's.
    pub planted: &'static str,
    /// Whether a stop is tested at the loop's head: what comes of stops is the same then.
    pub stops: bool,
    pub plain: fn() -> String,
    pub other: fn() -> String,
}

/// What a function sees and does. An effect is its number; a negative one is a drop.
#[derive(Default)]
struct World {
    trace: Vec<i64>,
    script: u64,
    stop_after: Option<usize>,
    effects: usize,
    boundary: bool,
}

thread_local! {
    static WORLD: RefCell<World> = RefCell::new(World::default());
}

/// After as many effects the thread unwinds, so that every run comes to an end.
const MOST: usize = 120;

fn note(what: i64) -> u64 {
    let (stops, value) = WORLD.with_borrow_mut(|world| {
        world.trace.push(what);
        world.effects += 1;
        world.script = world.script.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (world.script ^ (world.script >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (world.stop_after == Some(world.effects), (mixed ^ (mixed >> 31)) % 24)
    });
    if stops {
        stop();
    }
    value
}

fn stop() {
    kthread::current().expect("a kthread").task().request_stop();
}

/// What the functions call.
pub mod support {
    use super::*;

    /// An effect, which gives an input.
    pub fn e(what: i64) -> u64 {
        if WORLD.with_borrow(|world| world.effects) >= MOST {
            resume_unwind(Box::new("limit"));
        }
        note(what)
    }
    /// True once in `one_of` times.
    pub fn c(what: i64, one_of: u64) -> bool {
        e(what) % one_of == 0
    }
    pub fn o(what: i64) -> Option<u64> {
        Some(e(what)).filter(|value| value % 8 != 1)
    }
    pub fn r(what: i64) -> Result<u64, String> {
        o(what).ok_or_else(|| format!("error {what}"))
    }
    /// Its error is to be converted.
    pub fn q(what: i64) -> Result<u64, &'static str> {
        o(what).ok_or("converted")
    }
    /// Puts a value in the trace.
    pub fn say(value: u64) {
        e(1_000_000 + value as i64);
    }

    #[derive(Debug)]
    pub struct G(pub i64);
    pub fn g(what: i64) -> G {
        e(what);
        G(what)
    }
    impl G {
        pub fn get(&self) -> u64 {
            e(10_000 + self.0)
        }
        pub fn opt(&self) -> Option<u64> {
            o(20_000 + self.0)
        }
    }
    impl Drop for G {
        fn drop(&mut self) {
            note(-self.0);
        }
    }
    /// An iterator whose steps and end are effects.
    pub struct It(pub G, pub u64);
    impl Iterator for It {
        type Item = u64;
        fn next(&mut self) -> Option<u64> {
            self.1 = self.1.checked_sub(1)?;
            self.0.opt()
        }
    }
    pub struct S {
        pub name: String,
        pub n: u64,
    }

    fn tested(stop: bool) -> bool {
        if stop {
            WORLD.with_borrow_mut(|world| world.boundary = true);
        }
        stop
    }
    /// The tests at the head of the plain form.
    pub fn should_stop() -> bool {
        tested(kthread::should_stop())
    }
    pub fn freezable_should_stop() -> bool {
        tested(kthread::freezable_should_stop())
    }
    /// Ends the sleep that follows.
    pub fn wake_me() {
        if let Ok(current) = kthread::current() {
            current.task().wake();
        }
    }
}

#[derive(PartialEq)]
struct Seen {
    trace: Vec<i64>,
    result: String,
}

/// Runs a function in a thread of its own; also whether it was stopped at the head of its loop.
fn run(function: fn() -> String, script: u64, moment: Moment) -> (Seen, bool) {
    let stop_after = if let Moment::StoppedAfter(effects) = moment { Some(effects) } else { None };
    let run = move || {
        WORLD.set(World { script, stop_after, ..World::default() });
        if stop_after == Some(0) {
            stop();
        }
        let result = catch_unwind(AssertUnwindSafe(function)).unwrap_or_else(|_| "unwound".into());
        let world = WORLD.take();
        (Seen { trace: world.trace, result }, world.boundary)
    };
    if matches!(moment, Moment::Outside) {
        return std::thread::spawn(run).join().expect("a result");
    }
    kthread::Builder::new("case").run(run).expect("a thread").join().expect("a result")
}

/// When a stop comes.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Moment {
    Never,
    StoppedAfter(usize),
    /// Never, as the thread is no kthread.
    Outside,
}

struct Sum {
    runs: u64,
    boundary: u64,
}

/// Counts up with every run, so that the watchdog sees one that hangs.
static DONE: AtomicU64 = AtomicU64::new(0);
/// The cases that each half is at, by their places in the table.
static IN_WORK: [AtomicU64; 2] = [AtomicU64::new(0), AtomicU64::new(0)];

fn compare(case: &Case, scripts: u64, seed: u64, sum: &mut Sum) {
    for number in 0..scripts {
        let script = seed.wrapping_mul(31).wrapping_add(number).wrapping_mul(0x2545_f491_4f6c_dd1d);
        let mut length = 0;
        // Unstopped first, which says how many moments there are.
        let mut moments = vec![Moment::Outside, Moment::Never];
        while let Some(moment) = moments.pop() {
            let (plain, boundary) = run(case.plain, script, moment);
            let (other, _) = run(case.other, script, moment);
            DONE.fetch_add(1, Ordering::Relaxed);
            sum.runs += 1;
            sum.boundary += u64::from(boundary);
            if plain != other {
                println!(
                    "DIFFERENCE {} {} script {number} stop: {moment:?}\n  plain {:?} {}\n  other {:?} {}",
                    case.name, case.planted, plain.trace, plain.result, other.trace, other.result
                );
                return;
            }
            if moment == Moment::Never && case.stops && length == 0 {
                length = plain.trace.len().max(1);
                let step = length.div_ceil(9).max(1);
                moments.extend((0..=length).skip((number as usize) % step).step_by(step).map(Moment::StoppedAfter));
                moments.push(Moment::StoppedAfter(0));
            }
        }
    }
}

fn main() {
    let arguments: Vec<u64> =
        std::env::args().skip(1).map(|text| text.parse().expect("a number")).collect();
    let (seed, scripts) = (arguments[0], arguments[1]);
    std::thread::spawn(|| {
        let mut before = u64::MAX;
        loop {
            let done = DONE.load(Ordering::Relaxed);
            if done == before {
                let in_work = IN_WORK.each_ref().map(|name| name.load(Ordering::Relaxed));
                println!("HANGS after {done} runs: one of the cases {in_work:?} of the table");
                std::process::exit(3);
            }
            before = done;
            std::thread::sleep(Duration::from_secs(10));
        }
    });
    let sums = std::thread::scope(|scope| {
        let half = |which: usize| {
            move || {
                let mut sum = Sum { runs: 0, boundary: 0 };
                for (at, case) in table::CASES.iter().enumerate().skip(which).step_by(2) {
                    IN_WORK[which].store(at as u64, Ordering::Relaxed);
                    compare(case, scripts, seed, &mut sum);
                }
                sum
            }
        };
        let threads = [scope.spawn(half(0)), scope.spawn(half(1))];
        threads.map(|thread| thread.join().expect("no panic"))
    });
    let (runs, boundary) =
        sums.iter().fold((0, 0), |all, sum| (all.0 + sum.runs, all.1 + sum.boundary));
    println!("SUM {runs} {boundary}");
}
