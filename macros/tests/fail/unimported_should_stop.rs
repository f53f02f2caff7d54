//! A checkpoint that nothing imports.
use kthread::kthread_iterant;

#[kthread_iterant]
fn run() {
    while !should_stop() {}
}

fn main() {
    run();
}
