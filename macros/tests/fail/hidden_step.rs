//! A return that a macro hides is none of an iteration, also if its value is a step of the runtime's.
use kthread::{Step, kthread_iterant};

macro_rules! again {
    () => {
        return Step::Continue
    };
}

#[kthread_iterant]
fn poll(mut n: u32) -> Step<(), ()> {
    while n < 100 {
        n += 1;
        if n == 3 {
            again!();
        }
    }
    Step::Sleep
}

fn main() {
    let _ = poll(0);
}
