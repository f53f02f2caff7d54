//! Runtimes and pools of one thread.

use std::thread::{Builder, JoinHandle};

use super::{Closure, Job, Peer, Port, closure};
use crate::harness::Result;

/// tokio's runtime for one thread, in a thread that awaits closures.
pub(super) struct Tokio {
    job: Job,
    sender: tokio::sync::mpsc::UnboundedSender<Closure>,
    thread: JoinHandle<()>,
}

pub(super) struct TokioPort(Job, tokio::sync::mpsc::UnboundedSender<Closure>);

impl Peer for Tokio {
    type Port = TokioPort;

    fn start(job: Job) -> Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().build()?;
        let (sender, mut receiver) = tokio::sync::mpsc::unbounded_channel::<Closure>();
        let thread = Builder::new().name("tokio".to_owned()).spawn(move || {
            runtime.block_on(async {
                while let Some(closure) = receiver.recv().await {
                    closure();
                }
            });
        })?;
        Ok(Self { job, sender, thread })
    }

    fn port(&self) -> TokioPort {
        TokioPort(self.job, self.sender.clone())
    }

    fn end(self) -> Result<()> {
        drop(self.sender);
        Ok(self.thread.join().map_err(|_| "tokio's thread panicked")?)
    }
}

impl Port for TokioPort {
    fn submit(&mut self, value: u64) {
        let _ = self.1.send(closure(self.0, value));
    }
}

pub(super) struct Rayon(Job, std::sync::Arc<rayon::ThreadPool>);

pub(super) struct RayonPort(Job, std::sync::Arc<rayon::ThreadPool>);

impl Peer for Rayon {
    type Port = RayonPort;

    fn start(job: Job) -> Result<Self> {
        Ok(Self(job, rayon::ThreadPoolBuilder::new().num_threads(1).build()?.into()))
    }

    fn port(&self) -> RayonPort {
        RayonPort(self.0, self.1.clone())
    }

    fn end(self) -> Result<()> {
        Ok(())
    }
}

impl Port for RayonPort {
    fn submit(&mut self, value: u64) {
        let job = self.0;
        self.1.spawn_fifo(move || job(value));
    }
}

pub(super) struct ThreadPool(Job, threadpool::ThreadPool);

pub(super) struct ThreadPoolPort(Job, threadpool::ThreadPool);

impl Peer for ThreadPool {
    type Port = ThreadPoolPort;

    fn start(job: Job) -> Result<Self> {
        Ok(Self(job, threadpool::ThreadPool::new(1)))
    }

    fn port(&self) -> ThreadPoolPort {
        ThreadPoolPort(self.0, self.1.clone())
    }

    fn end(self) -> Result<()> {
        self.1.join();
        Ok(())
    }
}

impl Port for ThreadPoolPort {
    fn submit(&mut self, value: u64) {
        let job = self.0;
        self.1.execute(move || job(value));
    }
}
