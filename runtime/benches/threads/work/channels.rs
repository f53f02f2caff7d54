//! A thread at the end of a channel.

use std::marker::PhantomData;
use std::thread::{Builder, JoinHandle};

use super::{Closure, Job, Peer, Port, closure};
use crate::harness::Result;

/// A kind of channel.
pub(super) trait Channel: 'static {
    type Sender<T: Send + 'static>: Clone + Send + 'static;
    type Receiver<T: Send + 'static>: Send + 'static;

    fn make<T: Send + 'static>() -> (Self::Sender<T>, Self::Receiver<T>);
    fn send<T: Send + 'static>(sender: &Self::Sender<T>, value: T);
    fn receive<T: Send + 'static>(receiver: &Self::Receiver<T>) -> Option<T>;
}

/// What goes through it.
pub(super) trait Item: Send + 'static {
    fn make(job: Job, value: u64) -> Self;
    fn run(self, job: Job);
}

impl Item for Closure {
    fn make(job: Job, value: u64) -> Self {
        closure(job, value)
    }

    fn run(self, _job: Job) {
        self();
    }
}

/// The value alone: the receiver knows what to do with it.
impl Item for u64 {
    fn make(_job: Job, value: u64) -> Self {
        value
    }

    fn run(self, job: Job) {
        job(self);
    }
}

pub(super) struct Through<C: Channel, T: Item> {
    job: Job,
    sender: C::Sender<T>,
    thread: JoinHandle<()>,
}

pub(super) struct Sender<C: Channel, T: Item> {
    job: Job,
    into: C::Sender<T>,
    _of: PhantomData<fn() -> T>,
}

impl<C: Channel, T: Item> Peer for Through<C, T> {
    type Port = Sender<C, T>;

    fn start(job: Job) -> Result<Self> {
        let (sender, receiver) = C::make::<T>();
        let thread = Builder::new().name("receiver".to_owned()).spawn(move || {
            while let Some(item) = C::receive(&receiver) {
                item.run(job);
            }
        })?;
        Ok(Self { job, sender, thread })
    }

    fn port(&self) -> Self::Port {
        Sender { job: self.job, into: self.sender.clone(), _of: PhantomData }
    }

    fn end(self) -> Result<()> {
        drop(self.sender);
        Ok(self.thread.join().map_err(|_| "a receiver panicked")?)
    }
}

impl<C: Channel, T: Item> Port for Sender<C, T> {
    fn submit(&mut self, value: u64) {
        C::send(&self.into, T::make(self.job, value));
    }
}

macro_rules! channel {
    ($name:ident, $sender:path, $receiver:path, $make:path) => {
        pub(super) struct $name;

        impl Channel for $name {
            type Sender<T: Send + 'static> = $sender;
            type Receiver<T: Send + 'static> = $receiver;

            fn make<T: Send + 'static>() -> (Self::Sender<T>, Self::Receiver<T>) {
                $make()
            }

            fn send<T: Send + 'static>(sender: &Self::Sender<T>, value: T) {
                // The receiver goes last.
                let _ = sender.send(value);
            }

            fn receive<T: Send + 'static>(receiver: &Self::Receiver<T>) -> Option<T> {
                receiver.recv().ok()
            }
        }
    };
}

channel!(
    Crossbeam,
    crossbeam_channel::Sender<T>,
    crossbeam_channel::Receiver<T>,
    crossbeam_channel::unbounded
);
channel!(Std, std::sync::mpsc::Sender<T>, std::sync::mpsc::Receiver<T>, std::sync::mpsc::channel);
channel!(Flume, flume::Sender<T>, flume::Receiver<T>, flume::unbounded);
channel!(Kanal, kanal::Sender<T>, kanal::Receiver<T>, kanal::unbounded);
