//! Two programs step by step, side by side: whatever one can do, the other can.
//!
//! Steps that are visible must be the same on both sides: statements, conditions, checkpoints, sleeps,
//! in this order, with the values of the same locals, in the same task state. A few differences are
//! allowed, each because of a fact about kthreads; they are [`Allowed`], and a proof names those that it
//! used.

mod ahead;
mod alone;
mod idle;
mod progress;
mod silent;
mod values;
mod visible;

use std::collections::{BTreeSet, VecDeque};
use std::ops::Range;

use rustc_hash::FxHashMap;

use crate::report::schema::Allowed;
use crate::source::Span;
use crate::verify::facts::Facts;
use crate::verify::label::{Label, Roles, Storage, Tok};
use crate::verify::program::{Act, Lock, Op, OpId, Program, Sleep};
use crate::verify::timeout::{is_nonzero, nonzero_where};
use progress::{Progress, Side};

/// Where two programs differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mismatch {
    /// The step of the original.
    pub original: OpId,
    /// The step of the output.
    pub output: OpId,
    /// What is different.
    pub why: String,
}

/// An original's local whose initialiser may be run again.
#[derive(Debug, Clone)]
pub struct Recompute {
    /// The local.
    pub local: Storage,
    /// The tokens behind its `=`.
    pub value: Vec<Tok>,
}

/// What both programs are made of besides steps.
#[derive(Debug)]
pub struct Setting<'a> {
    /// The original.
    pub original: &'a Program,
    /// The output.
    pub output: &'a Program,
    /// Types of the original's locals.
    pub local_types: &'a [Vec<u8>],
    /// Types of the output's places.
    pub place_types: &'a [Vec<u8>],
    /// Names of the original's locals.
    pub local_names: &'a [Vec<u8>],
    /// Names of the output's places.
    pub place_names: &'a [Vec<u8>],
    /// What can be run again.
    pub recompute: &'a [Recompute],
    /// Where each local of the original begins, and the block that it lives in.
    pub lives: &'a [(Span, Span)],
    /// The same of its objects without a name.
    pub literals: &'a [(Span, Span)],
    /// Places that are gone when the loop's function returns.
    pub func: Range<Storage>,
    /// Whether that function has objects without a name.
    pub func_literals: bool,
    /// Locals that are somewhere from the start: parameters, statics.
    pub start: &'a [(Storage, Storage, bool)],
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Know {
    Nothing,
    /// Stop was just not asked for; had it been, the original would go on here.
    JustNo(OpId),
    Yes,
}

const RUNNING: &[u8] = b"TASK_RUNNING";
const FREEZE: u8 = 1;
const PARK: u8 = 2;

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Key {
    original: OpId,
    output: OpId,
    know: Know,
    /// The task's state on both sides.
    states: (Vec<u8>, Vec<u8>),
    /// Locks that each side took while it went alone.
    locks: (Vec<Vec<u8>>, Vec<Vec<u8>>),
    /// Checkpoints that the output passed already.
    credit: u8,
    /// The result that the iterant asked to end with.
    code: Option<Label>,
    /// The sleep that the iterant asked for.
    sleep: Option<(Vec<u8>, Option<Label>)>,
}

/// Plays the two programs against each other.
///
/// # Errors
/// The first difference that is not allowed.
pub fn play(setting: &Setting<'_>) -> Result<BTreeSet<Allowed>, Mismatch> {
    // Any way to play that succeeds is a proof; the first way's failure is the one to tell of.
    play_as(setting, Meet::First).or_else(|found| play_as(setting, Meet::Last).map_err(|_| found))
}

/// Which of several times that a lock is taken, once stop is asked for, both sides take together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Meet {
    First,
    Last,
}

fn play_as(setting: &Setting<'_>, meet: Meet) -> Result<BTreeSet<Allowed>, Mismatch> {
    let mut game = Game {
        setting,
        meet,
        seen: FxHashMap::default(),
        work: VecDeque::new(),
        used: BTreeSet::new(),
        progress: Progress::default(),
    };
    let places = setting.place_types.len() + 2 * MAX_CAPTURED;
    let mut facts = Facts::new(setting.local_types.len(), places);
    for (local, place, pinned) in setting.start {
        facts.write(*local, Some(*place));
        if *pinned {
            facts.pin(*local, *place);
        }
    }
    let key = Key {
        original: setting.original.entry,
        output: setting.output.entry,
        know: Know::Nothing,
        states: (RUNNING.to_vec(), RUNNING.to_vec()),
        locks: (Vec::new(), Vec::new()),
        credit: 0,
        code: None,
        sleep: None,
    };
    // The first pair comes from nowhere.
    game.progress.sides = (true, true);
    game.push(key, facts);
    while let Some(key) = game.work.pop_front() {
        if game.seen.len() > MAX_PAIRS {
            return Err(Mismatch {
                original: key.original,
                output: key.output,
                why: "the comparison has too many steps".into(),
            });
        }
        let Some(Pair { facts, waits, id }) = game.seen.get_mut(&key) else { continue };
        *waits = false;
        let facts = facts.clone();
        game.progress.begin(*id);
        game.step(key, facts)?;
    }
    if let Some(id) = game.progress.idle_loop() {
        let stuck = game.seen.iter().find(|(_, pair)| pair.id == id);
        let key = stuck.map_or((setting.original.entry, setting.output.entry), |(key, _)| {
            (key.original, key.output)
        });
        return Err(Mismatch {
            original: key.0,
            output: key.1,
            why: "one side can go on for ever while the other waits".into(),
        });
    }
    Ok(game.used)
}

const MAX_PAIRS: usize = 200_000;
/// Locals in a result, or in a timeout, that the iterant tells the driver.
const MAX_CAPTURED: usize = 4;

struct Game<'a> {
    setting: &'a Setting<'a>,
    meet: Meet,
    seen: FxHashMap<Key, Pair>,
    work: VecDeque<Key>,
    used: BTreeSet<Allowed>,
    progress: Progress,
}

/// A pair of steps.
struct Pair {
    id: usize,
    /// What is known there.
    facts: Facts,
    /// Whether it waits to be played.
    waits: bool,
}

impl Game<'_> {
    fn push(&mut self, key: Key, facts: Facts) {
        let id = self.seen.len();
        if let Some(Pair { facts: known, waits, id }) = self.seen.get_mut(&key) {
            self.progress.reach(*id);
            if known.meet(&facts) && !*waits {
                *waits = true;
                self.work.push_back(key);
            }
        } else {
            self.progress.reach(id);
            self.seen.insert(key.clone(), Pair { id, facts, waits: true });
            self.work.push_back(key);
        }
    }

    fn op(&self, at: OpId) -> &Op {
        &self.setting.original.ops[at]
    }

    fn out(&self, at: OpId) -> &Op {
        &self.setting.output.ops[at]
    }

    /// Goes to the next pair of visible steps, then plays them.
    fn step(&mut self, mut key: Key, mut facts: Facts) -> Result<(), Mismatch> {
        let limit = 4 * (self.setting.original.ops.len() + self.setting.output.ops.len()) + 64;
        for _ in 0..limit {
            if self.silent_original(&mut key, &mut facts) {
                self.progress.moved(Side::Original);
            } else if self.silent_output(&mut key, &mut facts) {
                self.progress.moved(Side::Output);
            } else {
                return self.visible(key, facts);
            }
        }
        Err(Self::mismatch(&key, "one of the loops does nothing"))
    }

    fn mismatch(key: &Key, why: &str) -> Mismatch {
        Mismatch { original: key.original, output: key.output, why: why.to_owned() }
    }
}

/// A label as text; of a place its number.
fn text(label: &Label) -> Vec<u8> {
    label.show(&|place| format!("#{place}")).into_bytes()
}

fn is_call(label: &Label, name: &[u8]) -> bool {
    matches!(label.toks.as_slice(), [word, open, close]
        if word.is(name) && open.is(b"(") && close.is(b")"))
}

fn stopped(key: &Key) -> Key {
    Key { know: Know::Yes, credit: 0, ..key.clone() }
}

fn after(know: Know) -> Know {
    if know == Know::Yes { Know::Yes } else { Know::Nothing }
}

/// Whether a sleep ends by itself once stop is asked for.
fn ends_early(sleep: &Sleep, state: &[u8]) -> bool {
    sleep.own.unwrap_or(state) == b"TASK_INTERRUPTIBLE"
}
