//! A macro of the caller hides a `return`.
use kthread::{kthread_iterant, should_stop};

macro_rules! bail {
    ($text:expr) => { return Err(String::from($text)) };
}

#[kthread_iterant]
fn run(limit: u32) -> Result<u32, String> {
    let mut n = 0;
    while !should_stop() {
        n += 1;
        if n == limit {
            bail!("limit");
        }
    }
    Ok(n)
}

fn main() {
    assert!(run(1).is_err());
}
