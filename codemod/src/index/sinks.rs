//! What the fixpoint of [`resolve`](super::resolve) works on, and what it finds.

use rustc_hash::FxHashSet;

use super::db::FunctionId;
use super::flow::Piece;
use crate::kernel::creators::Makes;
use crate::report::schema::Role;
use crate::source::{FileId, Loc};

/// A name of which other files must be asked for.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Want {
    /// The name: files that call, define or assign it.
    pub name: String,
    /// Only files that hold this word too.
    pub with: Option<String>,
}

/// A call by which a function becomes a thread.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Created {
    /// The outermost call in which the function is named.
    pub at: Loc,
    /// Its callee.
    pub call: String,
    /// The forwarders below it, down to the primitive.
    pub chain: Vec<String>,
    /// The call of the primitive.
    pub primitive: Loc,
}

/// A function that runs as a thread.
#[derive(Debug, Clone)]
pub struct Found {
    /// Which function.
    pub function: FunctionId,
    /// What it runs as.
    pub role: Role,
    /// What the primitive makes.
    pub makes: Makes,
    /// By which calls, sorted.
    pub created: Vec<Created>,
}

/// A place that was not followed.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Lost {
    /// Where.
    pub at: Loc,
    /// What and why.
    pub why: String,
}

/// What a resolution found.
#[derive(Debug, Default)]
pub struct Resolved {
    /// Threads by place.
    pub found: Vec<Found>,
    /// Names to ask for.
    pub wants: Vec<Want>,
    /// What was not followed.
    pub lost: Vec<Lost>,
    /// Functions and macros that pass a thread function on.
    pub forwarders: FxHashSet<Vec<u8>>,
}

/// What kind of thread a value becomes, and how.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Path {
    pub(super) role: Role,
    pub(super) makes: Makes,
    /// From the outermost known callee down to the primitive.
    pub(super) chain: Vec<String>,
    pub(super) primitive: Loc,
    /// The outermost call so far.
    pub(super) call: Loc,
}

impl Makes {
    pub(super) fn rank(self) -> u8 {
        match self {
            Makes::Kthread => 0,
            Makes::Percpu => 1,
            Makes::Worker => 2,
            Makes::Task => 3,
        }
    }
}

impl std::hash::Hash for Makes {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.rank().hash(state);
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Sink {
    /// An argument of a function or macro.
    Argument { name: Vec<u8>, index: usize, only: Option<FileId>, home: FileId, path: Path },
    /// A name that a macro pastes.
    Pasted { name: Vec<u8>, pieces: Vec<Piece>, only: Option<FileId>, path: Path },
    /// A field.
    Field { tag: Option<Vec<u8>>, field: Vec<u8>, home: FileId, path: Path, callback: bool },
}
