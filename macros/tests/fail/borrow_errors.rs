//! What the borrow checker refuses without the attribute as well.
use kthread::{kthread_iterant, should_stop};

#[kthread_iterant]
fn returns_local() -> &'static str {
    let text = String::new();
    while !should_stop() {
        if text.is_empty() {
            return &text;
        }
    }
    ""
}

#[kthread_iterant]
fn immutable(limit: u32) -> u32 {
    let n = 0;
    while !should_stop() && n < limit {
        n += 1;
    }
    n
}

fn main() {
    returns_local();
    immutable(1);
}
