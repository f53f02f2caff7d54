//! What can not be read as options.
use kthread::{kthread_iterant, should_stop};

#[kthread_iterant("name")]
fn text() {
    while !should_stop() {}
}

#[kthread_iterant(freezable = )]
fn nothing() {
    while !should_stop() {}
}

#[kthread_iterant(freezable parkable)]
fn no_comma() {
    while !should_stop() {}
}

#[kthread_iterant(signals(15))]
fn number() {
    while !should_stop() {}
}

#[kthread_iterant = "x"]
fn equals() {
    while !should_stop() {}
}

fn main() {
    text();
    nothing();
    no_comma();
    number();
    equals();
}
