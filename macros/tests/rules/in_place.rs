//! # The loop stays where it is
//!
//! Only the loop becomes a call of the driver. What stands before and behind it is not touched: it runs once,
//! in the function's own frame, with the same variables in the same order, and is dropped as before. The step
//! borrows them for the time of the call.

use kthread::{kthread_iterant, should_stop};

#[kthread_iterant]
fn total(prices: &[u32]) -> String {
    let mut sum = 0;
    let mut left = prices.iter();
    while !should_stop() {
        let Some(price) = left.next() else { break };
        sum += price;
    }
    format!("{sum} in all")
}

fn main() {
    assert_eq!(total(&[1, 2, 3]), "6 in all");
}
