//! Errors: each says what failed, why, and what to do.

mod panic;

pub use self::panic::Panic;

use crate::thread::{Cpus, Policy};

/// A thread was not created. Nothing of it is left: no thread, and what was given to it is dropped.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CreateError {
    /// The name holds a NUL, behind which the operating system would not show it.
    #[error("a thread can't be named {name:?}: byte {position} is NUL; leave it out")]
    NameHasNul {
        /// The name.
        name: String,
        /// Where the NUL is, in bytes from the beginning.
        position: usize,
    },
    /// The operating system made no thread.
    #[error(
        "the operating system made no thread for {name:?}: {source}; is a limit on threads or memory reached?"
    )]
    Spawn {
        /// The thread's name.
        name: String,
        /// What it said.
        source: std::io::Error,
    },
    /// The thread could not be set up as asked. It has ended.
    #[error("the thread {name:?} was not created: {source}")]
    Setup {
        /// The thread's name.
        name: String,
        /// What was refused.
        source: SetupError,
    },
    /// A worker has one thread at a time.
    #[error(
        "the thread {name:?} was not created: its worker has a thread already; stop that one first"
    )]
    WorkerBusy {
        /// The thread's name.
        name: String,
    },
    /// Nothing can be queued on the worker any more.
    #[error("the thread {name:?} was not created: its worker was destroyed; make another one")]
    WorkerDestroyed {
        /// The thread's name.
        name: String,
    },
    /// The program is built with `panic = "abort"`.
    #[error(
        "the thread {name:?} was not created: this program is built with panic=abort, so a panic in it would end \
         the process and could not be contained; build with panic=unwind, or accept that with \
         Builder::panics_may_abort()"
    )]
    PanicsAbort {
        /// The thread's name.
        name: String,
    },
}

/// What the operating system refused to do for a thread.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SetupError {
    /// The set of CPUs is empty.
    #[error("it can't be bound to an empty set of CPUs; name one at least")]
    NoCpus,
    /// A CPU isn't there, is offline, or the process may not use it.
    #[error(
        "it can't be bound to CPU {cpu}: there is no such CPU online that this process may use"
    )]
    NoSuchCpu {
        /// The first of those.
        cpu: usize,
    },
    /// The operating system refused to bind the thread.
    #[error("it can't be bound to CPUs {cpus}: {source}")]
    Affinity {
        /// Where to.
        cpus: Cpus,
        /// What it said.
        source: std::io::Error,
    },
    /// There is no such nice value.
    #[error("there is no nice value {nice}: they go from -20 to 19")]
    NiceOutOfRange {
        /// The value.
        nice: i32,
    },
    /// The nice value was refused.
    #[error(
        "it can't have the nice value {nice}: {source}; less than now needs CAP_SYS_NICE or RLIMIT_NICE"
    )]
    Nice {
        /// The value.
        nice: i32,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// There is no such real-time priority.
    #[error("there is no real-time priority {priority}: they go from 1 to 99")]
    PriorityOutOfRange {
        /// The priority.
        priority: u8,
    },
    /// The scheduling policy was refused.
    #[error(
        "it can't have the policy {policy}: {source}; real time needs CAP_SYS_NICE or RLIMIT_RTPRIO"
    )]
    Policy {
        /// The policy.
        policy: Policy,
        /// What the operating system said.
        source: std::io::Error,
    },
}

/// A thread was not bound.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BindError {
    /// It has been woken, parked or stopped already, or somebody else is binding it.
    #[error(
        "a thread is bound before it is first woken, and {name:?} no more can be; use Builder::cpus()"
    )]
    Started {
        /// The thread's name.
        name: String,
    },
    /// The operating system refused; the thread is bound as before.
    #[error("the thread {name:?} was not bound: {source}")]
    Setup {
        /// The thread's name.
        name: String,
        /// What was refused.
        source: SetupError,
    },
}

/// What [`Kthread::stop`](crate::Kthread::stop) gives in place of the thread's result.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StopError {
    /// The thread was stopped before it ran; what it was given is dropped. The kernel's name: `-EINTR`.
    #[error("the thread {name:?} was stopped before it ran")]
    NotStarted {
        /// The thread's name.
        name: String,
    },
    /// Somebody has called stop or join already, and got the result or will.
    #[error(
        "somebody has stopped or joined the thread {name:?} already; only the first to do so gets its result"
    )]
    AlreadyStopped {
        /// The thread's name.
        name: String,
    },
    /// The thread would wait for its own end. It was not asked to stop.
    #[error("the thread {name:?} can't wait for its own end; use stop_current(), or return")]
    FromItself {
        /// The thread's name.
        name: String,
    },
    /// The thread panicked. Nobody else was touched by that.
    #[error("the thread {name:?} panicked: {panic}")]
    Panicked {
        /// The thread's name.
        name: String,
        /// What it panicked with.
        panic: Panic,
    },
}

/// A thread was not parked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ParkError {
    /// It is parked already, or asked to park. The kernel's name: `-EBUSY`.
    #[error("the thread {name:?} is parked already; unpark it first")]
    Busy {
        /// The thread's name.
        name: String,
    },
    /// It has ended, or is to end. The kernel's name: `-ENOSYS`.
    #[error("the thread {name:?} has ended, or is asked to: it will not park")]
    Exited {
        /// The thread's name.
        name: String,
    },
    /// Somebody took the request back before the thread had parked.
    #[error("the thread {name:?} was unparked before it had parked")]
    Unparked {
        /// The thread's name.
        name: String,
    },
    /// The thread did not park in time; the request is taken back.
    #[error("the thread {name:?} did not park in time; does it come to a park checkpoint?")]
    TimedOut {
        /// The thread's name.
        name: String,
    },
}

/// Not all threads of a domain came to rest.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FreezeError {
    /// Some did not freeze in time; all are thawed again.
    #[error("refused to freeze in time: {}; do they come to a freeze checkpoint?", refused.join(", "))]
    Refused {
        /// The names of those that did not, sorted.
        refused: Vec<String>,
    },
    /// Somebody thawed the domain before all were frozen.
    #[error("the domain was thawed before all of its threads were frozen")]
    Thawed,
}

/// There is nothing to do it to: the calling thread isn't a kthread.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the calling thread is no kthread; call this in what Builder::create() or run() is given")]
pub struct NotKthread;

/// A wait ended before its condition was true.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WaitError {
    /// The calling thread isn't a kthread, so nobody could wake it.
    #[error(transparent)]
    NotKthread(#[from] NotKthread),
    /// A signal or a stop came. The kernel's name: `-ERESTARTSYS`.
    #[error("the wait was ended by a signal or a stop; look at should_stop() and at the signals")]
    Interrupted,
    /// The time ran out.
    #[error("the time ran out before the condition was true")]
    TimedOut,
}
