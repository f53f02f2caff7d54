//! A `try` block.
use kthread::{kthread_iterant, should_stop};

#[kthread_iterant]
fn run(text: &str) -> u32 {
    let mut n = 0;
    while !should_stop() && n < 3 {
        let got: Option<u32> = try { text.parse().ok()? };
        n += got.unwrap_or(1);
    }
    n
}

fn main() {
    run("1");
}
