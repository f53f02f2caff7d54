//! # A function that starts it
//!
//! `spawn`, or a name for the thread, makes a sibling that takes the same arguments and starts a kthread.

use kthread::{kthread_iterant, should_stop, sleep};

#[kthread_iterant(name = "flush-{}", nice = 5)]
fn flusher(device: String) -> String {
    while !should_stop() {
        let _ = sleep();
    }
    format!("{device} is flushed")
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let thread = spawn_flusher("sda".to_owned())?;
    assert_eq!(thread.name(), "flush-sda");
    while thread.stats().sleeps == 0 {
        std::thread::yield_now();
    }
    assert_eq!(thread.stop()?, "sda is flushed");
    Ok(())
}
