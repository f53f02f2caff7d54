//! The mark takes nothing.
use kthread::kthread_iterant;

#[kthread_iterant]
fn run(limit: u32) -> u32 {
    let mut n = 0;
    #[kthread_main(first)]
    while n < limit {
        n += 1;
    }
    n
}

fn main() {
    run(1);
}
