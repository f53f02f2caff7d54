//! `?` in a function that returns nothing.
use kthread::{kthread_iterant, should_stop};

#[kthread_iterant]
fn run(text: &str) {
    let mut n = 0;
    while !should_stop() && n < 3 {
        n += text.parse::<u32>()?;
    }
}

fn main() {
    run("1");
}
