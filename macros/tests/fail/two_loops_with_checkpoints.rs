//! Two loops of three have a checkpoint.
use kthread::{kthread_iterant, should_stop};

#[kthread_iterant]
fn run() {
    while !should_stop() {
        let _ = kthread::sleep();
    }
    for _ in 0..2 {
        println!("between");
    }
    loop {
        if should_stop() {
            break;
        }
    }
}

fn main() {
    run();
}
