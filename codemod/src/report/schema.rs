//! What a report says: the records of `--format json`, which the other formats print too.
//!
//! The names and the order of the fields are a contract (`codemod/schema/v1.json`); a change that is
//! not an addition raises [`SCHEMA`].

mod conversion;

use serde::Serialize;

use crate::edit::EditSet;
use crate::source::Loc;

pub use conversion::{Allowed, ChangedFile, Conversion, Form, Outcome, Target};

/// Version of the contract.
pub const SCHEMA: u32 = 1;

/// One line of the JSON output.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Record<'a> {
    /// The first line.
    Meta(Meta),
    /// A function that runs as a kernel thread.
    Thread(&'a Thread),
    /// Something wrong with a thread.
    Finding(&'a Finding),
    /// What became of a thread's conversion.
    Conversion(&'a Conversion),
    /// Something that was not understood.
    NotUnderstood(&'a NotUnderstood),
    /// The last line.
    Summary(&'a Summary),
}

/// The first line: which contract, which program.
#[derive(Debug, Clone, Serialize)]
pub struct Meta {
    /// [`SCHEMA`].
    pub schema: u32,
    /// The program's version.
    pub version: &'static str,
}

/// A place of a function call.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Site {
    /// File.
    pub path: String,
    /// Line of the call, from 1.
    pub line: u32,
    /// Name of what is called.
    pub call: String,
    /// Where the call is, for the human format.
    #[serde(skip)]
    pub at: Loc,
}

/// A call that makes the function a kernel thread.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Creation {
    /// File of the outermost call in which the function is named.
    pub path: String,
    /// Its line.
    pub line: u32,
    /// Its callee.
    pub call: String,
    /// The forwarders from there down to the primitive; empty where `call` is the primitive.
    pub chain: Vec<String>,
    /// Where the call is, for the human format.
    #[serde(skip)]
    pub at: Loc,
}

/// What a function runs as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// A thread function.
    Thread,
    /// A body that another thread function calls once an iteration, after a registration.
    Callback,
    /// A function that makes a kthread_worker.
    Worker,
}

/// How a loop is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum LoopForm {
    /// `while`
    While,
    /// `do … while`
    DoWhile,
    /// `for`
    For,
    /// A label and a `goto` back to it.
    Goto,
}

/// What ends a loop at its head.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum LoopHead {
    /// kthread_should_stop() or a predicate that tests it.
    Stop,
    /// kthread_freezable_should_stop().
    FreezableStop,
    /// Nothing.
    Endless,
    /// Some other condition.
    Condition,
}

/// A loop of a thread.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Loop {
    /// File, which differs from the thread's where a helper holds the loop.
    pub path: String,
    /// Line of its keyword or label.
    pub line: u32,
    /// Last line.
    pub end_line: u32,
    /// The function that holds it.
    pub function: String,
    /// How it is written.
    pub form: LoopForm,
    /// What ends it at its head.
    pub head: LoopHead,
    /// Whether it is the thread's main loop; at most one is.
    pub main: bool,
    /// Where it is, for the human format.
    #[serde(skip)]
    pub at: Loc,
}

/// Where in a thread something stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Where {
    /// Before the main loop.
    Prologue,
    /// In the main loop.
    Body,
    /// The last thing that the main loop does in an iteration.
    Tail,
    /// In a function that the thread calls.
    Helper,
}

/// A call that may sleep until something happens.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Sleep {
    /// The sleeping function.
    pub call: String,
    /// Line of the call in the thread function, or of the helper's call.
    pub line: u32,
    /// Where it stands.
    #[serde(rename = "where")]
    pub place: Where,
}

/// How a checkpoint is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum How {
    /// In the main loop's condition.
    Head,
    /// In the main loop's body.
    Body,
    /// In a loop inside the main loop.
    Nested,
    /// In a function that the main loop calls.
    Helper,
    /// Only set up (set_freezable, allow_signal).
    Setup,
    /// Outside the main loop.
    Outside,
}

/// One checkpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Checkpoint {
    /// Line in the thread function.
    pub line: u32,
    /// How it is reached.
    pub how: How,
}

/// The checkpoints of a thread, by kind.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Checkpoints {
    /// kthread_should_stop and its kind.
    pub stop: Vec<Checkpoint>,
    /// try_to_freeze and its kind.
    pub freeze: Vec<Checkpoint>,
    /// kthread_should_park, kthread_parkme.
    pub park: Vec<Checkpoint>,
    /// signal_pending and its kind.
    pub signal: Vec<Checkpoint>,
}

/// Locals of the thread function that outlive an iteration.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Locals {
    /// Live when an iteration begins, and perhaps written by an earlier one.
    pub carried: Vec<String>,
    /// Live when an iteration begins, set once from a pure initialiser that gives the same again.
    pub recomputed: Vec<String>,
    /// Written in the loop and read after it.
    pub read_after: Vec<String>,
    /// Live when an iteration begins, set before the loop by anything else, not written in it.
    pub constant: Vec<String>,
    /// Their address is taken.
    pub address_taken: Vec<String>,
}

/// What the back edge of the main loop carries.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct BackEdge {
    /// Task states other than running with which an iteration may begin (after the first).
    pub state: Vec<String>,
    /// Locks that are held then.
    pub locks: Vec<String>,
}

/// Whether a thread can move to a target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Nothing known stands against it.
    Convertible,
    /// It uses the target.
    Already,
    /// Something stands against it; the reasons say what.
    Refused,
    /// There is no main loop to move.
    NoLoop,
    /// This version does not decide it.
    NotImplemented,
}

/// What moves from the loop into the driver.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Lift {
    /// The stop test.
    Stop,
    /// The freeze point.
    Freeze,
    /// The park point.
    Park,
    /// The signal check.
    Signal,
    /// The sleep at the end of an iteration.
    Sleep,
}

/// Why a thread is refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reason {
    /// Code of the reason's page (`explain`).
    pub code: &'static str,
    /// File.
    pub path: String,
    /// Line.
    pub line: u32,
    /// What stands there, in a sentence.
    pub message: String,
    /// Where it stands, for the human format.
    #[serde(skip)]
    pub at: Loc,
}

/// A verdict with what goes with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Judgement {
    /// The verdict.
    pub verdict: Verdict,
    /// What would be lifted.
    pub lifts: Vec<Lift>,
    /// Why not.
    pub reasons: Vec<Reason>,
}

/// A function that runs as a kernel thread.
#[derive(Debug, Clone, Serialize)]
pub struct Thread {
    /// Unique and stable: `path:function`, with `~2`, `~3` behind it for twins.
    pub id: String,
    /// File of its definition.
    pub path: String,
    /// Line of its name in the definition.
    pub line: u32,
    /// Its name.
    pub function: String,
    /// What it runs as.
    pub role: Role,
    /// Who creates it.
    pub creation: Vec<Creation>,
    /// Its loops, by place.
    pub loops: Vec<Loop>,
    /// Where it sleeps, up to the end of the main loop.
    pub sleeps: Vec<Sleep>,
    /// Where it can be stopped, frozen, parked, signalled.
    pub checkpoints: Checkpoints,
    /// What outlives an iteration.
    pub locals: Locals,
    /// What the main loop's back edge carries.
    pub back_edge: BackEdge,
    /// Who wakes it.
    pub wakes: Vec<Site>,
    /// Who stops it.
    pub stops: Vec<Site>,
    /// Whether it can become an iterant.
    pub iterant: Judgement,
    /// Whether it can become a kthread_worker's work.
    pub worker: Judgement,
    /// Its name in its definition, for the human format.
    #[serde(skip)]
    pub at: Loc,
}

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// It goes wrong.
    Error,
    /// It can go wrong.
    Warning,
    /// Worth knowing.
    Info,
}

/// How sure a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Confidence {
    /// It follows from the C that was read.
    High,
    /// It follows unless something that was not read stands against it.
    Moderate,
    /// A hint.
    Low,
}

/// Something wrong with a thread.
#[derive(Debug, Clone, Serialize)]
pub struct Finding {
    /// Code of the rule's page (`explain`).
    pub code: &'static str,
    /// The rule's name.
    pub name: &'static str,
    /// How bad.
    pub severity: Severity,
    /// How sure.
    pub confidence: Confidence,
    /// File.
    pub path: String,
    /// First line, from 1.
    pub line: u32,
    /// First column in bytes, from 1.
    pub column: u32,
    /// Last line.
    pub end_line: u32,
    /// Column behind the last byte.
    pub end_column: u32,
    /// The thread function.
    pub function: String,
    /// What is wrong.
    pub message: String,
    /// The way out.
    pub help: String,
    /// The loop or call that is meant, for the human format.
    #[serde(skip)]
    pub at: Loc,
    /// Places that belong to it, each with a sentence, for the human format.
    #[serde(skip)]
    pub related: Vec<(Loc, String)>,
}

/// Something that was not understood.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct NotUnderstood {
    /// File.
    pub path: String,
    /// Line, from 1; 0 where it is about the file as a whole.
    pub line: u32,
    /// What, and why not.
    pub why: String,
    /// Whether it lies in a thread function, a creation site or something that either needs.
    pub matters: bool,
}

/// Counts by target.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct ByTarget {
    /// Threads that can become an iterant.
    pub iterant: usize,
    /// Threads that can become a work.
    pub worker: usize,
}

/// Counts by severity.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct BySeverity {
    /// Errors.
    pub error: usize,
    /// Warnings.
    pub warning: usize,
    /// Infos.
    pub info: usize,
}

/// The last line.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Summary {
    /// Files that the walk offered.
    pub files_seen: usize,
    /// Files whose text was read to its end.
    pub files_read: usize,
    /// Files whose structure was read.
    pub files_parsed: usize,
    /// Thread records.
    pub threads: usize,
    /// Loops of all threads.
    pub loops: usize,
    /// What can be converted.
    pub convertible: ByTarget,
    /// Findings.
    pub findings: BySeverity,
    /// Number of not-understood records.
    pub not_understood: usize,
}

/// Everything that `check` has to say, sorted.
#[derive(Debug, Default)]
pub struct Report {
    /// Threads by path, line, id.
    pub threads: Vec<Thread>,
    /// Findings by path, line, code.
    pub findings: Vec<Finding>,
    /// By path, line.
    pub not_understood: Vec<NotUnderstood>,
    /// What became of each thread that has a main loop, or is converted already; in the order of the
    /// threads.
    pub conversions: Vec<Conversion>,
    /// The edits of all of them together.
    pub edits: EditSet,
    /// Counts.
    pub summary: Summary,
}

impl Report {
    /// Takes back what it says of conversions whose files were not written; `is` holds of a file that
    /// was.
    pub fn not_written(&mut self, is: impl Fn(&ChangedFile) -> bool) {
        for conversion in &mut self.conversions {
            if conversion.result == Outcome::Converted && !conversion.files.iter().all(&is) {
                conversion.result = Outcome::NotWritten;
                conversion.files.clear();
            }
        }
    }
}
