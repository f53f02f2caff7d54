//! A loop with a value, or the only way out of a function with a result, and no stop test.
use kthread::kthread_iterant;

#[kthread_iterant]
fn value(limit: u32) -> u32 {
    let mut n = 0;
    let found = loop {
        n += 1;
        if n == limit {
            break n * 2;
        }
    };
    found + 1
}

#[kthread_iterant]
fn result(limit: u32) -> u32 {
    let mut n = 0;
    loop {
        n += 1;
        if n == limit {
            return n;
        }
    }
}

#[kthread_iterant]
fn never() -> ! {
    loop {
        std::thread::yield_now();
    }
}

fn main() {
    value(1);
    result(1);
    never();
}
