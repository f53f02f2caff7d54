//! No loop.
use kthread::kthread_iterant;

#[kthread_iterant]
fn run(limit: u32) -> u32 {
    limit + 1
}

fn main() {
    assert_eq!(run(1), 2);
}
