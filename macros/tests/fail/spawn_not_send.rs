//! What is started is not Send: an argument, `self` and a result.
use kthread::{kthread_iterant, should_stop};
use std::rc::Rc;

#[kthread_iterant(spawn)]
fn argument(list: Rc<u32>) -> u32 {
    while !should_stop() {}
    *list
}

#[kthread_iterant(spawn)]
fn result() -> Rc<u32> {
    while !should_stop() {}
    Rc::new(1)
}

struct Device(*const u32);

impl Device {
    #[kthread_iterant(spawn)]
    fn owned(self) -> bool {
        while !should_stop() {}
        self.0.is_null()
    }
}

fn main() {
    argument(Rc::new(1));
    result();
    Device(std::ptr::null()).owned();
}
