//! `break` to a label around the main loop.
use kthread::{kthread_iterant, should_stop};

#[kthread_iterant]
fn run(limit: u32) -> u32 {
    let mut n = 0;
    'outer: {
        while !should_stop() {
            n += 1;
            if n == limit {
                break 'outer;
            }
        }
        n = 100;
    }
    n
}

fn main() {
    assert_eq!(run(1), 1);
}
