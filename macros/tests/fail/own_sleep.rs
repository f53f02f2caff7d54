//! A function `sleep` of the caller at the end of the body, and one that is imported.
mod own {
    use kthread::{kthread_iterant, should_stop};

    fn sleep() {}

    #[kthread_iterant]
    pub fn run() {
        while !should_stop() {
            sleep();
        }
    }
}

mod imported {
    use kthread::{kthread_iterant, should_stop};
    use super::try_to_freeze;

    #[kthread_iterant]
    pub fn run() {
        while !should_stop() {
            try_to_freeze();
        }
    }
}

fn try_to_freeze() {}

fn main() {
    own::run();
    imported::run();
}
