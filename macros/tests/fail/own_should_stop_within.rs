//! A function and a closure within the function with the name of a checkpoint.
use kthread::kthread_iterant;

#[kthread_iterant]
fn function() -> u32 {
    fn should_stop() -> bool {
        true
    }
    let mut n = 0;
    while !should_stop() {
        n += 1;
    }
    n
}

#[kthread_iterant]
fn closure(ended: bool) -> u32 {
    let should_stop = || ended;
    let mut n = 0;
    while !should_stop() {
        n += 1;
    }
    n
}

fn main() {
    function();
    closure(true);
}
