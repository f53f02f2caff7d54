//! A function and a closure within the function with the name of a checkpoint.
use kthread::kthread_iterant;

#[kthread_iterant]
fn function() -> u32 {
    fn should_stop() -> bool {
        true
    }
    let mut n = 0;
    while !should_stop() {
        n += 1;
    }
    n
}

#[kthread_iterant]
fn closure(ended: bool) -> u32 {
    let should_stop = || ended;
    let mut n = 0;
    while !should_stop() {
        n += 1;
    }
    n
}

#[kthread_iterant]
fn in_the_body() -> u32 {
    let mut n = 0;
    loop {
        n += 1;
        let should_stop = || n == 3;
        if should_stop() {
            break;
        }
    }
    n
}

#[kthread_iterant]
fn at_the_end_of_the_body() -> u32 {
    let mut n = 0;
    while n < 3 {
        n += 1;
        let sleep = || ();
        sleep();
    }
    n
}

fn main() {
    in_the_body();
    at_the_end_of_the_body();
    function();
    closure(true);
}
