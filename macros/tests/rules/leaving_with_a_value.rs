//! # What is only put together is put together behind the loop
//!
//! A step can't move out of what it borrows. So where a `break` or `return` only names what is declared outside
//! of the loop, or builds something of it, its value is made after the driver has come back. What it calls,
//! what the body binds, a constant and a field that is copied are evaluated on the spot.

use kthread::{kthread_iterant, should_stop};

#[kthread_iterant]
fn collect(limit: usize) -> Result<Vec<u32>, Vec<u32>> {
    let mut found = Vec::new();
    loop {
        if should_stop() {
            return Err(found);
        }
        found.push(7);
        if found.len() == limit {
            break Ok(found);
        }
    }
}

fn main() {
    assert_eq!(collect(2), Ok(vec![7, 7]));
}
