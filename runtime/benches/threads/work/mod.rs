//! Works and their peers: what hands a job to a thread that does nothing else.

mod channels;
mod floor;
mod ours;
mod pools;
pub(crate) mod producers;
pub(crate) mod queue;

use crate::harness::Result;

/// What is done with a value. Every peer calls it through this pointer.
type Job = fn(u64);

/// A thread that runs jobs.
trait Peer: Sized {
    type Port: Port;

    fn start(job: Job) -> Result<Self>;

    /// What a producer submits by.
    fn port(&self) -> Self::Port;

    /// When all ports are gone.
    fn end(self) -> Result<()>;
}

trait Port: Send + 'static {
    fn submit(&mut self, value: u64);
}

/// A job as the peers take one that take closures: it is allocated, as it holds something.
type Closure = Box<dyn FnOnce() + Send>;

fn closure(job: Job, value: u64) -> Closure {
    Box::new(move || job(value))
}
