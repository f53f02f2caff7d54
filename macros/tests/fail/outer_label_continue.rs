//! A loop within another is marked, and goes on with the outer one.
use kthread::{kthread_iterant, should_stop};

#[kthread_iterant]
fn run(limit: u32) -> u32 {
    let mut n = 0;
    'outer: while n < limit {
        n += 1;
        #[kthread_main]
        loop {
            if should_stop() {
                break;
            }
            continue 'outer;
        }
    }
    n
}

fn main() {
    assert_eq!(run(1), 1);
}
