//! The bridge from the process's signals to its kthreads. Off unless it is installed.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use signal_hook::consts::FORBIDDEN;
use signal_hook::iterator::{Handle, Signals};

use super::{Sent, Signal};
use crate::error::FreezeError;
use crate::freezer::Freezer;
use crate::sync::{Arc, WaitWord, Waiter, os};
use crate::thread::tasks;

/// What a signal to the process does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Does {
    /// Asks all kthreads of the process to stop.
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

    /// Is told of everything that the bridge does, in the bridge's thread.
    pub fn report(mut self, report: impl Fn(&Event) + Send + 'static) -> Self {
        self.report = Box::new(report);
        self
    }

    /// Catches the signals from now on, until what this returns is dropped.
    ///
    /// # Errors
    /// If a signal can't be caught, or the operating system refuses; nothing is caught then.
    pub fn install(self) -> Result<Installed, BridgeError> {
        if let Some(signal) = self.map.keys().find(|signal| FORBIDDEN.contains(&signal.number())) {
            return Err(BridgeError::Forbidden { signal: *signal });
        }
        let mut signals = Signals::new(self.map.keys().map(|signal| signal.number()))?;
        let handle = signals.handle();
        let stopping = Arc::new(WaitWord::new(0));
        let told = Arc::clone(&stopping);
        let thread = os::Builder::new().name("kthread-signals".to_owned()).spawn(move || {
            for signal in signals.forever().filter_map(Signal::new) {
                self.take(signal, &told);
            }
        });
        match thread {
            Ok(thread) => Ok(Installed { handle, thread: Some(thread), stopping }),
            Err(source) => {
                handle.close();
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
        (self.report)(&event);
        if matches!(event, Event::Stopping(_)) {
            stopping.set(1);
            stopping.wake_all();
        }
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
            // Its panic, which only a report can have caused, was printed.
            let _ = thread.join();
        }
    }
}
