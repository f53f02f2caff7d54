//! Which functions run as threads: from every creating call back to the function that it is given,
//! through locals, parameters, fields, forwarders and other files, until nothing new is found.

use rustc_hash::{FxHashMap, FxHashSet};

use super::db::{Db, FunctionId};
use super::facts::{Mention, Owner};
use super::flow::{Leaf, Piece, leaves};
pub use super::sinks::{Created, Found, Lost, Resolved, Want};
use super::sinks::{Path, Sink};
use crate::annotations::Forwarder;
use crate::kernel::creators::{self, Makes};
use crate::report::schema::Role;
use crate::source::{FileId, Loc, Span};
use crate::syntax::expr::arguments;
use crate::syntax::lex::{Token, lex_range};

/// Forwarders in a chain at most.
const MAX_CHAIN: usize = 12;

/// Runs the fixpoint over the files that are there.
pub fn resolve(
    db: &Db,
    forwarders: &[Forwarder],
    callbacks: &[super::callbacks::Hook],
) -> Resolved {
    let mut run = Run {
        db,
        out: Resolved::default(),
        seen: FxHashSet::default(),
        work: Vec::new(),
        found: FxHashMap::default(),
    };
    for creator in creators::CREATORS {
        run.primitive(creator.name, creator.function, creator.makes, Role::Thread);
    }
    for (alias, creator) in aliases(db) {
        run.primitive(&alias, creator.function, creator.makes, Role::Thread);
    }
    let defined = |name: &str| {
        let word = name.as_bytes();
        db.files().any(|file| {
            !db.functions_for(file, word).is_empty() || !db.macros_for(file, word).is_empty()
        })
    };
    for (known, role) in [
        (creators::KNOWN_FORWARDERS, Role::Thread),
        (creators::KNOWN_REGISTRATIONS, Role::Callback),
    ] {
        for (name, index) in known.iter().filter(|(name, _)| !defined(name)) {
            run.primitive(name, *index, Makes::Kthread, role);
        }
    }
    for forwarder in forwarders {
        run.primitive(&forwarder.name, forwarder.function_argument, Makes::Kthread, Role::Thread);
    }
    for hook in callbacks {
        let path = Path {
            role: Role::Callback,
            makes: Makes::Kthread,
            chain: Vec::new(),
            primitive: hook.call,
            call: hook.call,
        };
        run.push(Sink::Field {
            tag: Some(hook.tag.clone()),
            field: hook.field.clone(),
            home: hook.call.file,
            path,
            callback: true,
        });
    }
    while let Some(sink) = run.work.pop() {
        run.sink(sink);
    }
    run.finish()
}

/// `#define MYRUN kthread_run`: other names of the primitives, sorted.
fn aliases(db: &Db) -> Vec<(String, &'static creators::Creator)> {
    let mut out = Vec::new();
    for file in db.files() {
        for found in db.facts(file).skeleton.macros.iter().filter(|found| found.params.is_empty()) {
            let body = db.bytes(file, found.body).trim_ascii();
            let name = db.bytes(file, found.name);
            if let Some(creator) = creators::find(body)
                && creators::find(name).is_none()
            {
                out.push((String::from_utf8_lossy(name).into_owned(), creator));
            }
        }
    }
    out.sort_by(|one, two| one.0.cmp(&two.0));
    out.dedup_by(|one, two| one.0 == two.0);
    out
}

pub(super) struct Run<'a> {
    pub(super) db: &'a Db,
    out: Resolved,
    seen: FxHashSet<Sink>,
    work: Vec<Sink>,
    found: FxHashMap<(FunctionId, Role), (Makes, FxHashSet<Created>)>,
}

impl Run<'_> {
    fn push(&mut self, sink: Sink) {
        let chain = match &sink {
            Sink::Argument { path, .. } | Sink::Pasted { path, .. } | Sink::Field { path, .. } => {
                path.chain.len()
            }
        };
        if chain <= MAX_CHAIN && self.seen.insert(sink.clone()) {
            self.work.push(sink);
        }
    }

    pub(super) fn want(&mut self, name: &[u8], with: Option<&[u8]>) {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        self.out.wants.push(Want { name: text(name), with: with.map(text) });
    }

    pub(super) fn lost(&mut self, at: Loc, why: String) {
        self.out.lost.push(Lost { at, why });
    }

    /// Every call of a primitive that is not inside the definition of another one.
    fn primitive(&mut self, name: &str, index: usize, makes: Makes, role: Role) {
        for (file, call) in self.db.calls_of(name.as_bytes(), None) {
            if self.is_own_definition(file, call) || self.inside_primitive(file, call.owner) {
                continue;
            }
            let at = Loc { file, span: call.span };
            if makes == Makes::Worker {
                self.worker(file, call, name);
                continue;
            }
            let path = Path { role, makes, chain: vec![name.to_owned()], primitive: at, call: at };
            self.argument(file, call, index, &path);
        }
    }

    /// `kthread_run(…)` where it is defined or declared, not called.
    fn is_own_definition(&self, file: FileId, call: Mention) -> bool {
        let skeleton = &self.db.facts(file).skeleton;
        call.owner == Owner::File
            || skeleton.functions.iter().any(|function| function.name == call.span)
            || skeleton.macros.iter().any(|found| found.name == call.span)
    }

    fn owner_name(&self, file: FileId, owner: Owner) -> Option<&[u8]> {
        let skeleton = &self.db.facts(file).skeleton;
        let span = match owner {
            Owner::Function(index) => skeleton.functions.get(index as usize)?.name,
            Owner::Macro(index) => skeleton.macros.get(index as usize)?.name,
            Owner::File => return None,
        };
        Some(self.db.bytes(file, span))
    }

    fn inside_primitive(&self, file: FileId, owner: Owner) -> bool {
        self.owner_name(file, owner).is_some_and(|name| creators::find(name).is_some())
    }

    fn worker(&mut self, file: FileId, call: Mention, name: &str) {
        let Owner::Function(index) = call.owner else {
            let at = Loc { file, span: call.span };
            self.lost(at, format!("{name}() in a macro: who creates the worker is not followed"));
            return;
        };
        let at = Loc { file, span: call.span };
        let created = Created { at, call: name.to_owned(), chain: Vec::new(), primitive: at };
        let function = FunctionId { file, index };
        let entry = self
            .found
            .entry((function, Role::Worker))
            .or_insert_with(|| (Makes::Worker, FxHashSet::default()));
        entry.1.insert(created);
    }

    /// Follows one argument of one call.
    fn argument(&mut self, file: FileId, call: Mention, index: usize, path: &Path) {
        let at = Loc { file, span: call.span };
        let Some(tokens) = self.arguments_at(file, call) else {
            return self.lost(at, "the call's arguments could not be read".into());
        };
        if let Some(param) = self.variadic(file, call.owner, &tokens, index) {
            return self.forward(file, call.owner, param, path);
        }
        let Some(argument) = tokens.get(index) else {
            // A prototype or a macro with other arguments.
            return;
        };
        if path.makes == Makes::Percpu && path.chain.len() == 1 {
            return self.percpu(file, call, argument, path);
        }
        for leaf in leaves(self.db, file, call.owner, argument) {
            self.leaf(file, call.owner, leaf, path);
        }
    }

    /// Where a macro passes its variable arguments on: the argument of its caller that ends up at
    /// `index`.
    fn variadic(
        &self,
        file: FileId,
        owner: Owner,
        arguments: &[Vec<Token>],
        index: usize,
    ) -> Option<usize> {
        let Owner::Macro(at) = owner else { return None };
        let text = self.db.text(file);
        let params = &self.db.facts(file).skeleton.macros[at as usize].params;
        let last = params.len().checked_sub(1)?;
        let spread = arguments.iter().position(|argument| {
            let word = argument.last().map_or(&b""[..], |token| token.bytes(text));
            word == b"__VA_ARGS__" || (params[last].variadic && word == params[last].name)
        })?;
        (params[last].variadic && index >= spread).then(|| last + index - spread)
    }

    fn arguments_at(&self, file: FileId, call: Mention) -> Option<Vec<Vec<Token>>> {
        let text = self.db.text(file);
        let skeleton = &self.db.facts(file).skeleton;
        let end = match call.owner {
            Owner::Function(index) => skeleton.functions[index as usize].span.end,
            Owner::Macro(index) => skeleton.macros[index as usize].body.end,
            Owner::File => return None,
        };
        arguments(text, call.span, end)
    }

    pub(super) fn forward(&mut self, file: FileId, owner: Owner, index: usize, path: &Path) {
        let Some(name) = self.owner_name(file, owner).map(<[u8]>::to_vec) else { return };
        if creators::find(&name).is_some() {
            return;
        }
        let only = self.visible_only_in(file, owner);
        if only.is_none() {
            self.want(&name, None);
        }
        self.out.forwarders.insert(name.clone());
        let mut path = path.clone();
        path.chain.insert(0, String::from_utf8_lossy(&name).into_owned());
        self.push(Sink::Argument { name, index, only, home: file, path });
    }

    fn visible_only_in(&self, file: FileId, owner: Owner) -> Option<FileId> {
        let header = self.db.is_header(file);
        let private = match owner {
            Owner::Function(index) => {
                self.db.facts(file).skeleton.functions[index as usize].is_static
            }
            Owner::Macro(_) | Owner::File => true,
        };
        (private && !header).then_some(file)
    }

    pub(super) fn leaf(&mut self, file: FileId, owner: Owner, leaf: Leaf, path: &Path) {
        match leaf {
            Leaf::Name(name, span) => self.named(file, &name, span, path),
            Leaf::Param(index) => self.forward(file, owner, index, path),
            Leaf::Pasted(pieces) => {
                let Some(name) = self.owner_name(file, owner).map(<[u8]>::to_vec) else { return };
                let only = self.visible_only_in(file, owner);
                if only.is_none() {
                    self.want(&name, None);
                }
                self.out.forwarders.insert(name.clone());
                let mut path = path.clone();
                path.chain.insert(0, String::from_utf8_lossy(&name).into_owned());
                self.push(Sink::Pasted { name, pieces, only, path });
            }
            Leaf::Field { tag, field, .. } => {
                self.push(Sink::Field {
                    tag,
                    field,
                    home: file,
                    path: path.clone(),
                    callback: false,
                });
            }
            Leaf::Local(_, span) if path.role != Role::Callback => {
                let name = String::from_utf8_lossy(self.db.bytes(file, span)).into_owned();
                self.lost(
                    Loc { file, span },
                    format!("nothing is assigned to `{name}`, which names the thread function"),
                );
            }
            Leaf::Call(name, span) if path.role != Role::Callback => {
                let name = String::from_utf8_lossy(&name).into_owned();
                self.lost(
                    Loc { file, span },
                    format!("the thread function is what `{name}()` returns"),
                );
            }
            Leaf::Unknown(span) if path.role != Role::Callback => {
                self.lost(
                    Loc { file, span },
                    "the thread function is an expression that is not followed".into(),
                );
            }
            Leaf::Local(..) | Leaf::Call(..) | Leaf::Unknown(_) => {}
        }
    }

    /// A name: a function, or a variable that holds one.
    fn named(&mut self, file: FileId, name: &[u8], span: Span, path: &Path) {
        if path.role != Role::Callback && path.makes == Makes::Percpu && path.chain.len() > 1 {
            // A structure that was handed through a forwarder.
            let init = self
                .db
                .facts(file)
                .skeleton
                .variables
                .iter()
                .find(|variable| {
                    self.db.bytes(file, variable.name) == name && !variable.init.is_empty()
                })
                .map(|variable| variable.init);
            if let Some(init) = init {
                return self.field_in(file, init, creators::PERCPU_FIELD.as_bytes(), path);
            }
        }
        let functions = self.db.functions_for(file, name);
        if !functions.is_empty() {
            for function in functions {
                self.thread(function, path);
            }
            return;
        }
        let variables: Vec<(FileId, Span)> = self
            .db
            .facts(file)
            .skeleton
            .variables
            .iter()
            .filter(|variable| self.db.bytes(file, variable.name) == name)
            .map(|variable| (file, variable.init))
            .collect();
        if variables.is_empty() {
            self.want(name, None);
            let shown = String::from_utf8_lossy(name).into_owned();
            if path.role != Role::Callback {
                self.lost(
                    Loc { file, span },
                    format!("the thread function `{shown}` is not defined in the input"),
                );
            }
            return;
        }
        for (file, init) in variables {
            let tokens = lex_range(self.db.text(file), init);
            for leaf in leaves(self.db, file, Owner::File, &tokens) {
                self.leaf(file, Owner::File, leaf, path);
            }
        }
    }

    fn thread(&mut self, function: FunctionId, path: &Path) {
        let created = Created {
            at: path.call,
            call: path.chain.first().cloned().unwrap_or_default(),
            chain: path.chain.get(1..).unwrap_or_default().to_vec(),
            primitive: path.primitive,
        };
        let entry = self
            .found
            .entry((function, path.role))
            .or_insert_with(|| (path.makes, FxHashSet::default()));
        if path.makes.rank() < entry.0.rank() {
            entry.0 = path.makes;
        }
        entry.1.insert(created);
    }

    fn sink(&mut self, sink: Sink) {
        match sink {
            Sink::Argument { name, index, only, home, path } => {
                for (file, call) in self.db.calls_of(&name, only) {
                    if self.is_own_definition(file, call) || !self.db.reaches(file, home, &name) {
                        continue;
                    }
                    let mut path = path.clone();
                    path.call = Loc { file, span: call.span };
                    self.argument(file, call, index, &path);
                }
            }
            Sink::Pasted { name, pieces, only, path } => self.pasted(&name, &pieces, only, &path),
            Sink::Field { tag, field, home, path, callback } => {
                self.field(tag.as_deref(), &field, home, &path, callback);
            }
        }
    }

    fn pasted(&mut self, name: &[u8], pieces: &[Piece], only: Option<FileId>, path: &Path) {
        for (file, call) in self.db.calls_of(name, only) {
            if self.is_own_definition(file, call) {
                continue;
            }
            let Some(arguments) = self.arguments_at(file, call) else { continue };
            let mut whole = Vec::new();
            for piece in pieces {
                match piece {
                    Piece::Text(text) => whole.extend_from_slice(text),
                    Piece::Param(index) => {
                        for token in arguments.get(*index).map_or(&[][..], Vec::as_slice) {
                            whole.extend_from_slice(token.bytes(self.db.text(file)));
                        }
                    }
                }
            }
            let mut path = path.clone();
            path.call = Loc { file, span: call.span };
            self.named(file, &whole, call.span, &path);
        }
    }

    fn finish(mut self) -> Resolved {
        let mut found: Vec<Found> = Vec::new();
        let threads: FxHashSet<FunctionId> = self
            .found
            .keys()
            .filter(|(_, role)| *role == Role::Thread)
            .map(|(id, _)| *id)
            .collect();
        for ((function, role), (makes, created)) in self.found.drain() {
            if role == Role::Callback && threads.contains(&function) {
                continue;
            }
            let mut created: Vec<Created> = created.into_iter().collect();
            created.sort();
            found.push(Found { function, role, makes, created });
        }
        found.sort_by_key(|found| (found.function, found.role));
        self.out.found = found;
        self.out.wants.sort();
        self.out.wants.dedup();
        self.out.lost.sort();
        self.out.lost.dedup();
        self.out
    }
}
