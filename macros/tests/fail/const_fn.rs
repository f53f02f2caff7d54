//! A const function.
use kthread::kthread_iterant;

#[kthread_iterant]
const fn run(limit: u32) -> u32 {
    let mut n = 0;
    while n < limit {
        n += 1;
    }
    n
}

const THREE: u32 = run(3);

fn main() {
    assert_eq!(THREE, 3);
}
