//! The mark is on a loop within another loop, or on no loop.
use kthread::kthread_iterant;

#[kthread_iterant]
fn within(limit: u32) -> u32 {
    let mut n = 0;
    while n < limit {
        #[kthread_main]
        for _ in 0..2 {
            n += 1;
        }
    }
    n
}

#[kthread_iterant]
fn no_loop(limit: u32) -> u32 {
    let mut n = 0;
    #[kthread_main]
    {
        n += 1;
    }
    while n < limit {
        n += 1;
    }
    n
}

fn main() {
    within(no_loop(1));
}
