//! Faults that an attack has found once: each function with and without the attribute.
#![deny(warnings)]

#[macro_use]
#[path = "../common/mod.rs"]
mod common;

#[allow(unused_imports)]
use common::*;

#[allow(unused_imports)]
use kthread::{should_stop, sleep_timeout};

static LAST: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);

struct Sets(u32);

impl Drop for Sets {
    fn drop(&mut self) {
        LAST.store(self.0, std::sync::atomic::Ordering::SeqCst);
    }
}

/// Written as in some headers.
#[allow(non_snake_case)]
fn GetLastError() -> u32 {
    LAST.load(std::sync::atomic::Ordering::SeqCst)
}

mod outer {
    pub(crate) const LIMIT: u32 = 1;
}

mod inner {
    pub(crate) const LIMIT: u32 = 2;
}

case!(left_out_jumps,
    pub fn run(n: u32) -> u32 {
        let mut n = n;
        while n < 5 {
            n += 1;
            #[cfg(any())]
            break;
            #[cfg(any())]
            return 77;
            #[cfg(any())]
            continue;
            #[cfg(any())]
            let _ = sleep_timeout(std::time::Duration::from_secs(100));
        }
        n
    }
);
case!(left_out_question,
    pub fn run(n: u32) -> Option<u32> {
        let mut n = n;
        while n < 5 {
            n += 1;
            #[cfg(any())]
            None::<u32>?;
        }
        Some(n)
    }
);
case!(left_out_sleep,
    pub fn run(n: u32) -> u32 {
        let mut n = n;
        while n < 5 {
            n += 1;
            #[cfg(any())]
            sleep_timeout(std::time::Duration::from_secs(100)).unwrap();
        }
        n
    }
);
case!(called_beside_a_guard,
    pub fn run(first: u32) -> u32 {
        LAST.store(first, std::sync::atomic::Ordering::SeqCst);
        loop {
            if should_stop() {
                break 0;
            }
            let _guard = Sets(7);
            return GetLastError();
        }
    }
);
case!(what_the_body_imports,
    #[allow(unused_imports)]
    pub fn run(n: u32) -> u32 {
        use outer::*;
        let mut n = n;
        loop {
            use inner::*;
            if n == 3 {
                return LIMIT;
            }
            if should_stop() {
                return LIMIT + 10;
            }
            n += 1;
        }
    }
);
case!(raw_names,
    pub fn run(n: u32) -> u32 {
        let count = 1;
        let _ = count;
        loop {
            let r#count = n + 1;
            if should_stop() {
                return 0;
            }
            return count;
        }
    }
);
case!(a_unit_of_a_call,
    pub fn run(n: u32) {
        let mut n = n;
        loop {
            n += 1;
            if n > 3 {
                break say("out");
            }
        }
    }
);

fn main() {
    both!(traced, left_out_jumps(0), "-> 5");
    both!(traced, left_out_question(0), "-> Some(5)");
    both!(traced, left_out_sleep(0), "-> 5");
    both!(traced, called_beside_a_guard(0), "-> 0");
    both!(traced, what_the_body_imports(0), "-> 2");
    both!(traced, raw_names(1), "-> 2");
    both!(traced, a_unit_of_a_call(0), "out | -> ()");
    assert_eq!(freezes(), 3);
}

/// What is done after a thaw is done: the body's own checkpoint freezes.
fn freezes() -> u32 {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::time::Duration;

    #[kthread::kthread_iterant]
    fn run(thawed: &AtomicU32) {
        loop {
            if should_stop() {
                break;
            }
            if kthread::try_to_freeze() {
                thawed.fetch_add(1, Ordering::SeqCst);
            }
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    let (freezer, thawed) = (kthread::Freezer::new(), Arc::new(AtomicU32::new(0)));
    let its = Arc::clone(&thawed);
    let thread =
        kthread::Builder::new("freezes").freezer(&freezer).run(move || run(&its)).unwrap();
    for times in 1..=3 {
        // It takes part once it has begun.
        while thawed.load(Ordering::SeqCst) < times {
            freezer.freeze_all(Duration::from_secs(20)).unwrap();
            freezer.thaw_all();
            std::thread::sleep(Duration::from_millis(5));
        }
    }
    thread.stop().unwrap();
    thawed.load(Ordering::SeqCst).min(3)
}
