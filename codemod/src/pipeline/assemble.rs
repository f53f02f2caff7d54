//! From what the index found to the report.

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::{Options, Proved, convert};
use crate::analysis::function::{FunctionModel, Reader};
use crate::analysis::helpers::Helpers;
use crate::analysis::thread::{MainLoop, ThreadModel, describe, loop_helpers, main_loops};
use crate::index::db::{Db, FunctionId};
use crate::index::facts::Owner;
use crate::index::parts::parts;
use crate::index::resolve::{Found, Resolved};
use crate::index::tasks::{TaskSite, Tasks, tasks};
use crate::kernel::calls::{Checkpoint, checkpoints};
use crate::report::schema::{
    Creation, Finding, Form, Judgement, NotUnderstood, Report, Role, Severity, Site, Thread,
    Verdict,
};
use crate::rules;
use crate::source::Loc;
use crate::syntax::blank::Names;
use crate::verify;

/// Helpers deep in which a main loop is looked for.
const MAX_HELPER_DEPTH: u32 = 2;

struct Assembly<'a> {
    db: &'a Db,
    helpers: Helpers<'a>,
    names: Names,
    noreturn: Vec<String>,
    tasks: Tasks,
    form: Form,
}

struct Piece {
    attempt: convert::Made,
    thread: Thread,
    findings: Vec<Finding>,
    not_understood: Vec<NotUnderstood>,
}

/// Makes the report.
pub(super) fn report(db: &Db, resolved: &Resolved, options: &Options) -> Report {
    let assembly = Assembly::new(db, resolved, options);
    let pieces: Vec<Piece> = resolved.found.par_iter().map(|found| assembly.piece(found)).collect();
    let mut out = Report::default();
    let mut made: Vec<(Thread, convert::Made)> = Vec::new();
    for piece in pieces {
        made.push((piece.thread, piece.attempt));
        out.findings.extend(piece.findings);
        out.not_understood.extend(piece.not_understood);
    }
    for lost in &resolved.lost {
        out.not_understood.push(assembly.not_understood(lost.at, lost.why.clone(), true));
    }
    assembly.unclosed(&mut out.not_understood);
    assembly.unclaimed(&resolved.found, &mut out.not_understood);
    name(&mut made);
    convert::together(&assembly.reader(), &mut made, options.form, &mut out);
    out.threads = made.into_iter().map(|(thread, _)| thread).collect();
    finish(db, &mut out);
    out
}

/// Compares the threads of a file with what became of them in `text`.
pub(super) fn prove(
    db: &Db,
    resolved: &Resolved,
    options: &Options,
    path: &str,
    text: &[u8],
) -> Vec<Proved> {
    let assembly = Assembly::new(db, resolved, options);
    let reread = verify::Reread::new(text);
    let in_file =
        |found: &&Found| found.role == Role::Thread && db.path(found.function.file) == path;
    let mut out: Vec<Proved> = resolved
        .found
        .iter()
        .filter(in_file)
        .map(|found| Proved {
            function: db.name(found.function),
            result: verify::check(&assembly.reader(), &assembly.read(found.function), &reread),
        })
        .collect();
    out.sort_by(|one, two| one.function.cmp(&two.function));
    out
}

impl<'a> Assembly<'a> {
    fn new(db: &'a Db, resolved: &Resolved, options: &'a Options) -> Self {
        let mut iterators = options.iterator_macros.clone();
        iterators.extend(options.annotations.iterator_macros.iter().cloned());
        iterators.sort();
        Self {
            db,
            helpers: Helpers::new(db, &options.annotations.pure_functions),
            names: Names { iterators },
            noreturn: options.annotations.noreturn_functions.clone(),
            tasks: tasks(db, &resolved.found),
            form: options.form,
        }
    }
}

impl Assembly<'_> {
    fn not_understood(&self, at: Loc, why: String, matters: bool) -> NotUnderstood {
        let path = self.db.path(at.file).to_owned();
        NotUnderstood { path, line: self.db.line(at.file, at.span.start), why, matters }
    }

    fn reader(&self) -> Reader<'_> {
        Reader { db: self.db, names: &self.names, helpers: &self.helpers, noreturn: &self.noreturn }
    }

    fn read(&self, id: FunctionId) -> FunctionModel {
        self.reader().read(id)
    }

    fn piece(&self, found: &Found) -> Piece {
        let function = self.read(found.function);
        let mut helper_models: Vec<FunctionModel> = Vec::new();
        let own = main_loops(&self.helpers, &function);
        if own.is_empty() && found.role == Role::Thread {
            helper_models.extend(self.loop_in_helper(&function));
        }
        let in_helper = !helper_models.is_empty();
        let main = match helper_models.first() {
            Some(helper) => main_loops(&self.helpers, helper),
            None => own,
        };
        let main = if found.role == Role::Worker { Vec::new() } else { main };
        let mut record = self.record(found);
        if found.role != Role::Worker {
            describe(self.db, &self.helpers, &function, &main, &mut record);
        }
        let mut thread = ThreadModel { function: &function, main, in_helper, record };
        let attempt = convert::attempt(&self.reader(), &thread, found, self.form);
        thread.record.iterant = attempt.judgement.clone();
        let context = rules::Context { db: self.db, helpers: &self.helpers };
        let findings = rules::check(&context, &thread);
        let mut not_understood = Vec::new();
        if found.role != Role::Worker {
            for model in std::iter::once(&function).chain(&helper_models) {
                self.problems(model, &mut not_understood);
            }
        }
        let ThreadModel { main, record, .. } = thread;
        drop(main);
        let attempt = convert::Made { attempt, holder: helper_models.pop().unwrap_or(function) };
        Piece { thread: record, findings, not_understood, attempt }
    }

    /// The first helper whose own loop makes a main loop.
    fn loop_in_helper(&self, function: &FunctionModel) -> Option<FunctionModel> {
        let mut seen: FxHashSet<FunctionId> = FxHashSet::default();
        seen.insert(function.id);
        let mut level = loop_helpers(&self.helpers, function);
        for depth in 1..=MAX_HELPER_DEPTH {
            let mut below = Vec::new();
            for id in level {
                if !seen.insert(id) {
                    continue;
                }
                // Parsing costs; a helper without a loop keyword or label needs none.
                if !has_loop(self.db.bytes(id.file, self.db.function(id).body))
                    && depth == MAX_HELPER_DEPTH
                {
                    continue;
                }
                let model = self.read(id);
                // A helper loops for many reasons; it holds the thread's main loop where that tests
                // stop, or sleeps by itself and never ends.
                let holds = |main: &MainLoop<'_>| {
                    main.traits.stop || (main.found.endless && main.traits.sleeps_direct)
                };
                if main_loops(&self.helpers, &model).first().is_some_and(holds) {
                    return Some(model);
                }
                if depth < MAX_HELPER_DEPTH {
                    below.extend(loop_helpers(&self.helpers, &model));
                }
            }
            level = below;
        }
        None
    }

    fn problems(&self, model: &FunctionModel, out: &mut Vec<NotUnderstood>) {
        let name = self.db.name(model.id);
        for (at, why) in &model.problems {
            out.push(self.not_understood(*at, format!("`{name}`: {why}"), true));
        }
        for variant in &model.variants {
            for error in &variant.errors {
                let at = Loc { file: model.id.file, span: *error };
                out.push(self.not_understood(
                    at,
                    format!("`{name}`: this could not be parsed"),
                    true,
                ));
            }
            for block in &variant.unknown_blocks {
                let at = Loc { file: model.id.file, span: *block };
                let word = self.db.sources.file(model.id.file).str(*block).into_owned();
                let why = format!(
                    "`{name}`: the macro `{word}` takes a block; name it under `iterator-macros` in the annotation file if it is a loop"
                );
                out.push(self.not_understood(at, why, true));
            }
        }
    }

    /// Files whose braces do not match: what stands behind is not seen as functions.
    fn unclosed(&self, out: &mut Vec<NotUnderstood>) {
        for file in self.db.files() {
            let Some(at) = self.db.facts(file).skeleton.unclosed else { continue };
            let line = self.db.line(file, at);
            let matters = crate::kernel::creators::CREATORS.iter().any(|creator| {
                self.db
                    .facts(file)
                    .calls_of(self.db.text(file), creator.name.as_bytes())
                    .next()
                    .is_some()
            });
            let path = self.db.path(file).to_owned();
            let why = "the braces do not match from here on".to_owned();
            out.push(NotUnderstood { path, line, why, matters });
        }
    }

    /// Functions that test stop, though no thread that was found reaches them: they belong to a
    /// thread whose creation was not seen.
    fn unclaimed(&self, found: &[Found], out: &mut Vec<NotUnderstood>) {
        let mut reached: FxHashSet<FunctionId> = FxHashSet::default();
        let mut work: Vec<FunctionId> = found.iter().map(|found| found.function).collect();
        while let Some(id) = work.pop() {
            if !reached.insert(id) {
                continue;
            }
            let text = self.db.text(id.file);
            work.extend(parts(self.db, id));
            for call in self.db.facts(id.file).calls_in(text, Owner::Function(id.index)) {
                let name = &text[call.span.range()];
                for indirect in [false, true] {
                    work.extend(self.helpers.targets(id.file, name, indirect));
                }
            }
        }
        for file in self.db.files() {
            for (index, function) in self.db.facts(file).skeleton.functions.iter().enumerate() {
                let id = FunctionId { file, index: index as u32 };
                let text = self.db.text(file);
                let own = &text[function.name.range()];
                if reached.contains(&id) || !checkpoints(own).is_empty() {
                    continue;
                }
                let tested =
                    self.db.facts(file).calls_in(text, Owner::Function(id.index)).find(|call| {
                        checkpoints(&text[call.span.range()]).contains(&Checkpoint::Stop)
                    });
                if let Some(tested) = tested {
                    let name = self.db.name(id);
                    let why = format!(
                        "`{name}` tests stop, but no thread that was found is seen to reach it: it is called through a pointer, or its thread is created elsewhere"
                    );
                    out.push(self.not_understood(Loc { file, span: tested.span }, why, false));
                }
            }
        }
    }

    fn record(&self, found: &Found) -> Thread {
        let place = self.db.place(found.function);
        let path = self.db.path(place.file).to_owned();
        let function = self.db.name(found.function);
        let creation = found
            .created
            .iter()
            .map(|created| Creation {
                path: self.db.path(created.at.file).to_owned(),
                line: self.db.line(created.at.file, created.at.span.start),
                call: created.call.clone(),
                chain: created.chain.clone(),
                at: created.at,
            })
            .collect::<Vec<_>>();
        let undecided = |verdict| Judgement { verdict, lifts: Vec::new(), reasons: Vec::new() };
        let worker = match found.role {
            Role::Worker => undecided(Verdict::Already),
            Role::Thread | Role::Callback => undecided(Verdict::NotImplemented),
        };
        let mut thread = Thread {
            id: format!("{path}:{function}"),
            line: self.db.line(place.file, place.span.start),
            path,
            function,
            role: found.role,
            creation,
            loops: Vec::new(),
            sleeps: Vec::new(),
            checkpoints: crate::report::schema::Checkpoints::default(),
            locals: crate::report::schema::Locals::default(),
            back_edge: crate::report::schema::BackEdge::default(),
            wakes: self.sites(&self.tasks.wakes, found.function),
            stops: self.sites(&self.tasks.stops, found.function),
            iterant: undecided(Verdict::NoLoop),
            worker,
            at: place,
        };
        thread.creation.sort();
        thread.creation.dedup();
        thread
    }

    fn sites(&self, map: &FxHashMap<FunctionId, Vec<TaskSite>>, id: FunctionId) -> Vec<Site> {
        let mut out: Vec<Site> = map
            .get(&id)
            .into_iter()
            .flatten()
            .map(|site| Site {
                path: self.db.path(site.at.file).to_owned(),
                line: self.db.line(site.at.file, site.at.span.start),
                call: site.call.clone(),
                at: site.at,
            })
            .collect();
        out.sort();
        out.dedup();
        out
    }
}

fn has_loop(body: &[u8]) -> bool {
    [&b"for"[..], b"while", b"goto"].iter().any(|word| memchr::memmem::find(body, word).is_some())
}

/// Sorts threads and names twins.
fn name(threads: &mut [(Thread, convert::Made)]) {
    threads.sort_by(|(one, _), (two, _)| {
        (&one.path, one.line, &one.function, one.role, one.at.span.start).cmp(&(
            &two.path,
            two.line,
            &two.function,
            two.role,
            two.at.span.start,
        ))
    });
    let mut seen: FxHashMap<String, u32> = FxHashMap::default();
    for (thread, _) in threads {
        if thread.role == Role::Worker {
            thread.id.push_str("#worker");
        }
        let count = seen.entry(thread.id.clone()).or_default();
        *count += 1;
        if *count > 1 {
            thread.id = format!("{}~{count}", thread.id);
        }
    }
}

/// Sorts the rest and counts.
fn finish(db: &Db, out: &mut Report) {
    out.findings.sort_by(|one, two| {
        (&one.path, one.line, one.column, one.code, &one.function).cmp(&(
            &two.path,
            two.line,
            two.column,
            two.code,
            &two.function,
        ))
    });
    out.not_understood.sort();
    out.not_understood.dedup();
    let summary = &mut out.summary;
    summary.files_parsed = db.files().count();
    summary.threads = out.threads.len();
    summary.loops = out.threads.iter().map(|thread| thread.loops.len()).sum();
    let convertible = |judge: fn(&Thread) -> Verdict| {
        out.threads.iter().filter(|thread| judge(thread) == Verdict::Convertible).count()
    };
    summary.convertible.iterant = convertible(|thread| thread.iterant.verdict);
    summary.convertible.worker = convertible(|thread| thread.worker.verdict);
    let count =
        |severity| out.findings.iter().filter(|finding| finding.severity == severity).count();
    summary.findings.error = count(Severity::Error);
    summary.findings.warning = count(Severity::Warning);
    summary.findings.info = count(Severity::Info);
    summary.not_understood = out.not_understood.len();
}
