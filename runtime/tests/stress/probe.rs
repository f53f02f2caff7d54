//! What is seen of a thread's function: whether it runs, and whether it has run.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use crate::given::Count;
use crate::rng::Rng;

/// How a thread is made, and what may be expected of it.
#[derive(Clone, Debug)]
#[allow(clippy::struct_excessive_bools, reason = "independent of each other")]
pub(crate) struct Kind {
    pub(crate) form: Form,
    /// It tests stop between two turns.
    pub(crate) stop: bool,
    pub(crate) freeze: bool,
    pub(crate) park: bool,
    pub(crate) signal: bool,
    pub(crate) test_first: bool,
    pub(crate) wait_stop: bool,
    /// It neither ends by itself nor parks itself, for the controls.
    pub(crate) calm: bool,
}

/// What a thread's loop is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// A created iterant.
    Iterant,
    /// A body that runs an iterant in place.
    RunHere,
    /// A body with the driver's loop.
    Drive,
    /// A body with a loop of its own.
    Loop,
}

impl Kind {
    pub(crate) fn random(rng: &mut Rng) -> Self {
        let form = rng.pick(&[Form::Iterant, Form::RunHere, Form::Drive, Form::Loop]);
        Self {
            form,
            // A loop of its own has all but signals.
            stop: form == Form::Loop || !rng.one_in(5),
            freeze: form == Form::Loop || !rng.one_in(4),
            park: form == Form::Loop || !rng.one_in(4),
            signal: form != Form::Loop && rng.one_in(2),
            test_first: form == Form::Loop || rng.one_in(2),
            wait_stop: form == Form::Iterant && rng.one_in(4),
            calm: false,
        }
    }
}

/// Counts the turns of a thread's function: odd while it runs.
#[derive(Debug)]
pub(crate) struct Probe {
    pub(crate) name: String,
    pub(crate) kind: Kind,
    pub(crate) domain: usize,
    /// What the thread is given.
    pub(crate) count: Count,
    turns: AtomicU64,
    /// It waits in the middle of a turn, where it may freeze.
    waits: AtomicBool,
}

impl Probe {
    pub(crate) fn new(name: String, kind: Kind, domain: usize, count: Count) -> Self {
        let (turns, waits) = (AtomicU64::new(0), AtomicBool::new(false));
        Self { name, kind, domain, count, turns, waits }
    }

    pub(crate) fn waits(&self, waits: bool) {
        self.waits.store(waits, Ordering::SeqCst);
    }

    /// The user's code runs from now on, until what this returns is dropped.
    pub(crate) fn runs(&self) -> Runs<'_> {
        self.turns.fetch_add(1, Ordering::SeqCst);
        Runs(self)
    }

    pub(crate) fn turns(&self) -> u64 {
        self.turns.load(Ordering::SeqCst)
    }

    /// What is seen now.
    pub(crate) fn look(&self) -> Seen {
        Seen { turns: self.turns(), waits: self.waits.load(Ordering::SeqCst) }
    }

    /// Whether the function ran between two looks, or runs.
    pub(crate) fn ran(&self, seen: Seen, task: &kthread::Task) -> Option<String> {
        let before = seen.turns;
        let (now, state) = (self.turns(), task.state());
        let stopping = task.is_stopping();
        // A stop lets it go on: to its function if it doesn't test stop, if it has not begun its first
        // turn and doesn't test stop before that, or if it froze in the middle of a turn.
        let first = before == 0 && !self.kind.test_first;
        let may = stopping && (!self.kind.stop || first || seen.waits);
        if may || (now == before && now % 2 == 0) {
            return None;
        }
        Some(format!(
            "{} ran: {before} and then {now}; it is {state}, stopping: {stopping}; {:?}",
            self.name, self.kind
        ))
    }
}

/// One look at a thread's function.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Seen {
    turns: u64,
    waits: bool,
}

/// The user's code runs.
#[derive(Debug)]
pub(crate) struct Runs<'a>(&'a Probe);

impl Drop for Runs<'_> {
    fn drop(&mut self) {
        self.0.turns.fetch_add(1, Ordering::SeqCst);
    }
}

/// A time in which something could go wrong.
pub(crate) fn look_away(rng: &mut Rng) {
    let micros = rng.pick(&[0, 50, 500, 3000]);
    std::thread::sleep(Duration::from_micros(micros));
}
