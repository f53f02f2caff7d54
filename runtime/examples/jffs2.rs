//! A garbage collector that is driven by signals: the loop of `fs/jffs2/background.c` as a function with
//! `#[kthread_iterant]`.
//!
//! `SIGHUP` wakes the collector of a log store, `SIGSTOP` and `SIGCONT` stop it and let it go on, `SIGKILL`
//! ends it; its owner then waits for a completion. A store that is full ends it as well. Nobody has to
//! stop it.
//!
//! What the kernel's loop did by hand, and who does it here:
//!
//! | kernel | here |
//! |---|---|
//! | `while (signal_pending() ∥ freezing())` with its `switch` | `signals(…)`, and an action a signal |
//! | `goto again` after a thaw | the next turn |
//! | `goto die` from three places | `SIGKILL`'s default, the stop test, `break` |
//! | `set_current_state()`, test, `schedule()` | the same |
//! | `schedule_timeout_interruptible(50 ms)` | `sleep_timeout()` |
//! | the tail, behind `die:` | what stands behind the loop |

#![allow(clippy::disallowed_types, clippy::disallowed_methods, reason = "the crate's own rule")]

use std::error::Error;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::sleep;
use std::time::Duration;

use kthread::{
    Action, Builder, CreateError, Freezer, Kthread, NotKthread, Sent, Signal, State, Task,
    TaskState, kthread_iterant, should_stop,
};

/// How long the collector rests before it collects, so that others get at the medium.
const THROTTLE: Duration = Duration::from_millis(20);

/// The kernel's `struct completion`, for threads that are no kthreads as well.
#[derive(Debug, Default)]
struct Completion {
    done: Mutex<bool>,
    changed: Condvar,
}

impl Completion {
    fn complete(&self) {
        *lock(&self.done) = true;
        self.changed.notify_all();
    }

    fn wait(&self) {
        let mut done = lock(&self.done);
        while !*done {
            done = self.changed.wait(done).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The kernel's `-ENOSPC`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct NoSpace;

#[derive(Debug)]
struct Store {
    unit: u32,
    blocks: Mutex<Blocks>,
    up: Completion,
    down: Completion,
}

#[derive(Debug)]
struct Blocks {
    collector: Option<Task>,
    /// Blocks that hold only what is obsolete.
    stale: u32,
    /// So many may stay.
    low_mark: u32,
    /// Where what is still valid of a block can be moved.
    free: u32,
}

impl Store {
    fn new(unit: u32, free: u32) -> Arc<Self> {
        Arc::new(Self {
            unit,
            blocks: Mutex::new(Blocks { collector: None, stale: 0, low_mark: 1, free }),
            up: Completion::default(),
            down: Completion::default(),
        })
    }

    fn needs_collection(&self) -> bool {
        let blocks = lock(&self.blocks);
        blocks.stale > blocks.low_mark
    }

    /// Collects one block.
    fn collect_one(&self) -> Result<(), NoSpace> {
        let mut blocks = lock(&self.blocks);
        blocks.free = blocks.free.checked_sub(1).ok_or(NoSpace)?;
        blocks.stale -= 1;
        println!("store{}: collected a block, {} are stale", self.unit, blocks.stale);
        Ok(())
    }

    /// Writes what makes blocks obsolete, and wakes the collector if there is something to do. The
    /// kernel's `jffs2_garbage_collect_trigger()`.
    fn write(&self, stale: u32) {
        let mut blocks = lock(&self.blocks);
        blocks.stale += stale;
        println!("store{}: {} blocks are stale", self.unit, blocks.stale);
        if let Some(collector) = &blocks.collector
            && blocks.stale > blocks.low_mark
        {
            // Never blocks, so it may be sent under the lock.
            collector.signal(Signal::HUP);
        }
    }

    /// Sends the collector a signal, if there is one.
    fn signal(&self, signal: Signal) -> Option<Sent> {
        lock(&self.blocks).collector.as_ref().map(|collector| collector.signal(signal))
    }

    /// The kernel's `jffs2_start_garbage_collect_thread()`.
    fn start(
        self: &Arc<Self>,
    ) -> Result<Kthread<Result<Option<NoSpace>, NotKthread>>, CreateError> {
        let store = Arc::clone(self);
        let thread = Builder::new(format_args!("gcd_store{}", self.unit))
            .nice(10)
            .run(move || collect_garbage(&store))?;
        self.up.wait();
        Ok(thread)
    }

    /// The kernel's `jffs2_stop_garbage_collect_thread()`.
    fn end(&self) {
        self.signal(Signal::KILL);
        self.down.wait();
    }
}

/// What the next iteration is for: between both, the thread rests and passes its checkpoints.
#[derive(Clone, Copy, Debug)]
enum Next {
    Look,
    Collect,
}

/// The kernel's `jffs2_garbage_collect_thread()`. If the store is full, it ends with that.
#[kthread_iterant(signals(SIGHUP, SIGSTOP, SIGKILL))]
fn collect_garbage(store: &Store) -> Result<Option<NoSpace>, NotKthread> {
    let current = kthread::current()?;
    // It only wakes the thread.
    current.sigaction(Signal::HUP, Action::handler(|_| ()));
    lock(&store.blocks).collector = Some(current.task());
    store.up.complete();
    let mut next = Next::Look;
    let full = loop {
        if should_stop() {
            break None;
        }
        match next {
            Next::Look => {
                // First the state, then the test: what is written in between ends the sleep.
                current.set_state(TaskState::Interruptible);
                if !store.needs_collection() {
                    current.schedule();
                    continue;
                }
                current.set_state(TaskState::Running);
                next = Next::Collect;
                current.sleep_timeout(THROTTLE);
            }
            Next::Collect => {
                next = Next::Look;
                // A collection waits for the medium; a wake-up shall not interrupt that.
                current.block(Signal::HUP);
                let collected = store.collect_one();
                current.unblock(Signal::HUP);
                if let Err(full) = collected {
                    break Some(full);
                }
            }
        }
    };
    lock(&store.blocks).collector = None;
    store.down.complete();
    Ok(full)
}

/// Waits until the collector has nothing to do.
fn rests(store: &Store, thread: &Task) {
    while store.needs_collection() || thread.state() != State::Sleeping {
        sleep(Duration::from_millis(1));
    }
}

fn waits_for(thread: &Task, state: State) {
    while thread.state() != state {
        sleep(Duration::from_millis(1));
    }
    println!("{} is {state}", thread.name());
}

fn main() -> Result<(), Box<dyn Error>> {
    let store = Store::new(0, 100);
    let thread = store.start()?;
    println!("{} is up", thread.name());

    store.write(1);
    store.write(2);
    rests(&store, &thread);

    println!("SIGSTOP");
    store.signal(Signal::STOP);
    waits_for(&thread, State::Stopped);
    store.write(1);
    sleep(THROTTLE * 3);
    println!("SIGCONT");
    store.signal(Signal::CONT);
    rests(&store, &thread);

    println!("freeze");
    Freezer::process().freeze_all(Duration::from_secs(20))?;
    waits_for(&thread, State::Frozen);
    store.write(1);
    sleep(THROTTLE * 3);
    println!("thaw");
    Freezer::process().thaw_all();
    rests(&store, &thread);

    println!("SIGKILL");
    store.end();
    println!("{} ended: {:?}", thread.name(), thread.stop()?);

    let full = Store::new(1, 1);
    let thread = full.start()?;
    println!("{} is up", thread.name());
    full.write(5);
    full.down.wait();
    println!("{} ended: {:?}", thread.name(), thread.stop()?);
    println!("a signal to nobody: {:?}", full.signal(Signal::HUP));
    Ok(())
}
