//! The least that waking a sleeping thread takes: one word and a futex. It holds one value, so it has a
//! latency but no throughput.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::thread::{Builder, JoinHandle};

use rustix::thread::futex;

use super::{Job, Peer, Port};
use crate::harness::Result;

#[derive(Default)]
#[repr(align(64))]
struct Word {
    set: AtomicU32,
    value: AtomicU64,
    end: AtomicBool,
}

impl Word {
    fn set(&self) {
        self.set.store(1, Ordering::Release);
        let _ = futex::wake(&self.set, futex::Flags::PRIVATE, 1);
    }
}

pub(super) struct Floor(Arc<Word>, JoinHandle<()>);

pub(super) struct FloorPort(Arc<Word>);

impl Peer for Floor {
    type Port = FloorPort;

    fn start(job: Job) -> Result<Self> {
        let word = Arc::new(Word::default());
        let same = Arc::clone(&word);
        let thread = Builder::new().name("floor".to_owned()).spawn(move || {
            loop {
                while word.set.load(Ordering::Acquire) == 0 {
                    let _ = futex::wait(&word.set, futex::Flags::PRIVATE, 0, None);
                }
                if word.end.load(Ordering::Relaxed) {
                    return;
                }
                let value = word.value.load(Ordering::Relaxed);
                word.set.store(0, Ordering::Release);
                job(value);
            }
        })?;
        Ok(Self(same, thread))
    }

    fn port(&self) -> FloorPort {
        FloorPort(Arc::clone(&self.0))
    }

    fn end(self) -> Result<()> {
        self.0.end.store(true, Ordering::Relaxed);
        self.0.set();
        Ok(self.1.join().map_err(|_| "the floor's thread panicked")?)
    }
}

impl Port for FloorPort {
    fn submit(&mut self, value: u64) {
        self.0.value.store(value, Ordering::Relaxed);
        self.0.set();
    }
}
