//! # Freezing and parking move between the iterations
//!
//! `try_to_freeze()` and `if should_park() { park_me() }` as statements of the body are removed, and the driver
//! freezes and parks between two iterations. In an inner loop or a branch they stay: there the function knows
//! better when it has time.

use kthread::{kthread_iterant, park_me, should_park, should_stop, try_to_freeze};

#[kthread_iterant]
fn scan(pages: u32) -> u32 {
    let mut seen = 0;
    while !should_stop() && seen < pages {
        try_to_freeze();
        if should_park() {
            let _ = park_me();
        }
        for _ in 0..10 {
            seen += 1;
            try_to_freeze();
        }
    }
    seen
}

fn main() {
    assert_eq!(scan(25), 30);
}
