//! A thread, and what may be done to it.

use std::sync::{Arc, Mutex};

use kthread::{Kthread, StopError, Task};

use crate::probe::Probe;
use crate::world::World;

/// A thread, whatever its result.
pub(crate) trait Actor: Send + Sync {
    fn stop(&self) -> Result<(), StopError>;
    fn detach(self: Box<Self>);
}

impl<T: Send> Actor for Kthread<T> {
    fn stop(&self) -> Result<(), StopError> {
        Self::stop(self).map(drop)
    }

    fn detach(self: Box<Self>) {
        drop(Self::detach(*self));
    }
}

pub(crate) struct Subject {
    pub(crate) task: Task,
    pub(crate) probe: Arc<Probe>,
    pub(crate) actor: Option<Box<dyn Actor>>,
    /// Who has it may park and unpark the thread.
    pub(crate) park_right: Mutex<()>,
}

impl Subject {
    /// Stops the thread; whatever comes of it may come of it.
    pub(crate) fn stop(&self, world: &World) -> Option<Result<(), StopError>> {
        let stopped = self.actor.as_ref()?.stop();
        let thing = match &stopped {
            Ok(()) => "stopped",
            Err(StopError::NotStarted { .. }) if self.probe.turns() == 0 => "stopped before it ran",
            Err(StopError::AlreadyStopped { .. }) => "stopped already",
            Err(StopError::Panicked { panic, .. }) if panic.message() == "as it may" => "panicked",
            other => {
                let turns = self.probe.turns();
                world.is_wrong(format!("{}: {other:?} after {turns} turns", self.probe.name));
                return Some(stopped);
            }
        };
        if thing != "stopped already" {
            world.all_is_dropped(&self.task, &self.probe);
        }
        world.did(thing);
        Some(stopped)
    }
}

impl std::fmt::Debug for Subject {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?} {:?}", self.task, self.probe)
    }
}
