//! A name with more `{}` than arguments, and with names and formats that there are not.
use kthread::{kthread_iterant, should_stop};

#[kthread_iterant(name = "x-{}-{}")]
fn many(n: u32) -> u32 {
    while !should_stop() {}
    n
}

#[kthread_iterant(name = "x-{other}")]
fn unknown(n: u32) -> u32 {
    while !should_stop() {}
    n
}

#[kthread_iterant(name = "x-{")]
fn open(n: u32) -> u32 {
    while !should_stop() {}
    n
}

#[kthread_iterant(name = "x-{1}")]
fn numbered(n: u32) -> u32 {
    while !should_stop() {}
    n
}

fn main() {
    many(1);
    unknown(1);
    open(1);
    numbered(1);
}
