//! All errors of a function are told at once.
use kthread::{kthread_iterant, should_stop};

macro_rules! same {
    ($value:expr) => { $value };
}

#[kthread_iterant(prakable, spawn = start, spawn)]
async fn run(text: &str) -> Result<u32, std::num::ParseIntError> {
    let mut n = 0;
    'a: {
        while !should_stop() {
            n += same!(text.parse::<u32>()?);
            break 'a;
        }
    }
    Ok(n)
}

fn main() {
    let _ = run("1");
}
