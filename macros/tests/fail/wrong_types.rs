//! `return`, `break`, a condition and the end of the body with wrong types.
use kthread::{kthread_iterant, should_stop};

#[kthread_iterant]
fn returns(limit: u32) -> u32 {
    let mut n = 0;
    while !should_stop() {
        n += 1;
        if n == limit {
            return "limit".len() as u64 + 1;
        }
    }
    n
}

#[kthread_iterant]
fn returns_constructor(limit: u32) -> Option<u32> {
    let mut n = 0;
    while !should_stop() {
        n += 1;
        if n == limit {
            return Some("limit");
        }
    }
    None
}

#[kthread_iterant]
fn breaks() -> u32 {
    loop {
        if should_stop() {
            break 0;
        }
        break String::new();
    }
}

#[kthread_iterant]
fn condition(limit: u32) {
    while !should_stop() && limit {}
}

#[kthread_iterant]
fn end(limit: u32) {
    while !should_stop() {
        limit
    }
}

#[kthread_iterant]
fn over(limit: u32) {
    for _ in limit {}
}

#[kthread_iterant]
fn refutable(from: Vec<Option<u32>>) {
    for Some(n) in from {
        let _ = n;
    }
}

#[kthread_iterant]
fn unit_return(limit: u32) -> u32 {
    while !should_stop() {
        return;
    }
    limit
}

fn main() {
    returns(1);
    returns_constructor(1);
    breaks();
    condition(1);
    end(1);
    over(1);
    refutable(vec![]);
    unit_return(1);
}
