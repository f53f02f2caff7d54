//! The bridge from the process's signals to its kthreads. Off unless it is installed.

use std::collections::BTreeMap;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use signal_hook::consts::FORBIDDEN;
use signal_hook::iterator::{Handle, Signals};

use super::{Sent, Signal};
use crate::error::FreezeError;
use crate::freezer::Freezer;
use crate::sync::{Arc, Mutex, WaitWord, Waiter, lock, os};
use crate::thread::tasks;

/// What a signal to the process does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Does {
    /// Asks all kthreads that the process has at the moment to stop. One that is made later isn't: who
    /// makes threads looks at [`Installed::is_stopping`].
    StopAll,
    /// Freezes the bridge's freezer domain.
    FreezeAll,
    /// Thaws it.
    ThawAll,
    /// Sends the signal to all kthreads; those that allow it take it.
    Forward,
}

/// What the bridge did.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// Asked so many kthreads to stop.
    Stopping(usize),
    /// Froze the domain, or found who refused; then all go on.
    Frozen(Result<(), FreezeError>),
    /// Thawed the domain.
    Thawed,
    /// Sent the signal on; so many kthreads will take it.
    Forwarded(Signal, usize),
}

/// The bridge was not installed. No signal is caught.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BridgeError {
    /// Nobody can catch this signal, or go on after it.
    #[error("{signal} of the process can't be caught; leave it out of the bridge")]
    Forbidden {
        /// The signal.
        signal: Signal,
    },
    /// The operating system refused.
    #[error("the signals of the process can't be caught: {source}")]
    System {
        /// What it said.
        #[from]
        source: std::io::Error,
    },
}

/// Maps signals that the operating system sends to the process onto its kthreads.
///
/// By itself it maps `SIGTERM` and `SIGINT` to stop, `SIGTSTP` and `SIGCONT` to freeze and thaw, and
/// `SIGHUP` to whoever allows it. It stands on the crate `signal-hook`: other users of that crate in the
/// process go on getting their signals.
///
/// ```no_run
/// use kthread::signal::{Bridge, Does};
/// use kthread::Signal;
///
/// let bridge = Bridge::new().on(Signal::USR1, Does::Forward).install()?;
/// // … start the threads of the daemon …
/// bridge.wait_for_stop();
/// // … stop them, for their results …
/// # Ok::<(), kthread::signal::BridgeError>(())
/// ```
#[must_use = "it does nothing until install() is called"]
pub struct Bridge {
    map: BTreeMap<Signal, Does>,
    freezer: Freezer,
    limit: Duration,
    report: Box<dyn Fn(&Event) + Send>,
}

impl Bridge {
    /// A bridge with the map that is described [above](Bridge).
    pub fn new() -> Self {
        let map = [
            (Signal::TERM, Does::StopAll),
            (Signal::INT, Does::StopAll),
            (Signal::TSTP, Does::FreezeAll),
            (Signal::CONT, Does::ThawAll),
            (Signal::HUP, Does::Forward),
        ];
        Self { map: BTreeMap::from(map), ..Self::empty() }
    }

    /// A bridge that maps nothing yet.
    pub fn empty() -> Self {
        Self {
            map: BTreeMap::new(),
            freezer: Freezer::process(),
            limit: Duration::from_secs(20),
            report: Box::new(|_| ()),
        }
    }

    /// Says what a signal does.
    pub fn on(mut self, signal: Signal, does: Does) -> Self {
        self.map.insert(signal, does);
        self
    }

    /// Leaves a signal to the operating system's default.
    pub fn without(mut self, signal: Signal) -> Self {
        self.map.remove(&signal);
        self
    }

    /// The domain that is frozen; that of the process without it.
    pub fn freezer(mut self, freezer: &Freezer) -> Self {
        self.freezer = freezer.clone();
        self
    }

    /// How long a freeze may take; 20 seconds without it, as in the kernel. While it waits, the bridge
    /// does nothing else.
    pub fn freeze_limit(mut self, limit: Duration) -> Self {
        self.limit = limit;
        self
    }

    /// Is told of everything that the bridge does, in the bridge's thread. If it panics, the bridge goes
    /// on nevertheless.
    pub fn report(mut self, report: impl Fn(&Event) + Send + 'static) -> Self {
        self.report = Box::new(report);
        self
    }

    /// Catches the signals from now on, until what this returns is dropped.
    ///
    /// # Errors
    /// If a signal can't be caught, or the operating system refuses; nothing is caught then.
    pub fn install(self) -> Result<Installed, BridgeError> {
        if let Some(signal) = self.map.keys().find(|signal| is_forbidden(**signal)) {
            return Err(BridgeError::Forbidden { signal: *signal });
        }
        let numbers: Vec<_> = self.map.keys().map(|signal| signal.number()).collect();
        let (stopping, caught) = (Arc::new(WaitWord::new(0)), Arc::new(Caught::new()));
        let (told, given) = (Arc::clone(&stopping), Arc::clone(&caught));
        let thread = os::Builder::new().name("kthread-signals".to_owned()).spawn(move || {
            let Some(mut signals) = given.take() else { return };
            for signal in signals.forever().filter_map(Signal::new) {
                self.take(signal, &told);
            }
        })?;
        // The last thing that can fail: nobody can give a signal its default back.
        match Signals::new(numbers) {
            Ok(signals) => {
                let handle = signals.handle();
                caught.give(Some(signals));
                Ok(Installed { handle, thread: Some(thread), stopping })
            }
            Err(source) => {
                caught.give(None);
                let _ = thread.join();
                Err(source.into())
            }
        }
    }

    fn take(&self, signal: Signal, stopping: &WaitWord) {
        let event = match self.map.get(&signal) {
            None => return,
            Some(Does::StopAll) => {
                let tasks = tasks();
                for task in &tasks {
                    task.request_stop();
                }
                Event::Stopping(tasks.len())
            }
            Some(Does::FreezeAll) => Event::Frozen(self.freezer.freeze_all(self.limit)),
            Some(Does::ThawAll) => {
                self.freezer.thaw_all();
                Event::Thawed
            }
            Some(Does::Forward) => {
                let taken =
                    tasks().iter().filter(|task| task.signal(signal) == Sent::Pending).count();
                Event::Forwarded(signal, taken)
            }
        };
        // What a panic carries may panic when it is dropped.
        std::mem::forget(catch_unwind(AssertUnwindSafe(|| (self.report)(&event))));
        if matches!(event, Event::Stopping(_)) {
            stopping.set(1);
            stopping.wake_all();
        }
    }
}

/// Whether nobody can catch the signal. The C library keeps those between the standard and the real-time
/// signals for itself.
fn is_forbidden(signal: Signal) -> bool {
    let number = signal.number();
    FORBIDDEN.contains(&number) || (32..libc::SIGRTMIN()).contains(&number)
}

/// Through which the bridge's thread gets its signals, or nothing if they can't be caught.
struct Caught {
    signals: Mutex<Option<Signals>>,
    given: WaitWord,
}

impl Caught {
    fn new() -> Self {
        Self { signals: Mutex::new(None), given: WaitWord::new(0) }
    }

    fn give(&self, signals: Option<Signals>) {
        *lock(&self.signals) = signals;
        self.given.set(1);
        self.given.wake_all();
    }

    fn take(&self) -> Option<Signals> {
        while self.given.load() == 0 {
            self.given.wait(0, Waiter::Watcher, None);
        }
        lock(&self.signals).take()
    }
}

impl Default for Bridge {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Bridge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bridge").field("map", &self.map).finish_non_exhaustive()
    }
}

/// A bridge at work. When it is dropped, the signals are caught no more, and ignored: what the
/// operating system did with them before does not come back.
#[must_use = "the bridge works until this is dropped"]
#[derive(Debug)]
pub struct Installed {
    handle: Handle,
    thread: Option<os::JoinHandle<()>>,
    stopping: Arc<WaitWord>,
}

impl Installed {
    /// Whether a signal has asked all kthreads to stop.
    pub fn is_stopping(&self) -> bool {
        self.stopping.load() != 0
    }

    /// Blocks until a signal has asked all kthreads to stop.
    pub fn wait_for_stop(&self) {
        while !self.is_stopping() {
            self.stopping.wait(0, Waiter::Watcher, None);
        }
    }
}

impl Drop for Installed {
    fn drop(&mut self) {
        self.handle.close();
        if let Some(thread) = self.thread.take() {
            // It doesn't panic: reports are caught. A report that drops this can't wait for itself.
            if !os::is_own(&thread) {
                let _ = thread.join();
            }
        }
    }
}
