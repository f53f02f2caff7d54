//! What is started borrows: an argument, `self`, and by a lifetime parameter.
use kthread::{kthread_iterant, should_stop};
use std::borrow::Cow;

#[kthread_iterant(spawn)]
fn argument(text: &str) -> usize {
    while !should_stop() {}
    text.len()
}

#[kthread_iterant(name = "x-{}")]
fn parameter<'a>(n: u32, text: Cow<'a, str>) -> usize {
    while !should_stop() {}
    text.len() + n as usize
}

struct Device;

impl Device {
    #[kthread_iterant(spawn = start)]
    fn by_ref(&self) {
        while !should_stop() {}
    }

    #[kthread_iterant(nice = 3)]
    fn by_mut(&mut self) {
        while !should_stop() {}
    }

    #[kthread_iterant(spawn)]
    fn typed(self: &std::sync::Arc<Self>) {
        while !should_stop() {}
    }
}

fn main() {
    argument("a");
    parameter(1, "a".into());
    Device.by_ref();
    Device.by_mut();
    std::sync::Arc::new(Device).typed();
}
