//! Faults that a third attack has found: each function with and without the attribute.
#![deny(warnings)]
#![allow(clippy::never_loop)]

#[macro_use]
#[path = "../common/mod.rs"]
mod common;

#[allow(unused_imports)]
use common::*;

use kthread::{Builder, Freezer, current, should_stop, sleep, sleep_timeout};
use std::sync::{LazyLock, Mutex};
use std::time::Duration;

static LOCK: Mutex<u32> = Mutex::new(3);

/// What is counted says whether the lock was held when it was looked at first.
struct Counted {
    count: u32,
}

fn lazy() -> LazyLock<Counted> {
    LazyLock::new(|| Counted { count: LOCK.try_lock().map_or(99, |_| 1) })
}

case!(a_reference_to_a_field,
    pub fn run() -> u32 {
        let lazy = lazy();
        let found = loop {
            if should_stop() {
                break None;
            }
            let _held = LOCK.lock().unwrap();
            break Some(&lazy.count);
        };
        *found.unwrap()
    }
);
case!(a_temporary_that_lives_on,
    pub fn run() -> u32 {
        let lazy = lazy();
        loop {
            if should_stop() {
                break 0;
            }
            let _held = &*LOCK.lock().unwrap();
            break lazy.count;
        }
    }
);
case!(a_temporary_of_an_operand,
    pub fn run() -> u32 {
        let lazy = lazy();
        loop {
            if should_stop() {
                break 0;
            }
            let _sum = *LOCK.lock().unwrap()
                + if LOCK.try_lock().is_err() { break lazy.count } else { 1 };
        }
    }
);
case!(moved_and_copied,
    pub fn run(names: Vec<u32>, of: (u32, String)) -> (Vec<u32>, u32, String) {
        loop {
            if should_stop() {
                break (names, 0, of.1);
            }
            let _guard = Guard("guard");
            if of.0 > 1 {
                break (names, of.0, of.1);
            }
        }
    }
);

#[derive(Clone, Copy)]
#[repr(C, packed)]
struct Packed {
    #[allow(dead_code)]
    kind: u8,
    len: u32,
}

case!(a_packed_field,
    pub fn run(of: Packed) -> u32 {
        loop {
            if should_stop() {
                break 0;
            }
            let _guard = Guard("guard");
            break of.len;
        }
    }
);
case!(a_type_that_is_told_later,
    pub fn run() -> Option<String> {
        let mut found = (None, 0);
        while !should_stop() {
            let _guard = Guard("guard");
            if found.1 > 1 {
                return found.0;
            }
            found.0 = Some(String::from("it"));
            found.1 += 1;
        }
        None
    }
);

#[derive(Debug)]
pub enum Failed {}

case!(exits_that_are_left_out,
    pub fn run(n: u32) -> Result<u32, Failed> {
        let mut n = n;
        loop {
            if should_stop() {
                return Ok(0);
            }
            n += 1;
            #[cfg(any())]
            if n == 9 {
                return Err(Failed::Bad);
            }
            match n {
                #[cfg(any())]
                4 => return Ok(missing),
                _ => {}
            }
            if n > 3 {
                return Ok(1);
            }
        }
    }
);
case!(alternatives_in_a_pattern,
    pub fn run(of: Vec<Result<u32, u32>>) -> u32 {
        let mut sum = 0;
        for Ok(n) | Err(n) in of {
            sum += n;
        }
        sum
    }
);
case!(a_jump_before_another_operand,
    pub fn run(n: u32) -> u32 {
        let mut n = n;
        let mut k = 0;
        while n < 5 {
            n += 1;
            let _ = n == 2 && continue || { k += 1; k > 3 };
        }
        k
    }
);

#[kthread::kthread_iterant(freezable = false)]
fn helper(of: &[u32]) {
    for _ in of {}
}

/// In an iterant's step, what a sleep has used up of a wake-up still keeps the turn's own sleep away.
fn helped_in_a_step() -> u32 {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};
    let turns = Arc::new(AtomicU32::new(0));
    let its = Arc::clone(&turns);
    let step = kthread::from_fn(move |cx: &mut kthread::Cx| -> kthread::Step<()> {
        if its.fetch_add(1, Ordering::SeqCst) == 0 {
            cx.task().wake();
            sleep().unwrap();
            helper(&[1]);
        }
        kthread::Step::Sleep
    });
    let thread = Builder::new("helped").run_iterant(kthread::Options::new(), step).unwrap();
    while turns.load(Ordering::SeqCst) < 2 {
        std::thread::yield_now();
    }
    let _ = thread.stop().unwrap();
    turns.load(Ordering::SeqCst).min(2)
}

#[kthread::kthread_iterant]
fn tests_by_itself() -> u32 {
    let mut n = 0;
    loop {
        kthread::try_to_freeze();
        let _ = sleep_timeout(Duration::from_millis(1));
        n += 1;
        let stops = should_stop();
        if stops {
            break n;
        }
    }
}

/// A stop ends a freeze, also where only the body tests stop.
fn stopped_while_frozen() {
    let freezer = Freezer::new();
    let thread = Builder::new("frozen").freezer(&freezer).run(tests_by_itself).unwrap();
    while !thread.task().is_freezable() {
        std::thread::yield_now();
    }
    freezer.freeze_all(Duration::from_secs(60)).unwrap();
    assert!(thread.stop().unwrap() > 0);
    freezer.thaw_all();
}

#[kthread::kthread_iterant]
fn sleeps_first() -> u32 {
    let mut n = 0;
    loop {
        let _ = sleep();
        if should_stop() || n == 1 {
            break n;
        }
        n += 1;
        current().unwrap().task().wake();
    }
}

/// A wake-up that comes while the function's begin is frozen is not lost.
fn woken_while_it_begins() {
    let freezer = Freezer::new();
    freezer.freeze_all(Duration::from_secs(60)).unwrap();
    let thread = Builder::new("begins").freezer(&freezer).run(sleeps_first).unwrap();
    while thread.state() != kthread::State::Frozen {
        std::thread::yield_now();
    }
    thread.task().wake();
    freezer.thaw_all();
    assert_eq!(thread.join().unwrap(), 1);
}

fn run(n: u32) -> u32 {
    n * 1000
}

struct Within;

impl Within {
    #[kthread::kthread_iterant(spawn, name = "{1}-{n:0>2$}")]
    fn run(mut n: u32, _name: &'static str, _width: usize) -> u32 {
        let Self = Within;
        while !should_stop() && n < 5 {
            n += 1;
        }
        n
    }
}

/// The runtime under another name.
mod other {
    pub use kthread as kt;
}

#[kthread::kthread_iterant(crate = other::kt)]
fn under_another_name() -> u32 {
    loop {
        if kthread::should_stop() {
            break 5;
        }
        stop_me();
    }
}

/// A loop that is there instead of the one with the checkpoint.
#[kthread::kthread_iterant(spawn)]
fn instead() {
    #[cfg(any())]
    while !should_stop() {}
    #[cfg(not(any()))]
    loop {
        let _ = sleep();
    }
}

#[kthread::kthread_iterant]
fn in_blocks(n: u32) -> u32 {
    let mut n = n;
    #[cfg(all())]
    {
        while !should_stop() && n < 4 {
            n += 1;
        }
    }
    #[cfg(not(all()))]
    {
        while !should_stop() && n < 9 {
            n += 1;
        }
    }
    n
}

/// Bodies on one line are clean.
#[kthread::kthread_iterant]
fn one_line(v: &mut Vec<u32>) -> u32 { while v.pop().is_some() { v.clear() } 1 }

#[kthread::kthread_iterant]
fn one_line_of_a_for(v: &[u32]) -> u32 { for x in v { if *x > 3 { return *x } } 1 }

/// A free function beside one of its name in an implementation, each with a starter.
#[kthread::kthread_iterant(spawn)]
fn named_alike(n: u32) -> u32 {
    struct Within(u32);
    impl Within {
        fn new(n: u32) -> Self {
            Self(n)
        }
    }
    while !should_stop() {
        let _ = sleep();
    }
    Within::new(n).0
}

/// Under opposite conditions, whatever they stand on.
#[kthread::kthread_iterant(spawn)]
fn opposite() {
    #[cfg(any())]
    if true {
        while !should_stop() {}
    }
    #[cfg(not(any()))]
    if true {
        loop {
            let _ = sleep();
        }
    }
}

#[kthread::kthread_iterant(spawn)]
fn opposite_arms() {
    match 1 {
        #[cfg(any())]
        1 => while !should_stop() {},
        #[cfg(not(any()))]
        1 => loop {
            let _ = sleep();
        },
        _ => {}
    }
}

static CHANGED: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(1);

struct Changes;

impl Drop for Changes {
    fn drop(&mut self) {
        CHANGED.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
    }
}

case!(a_reference_to_a_constant,
    pub fn run() -> bool {
        let of = LazyLock::new(|| Counted { count: CHANGED.load(std::sync::atomic::Ordering::SeqCst) });
        let before = CHANGED.load(std::sync::atomic::Ordering::SeqCst);
        let count = loop {
            if should_stop() {
                break 0;
            }
            let _held = &Changes;
            break of.count;
        };
        count == before
    }
);
case!(a_field_of_what_is_put_together,
    pub fn run(name: String) -> String {
        loop {
            if should_stop() {
                return String::new();
            }
            let _guard = Guard("guard");
            return (name, 1).0;
        }
    }
);

macro_rules! operand {
    ($jump:expr) => {
        #[kthread::kthread_iterant]
        #[allow(unreachable_code)]
        fn operand() -> u32 {
            let mut k = 0;
            loop {
                if should_stop() {
                    break 0;
                }
                k += 1;
                if k > 2 {
                    return k;
                }
                let _x = $jump && k > 0;
            }
        }
    };
}

operand!(continue);

fn main() {
    assert_eq!(one_line(&mut vec![1, 2]), 1);
    assert_eq!(one_line_of_a_for(&[1, 5]), 5);
    for thread in [spawn_opposite().unwrap(), spawn_opposite_arms().unwrap()] {
        while thread.state() != kthread::State::Sleeping {
            std::thread::yield_now();
        }
        thread.stop().unwrap();
    }
    let thread = spawn_named_alike(4).unwrap();
    while thread.state() != kthread::State::Sleeping {
        std::thread::yield_now();
    }
    assert_eq!(thread.stop().unwrap(), 4);
    both!(traced, a_reference_to_a_constant(), "-> true");
    both!(traced, a_field_of_what_is_put_together("a".to_owned()), "drop guard | -> \"a\"");
    assert_eq!(operand(), 3);
    both!(traced, a_reference_to_a_field(), "-> 99");
    both!(traced, a_temporary_that_lives_on(), "-> 99");
    both!(traced, a_temporary_of_an_operand(), "-> 99");
    both!(traced, moved_and_copied(vec![1], (2, "x".to_owned())), "drop guard | -> ([1], 2, \"x\")");
    both!(traced, a_packed_field(Packed { kind: 1, len: 3 }), "drop guard | -> 3");
    both!(
        traced, a_type_that_is_told_later(),
        "drop guard | drop guard | drop guard | -> Some(\"it\")"
    );
    both!(traced, exits_that_are_left_out(0), "-> Ok(1)");
    both!(traced, alternatives_in_a_pattern(vec![Ok(1), Err(2)]), "-> 3");
    both!(traced, a_jump_before_another_operand(0), "-> 4");
    assert_eq!(helped_in_a_step(), 2);
    stopped_while_frozen();
    woken_while_it_begins();
    assert_eq!(run(1), 1000);
    let thread = Within::spawn_run(1, "name", 3).unwrap();
    assert_eq!(thread.name(), "name-001");
    assert_eq!(thread.join().unwrap(), 5);
    assert_eq!(stopped(under_another_name), "-> 5");
    let thread = spawn_instead().unwrap();
    while thread.state() != kthread::State::Sleeping {
        std::thread::yield_now();
    }
    thread.stop().unwrap();
    assert_eq!(in_blocks(1), 4);
}
