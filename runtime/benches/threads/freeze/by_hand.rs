//! Std threads that sleep on one Condvar.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{Builder, JoinHandle};

use super::{Count, Herd, SETTLED, STACK};
use crate::harness::Result;

#[derive(Default)]
struct State {
    frozen: bool,
    stop: bool,
    at_rest: usize,
}

struct Shared {
    state: Mutex<State>,
    /// Something is asked of the threads.
    asked: Condvar,
    /// All are at rest.
    rest: Condvar,
    ran: Count,
}

pub(super) struct ByHand {
    shared: Arc<Shared>,
    threads: Vec<JoinHandle<()>>,
}

impl ByHand {
    pub(super) fn new(threads: usize) -> Result<Self> {
        let shared = Arc::new(Shared {
            state: Mutex::default(),
            asked: Condvar::new(),
            rest: Condvar::new(),
            ran: Count::new(threads),
        });
        let mut by_hand = Self { shared, threads: Vec::new() };
        for _ in 0..threads {
            let shared = Arc::clone(&by_hand.shared);
            let builder = Builder::new().name("sleeper".to_owned()).stack_size(STACK);
            by_hand.threads.push(builder.spawn(move || shared.sleep())?);
        }
        by_hand.shared.ran.wait();
        std::thread::sleep(SETTLED);
        Ok(by_hand)
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait<'a>(on: &Condvar, state: MutexGuard<'a, State>) -> MutexGuard<'a, State> {
        on.wait(state).unwrap_or_else(PoisonError::into_inner)
    }

    fn sleep(&self) {
        let mut state = self.lock();
        self.ran.one();
        while !state.stop {
            state = Self::wait(&self.asked, state);
            if !state.frozen {
                continue;
            }
            state.at_rest += 1;
            if state.at_rest == self.ran.of {
                self.rest.notify_one();
            }
            while state.frozen && !state.stop {
                state = Self::wait(&self.asked, state);
            }
            state.at_rest -= 1;
            self.ran.one();
        }
    }

    fn ask(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.lock());
        self.asked.notify_all();
    }
}

impl Herd for ByHand {
    fn freeze(&self) -> Result<()> {
        self.shared.ask(|state| state.frozen = true);
        let mut state = self.shared.lock();
        while state.at_rest < self.shared.ran.of {
            state = Shared::wait(&self.shared.rest, state);
        }
        Ok(())
    }

    fn thaw(&self) -> Result<()> {
        self.shared.ask(|state| state.frozen = false);
        Ok(())
    }

    fn ran(&self) -> &Count {
        &self.shared.ran
    }
}

impl Drop for ByHand {
    fn drop(&mut self) {
        self.shared.ask(|state| state.stop = true);
        for thread in self.threads.drain(..) {
            // One that panicked has said so.
            let _ = thread.join();
        }
    }
}
