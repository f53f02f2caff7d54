//! The only loops are in a closure, a macro and an item.
use kthread::kthread_iterant;

macro_rules! block {
    ($($tokens:tt)*) => { $($tokens)* };
}

#[kthread_iterant]
fn run(limit: u32) -> u32 {
    let count = || {
        let mut n = 0;
        while n < limit {
            n += 1;
        }
        n
    };
    fn inner() {
        loop {
            break;
        }
    }
    inner();
    block! { loop { break; } }
    count()
}

fn main() {
    assert_eq!(run(1), 1);
}
