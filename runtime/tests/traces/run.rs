//! One run of a script: what its thread and its creator share, and the verdict on it.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use kthread::{Current, Freezer};

use super::faults::Fault;
use super::script::Script;

/// A run with more events has gone wrong; its end comes soon.
const MAX_EVENTS: usize = 64;

/// Which driver runs the iterant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Driver {
    /// The crate's. A request for sleep sets the state at once.
    Crate,
    /// The crate's. A request for sleep is the step alone, which needs no state.
    CrateByStep,
    /// The one of `mini.rs`, right or with a fault.
    Mini(Option<Fault>),
}

/// What the thread and its creator share.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) script: Script,
    pub(crate) driver: Driver,
    /// How long a wait may last.
    pub(crate) limit: Duration,
    /// The thread's own domain: a freeze concerns it alone.
    pub(crate) freezer: Freezer,
    events: Mutex<Vec<String>>,
    open: AtomicBool,
    ended: AtomicBool,
    abandoned: AtomicBool,
}

impl Run {
    pub(crate) fn new(script: Script, driver: Driver, limit: Duration) -> Self {
        Self {
            script,
            driver,
            limit,
            freezer: Freezer::new(),
            events: Mutex::default(),
            open: AtomicBool::new(false),
            ended: AtomicBool::new(false),
            abandoned: AtomicBool::new(false),
        }
    }

    fn events(&self) -> MutexGuard<'_, Vec<String>> {
        self.events.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds an event, and leaves the task's state alone.
    pub(crate) fn event(&self, event: impl fmt::Display) {
        let mut events = self.events();
        if !self.abandoned() && events.len() < MAX_EVENTS {
            events.push(event.to_string());
            if events.len() == MAX_EVENTS {
                self.abandon();
            }
        }
    }

    pub(crate) fn has_event(&self, wanted: &str) -> bool {
        self.events().iter().any(|event| event == wanted)
    }

    /// Opens what `until open` waits for.
    pub(crate) fn open(&self) {
        self.open.store(true, Ordering::Release);
    }

    pub(crate) fn is_open(&self) -> bool {
        self.open.load(Ordering::Acquire)
    }

    /// The thread has asked for its end; only the thread itself asks and says so.
    pub(crate) fn end(&self) {
        self.ended.store(true, Ordering::Relaxed);
    }

    pub(crate) fn ended(&self) -> bool {
        self.ended.load(Ordering::Relaxed)
    }

    /// Nothing more counts, end soon.
    pub(crate) fn abandon(&self) {
        self.abandoned.store(true, Ordering::Release);
    }

    pub(crate) fn abandoned(&self) -> bool {
        self.abandoned.load(Ordering::Acquire)
    }

    pub(crate) fn has(&self, fault: Fault) -> bool {
        self.driver == Driver::Mini(Some(fault))
    }

    /// Whether a request for sleep sets the state, and the cancelling sets it back.
    pub(crate) fn sets_state(&self) -> bool {
        self.driver != Driver::CrateByStep && !self.has(Fault::SetsStateLate)
    }

    /// Whether the calling thread is asked to freeze. The kernel's name: `freezing()`.
    pub(crate) fn freezing(&self, current: &Current) -> bool {
        self.freezer.is_frozen() && current.task().is_freezable()
    }

    /// Compares the events with those that were expected.
    pub(crate) fn judge(&self) -> Verdict {
        let got = self.events().clone();
        let expected = &self.script.expected;
        if got == *expected {
            return Verdict::Same(got.len());
        }
        let at = got.iter().zip(expected).take_while(|(got, expected)| got == expected).count();
        Verdict::Differs { at, expected: expected.get(at).cloned(), got }
    }
}

/// What a run came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// So many events, the expected ones.
    Same(usize),
    Differs {
        /// The first difference, counted from 0.
        at: usize,
        expected: Option<String>,
        got: Vec<String>,
    },
}

impl Verdict {
    pub(crate) fn is_same(&self) -> bool {
        matches!(self, Self::Same(_))
    }

    /// What came first in place of what was expected; none if nothing more did, or nothing differs.
    pub(crate) fn wrong(&self) -> Option<&str> {
        match self {
            Self::Same(_) => None,
            Self::Differs { at, got, .. } => got.get(*at).map(String::as_str),
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Same(count) => write!(f, "same {count} events"),
            Self::Differs { at, expected, got } => {
                let expected = expected.as_deref().unwrap_or("no more");
                write!(f, "differs at event {}: expected \"{expected}\", ", at + 1)?;
                write!(f, "got: {}", got.join(", "))
            }
        }
    }
}
