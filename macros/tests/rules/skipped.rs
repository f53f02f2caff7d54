//! # What has jumps of its own is skipped
//!
//! Closures, async and const blocks and items within the body: their `return` and `?` are their own.

use kthread::kthread_iterant;

#[kthread_iterant]
fn count(texts: &[&str]) -> usize {
    let mut good = 0;
    for text in texts {
        let parse = || -> Option<i32> {
            let number: i32 = text.parse().ok()?;
            if number < 0 {
                return None;
            }
            Some(number)
        };
        good += usize::from(parse().is_some());
    }
    good
}

fn main() {
    assert_eq!(count(&["1", "-1", "x"]), 1);
}
