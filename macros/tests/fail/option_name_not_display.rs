//! A name with an argument that can not be shown.
use kthread::{kthread_iterant, should_stop};

#[kthread_iterant(name = "x-{}")]
fn run(list: Vec<u32>) -> usize {
    while !should_stop() {}
    list.len()
}

fn main() {
    run(vec![]);
}
