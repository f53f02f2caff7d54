//! Before a struct, a trait, a method without body, a constant and a module.
use kthread::kthread_iterant;

#[kthread_iterant]
struct Device {
    n: u32,
}

trait Runs {
    #[kthread_iterant]
    fn run(&self);
}

impl Runs for Device {
    fn run(&self) {
        assert_eq!(self.n, LIMIT);
    }
}

#[kthread_iterant]
const LIMIT: u32 = 3;

#[kthread_iterant]
mod inner {}

fn main() {
    Device { n: 3 }.run();
}
