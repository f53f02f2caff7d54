//! The function imports a checkpoint's name from elsewhere.
use kthread::kthread_iterant;

mod other {
    pub fn should_stop() -> bool {
        true
    }
}

#[kthread_iterant]
fn run() -> u32 {
    use other::should_stop;
    let mut n = 0;
    while !should_stop() {
        n += 1;
    }
    n
}

fn main() {
    run();
}
