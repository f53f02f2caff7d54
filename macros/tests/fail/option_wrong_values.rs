//! Options with values that they do not take.
use kthread::{kthread_iterant, should_stop};

#[kthread_iterant(freezable = 1)]
fn freezable() {
    while !should_stop() {}
}

#[kthread_iterant(parkable = "yes")]
fn parkable() {
    while !should_stop() {}
}

#[kthread_iterant(signals = SIGHUP)]
fn signals() {
    while !should_stop() {}
}

#[kthread_iterant(signals)]
fn no_signals() {
    while !should_stop() {}
}

#[kthread_iterant(name)]
fn no_name() {
    while !should_stop() {}
}

#[kthread_iterant(name = 3)]
fn name() {
    while !should_stop() {}
}

#[kthread_iterant(nice)]
fn nice() {
    while !should_stop() {}
}

#[kthread_iterant(nice(3))]
fn nice_list() {
    while !should_stop() {}
}

#[kthread_iterant(spawn = "start")]
fn spawn() {
    while !should_stop() {}
}

#[kthread_iterant(spawn = a::b)]
fn spawn_path() {
    while !should_stop() {}
}

#[kthread_iterant(crate)]
fn krate() {
    while !should_stop() {}
}

#[kthread_iterant(crate = "kthread")]
fn krate_text() {
    while !should_stop() {}
}

fn main() {
    freezable();
    parkable();
    signals();
    no_signals();
    no_name();
    name();
    nice();
    nice_list();
    spawn();
    spawn_path();
    krate();
    krate_text();
}
