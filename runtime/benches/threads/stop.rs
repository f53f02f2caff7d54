//! From the request to stop until a sleeping thread is gone.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, sync_channel};
use std::sync::{Arc, Condvar, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use kthread::{Builder, Options, Step, from_fn};

use crate::harness::{Figures, Group, Result};
use crate::plan::Plan;

/// Long enough for a thread that is about to sleep to do so.
const SETTLED: Duration = Duration::from_micros(300);

pub(crate) fn measure(plan: &Plan, figures: &mut Vec<Figures>) -> Result<()> {
    let threads = plan.size(20, 1);
    let group = Group::new("stop of a sleeping thread, until it is joined")
        .peer("a std thread: AtomicBool, unpark(), join()", move || repeat(threads, flagged))
        .peer("a std thread: Mutex, Condvar, join()", move || repeat(threads, signalled))
        .peer("an iterant: Kthread::stop()", move || repeat(threads, iterant));
    figures.push(group.run(plan.size(51, 1))?);
    Ok(())
}

fn repeat(threads: usize, one: fn() -> Result<Duration>) -> Result<Vec<f64>> {
    (0..threads).map(|_| Ok(one()?.as_secs_f64() * 1e9)).collect()
}

fn iterant() -> Result<Duration> {
    let (here, there) = sync_channel(1);
    let sleeper = from_fn(move |_| {
        let _ = here.try_send(());
        Step::<()>::Sleep
    });
    let thread = Builder::new("sleeper").run_iterant(Options::new(), sleeper)?;
    let start = asleep(&there)?;
    let _ = thread.stop()?;
    Ok(start.elapsed())
}

fn flagged() -> Result<Duration> {
    let (here, there) = sync_channel(1);
    let stop = Arc::new(AtomicBool::new(false));
    let thread = sleeper({
        let stop = Arc::clone(&stop);
        move || {
            let _ = here.try_send(());
            while !stop.load(Ordering::Acquire) {
                thread::park();
            }
        }
    })?;
    let start = asleep(&there)?;
    stop.store(true, Ordering::Release);
    thread.thread().unpark();
    joined(thread, start)
}

fn signalled() -> Result<Duration> {
    let (here, there) = sync_channel(1);
    let shared = Arc::new((Mutex::new(false), Condvar::new()));
    let thread = sleeper({
        let shared = Arc::clone(&shared);
        move || {
            let _ = here.try_send(());
            let (stop, changed) = &*shared;
            if let Ok(stop) = stop.lock() {
                let _stop = changed.wait_while(stop, |stop| !*stop);
            }
        }
    })?;
    let (stop, changed) = &*shared;
    let start = asleep(&there)?;
    *stop.lock().map_err(|_| "a sleeper panicked")? = true;
    changed.notify_one();
    joined(thread, start)
}

/// Waits until the thread that says so sleeps; gives back when.
fn asleep(there: &Receiver<()>) -> Result<Instant> {
    there.recv()?;
    thread::sleep(SETTLED);
    Ok(Instant::now())
}

fn sleeper(body: impl FnOnce() + Send + 'static) -> Result<JoinHandle<()>> {
    Ok(thread::Builder::new().name("sleeper".to_owned()).spawn(body)?)
}

fn joined(thread: JoinHandle<()>, start: Instant) -> Result<Duration> {
    thread.join().map_err(|_| "a sleeper panicked")?;
    Ok(start.elapsed())
}
