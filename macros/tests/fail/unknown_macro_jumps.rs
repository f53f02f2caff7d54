//! `?`, `return`, `break` and `continue` in the arguments of macros that are not known.
use kthread::{kthread_iterant, should_stop};

macro_rules! same {
    ($value:expr) => { $value };
}

#[kthread_iterant]
fn run(text: &str) -> Result<u32, std::num::ParseIntError> {
    let mut n = 0;
    while !should_stop() {
        n += same!(text.parse::<u32>()?);
        same!(if n > 3 { return Ok(n) });
        same!(if n > 2 { break });
        let _k: u32 = same!(if n > 1 { continue } else { 1 });
    }
    Ok(n)
}

fn main() {
    assert!(run("1").is_ok());
}
