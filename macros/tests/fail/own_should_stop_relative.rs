//! A function of the caller with the name of a checkpoint, where the runtime has another path.
mod threads {
    pub use kthread::*;
}

mod used {
    use super::threads;

    fn should_stop() -> bool {
        true
    }

    #[threads::kthread_iterant(crate = threads)]
    pub fn run() -> u32 {
        let mut n = 0;
        while !should_stop() {
            n += 1;
        }
        n
    }
}

fn main() {
    used::run();
}
