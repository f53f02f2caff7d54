//! What `convert` has to say of a thread.

use serde::Serialize;

use super::{Lift, Reason};
use crate::source::Loc;

/// What a thread can be converted to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Target {
    /// An iterant, in place.
    Iterant,
}

/// How much of the thread function becomes callbacks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Form {
    /// The loop.
    #[default]
    Loop,
    /// What stands before the loop and behind it too.
    Callbacks,
}

/// How a conversion ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// There is an edit, and it passed every check.
    Converted,
    /// The thread uses the target already.
    Already,
    /// There are reasons against it.
    Refused,
    /// There was an edit, and a check of ours found it wrong.
    FailedCheck,
    /// There is an edit, and it passed every check, but the file could not be written.
    NotWritten,
}

/// A file before and after.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct ChangedFile {
    /// Its path.
    pub path: String,
    /// SHA-256 of the text that was read.
    pub before: String,
    /// SHA-256 of the text with all edits of the run.
    pub after: String,
}

/// What became of a thread's conversion.
#[derive(Debug, Clone, Serialize)]
pub struct Conversion {
    /// The thread's.
    pub id: String,
    /// To what.
    pub target: Target,
    /// In which form.
    pub form: Form,
    /// How it ended.
    pub result: Outcome,
    /// What moved into the driver.
    pub lifts: Vec<Lift>,
    /// Why not.
    pub reasons: Vec<Reason>,
    /// Differences that the check allowed, each for a reason of its own; sorted.
    pub allowed: Vec<Allowed>,
    /// The files.
    pub files: Vec<ChangedFile>,
    /// Where the thread function is named, for the human format.
    #[serde(skip)]
    pub at: Loc,
}

/// A difference between an original and its conversion that is allowed, because of a fact about
/// kthreads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Allowed {
    /// Stop stays asked for: a test that finds it may stand earlier, where the way to the end does
    /// nothing.
    StopSeenEarlier,
    /// Two stop tests with nothing between them are one.
    StopTestsMerged,
    /// A thread that should stop need not let time pass first, nor look at anything, take a lock and
    /// drop it, change its signal mask or print a debug message.
    NoSleepWhenStopped,
    /// A thread that should stop does not freeze first: it goes on to its end.
    NoFreezeWhenStopped,
    /// Freezing or parking comes before the stop test, where it came right behind it.
    FreezeBeforeStop,
    /// The driver can freeze or park once more, before the first turn.
    FirstTurn,
    /// A freeze or a park that was asked for during an iteration comes at once, not after the
    /// interruptible sleep that the iteration ends with.
    SleepCutShort,
    /// A pure initialiser is run again, or its value is not needed.
    Recomputed,
}
