//! A macro of the caller hides a `?`.
use kthread::{kthread_iterant, should_stop};

macro_rules! get {
    ($text:expr) => { $text.parse::<u32>()? };
}

#[kthread_iterant]
fn run(text: &str) -> Result<u32, std::num::ParseIntError> {
    let mut n = 0;
    while !should_stop() && n < 3 {
        n += get!(text);
    }
    Ok(n)
}

fn main() {
    assert!(run("1").is_ok());
}
