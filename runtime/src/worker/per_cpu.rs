//! A worker for each CPU.

use std::time::Duration;

use super::{Destroyed, WorkerError, WorkerOptions, WorkerThread};
use crate::error::CreateError;
use crate::thread::{Builder, usable_cpus};

/// Workers, one bound to each CPU that the thread which made them may use.
///
/// The kernel's name: an array of what `kthread_create_worker_on_cpu()` returns.
#[derive(Debug)]
pub struct PerCpu {
    workers: Vec<(usize, WorkerThread)>,
}

impl Builder {
    /// Creates a worker on each CPU that the calling thread may use, and starts them. Their names are
    /// the builder's, a slash, and the number of the CPU.
    ///
    /// # Errors
    /// Those of [`Builder::create`], for the first that fails; the others are destroyed again.
    ///
    /// # Blocking
    /// As [`Builder::create`], once a CPU.
    pub fn run_workers_per_cpu(&self, options: WorkerOptions) -> Result<PerCpu, CreateError> {
        let cpus = usable_cpus();
        let workers = cpus
            .iter()
            .map(|cpu| Ok((cpu, self.clone().suffixed(cpu).cpu(cpu).run_worker(options)?)))
            .collect::<Result<_, CreateError>>()?;
        Ok(PerCpu { workers })
    }
}

impl PerCpu {
    /// The worker of a CPU.
    pub fn on(&self, cpu: usize) -> Option<&WorkerThread> {
        self.workers.iter().find(|(of, _)| *of == cpu).map(|(_, worker)| worker)
    }

    /// The worker of the CPU on which the caller runs at the moment, or the first.
    pub fn here(&self) -> Option<&WorkerThread> {
        self.on(crate::thread::current_cpu())
            .or_else(|| self.iter().next().map(|(_, worker)| worker))
    }

    /// All of them, by CPU.
    pub fn iter(&self) -> impl Iterator<Item = (usize, &WorkerThread)> {
        self.workers.iter().map(|(cpu, worker)| (*cpu, worker))
    }

    /// Destroys all of them, each within `limit`, and tells what is left, by CPU.
    ///
    /// # Errors
    /// `FromItself` if a work of one of them calls it; that one goes on.
    pub fn destroy(self, limit: Duration) -> Vec<(usize, Result<Destroyed, WorkerError>)> {
        self.workers.into_iter().map(|(cpu, worker)| (cpu, worker.destroy(limit))).collect()
    }
}
