//! A function of an enclosing function's own is not taken for the runtime's; nor is one of a module that is
//! called as the crate, or that a glob brings in.
use kthread::kthread_iterant;

mod helpers {
    pub fn should_stop() -> bool {
        true
    }
}

mod mine {
    pub mod kthread {
        pub fn should_stop() -> bool {
            true
        }
    }
}

fn outer() {
    fn should_stop() -> bool {
        true
    }

    #[kthread_iterant]
    fn first() {
        while !should_stop() {}
    }
    first();
}

#[kthread_iterant]
fn second() {
    while !mine::kthread::should_stop() {}
}

#[kthread_iterant]
fn third() {
    use helpers::*;
    while !should_stop() {}
}

fn main() {
    outer();
    second();
    third();
}
