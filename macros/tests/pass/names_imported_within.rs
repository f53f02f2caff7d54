//! What the function itself imports from the runtime is the runtime's.
#![deny(warnings)]

use kthread::kthread_iterant;

#[kthread_iterant]
fn within(limit: u32) -> u32 {
    use kthread::{should_stop, try_to_freeze};
    let mut n = 0;
    while !should_stop() && n < limit {
        try_to_freeze();
        n += 1;
    }
    n
}

fn main() {
    assert_eq!(within(3), 3);
}
