//! # Jumps lead where they led
//!
//! `continue` and the end of the body end the step; `break` ends the loop. From an inner loop a jump needs the
//! main loop's label to do so, as ever; one to an inner label stays a jump. A jump to a label around the main
//! loop is an error: no step can make it.

use kthread::kthread_iterant;

#[kthread_iterant]
fn primes(below: u32) -> Vec<u32> {
    let mut found = Vec::new();
    let mut number = 1;
    'numbers: while number < below {
        number += 1;
        for divisor in 2..number {
            if divisor * divisor > number {
                break;
            }
            if number % divisor == 0 {
                continue 'numbers;
            }
        }
        found.push(number);
    }
    found
}

fn main() {
    assert_eq!(primes(12), [2, 3, 5, 7, 11]);
}
