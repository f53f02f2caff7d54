//! A starter of a function without `self` and `Self` is for free functions.
use kthread::{kthread_iterant, should_stop};

#[kthread_iterant(spawn)]
fn run(n: u32) -> u32 {
    while !should_stop() {}
    n * 1000
}

struct Server;

impl Server {
    #[kthread_iterant(spawn)]
    fn run(n: u32) -> u32 {
        while !should_stop() {}
        n
    }
}

fn main() {
    run(1);
    Server::run(1);
}
