//! Who stops and wakes a thread: the task that a creating call gives back, followed to the calls
//! that take it.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::db::{Db, FunctionId};
use super::facts::{Mention, Owner};
use super::flow::{Leaf, field_write, is_declared, leaves, lvalue_start};
use super::resolve::{Found, Want};
use crate::kernel::creators;
use crate::source::{FileId, Loc, Span};
use crate::syntax::expr::arguments;
use crate::syntax::lex::{Kind, Token, find, lex_range};

/// A call that stops or wakes.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TaskSite {
    /// Where.
    pub at: Loc,
    /// What is called.
    pub call: String,
}

/// Who stops and wakes which thread.
#[derive(Debug, Default)]
pub struct Tasks {
    /// By thread function.
    pub stops: FxHashMap<FunctionId, Vec<TaskSite>>,
    /// By thread function.
    pub wakes: FxHashMap<FunctionId, Vec<TaskSite>>,
}

/// What can hold a task, or a wait queue.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Key {
    Field { tag: Option<Vec<u8>>, field: Vec<u8>, file: FileId },
    Name { file: FileId, name: Vec<u8> },
    Param { file: FileId, owner: Owner, index: usize },
    Call(Loc),
}

/// How far a task is followed.
const MAX_KEYS: usize = 400;
/// Calls deep in which a thread's waits are looked for.
const HELPER_DEPTH: usize = 2;

struct Run<'a> {
    db: &'a Db,
    /// All writes of a field, read once.
    writes: FxHashMap<Vec<u8>, std::rc::Rc<Vec<Write>>>,
}

struct Write {
    file: FileId,
    tag: Option<Vec<u8>>,
    keys: Vec<Key>,
}

/// Follows the tasks of all threads.
pub fn tasks(db: &Db, found: &[Found]) -> Tasks {
    let mut run = Run { db, writes: FxHashMap::default() };
    let mut makers: FxHashMap<Loc, Vec<FunctionId>> = FxHashMap::default();
    let mut held: Vec<(Key, FunctionId)> = Vec::new();
    for thread in found {
        for created in &thread.created {
            for at in [created.primitive, created.at] {
                makers.entry(at).or_default().push(thread.function);
            }
            for key in run.out_parameters(created.primitive, created.at) {
                held.push((key, thread.function));
            }
        }
    }
    let mut out = Tasks::default();
    for name in creators::STOPPERS {
        run.sites(name, &makers, &held, &mut out.stops);
    }
    for name in creators::WAKERS {
        run.sites(name, &makers, &held, &mut out.wakes);
    }
    run.waiters(found, &mut out.wakes);
    for list in out.stops.values_mut().chain(out.wakes.values_mut()) {
        list.sort();
        list.dedup();
    }
    out
}

/// What of other files the search for stops and wakes needs: the callers of exported functions that
/// stop a task of their caller's, and whoever wakes a task by the structure or variable that holds it.
pub fn wants(db: &Db, found: &[Found]) -> Vec<Want> {
    let run = Run { db, writes: FxHashMap::default() };
    let mut out = Vec::new();
    for name in creators::STOPPERS {
        for (file, call) in db.calls_of(name.as_bytes(), None) {
            let keys =
                run.argument(file, call, 0).map(|tokens| run.keys(file, call.owner, &tokens));
            for key in keys.into_iter().flatten() {
                if let Key::Param { file, owner: Owner::Function(index), .. } = key {
                    let id = FunctionId { file, index };
                    let name = db.name(id);
                    if !db.function(id).is_static && !creators::is_api(name.as_bytes()) {
                        out.push(Want { name, with: None });
                    }
                }
            }
        }
    }
    for created in found.iter().flat_map(|thread| &thread.created) {
        for holder in run.holders(created.primitive) {
            let with = match holder {
                Key::Field { tag: Some(tag), file, .. } if !db.is_private_struct(file, &tag) => tag,
                Key::Name { file, name } if !db.is_private_variable(file, &name) => name,
                _ => continue,
            };
            let with = Some(String::from_utf8_lossy(&with).into_owned());
            out.push(Want { name: creators::TASK_WAKER.to_owned(), with });
        }
    }
    out
}

impl Run<'_> {
    /// What the result of a creating call is assigned to.
    fn holders(&self, primitive: Loc) -> Vec<Key> {
        let Some((owner, tokens, at)) = self.tokens_at(primitive) else { return Vec::new() };
        if !at.checked_sub(1).is_some_and(|before| tokens[before].is(b'=')) {
            return Vec::new();
        }
        let target = &tokens[lvalue_start(&tokens, at - 1)..at - 1];
        let mut out = self.keys(primitive.file, owner, target);
        // `task = kthread_run(…); x->task = task;`
        if let [name] = target {
            let text = self.db.text(primitive.file);
            let local = name.bytes(text);
            for window in 2..tokens.len() {
                let copied = tokens[window].is_word(text, std::str::from_utf8(local).unwrap_or(""))
                    && tokens[window - 1].is(b'=')
                    && tokens.get(window + 1).is_some_and(|next| next.is(b';'));
                if copied {
                    let start = lvalue_start(&tokens, window - 1);
                    out.extend(self.keys(primitive.file, owner, &tokens[start..window - 1]));
                }
            }
        }
        out
    }

    fn region(&self, file: FileId, owner: Owner) -> Option<Span> {
        let skeleton = &self.db.facts(file).skeleton;
        match owner {
            Owner::Function(index) => skeleton.functions.get(index as usize).map(|it| it.span),
            Owner::Macro(index) => skeleton.macros.get(index as usize).map(|it| it.body),
            Owner::File => None,
        }
    }

    fn argument(&self, file: FileId, call: Mention, index: usize) -> Option<Vec<Token>> {
        let end = self.region(file, call.owner)?.end;
        arguments(self.db.text(file), call.span, end)?.into_iter().nth(index)
    }

    fn keys(&self, file: FileId, owner: Owner, tokens: &[Token]) -> Vec<Key> {
        leaves(self.db, file, owner, tokens)
            .into_iter()
            .filter_map(|leaf| match leaf {
                Leaf::Name(name, _) => Some(Key::Name { file, name }),
                Leaf::Field { tag, field, .. } => Some(Key::Field { tag, field, file }),
                Leaf::Param(index) => Some(Key::Param { file, owner, index }),
                Leaf::Call(_, span) => Some(Key::Call(Loc { file, span })),
                Leaf::Pasted(_) | Leaf::Local(..) | Leaf::Unknown(_) => None,
            })
            .collect()
    }

    /// Every call of a stopper or waker, matched to the threads whose task it gets.
    fn sites(
        &mut self,
        name: &str,
        makers: &FxHashMap<Loc, Vec<FunctionId>>,
        held: &[(Key, FunctionId)],
        into: &mut FxHashMap<FunctionId, Vec<TaskSite>>,
    ) {
        for (file, call) in self.db.calls_of(name.as_bytes(), None) {
            let Some(tokens) = self.argument(file, call, 0) else { continue };
            let start = self.keys(file, call.owner, &tokens);
            let here = TaskSite { at: Loc { file, span: call.span }, call: name.to_owned() };
            self.follow(start, &here, makers, held, into);
        }
    }

    fn follow(
        &mut self,
        start: Vec<Key>,
        here: &TaskSite,
        makers: &FxHashMap<Loc, Vec<FunctionId>>,
        held: &[(Key, FunctionId)],
        into: &mut FxHashMap<FunctionId, Vec<TaskSite>>,
    ) {
        let mut seen: FxHashSet<Key> = FxHashSet::default();
        // A task that came in as a parameter is stopped by the caller.
        let mut work: Vec<(Key, TaskSite, u32)> =
            start.into_iter().map(|key| (key, here.clone(), 0)).collect();
        while let Some((key, site, depth)) = work.pop() {
            if !seen.insert(key.clone()) || seen.len() > MAX_KEYS {
                continue;
            }
            for (other, thread) in held {
                if same(self.db, &key, other) {
                    into.entry(*thread).or_default().push(site.clone());
                }
            }
            match &key {
                Key::Call(at) => {
                    for thread in makers.get(at).into_iter().flatten() {
                        into.entry(*thread).or_default().push(site.clone());
                    }
                }
                Key::Field { field, .. } => {
                    let writes = self.writes_of(field);
                    for write in writes.iter().filter(|write| write.fits(self.db, &key)) {
                        work.extend(
                            write.keys.iter().map(|key| (key.clone(), site.clone(), depth)),
                        );
                    }
                }
                Key::Name { file, name } => {
                    for key in self.assigned_names(*file, name) {
                        work.push((key, site.clone(), depth));
                    }
                }
                Key::Param { file, owner, index } if depth < 3 => {
                    for (key, outer) in self.callers(*file, *owner, *index) {
                        work.push((key, outer, depth + 1));
                    }
                }
                Key::Param { .. } => {}
            }
        }
    }

    fn writes_of(&mut self, field: &[u8]) -> std::rc::Rc<Vec<Write>> {
        if let Some(writes) = self.writes.get(field) {
            return writes.clone();
        }
        let mut writes = Vec::new();
        for file in self.db.files() {
            let mentions: Vec<Mention> =
                self.db.facts(file).assigns_of(self.db.text(file), field).collect();
            for mention in mentions {
                let Some(write) = field_write(self.db, file, mention.owner, mention.span) else {
                    continue;
                };
                let keys = self.keys(file, mention.owner, &write.value);
                writes.push(Write { file, tag: write.tag, keys });
            }
        }
        let writes = std::rc::Rc::new(writes);
        self.writes.insert(field.to_vec(), writes.clone());
        writes
    }

    /// What is assigned to a variable, in its own file, or wherever an exported one is assigned.
    fn assigned_names(&self, file: FileId, name: &[u8]) -> Vec<Key> {
        let mut out = Vec::new();
        let private = self.db.is_private_variable(file, name);
        for at in self.db.files() {
            if at != file && (private || self.db.is_private_variable(at, name)) {
                continue;
            }
            let text = self.db.text(at);
            let mentions: Vec<Mention> = self.db.facts(at).assigns_of(text, name).collect();
            for mention in mentions {
                // A macro's own local has no declaration that could be told from a use.
                let in_other_macro = matches!(mention.owner, Owner::Macro(_)) && at != file;
                let Some(region) = self.region(at, mention.owner).filter(|_| !in_other_macro)
                else {
                    continue;
                };
                let tokens = self.db.tokens(at, region);
                let Some(index) = find(&tokens, mention.span) else {
                    continue;
                };
                let member = index > 0
                    && (tokens[index - 1].kind == Kind::Arrow || tokens[index - 1].is(b'.'));
                if member || is_declared(text, &tokens, name) {
                    continue;
                }
                let Some(equals) = (index..tokens.len()).find(|at| tokens[*at].is(b'=')) else {
                    continue;
                };
                let value = super::flow::right_side(&tokens, equals + 1);
                out.extend(self.keys(at, mention.owner, value));
            }
        }
        out
    }

    /// The arguments that callers hand in for a parameter.
    fn callers(&self, file: FileId, owner: Owner, index: usize) -> Vec<(Key, TaskSite)> {
        let skeleton = &self.db.facts(file).skeleton;
        let (name, private) = match owner {
            Owner::Function(at) => {
                let function = &skeleton.functions[at as usize];
                (function.name, function.is_static && !self.db.is_header(file))
            }
            Owner::Macro(at) => (skeleton.macros[at as usize].name, !self.db.is_header(file)),
            Owner::File => return Vec::new(),
        };
        let name = self.db.bytes(file, name);
        let mut out = Vec::new();
        if creators::is_api(name) {
            return out;
        }
        for (at, call) in self.db.calls_of(name, private.then_some(file)) {
            let Some(tokens) = self.argument(at, call, index) else { continue };
            let site = TaskSite {
                at: Loc { file: at, span: call.span },
                call: String::from_utf8_lossy(name).into_owned(),
            };
            out.extend(
                self.keys(at, call.owner, &tokens).into_iter().map(|key| (key, site.clone())),
            );
        }
        out
    }

    /// `*out = kthread_run(…)` in a forwarder: what its callers pass for `out`.
    fn out_parameters(&self, primitive: Loc, outer: Loc) -> Vec<Key> {
        let file = primitive.file;
        let Some((owner, tokens, at)) = self.tokens_at(primitive) else { return Vec::new() };
        if !at.checked_sub(1).is_some_and(|before| tokens[before].is(b'=')) {
            return Vec::new();
        }
        let start = lvalue_start(&tokens, at - 1);
        let target = &tokens[start..at - 1];
        let deref = start > 0 && tokens[start - 1].is(b'*');
        let keys = self.keys(file, owner, target);
        let mut out = Vec::new();
        for key in keys {
            if let (Key::Param { index, .. }, true) = (&key, deref) {
                self.passed(file, owner, *index, outer, 0, &mut out);
            }
        }
        out
    }

    fn passed(
        &self,
        file: FileId,
        owner: Owner,
        index: usize,
        outer: Loc,
        depth: u32,
        out: &mut Vec<Key>,
    ) {
        for (key, site) in self.callers(file, owner, index) {
            match key {
                Key::Param { file, owner, index } if depth < 3 => {
                    self.passed(file, owner, index, outer, depth + 1, out);
                }
                _ if site.at == outer => out.push(key),
                _ => {}
            }
        }
    }

    fn tokens_at(&self, at: Loc) -> Option<(Owner, Arc<Vec<Token>>, usize)> {
        let owner = self.db.facts(at.file).owner_of_call(at.span)?;
        let tokens = self.db.tokens(at.file, self.region(at.file, owner)?);
        let index = find(&tokens, at.span)?;
        Some((owner, tokens, index))
    }

    /// A thread function and the functions of its file that it calls.
    fn with_helpers(&self, thread: FunctionId) -> Vec<FunctionId> {
        let mut out = vec![thread];
        let mut level = vec![thread];
        for _ in 0..HELPER_DEPTH {
            let mut below = Vec::new();
            for id in level {
                let text = self.db.text(id.file);
                let facts = self.db.facts(id.file);
                for call in facts.calls_in(text, Owner::Function(id.index)) {
                    for target in facts.functions_named(text, &text[call.span.range()]) {
                        let target = FunctionId { file: id.file, index: target as u32 };
                        if !out.contains(&target) {
                            out.push(target);
                            below.push(target);
                        }
                    }
                }
            }
            level = below;
        }
        out
    }

    /// Calls that wake whoever waits on a queue that a thread waits on.
    fn waiters(&self, found: &[Found], into: &mut FxHashMap<FunctionId, Vec<TaskSite>>) {
        let mut queues: Vec<(Key, FunctionId)> = Vec::new();
        for (id, thread) in found.iter().flat_map(|thread| {
            self.with_helpers(thread.function).into_iter().map(move |id| (id, thread))
        }) {
            let file = id.file;
            let owner = Owner::Function(id.index);
            let text = self.db.text(file);
            let tokens = lex_range(text, self.db.function(id).body);
            for (index, token) in tokens.iter().enumerate() {
                if token.kind != Kind::Ident
                    || !tokens.get(index + 1).is_some_and(|next| next.is(b'('))
                {
                    continue;
                }
                let Some(position) = crate::kernel::calls::waits_on(token.bytes(text)) else {
                    continue;
                };
                let body = self.db.function(id).body;
                let all = arguments(text, token.span, body.end).unwrap_or_default();
                if let Some(argument) = all.get(position) {
                    let keys = self.keys(file, owner, argument);
                    queues.extend(keys.into_iter().map(|key| (key, thread.function)));
                }
            }
        }
        for name in creators::QUEUE_WAKERS {
            for (file, call) in self.db.calls_of(name.as_bytes(), None) {
                let Some(tokens) = self.argument(file, call, 0) else { continue };
                for key in self.keys(file, call.owner, &tokens) {
                    for (_, thread) in queues.iter().filter(|(queue, _)| same(self.db, queue, &key))
                    {
                        let site = TaskSite {
                            at: Loc { file, span: call.span },
                            call: (*name).to_owned(),
                        };
                        into.entry(*thread).or_default().push(site);
                    }
                }
            }
        }
    }
}

impl Write {
    fn fits(&self, db: &Db, key: &Key) -> bool {
        let Key::Field { tag, file, .. } = key else { return false };
        match (tag, &self.tag) {
            (Some(one), Some(two)) => one == two && db.same_struct(*file, self.file, one),
            _ => *file == self.file,
        }
    }
}

/// Whether two keys name the same thing, as far as their types tell.
fn same(db: &Db, one: &Key, two: &Key) -> bool {
    match (one, two) {
        (
            Key::Field { tag: tag1, field: field1, file: file1 },
            Key::Field { tag: tag2, field: field2, file: file2 },
        ) => {
            field1 == field2
                && match (tag1, tag2) {
                    (Some(tag1), Some(tag2)) => {
                        tag1 == tag2 && db.same_struct(*file1, *file2, tag1)
                    }
                    _ => file1 == file2,
                }
        }
        (Key::Name { file: file1, name: name1 }, Key::Name { file: file2, name: name2 }) => {
            name1 == name2
                && (file1 == file2
                    || !(db.is_private_variable(*file1, name1)
                        || db.is_private_variable(*file2, name1)))
        }
        _ => false,
    }
}
