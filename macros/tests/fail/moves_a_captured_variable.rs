//! The body moves a variable of the function and goes on, or leaves in another way.
use kthread::{kthread_iterant, should_stop};

#[kthread_iterant]
fn run(list: Vec<u32>) -> usize {
    let mut n = 0;
    while !should_stop() {
        n += 1;
        if n == 3 {
            drop(list);
            break;
        }
    }
    n
}

fn main() {
    run(vec![]);
}
