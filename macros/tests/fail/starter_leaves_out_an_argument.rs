//! A starter can't have what is there under a condition only.
use kthread::{kthread_iterant, should_stop};

#[kthread_iterant(spawn)]
fn run(#[cfg(unix)] n: u32, #[cfg(windows)] m: u32) {
    while !should_stop() {}
    let _ = n;
}

fn main() {
    run(1);
}
