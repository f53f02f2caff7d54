//! # The head of a loop is tested in each iteration
//!
//! `while` and `while let` become an `if` around the body, which ends the loop where it doesn't hold. A `for` asks
//! its iterator once an iteration, so it stays lazy; the iterator lives as long as the loop.

use kthread::kthread_iterant;

#[kthread_iterant]
fn evens(mut numbers: Vec<u32>) -> Vec<u32> {
    let mut found = Vec::new();
    while let Some(number) = numbers.pop() {
        if number % 2 == 0 {
            found.push(number);
        }
    }
    found
}

#[kthread_iterant]
fn first_long(words: &[&str]) -> usize {
    let mut at = 0;
    for word in words {
        if word.len() > 3 {
            break;
        }
        at += 1;
    }
    at
}

fn main() {
    assert_eq!(evens(vec![1, 2, 3, 4]), [4, 2]);
    assert_eq!(first_long(&["a", "of", "them", "is"]), 2);
}
