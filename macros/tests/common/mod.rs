//! What the tests share: a trace of effects and drops, and a thread that is stopped at a known point.
#![allow(dead_code)]

use std::fmt::{Debug, Display};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

static TRACE: Mutex<Vec<String>> = Mutex::new(Vec::new());
static ASKED: AtomicBool = AtomicBool::new(false);

pub fn say(what: impl Display) {
    TRACE.lock().unwrap().push(what.to_string());
}

/// Says when it is dropped.
#[derive(Debug)]
pub struct Guard(pub &'static str);

impl Drop for Guard {
    fn drop(&mut self) {
        say(format_args!("drop {}", self.0));
    }
}

/// What a function did and returned.
pub fn traced<R: Debug>(run: impl FnOnce() -> R) -> String {
    TRACE.lock().unwrap().clear();
    let result = run();
    say(format_args!("-> {result:?}"));
    TRACE.lock().unwrap().join(" | ")
}

/// Without the words of a panic that is expected.
pub fn quietly<R>(run: impl FnOnce() -> R) -> R {
    std::panic::set_hook(Box::new(|_| {}));
    let result = run();
    drop(std::panic::take_hook());
    result
}

/// Runs it in a kthread that is stopped where it calls [`stop_me`].
pub fn stopped<R: Debug + Send + 'static>(run: impl FnOnce() -> R + Send + 'static) -> String {
    ASKED.store(false, Ordering::SeqCst);
    traced(|| {
        let thread = kthread::Builder::new("tested").run(run).unwrap();
        while !ASKED.load(Ordering::SeqCst) {
            std::thread::yield_now();
        }
        thread.stop().unwrap()
    })
}

/// Has this thread stopped by another, and returns when it is.
pub fn stop_me() {
    ASKED.store(true, Ordering::SeqCst);
    while !kthread::should_stop() {
        std::thread::yield_now();
    }
}

/// The same function without the attribute and with it.
#[allow(unused_macros)]
macro_rules! twice {
    ([$($options:tt)*] $($function:tt)*) => {
        #[allow(dead_code)]
        pub mod plain {
            #[allow(unused_imports)]
            use super::*;
            $($function)*
        }
        pub mod driven {
            #[allow(unused_imports)]
            use super::*;
            #[kthread::kthread_iterant($($options)*)]
            $($function)*
        }
    };
}

/// Both do the same, namely this.
#[allow(unused_macros)]
macro_rules! same {
    ($how:ident, $function:ident($($argument:expr),*), $expected:expr) => {
        let plain = common::$how(|| plain::$function($($argument),*));
        let driven = common::$how(|| driven::$function($($argument),*));
        assert_eq!(driven, $expected);
        assert_eq!(plain, $expected, "without the attribute");
    };
}

/// A function `run` in both forms, in a module of its own.
#[allow(unused_macros)]
macro_rules! case {
    ($name:ident, $($body:tt)*) => {
        mod $name {
            #[allow(unused_imports)]
            use super::*;
            twice! { [] $($body)* }
        }
    };
}

/// Both forms of a case do the same, namely this.
#[allow(unused_macros)]
macro_rules! both {
    ($how:ident, $name:ident($($argument:expr),*), $expected:expr) => {
        assert_eq!($how(|| $name::driven::run($($argument),*)), $expected);
        assert_eq!($how(|| $name::plain::run($($argument),*)), $expected, "without the attribute");
    };
}
