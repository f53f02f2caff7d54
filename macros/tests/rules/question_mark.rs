//! # `?` leaves the function
//!
//! It goes through a trait of the runtime, for Result with its conversions, Option, ControlFlow and Poll of a
//! Result or of an Option of one. In a closure of the function it means what it meant before.

use kthread::kthread_iterant;
use std::num::ParseIntError;

#[kthread_iterant]
fn sum(texts: &[&str]) -> Result<u32, ParseIntError> {
    let mut sum = 0;
    for text in texts {
        let number: u32 = text.parse()?;
        sum += number;
    }
    Ok(sum)
}

fn main() {
    assert_eq!(sum(&["1", "2"]), Ok(3));
    assert!(sum(&["1", "x"]).is_err());
}
