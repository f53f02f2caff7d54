//! A function of the caller with the name of a checkpoint.
use kthread::kthread_iterant;

fn should_stop() -> bool {
    true
}

#[kthread_iterant]
fn run() -> u32 {
    let mut n = 0;
    while !should_stop() {
        n += 1;
    }
    n
}

fn main() {
    run();
}
