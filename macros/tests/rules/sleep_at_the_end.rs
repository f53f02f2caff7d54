//! # A sleep at the end is the driver's
//!
//! The step says that it wants to sleep, and for how long; the driver does so after the body's own variables
//! have been dropped, and not if there is something to do first: a stop, a freeze, a park. A sleep elsewhere
//! stays.

use kthread::{kthread_iterant, should_stop, sleep_timeout};
use std::time::Duration;

#[kthread_iterant]
fn blink(times: u32) -> u32 {
    let mut done = 0;
    while !should_stop() && done < times {
        done += 1;
        let pause = Duration::from_micros(100) * done;
        let _ = sleep_timeout(pause);
    }
    done
}

fn main() {
    assert_eq!(blink(3), 3);
}
