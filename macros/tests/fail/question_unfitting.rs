//! `?` with an error that does not convert, on an Option in a Result, and on what has no `?`.
use kthread::{kthread_iterant, should_stop};

#[kthread_iterant]
fn error(text: &str) -> Result<u32, std::fmt::Error> {
    let mut n = 0;
    while !should_stop() && n < 3 {
        n += text.parse::<u32>()?;
    }
    Ok(n)
}

#[kthread_iterant]
fn option(from: &[u32]) -> Result<u32, String> {
    let mut n = 0;
    while !should_stop() && n < 3 {
        n += from.first()?;
    }
    Ok(n)
}

#[kthread_iterant]
fn number(from: u32) -> Result<u32, String> {
    let mut n = 0;
    while !should_stop() && n < 3 {
        n += from?;
    }
    Ok(n)
}

fn main() {
    let _ = error("1");
    let _ = option(&[]);
    let _ = number(1);
}
