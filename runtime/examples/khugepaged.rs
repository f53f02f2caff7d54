//! A memory scanner: the loop of `mm/khugepaged.c` as a function with `#[kthread_iterant]`.
//!
//! The loop is short, the checkpoints are in its helpers, and stay there: the scan yields, freezes and tests
//! stop in a loop of its own; the wait is in a queue, for a time or for work, and freezes. The thread is
//! started and stopped again and again by a switch.
//!
//! | kernel | here |
//! |---|---|
//! | `while (!kthread_should_stop())` | the same; the attribute makes a checkpoint of it |
//! | `set_user_nice(current, MAX_NICE)` | `Builder::nice(19)` |
//! | `set_freezable()` | `set_freezable()`, before the loop |
//! | `wait_event_freezable(_timeout)()` | `WaitQueue::wait_freezable(_timeout)()`, which a stop ends |
//! | the tail behind the loop | the same |

#![allow(clippy::disallowed_types, clippy::disallowed_methods, reason = "the crate's own rule")]

use std::collections::VecDeque;
use std::error::Error;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::sleep;
use std::time::Duration;

use kthread::{
    Builder, Freezer, Kthread, NotKthread, State, WaitQueue, freezable_cond_resched,
    kthread_iterant, should_stop,
};

/// So many pages are scanned in one go, and then it rests.
const PAGES: u32 = 512;
const REST: Duration = Duration::from_millis(10);

/// A range of memory that wants to be scanned.
#[derive(Debug)]
struct Slot {
    number: u32,
    left: u32,
}

#[derive(Debug, Default)]
struct Memory {
    slots: VecDeque<Slot>,
    /// The one that is being scanned.
    cursor: Option<Slot>,
    scanned: u32,
}

#[derive(Debug, Default)]
struct Fold {
    memory: Mutex<Memory>,
    wait: WaitQueue,
    freezer: Freezer,
    thread: Mutex<Option<Kthread<Result<(), NotKthread>>>>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Fold {
    /// The kernel's `khugepaged_enter()`.
    fn add(&self, number: u32, pages: u32) {
        println!("slot {number}: {pages} pages to scan");
        lock(&self.memory).slots.push_back(Slot { number, left: pages });
        self.wait.wake_all();
    }

    /// The kernel's `start_stop_khugepaged()`.
    fn switch(self: &Arc<Self>, on: bool) -> Result<(), Box<dyn Error>> {
        let mut thread = lock(&self.thread);
        match (on, thread.take()) {
            (true, None) => {
                let fold = Arc::clone(self);
                let builder = Builder::new("foldd").nice(19).freezer(&self.freezer);
                *thread = Some(builder.run(move || foldd(&fold))?);
                println!("foldd is on");
            }
            (false, Some(running)) => {
                let outcome = running.stop()?;
                println!("foldd is off: {outcome:?}");
            }
            (_, as_before) => *thread = as_before,
        }
        Ok(())
    }

    fn state(&self) -> Option<State> {
        lock(&self.thread).as_ref().map(|thread| thread.state())
    }

    fn scanned(&self) -> u32 {
        lock(&self.memory).scanned
    }
}

impl Fold {
    /// The kernel's `khugepaged_do_scan()`.
    fn scan(&self) {
        let mut done = 0;
        while done < PAGES {
            // After a thaw it begins anew: the world may have changed.
            if freezable_cond_resched() || should_stop() {
                return;
            }
            let mut memory = lock(&self.memory);
            let Some(mut slot) = memory.cursor.take().or_else(|| memory.slots.pop_front()) else {
                return;
            };
            let pages = slot.left.min(64);
            slot.left -= pages;
            memory.scanned += pages;
            done += pages;
            if slot.left == 0 {
                println!("slot {}: scanned", slot.number);
            } else {
                memory.cursor = Some(slot);
            }
        }
    }

    /// The kernel's `khugepaged_wait_work()`. What it was ended by, the checkpoint sees.
    fn rest(&self) {
        let has_work = || {
            let memory = lock(&self.memory);
            memory.cursor.is_some() || !memory.slots.is_empty()
        };
        let _ = if has_work() {
            self.wait.wait_freezable_timeout(REST, || false)
        } else {
            self.wait.wait_freezable(has_work)
        };
    }
}

/// The kernel's `khugepaged()`. It freezes within its helpers, and so not between two iterations.
#[kthread_iterant(freezable = false)]
fn foldd(fold: &Fold) -> Result<(), NotKthread> {
    kthread::set_freezable()?;
    while !should_stop() {
        fold.scan();
        fold.rest();
    }
    let mut memory = lock(&fold.memory);
    if let Some(slot) = memory.cursor.take() {
        println!("slot {}: given back with {} pages left", slot.number, slot.left);
        memory.slots.push_front(slot);
    }
    Ok(())
}

/// Waits until it is so.
fn until(condition: impl Fn() -> bool) {
    while !condition() {
        sleep(Duration::from_millis(1));
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let fold = Arc::new(Fold { freezer: Freezer::new(), ..Fold::default() });
    fold.switch(true)?;
    fold.switch(true)?;
    until(|| fold.state() == Some(State::Sleeping));
    println!("nothing to do: foldd sleeps");

    fold.add(1, 100);
    until(|| fold.scanned() == 100);
    fold.add(2, 1500);
    until(|| fold.scanned() == 1600);

    until(|| fold.state() == Some(State::Sleeping));
    fold.freezer.freeze_all(Duration::from_secs(20))?;
    println!("frozen");
    fold.add(3, 200);
    sleep(REST * 3);
    println!("{} pages while it was frozen", fold.scanned() - 1600);
    fold.freezer.thaw_all();
    println!("thawed");
    until(|| fold.scanned() == 1800);

    // Far more than is scanned before it is switched off.
    fold.add(4, 1_000_000);
    until(|| fold.scanned() > 1800);
    fold.switch(false)?;
    fold.switch(false)?;
    let so_far = fold.scanned();

    fold.switch(true)?;
    until(|| fold.scanned() > so_far);
    println!("slot 4: it goes on");
    fold.switch(false)?;
    Ok(())
}
