//! # A stop test in the middle stays
//!
//! What stands before it would be left out otherwise, and what the body holds would be dropped before its
//! action. It stays where it is. If it only leaves the loop, the driver does the same after a stop that it
//! sees at the end of an iteration. Were it to do more, that might belong to what stands before it, as an
//! unlock to a lock; were it to use what the body binds, it could not stand behind the loop: then the
//! driver doesn't test stop at all, and only this test does.

use kthread::{kthread_iterant, should_stop};

#[kthread_iterant]
fn rounds(mut left: u32) -> u32 {
    let mut done = 0;
    loop {
        done += 1;
        if should_stop() {
            break done;
        }
        left -= 1;
        if left == 0 {
            return 100 + done;
        }
    }
}

fn main() {
    assert_eq!(rounds(3), 103);
}
