//! A mistyped label is the compiler's to tell.
use kthread::{kthread_iterant, should_stop};

#[kthread_iterant]
fn run() {
    'outer: while !should_stop() {
        loop {
            break 'outr;
        }
        continue 'outer;
    }
}

fn main() {
    run();
}
