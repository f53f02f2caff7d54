//! Workers and works that tests of workers share.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, mpsc};

use kthread::{Builder, Work, WorkerOptions, WorkerThread};

pub(crate) fn start(name: &str) -> WorkerThread {
    Builder::new(name).run_worker(WorkerOptions::new()).unwrap()
}

pub(crate) fn counting(ran: &Arc<AtomicUsize>) -> Work {
    let ran = Arc::clone(ran);
    Work::new(move |_| {
        ran.fetch_add(1, Ordering::SeqCst);
    })
}

/// A work that runs until it is released, and says when it has begun.
pub(crate) fn long(name: &str) -> (Work, mpsc::Receiver<()>, mpsc::Sender<()>) {
    let (begun, has_begun) = mpsc::channel();
    let (release, released) = mpsc::channel::<()>();
    let released = Mutex::new(released);
    let work = Work::named(name, move |_| {
        // Who waits for it may be gone.
        let _ = begun.send(());
        let _ = released.lock().unwrap().recv();
    });
    (work, has_begun, release)
}
