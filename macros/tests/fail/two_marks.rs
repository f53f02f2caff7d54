//! Two loops are marked.
use kthread::kthread_iterant;

#[kthread_iterant]
fn run(limit: u32) -> u32 {
    let mut n = 0;
    #[kthread_main]
    while n < limit {
        n += 1;
    }
    #[kthread_main]
    for _ in 0..2 {
        n += 1;
    }
    n
}

fn main() {
    assert_eq!(run(1), 3);
}
