//! The same between kthreads.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::channel;

use kthread::{Builder, Exit, Options, Step, Task, drive};

use super::{Places, Trips};
use crate::harness::Result;

pub(super) fn kthreads(places: Places, trips: usize) -> Result<Vec<f64>> {
    let flags = Arc::new([Flag::default(), Flag::default()]);
    let builder = |at: usize, name: &str| {
        let builder = Builder::new(name);
        if let Some(cpus) = places { builder.cpu(cpus[at]) } else { builder }
    };
    let (give_near, take_near) = channel::<Task>();
    let far = builder(1, "far").create({
        let flags = Arc::clone(&flags);
        move || {
            let Ok(near) = take_near.recv() else { return Exit::<()>::Stopped };
            drive(Options::new(), |_| {
                if flags[1].close() {
                    flags[0].open(&near);
                }
                Step::Sleep
            })
        }
    })?;
    let near = builder(0, "near").create({
        let far = far.task();
        move || {
            let mut trips = Trips::new(trips);
            flags[1].open(&far);
            let exit: Exit = drive(Options::new(), |_| {
                if flags[0].close() {
                    if trips.one() {
                        return Step::Break(());
                    }
                    flags[1].open(&far);
                }
                Step::Sleep
            });
            (exit, trips.take())
        }
    })?;
    give_near.send(near.task())?;
    far.wake();
    near.wake();
    let (_, took) = near.join()?;
    let _ = far.stop()?;
    Ok(took)
}

/// A flag beside a kthread.
#[derive(Default)]
#[repr(align(64))]
struct Flag(AtomicBool);

impl Flag {
    fn open(&self, of: &Task) {
        self.0.store(true, Ordering::Release);
        of.wake();
    }

    /// Closes it; false if it isn't open.
    fn close(&self) -> bool {
        let open = self.0.load(Ordering::Acquire);
        if open {
            self.0.store(false, Ordering::Relaxed);
        }
        open
    }
}
