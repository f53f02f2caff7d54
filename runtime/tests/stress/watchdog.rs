//! Who ends the process when it hangs, and shows where.

use std::io::Write;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::sync::{Arc, Weak};
use std::time::Duration;

use crate::proc;
use crate::world::{World, lock};

/// What the process ends with.
pub(crate) const HANGS: i32 = 99;

/// Watches until what this returns is dropped.
pub(crate) fn watch(world: &Arc<World>, limit: Duration) -> Sender<()> {
    let (alive, gone) = mpsc::channel();
    let world = Arc::downgrade(world);
    std::thread::spawn(move || {
        if gone.recv_timeout(limit) == Err(RecvTimeoutError::Timeout) {
            // Not through what the test harness captures: it would never be seen.
            let _ = std::io::stderr().write_all(dump(&world, limit).as_bytes());
            std::process::exit(HANGS);
        }
    });
    alive
}

/// All threads, and what the workers are at.
fn dump(world: &Weak<World>, limit: Duration) -> String {
    use std::fmt::Write;
    let mut text = format!("hangs for {limit:?}\n");
    if let Some(world) = world.upgrade() {
        let _ = writeln!(text, "seed {}; done: {:?}", world.seed, world.done());
        let _ = writeln!(text, "wrong: {:#?}", world.wrong());
        for (worker, at) in lock(&world.at).iter() {
            let _ = writeln!(text, "worker {worker} {at}");
        }
        for (number, (freezer, _)) in world.domains.iter().enumerate() {
            let _ = writeln!(text, "domain {number}: frozen: {}", freezer.is_frozen());
        }
    }
    for task in kthread::tasks() {
        let waits = std::fs::read_to_string(format!("/proc/self/task/{}/wchan", task.tid()));
        let _ = writeln!(
            text,
            "{}: {}, stopping: {}, freezable: {}; thread {} ({:?}) in {:?}; {:?}",
            task.name(),
            task.state(),
            task.is_stopping(),
            task.is_freezable(),
            task.tid(),
            proc::comm(task.tid()),
            waits.ok(),
            task.stats()
        );
    }
    text
}
