//! What a called function does: its checkpoints and sleeps, through the functions that it calls.

use std::sync::{PoisonError, RwLock};

use rustc_hash::FxHashMap;

use crate::index::db::{Db, FunctionId};
use crate::index::facts::Owner;
use crate::index::flow::{Leaf, field_write, leaves};
use crate::kernel::calls::{Checkpoint, checkpoints, sleeps};
use crate::source::FileId;
use crate::syntax::expr::closing;
use crate::syntax::lex::{Kind, Token, lex_range};

/// Calls deep that are looked into.
const MAX_DEPTH: u32 = 4;

/// What a function does, by itself or by what it calls.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    /// The checkpoints that it passes, sorted.
    pub checkpoints: Vec<Checkpoint>,
    /// The sleeps that it may enter, sorted.
    pub sleeps: Vec<Vec<u8>>,
}

impl Summary {
    fn merge(&mut self, other: &Self) {
        self.checkpoints.extend(other.checkpoints.iter().copied());
        self.sleeps.extend(other.sleeps.iter().cloned());
    }

    fn tidy(mut self) -> Self {
        self.checkpoints.sort_unstable();
        self.checkpoints.dedup();
        self.sleeps.sort_unstable();
        self.sleeps.dedup();
        self
    }

    /// Whether nothing of interest happens.
    pub fn is_empty(&self) -> bool {
        self.checkpoints.is_empty() && self.sleeps.is_empty()
    }

    /// Whether it passes this kind of checkpoint.
    pub fn has(&self, kind: Checkpoint) -> bool {
        self.checkpoints.contains(&kind)
    }
}

/// An expression that a function may give back.
struct Answer<'a> {
    text: &'a [u8],
    tokens: Vec<Token>,
    /// Whether it is given back because stop was tested.
    after_test: bool,
}

impl Answer<'_> {
    fn mentions_stop(&self) -> bool {
        self.after_test
            || self.tokens.iter().any(|token| {
                token.kind == Kind::Ident
                    && checkpoints(token.bytes(self.text)).contains(&Checkpoint::Stop)
            })
    }
}

/// Summaries of all functions, made when asked for.
#[derive(Debug)]
pub struct Helpers<'a> {
    db: &'a Db,
    pure: &'a [String],
    known: RwLock<FxHashMap<(FileId, Owner, u32), Summary>>,
    quiet: RwLock<FxHashMap<(FileId, Vec<u8>), bool>>,
}

impl<'a> Helpers<'a> {
    /// For the functions of a database; `pure` are functions of the tree without an effect.
    pub fn new(db: &'a Db, pure: &'a [String]) -> Self {
        Self { db, pure, known: RwLock::default(), quiet: RwLock::default() }
    }

    /// The database.
    pub(super) fn db(&self) -> &'a Db {
        self.db
    }

    /// Whether the user says that a function has no effect and gives the same value again.
    pub(super) fn said_to_be_pure(&self, name: &[u8]) -> bool {
        self.pure.iter().any(|known| known.as_bytes() == name)
    }

    /// Whether a call is quiet, if somebody found out before.
    pub(super) fn quiet(&self, file: FileId, name: &[u8]) -> Option<bool> {
        let known = self.quiet.read().unwrap_or_else(PoisonError::into_inner);
        known.get(&(file, name.to_vec())).copied()
    }

    /// Remembers whether a call is quiet.
    pub(super) fn set_quiet(&self, file: FileId, name: &[u8], quiet: bool) {
        let mut known = self.quiet.write().unwrap_or_else(PoisonError::into_inner);
        known.insert((file, name.to_vec()), quiet);
    }

    /// What a call of `name` in `file` does, where `name` is no primitive of the kernel. Calls
    /// through pointers are followed where one function of the file fills the field.
    pub fn of_call(&self, file: FileId, name: &[u8], indirect: bool) -> Summary {
        self.call(file, name, indirect, MAX_DEPTH)
    }

    /// What a function does that is itself known as a sleep, where its body is in the input.
    pub fn of_sleep(&self, file: FileId, name: &[u8]) -> Summary {
        let mut out = Summary::default();
        for id in self.targets(file, name, false) {
            out.merge(&self.body(id.file, Owner::Function(id.index), MAX_DEPTH));
        }
        out.tidy()
    }

    /// The functions that a call may enter.
    pub fn targets(&self, file: FileId, name: &[u8], indirect: bool) -> Vec<FunctionId> {
        if indirect { self.behind_field(file, name) } else { self.db.functions_for(file, name) }
    }

    fn call(&self, file: FileId, name: &[u8], indirect: bool, depth: u32) -> Summary {
        let mut out = Summary::default();
        if depth == 0 {
            return out;
        }
        if !indirect && (!checkpoints(name).is_empty() || sleeps(name)) {
            return out;
        }
        let functions = self.targets(file, name, indirect);
        for id in &functions {
            out.merge(&self.body(id.file, Owner::Function(id.index), depth));
        }
        if functions.is_empty() && !indirect {
            for (at, found) in self.db.macros_for(file, name) {
                let index =
                    self.db.facts(at).skeleton.macros.iter().position(|it| it.name == found.name);
                if let Some(index) = index {
                    out.merge(&self.body(at, Owner::Macro(index as u32), depth));
                }
            }
        }
        out.tidy()
    }

    /// What the body of a function or macro does.
    pub fn body(&self, file: FileId, owner: Owner, depth: u32) -> Summary {
        let key = (file, owner, depth);
        if let Ok(known) = self.known.read()
            && let Some(summary) = known.get(&key)
        {
            return summary.clone();
        }
        let mut out = Summary::default();
        let text = self.db.text(file);
        for call in self.db.facts(file).calls_in(text, owner) {
            let name = &text[call.span.range()];
            out.checkpoints.extend(checkpoints(name));
            if sleeps(name) {
                out.sleeps.push(name.to_vec());
            }
            let member = call.span.start > 0
                && matches!(text.get(call.span.start as usize - 1), Some(b'.' | b'>'));
            out.merge(&self.call(file, name, member, depth - 1));
        }
        let out = out.tidy();
        if let Ok(mut known) = self.known.write() {
            known.insert(key, out.clone());
        }
        out
    }

    /// Whether a call is a predicate: what it gives back depends on a stop test of its own.
    pub fn is_stop_predicate(&self, file: FileId, name: &[u8]) -> bool {
        if checkpoints(name).contains(&Checkpoint::Stop) {
            return true;
        }
        let summary = self.call(file, name, false, 2);
        summary.has(Checkpoint::Stop)
            && summary.sleeps.is_empty()
            && self.answers(file, name).iter().any(Answer::mentions_stop)
    }

    /// Whether a call gives true whenever the thread should stop: the test itself, or a predicate
    /// whose answer is the test, perhaps with other causes beside it.
    pub fn is_stop_value(&self, file: FileId, name: &[u8]) -> bool {
        if checkpoints(name).contains(&Checkpoint::Stop) {
            return true;
        }
        let answers = self.answers(file, name);
        !self.acts(file, name)
            && self.is_stop_predicate(file, name)
            && answers.len() == 1
            && answers.iter().all(|answer| {
                // Only `||` may stand beside the test, and nothing may negate it.
                let text = &answer.text;
                answer.mentions_stop()
                    && !answer
                        .tokens
                        .iter()
                        .any(|token| token.is(b'!') || token.is(b'?') || token.bytes(text) == b"&&")
            })
    }

    /// Whether a predicate does more than to look: it stores, counts, or calls what may.
    fn acts(&self, file: FileId, name: &[u8]) -> bool {
        let functions = self.targets(file, name, false);
        let mut bodies: Vec<_> =
            functions.iter().map(|id| (id.file, self.db.function(*id).body)).collect();
        if bodies.is_empty() {
            bodies.extend(self.db.macros_for(file, name).iter().map(|(at, it)| (*at, it.body)));
        }
        bodies.into_iter().any(|(at, body)| {
            let text = self.db.text(at);
            let tokens = lex_range(text, body);
            let last = tokens.iter().rposition(|token| token.is_word(text, "return"));
            let tests = |token: &Token| {
                token.kind == Kind::Ident
                    && checkpoints(token.bytes(text)).contains(&Checkpoint::Stop)
            };
            // What stands behind the test in what is given back is not reached once stop is asked for.
            let from = last.unwrap_or(0);
            let tested = tokens[from..].iter().position(tests).map_or(tokens.len(), |at| from + at);
            let (reached, behind) = tokens.split_at(tested);
            let mut depth = 0_i32;
            let goes_on = behind.iter().any(|token| {
                depth += i32::from(token.is(b'(')) - i32::from(token.is(b')'));
                depth <= 0 && token.is(b',')
            });
            goes_on
                || reached.iter().enumerate().any(|(index, token)| match token.kind {
                    Kind::OpAssign | Kind::IncDec | Kind::Punct(b'=') => true,
                    Kind::Ident if tokens.get(index + 1).is_some_and(|next| next.is(b'(')) => {
                        let word = token.bytes(text);
                        !(crate::kernel::words::is_keyword(word)
                            || word == name
                            || checkpoints(word).contains(&Checkpoint::Stop)
                            || crate::kernel::calls::only_reads(word)
                            || crate::kernel::calls::is_pure(word)
                            || self.is_stop_predicate(at, word))
                    }
                    _ => false,
                })
        })
    }

    /// What a function or macro gives back: its return expressions, or the macro's body.
    fn answers(&self, file: FileId, name: &[u8]) -> Vec<Answer<'a>> {
        let mut out = Vec::new();
        let functions = self.targets(file, name, false);
        for id in &functions {
            let text = self.db.text(id.file);
            let tokens = lex_range(text, self.db.function(*id).body);
            // Where `if (kthread_should_stop()) return …;` returns.
            let mut tested: Option<usize> = None;
            for (index, token) in tokens.iter().enumerate() {
                if token.kind != Kind::Ident {
                    continue;
                }
                let word = token.bytes(text);
                if word == b"return" {
                    let end = tokens[index..].iter().position(|token| token.is(b';'));
                    let end = end.map_or(tokens.len(), |end| index + end);
                    let after_test = tested == Some(index);
                    let tokens = tokens[index + 1..end].to_vec();
                    out.push(Answer { text, tokens, after_test });
                } else if word == b"if" {
                    let close = closing(&tokens, index + 1).unwrap_or(tokens.len());
                    let condition = &tokens[(index + 1).min(close)..close];
                    let tests = condition
                        .iter()
                        .any(|token| checkpoints(token.bytes(text)).contains(&Checkpoint::Stop));
                    let brace = tokens.get(close).is_some_and(|next| next.is(b'{'));
                    if tests {
                        tested = Some(close + usize::from(brace));
                    }
                }
            }
        }
        if functions.is_empty() {
            for (at, found) in self.db.macros_for(file, name) {
                let text = self.db.text(at);
                let tokens = lex_range(text, found.body);
                if !tokens.iter().any(|token| token.is(b';')) {
                    out.push(Answer { text, tokens, after_test: false });
                }
            }
        }
        out
    }

    /// The functions that fill a field of this name in the same file.
    fn behind_field(&self, file: FileId, field: &[u8]) -> Vec<FunctionId> {
        let text = self.db.text(file);
        let mut out: Vec<FunctionId> = Vec::new();
        for mention in self.db.facts(file).assigns_of(text, field) {
            let Some(write) = field_write(self.db, file, mention.owner, mention.span) else {
                continue;
            };
            for leaf in leaves(self.db, file, mention.owner, &write.value) {
                if let Leaf::Name(name, _) = leaf {
                    out.extend(self.db.functions_for(file, &name));
                }
            }
        }
        out.sort_unstable();
        out.dedup();
        if out.len() == 1 { out } else { Vec::new() }
    }
}
