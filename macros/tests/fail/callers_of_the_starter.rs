//! Who calls the function, or what starts it, gets no error of his own.
use kthread::{kthread_iterant, should_stop};

#[kthread_iterant(name = "x-{}")]
fn run(n: u32) -> u32 {
    while !should_stop() {}
    while !should_stop() {}
    n
}

#[kthread_iterant(prakable, spawn = start)]
fn options() {
    while !should_stop() {}
}

fn main() {
    run(1);
    spawn_run(1).unwrap();
    start().unwrap();
}
