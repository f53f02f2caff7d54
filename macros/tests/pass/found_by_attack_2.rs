//! Faults that a second attack has found: each function with and without the attribute.
#![deny(warnings)]
#![allow(clippy::never_loop)]

#[macro_use]
#[path = "../common/mod.rs"]
mod common;

#[allow(unused_imports)]
use common::*;

#[allow(unused_imports)]
use kthread::{current, should_stop, sleep, sleep_timeout, stop_current};
#[allow(unused_imports)]
use std::time::Duration;

fn some(n: u32) -> Option<u32> {
    Some(n)
}

case!(questions_before_operators,
    #[allow(clippy::unnecessary_cast)]
    pub fn run(n: u32) -> Option<(u64, bool)> {
        let mut rows = vec![[0_u32; 2]; 3];
        let mut sum = 0_u64;
        let mut odd = false;
        for at in 0..n {
            rows.get_mut(at as usize)?[0] = 5;
            sum += match at {
                0 => some(1)? as u64 + 1,
                1 => some(2)? as u64,
                _ => { some(3)? as u64 * 10 }
            };
            odd = if at > 0 { some(at)? & 1 == 1 } else { false };
            let called: Option<fn(u32) -> Option<u32>> = Some(some);
            called?(at)?;
            if at == 1 && some(at)? == 1 { continue }
        }
        Some((sum, odd))
    }
);
case!(parentheses_of_operands,
    pub fn run(all: &[Option<u32>]) -> Option<u32> {
        let mut n = 0;
        for it in all {
            n += (*it)?;
        }
        Some(n)
    }
);

#[derive(PartialEq)]
struct Point {
    x: u32,
}

case!(structures_in_a_condition,
    pub fn run(n: u32) -> u32 {
        let mut n = n;
        while !should_stop() && (Point { x: n } != Point { x: 5 }) {
            n += 1;
        }
        while n < 9 {
            n += 1;
        }
        n
    }
);
case!(blocks_that_begin_an_arm,
    #[allow(clippy::precedence)]
    pub fn run(n: u32) -> u32 {
        loop {
            if should_stop() {
                break if n > 3 { 1 } else { 2 } + n;
            }
            stop_me();
        }
    }
);
case!(left_out_break_with_a_value,
    pub fn run(n: u32) -> u32 {
        let mut n = n;
        while n < 3000 {
            n += 1;
            if n == 3 {
                stop_me();
            }
            if should_stop() {
                return n;
            }
            #[cfg(any())]
            break 5;
        }
        n
    }
);
case!(a_loop_in_an_else_of_let,
    pub fn run(n: Option<u32>) -> u32 {
        let Some(mut n) = n else {
            let mut sum = 0;
            for it in 0..3 {
                sum += it;
            }
            return sum;
        };
        while n < 4 {
            n += 1;
        }
        n
    }
);
case!(a_loop_in_a_branch,
    pub fn run(n: u32) -> u32 {
        let mut c = 0;
        for _ in 0..n {
            c += 1;
            if c == 2 {
                stop_me();
            }
        }
        match c {
            5 => loop {
                if should_stop() {
                    break c;
                }
            },
            _ => 99,
        }
    }
);

#[allow(non_upper_case_globals)]
static value: u32 = 7;
#[allow(non_upper_case_globals)]
const residual: u32 = 8;

case!(names_of_items,
    pub fn run(n: Option<u32>) -> Option<u32> {
        loop {
            let n = n?;
            if should_stop() {
                break None;
            }
            break Some(n + value + residual);
        }
    }
);
case!(drops_before_a_stop_test_at_the_end,
    pub fn run() {
        for _item in [Guard("one"), Guard("two")] {
            stop_me();
            if should_stop() {
                say("stopping");
                break;
            }
        }
    }
);

case!(a_field_that_is_moved,
    pub fn run(names: (String, u32)) -> (String, u32) {
        loop {
            if should_stop() {
                break (String::new(), 0);
            }
            let _guard = Guard("guard");
            break (names.0, names.1);
        }
    }
);

#[allow(non_upper_case_globals)]
const Val: u32 = 1;
#[allow(unused_macros)]
macro_rules! shadow {
    () => {
        #[allow(non_upper_case_globals)]
        const Val: u32 = 2;
    };
}

case!(items_out_of_a_macro,
    pub fn run() -> u32 {
        loop {
            shadow!();
            if should_stop() {
                break 0;
            }
            break Val;
        }
    }
);
case!(variants_and_names_of_fields,
    pub fn run(names: Vec<u32>, limit: Option<u32>) -> (Vec<u32>, Option<u32>) {
        loop {
            if should_stop() {
                break (names, None);
            }
            let kept = |names: u32| names + 1;
            match limit {
                None => return (names, None),
                Some(n) => say(kept(n)),
            }
            unsafe {
                if GONE.load(std::sync::atomic::Ordering::SeqCst) == 0 {
                    core(&raw const names);
                    return (names, limit);
                }
            }
        }
    }
);

static GONE: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);

#[allow(dead_code)]
unsafe fn core(_: *const Vec<u32>) {}

case!(traits_of_the_body,
    #[allow(clippy::unused_io_amount)]
    pub fn run() -> usize {
        let mut out: Vec<u8> = Vec::new();
        loop {
            use std::io::Write;
            let _ = out.write(b"x");
            if should_stop() {
                let _ = out.flush();
                break;
            }
            stop_me();
        }
        out.len()
    }
);
case!(jumps_in_the_head_of_a_loop_in_an_action,
    pub fn run(n: Option<u32>) -> u32 {
        let mut sum = 0;
        loop {
            if should_stop() {
                for it in match n {
                    Some(n) => 0..n,
                    None => break,
                } {
                    sum += it;
                }
                say("summed");
                break;
            }
            stop_me();
        }
        sum
    }
);
case!(what_is_asserted,
    pub fn run(n: Option<u32>) -> Option<u32> {
        loop {
            if should_stop() {
                return None;
            }
            assert!(n? < 3,);
            return Some(0);
        }
    }
);

mod told {
    use super::*;
    use std::panic::Location;

    #[derive(Debug)]
    pub struct From(u32);

    impl std::convert::From<u8> for From {
        #[track_caller]
        fn from(_: u8) -> Self {
            Self(Location::caller().column())
        }
    }

    twice! { []
        #[allow(clippy::needless_question_mark)]
        pub fn run(n: u8) -> Result<u8, From> { loop { if should_stop() { return Ok(1); } let got: Result<u8, u8> = Err(n); return Ok(got?); } }
    }
}

case!(macro_statements,
    pub fn run(n: u32) -> u32 {
        let mut k = 0;
        while !should_stop() && k < n {
            try_to_freeze!();
            k += 1;
        }
        k
    }
);

#[allow(unused_macros)]
macro_rules! try_to_freeze {
    () => {
        kthread::try_to_freeze();
        kthread::cond_resched();
    };
}
use try_to_freeze;

case!(stop_current_and_a_test_of_its_own,
    pub fn run() -> u32 {
        let mut n = 0;
        loop {
            let seen = n;
            if should_stop() {
                break seen;
            }
            n += 1;
            if n == 3 {
                stop_current(0).unwrap();
            }
        }
    }
);
case!(stop_current_before_the_loop,
    pub fn run() -> u32 {
        stop_current(0).unwrap();
        let mut n = 0;
        while !should_stop() {
            n += 1;
            if n == 1000 {
                break;
            }
        }
        n
    }
);
case!(a_wake_up_before_a_sleep_at_the_head,
    pub fn run() -> u32 {
        let mut n = 0;
        loop {
            let _ = sleep();
            if should_stop() || n == 3 {
                break n;
            }
            n += 1;
            current().unwrap().task().wake();
        }
    }
);
case!(two_sleeps,
    pub fn run() -> u32 {
        let mut n = 0;
        loop {
            if should_stop() {
                break;
            }
            n += 1;
            if n < 4 {
                current().unwrap().task().wake();
            }
            let _ = sleep();
            let _ = sleep_timeout(Duration::from_secs(500));
        }
        n
    }
);

/// It has a loop, and is called between a wake-up and the sleep that it is for.
#[kthread::kthread_iterant]
fn helper() {
    for _ in 0..3 {}
}

fn wakes_then_helps() -> u32 {
    let mut n = 0;
    while n < 2 {
        n += 1;
        current().unwrap().task().wake();
        helper();
        let _ = sleep();
    }
    n
}

/// Runs it until it sleeps for long, or ends; wakes it so many times; then stops it.
fn slept<R: std::fmt::Debug + Send + 'static>(
    wakes: usize,
    run: impl FnOnce() -> R + Send + 'static,
) -> String {
    let thread = kthread::Builder::new("sleeping").run(run).unwrap();
    let settles = || {
        let mut seen = 0;
        while seen < 10 && thread.state() != kthread::State::Exited {
            std::thread::sleep(Duration::from_millis(2));
            seen = if thread.state() == kthread::State::Sleeping { seen + 1 } else { 0 };
        }
    };
    settles();
    for _ in 0..wakes {
        thread.task().wake();
        settles();
    }
    format!("{:?}", thread.stop().unwrap())
}

fn sleeping<R: std::fmt::Debug + Send + 'static>(
    run: impl FnOnce() -> R + Send + 'static,
) -> String {
    slept(0, run)
}

fn woken<R: std::fmt::Debug + Send + 'static>(run: impl FnOnce() -> R + Send + 'static) -> String {
    slept(1, run)
}

macro_rules! fragments {
    ($name:ident, $body:expr, $unit:ty, $text:literal, $flag:literal) => {
        #[kthread::kthread_iterant(name = $text, freezable = $flag, spawn = $name)]
        fn fragments() -> $unit {
            $body
        }
    };
}

fragments!(start_fragments, loop { let _ = sleep(); }, (), "fragment", false);

/// A method of a generic type, and functions whose generics stand beside `impl Trait`.
struct Server<T>(T);

impl<T: std::fmt::Display> Server<T> {
    #[kthread::kthread_iterant(spawn)]
    fn serve(self) -> String {
        while !should_stop() {
            let _ = sleep();
        }
        self.0.to_string()
    }
}

#[kthread::kthread_iterant(spawn, name = "{:>1$}{ }")]
fn mixed<T: Default + Into<u32>>(of: impl std::fmt::Display, width: usize, _last: u8) -> u32 {
    while !should_stop() {
        let _ = sleep();
    }
    say(format_args!("{of:width$}"));
    T::default().into()
}

#[kthread::kthread_iterant(spawn)]
fn never() -> ! {
    loop {
        if should_stop() {
            panic!("stopped");
        }
        let _ = sleep();
    }
}

#[kthread::kthread_iterant(signals(SIGTERM))]
fn fatal() -> u32 {
    loop {
        let n = 1;
        let _ = sleep();
        if should_stop() {
            break n;
        }
    }
}

fn main() {
    both!(traced, questions_before_operators(3), "-> Some((34, false))");
    both!(traced, questions_before_operators(4), "-> None");
    both!(traced, parentheses_of_operands(&[Some(2), Some(3)]), "-> Some(5)");
    both!(traced, structures_in_a_condition(2), "-> 9");
    both!(stopped, blocks_that_begin_an_arm(4), "-> 5");
    both!(stopped, left_out_break_with_a_value(0), "-> 3");
    both!(traced, a_loop_in_an_else_of_let(None), "-> 3");
    both!(traced, a_loop_in_an_else_of_let(Some(1)), "-> 4");
    both!(stopped, a_loop_in_a_branch(5), "-> 5");
    both!(traced, names_of_items(Some(1)), "-> Some(16)");
    both!(stopped, drops_before_a_stop_test_at_the_end(), "stopping | drop one | drop two | -> ()");
    both!(traced, a_field_that_is_moved(("a".to_owned(), 2)), "drop guard | -> (\"a\", 2)");
    both!(traced, items_out_of_a_macro(), "-> 2");
    both!(traced, variants_and_names_of_fields(vec![1], None), "-> ([1], None)");
    both!(traced, variants_and_names_of_fields(vec![1], Some(2)), "3 | -> ([1], Some(2))");
    both!(stopped, traits_of_the_body(), "-> 2");
    both!(stopped, jumps_in_the_head_of_a_loop_in_an_action(Some(4)), "summed | -> 6");
    both!(stopped, jumps_in_the_head_of_a_loop_in_an_action(None), "-> 0");
    both!(traced, told(1), "-> Err(From(135))");
    both!(traced, macro_statements(3), "-> 3");
    let asserted = |run: fn(Option<u32>) -> Option<u32>| {
        let panic = quietly(|| std::panic::catch_unwind(|| run(Some(4)))).unwrap_err();
        (*panic.downcast_ref::<&str>().unwrap_or(&"")).to_owned()
            + panic.downcast_ref::<String>().map_or("", String::as_str)
    };
    assert_eq!(asserted(what_is_asserted::plain::run), "assertion failed: n? < 3");
    assert_eq!(asserted(what_is_asserted::driven::run), "assertion failed: n? < 3");

    both!(sleeping, stop_current_and_a_test_of_its_own(), "3");
    both!(sleeping, stop_current_before_the_loop(), "0");
    both!(woken, a_wake_up_before_a_sleep_at_the_head(), "3");
    both!(sleeping, two_sleeps(), "1");
    assert_eq!(sleeping(wakes_then_helps), "2");

    let thread = asleep(start_fragments().unwrap());
    assert_eq!(thread.name(), "fragment");
    thread.stop().unwrap();
    let thread = asleep(Server(5).spawn_serve().unwrap());
    assert_eq!(thread.stop().unwrap(), "5");
    let thread = asleep(spawn_mixed::<u8>("x", 3, 9).unwrap());
    assert_eq!(thread.name(), "  x3");
    assert_eq!(thread.stop().unwrap(), 0);
    assert!(quietly(|| asleep(spawn_never().unwrap()).stop()).is_err());
    let thread = asleep(kthread::Builder::new("fatal").run(fatal).unwrap());
    thread.signal(kthread::Signal::TERM);
    assert_eq!(thread.join().unwrap(), 1);
    a_helper_leaves_who_calls_it_as_freezable();
}

/// A thread that has come to its sleep.
fn asleep<R>(thread: kthread::Kthread<R>) -> kthread::Kthread<R> {
    while thread.state() != kthread::State::Sleeping {
        std::thread::yield_now();
    }
    thread
}

/// Freezable within, and not behind.
fn a_helper_leaves_who_calls_it_as_freezable() {
    let thread = kthread::Builder::new("helped").run(|| {
        let task = current().unwrap().task();
        helper();
        let behind = task.is_freezable();
        kthread::set_freezable().unwrap();
        helper();
        (behind, task.is_freezable())
    });
    assert_eq!(thread.unwrap().join().unwrap(), (false, true));
}
