//! The engine as one object: texts in, a report out. The only source of verdicts. No I/O.
//!
//! A host drives it: [`Engine::add`] what the prefilter ([`Engine::triggers`]) selected, then ask
//! [`Engine::wants`] until it asks for nothing more, then [`Engine::definitions`] once, then
//! [`Engine::includes`] and then [`Engine::macros`] until they ask for nothing more, then
//! [`Engine::finish`].

mod assemble;
mod convert;
mod definitions;
mod headers;
mod macros;

use std::sync::Arc;

use aho_corasick::AhoCorasick;
use memchr::memmem::Finder;
use rustc_hash::FxHashSet;

use crate::annotations::Annotations;
use crate::index::callbacks::hooks;
use crate::index::db::Db;
use crate::index::resolve::{Resolved, Want, resolve};
use crate::index::tasks;
use crate::kernel;
use crate::report::schema::{Form, Report};
use crate::source::{SourceSet, TooLarge};
use crate::verify::{Failure, Proof};
use headers::Headers;
use macros::Macros;

pub use definitions::defines;
pub use headers::Include;

/// A tree's nodes are at most 600 levels deep; a frame of the lowering takes less than 4 KiB.
const STACK: usize = 16 << 20;

/// What a host may tell the engine about a tree.
#[derive(Debug, Default, Clone)]
pub struct Options {
    /// The annotation file's content.
    pub annotations: Annotations,
    /// Names of iterator macros, as the tree's .clang-format lists them.
    pub iterator_macros: Vec<String>,
    /// Threads that work on the analysis at most; 0 for as many as there are cores. The result does
    /// not depend on it.
    pub jobs: usize,
    /// The form of conversions.
    pub form: Form,
}

/// A thread function and a conversion of it, compared.
#[derive(Debug)]
pub struct Proved {
    /// The thread function's name.
    pub function: String,
    /// What the comparison needed to allow, or where the two differ.
    pub result: Result<Proof, Failure>,
}

/// The engine.
#[derive(Debug)]
pub struct Engine {
    options: Options,
    db: Db,
    asked: FxHashSet<Want>,
    pending: Vec<Pending>,
    headers: Headers,
    macros: Macros,
    defined: FxHashSet<String>,
}

impl Engine {
    /// An engine for one input.
    pub fn new(options: Options) -> Self {
        Self {
            options,
            db: Db::default(),
            asked: FxHashSet::default(),
            pending: Vec::new(),
            headers: Headers::default(),
            macros: Macros::default(),
            defined: FxHashSet::default(),
        }
    }

    /// Byte strings of which a file must hold at least one to be worth adding in the first pass.
    pub fn triggers(&self) -> Vec<String> {
        let own = self.options.annotations.forwarder.iter().map(|forwarder| forwarder.name.clone());
        kernel::creators::TRIGGERS.iter().map(|&trigger| trigger.to_owned()).chain(own).collect()
    }

    /// Takes a text in. Adding a path twice has no effect; a text that answers none of what was asked
    /// for is not kept.
    ///
    /// # Errors
    /// [`TooLarge`] for a text over 4 GiB.
    pub fn add(&mut self, path: String, text: Arc<[u8]>) -> Result<(), TooLarge> {
        if !self.needs(&text) {
            return Ok(());
        }
        self.db.sources.add(path, text).map(|_| ())
    }

    /// Whether a text answers something that was asked for, so that a host need not keep it in vain.
    /// Before anything was asked for, every text is needed.
    pub fn needs(&self, text: &[u8]) -> bool {
        self.pending.is_empty() || self.pending.iter().any(|want| want.answered_by(text))
    }

    /// Identifiers whose other places the engine needs: every file that calls, defines or assigns
    /// one of them should be added. A name is asked for once. Empty when nothing is missing.
    pub fn wants(&mut self) -> Vec<String> {
        self.index();
        let resolved = self.resolve();
        let mut wants = resolved.wants;
        wants.extend(tasks::wants(&self.db, &resolved.found));
        wants.sort();
        wants.dedup();
        wants.retain(|want| self.asked.insert(want.clone()));
        let mut names: Vec<String> = wants.iter().map(|want| want.name.clone()).collect();
        names.sort();
        names.dedup();
        self.pending = Pending::all(&wants);
        names
    }

    /// Functions that conditions of the thread functions call and whose definition is missing. A name is
    /// asked for once; a text that [`defines`] one goes to [`Engine::add_definition`], if the name is
    /// rare enough to look for it.
    pub fn definitions(&mut self) -> Vec<String> {
        self.index();
        let found = self.resolve().found;
        let functions = found.iter().map(|found| found.function);
        let mut out: Vec<String> = definitions::unknown(&self.db, functions)
            .into_iter()
            .filter(|name| self.defined.insert(name.clone()))
            .collect();
        out.sort();
        out
    }

    /// Takes in a text that defines what was asked for.
    ///
    /// # Errors
    /// [`TooLarge`] for a text over 4 GiB.
    pub fn add_definition(&mut self, path: String, text: Arc<[u8]>) -> Result<(), TooLarge> {
        self.db.add_aside(path, text)
    }

    /// Headers whose macros the thread functions that were found may use, directly or through other
    /// headers. One is asked for once. Empty when nothing is missing.
    pub fn includes(&mut self) -> Vec<Include> {
        self.index();
        let found = if self.headers.begun() { Vec::new() } else { self.resolve().found };
        self.headers.take(&self.db, &found)
    }

    /// Takes in a header that was asked for; it is kept if it defines what is used.
    ///
    /// # Errors
    /// [`TooLarge`] for a text over 4 GiB.
    pub fn add_header(
        &mut self,
        asked: &Include,
        path: String,
        text: Arc<[u8]>,
    ) -> Result<(), TooLarge> {
        for (path, text) in self.headers.add(asked, path, text) {
            self.db.add_aside(path, text)?;
        }
        Ok(())
    }

    /// Macros that the thread functions that were found may call, directly or through other macros, and
    /// that nobody has shown a definition of. A name is asked for once. Empty when nothing is missing.
    pub fn macros(&mut self) -> Vec<String> {
        self.index();
        let mut macros = std::mem::take(&mut self.macros);
        let out = macros.take(&self.db, || self.resolve().found);
        self.macros = macros;
        out
    }

    /// Takes in the macros of a header that were asked for: what they do with their arguments. The
    /// text itself is not kept.
    pub fn add_macros(&mut self, path: &str, text: &[u8]) {
        let macros = &self.macros;
        self.db.add_macros(path, text, &|name| macros.wants(name));
    }

    fn resolve(&self) -> Resolved {
        let forwarders = &self.options.annotations.forwarder;
        let first = resolve(&self.db, forwarders, &[]);
        let hooks = hooks(&self.db, &first.found);
        if hooks.is_empty() { first } else { resolve(&self.db, forwarders, &hooks) }
    }

    /// Ends the analysis.
    pub fn finish(mut self) -> (Report, SourceSet) {
        self.index();
        let resolved = self.resolve();
        let report =
            pooled(self.options.jobs, || assemble::report(&self.db, &resolved, &self.options));
        (report, self.db.sources)
    }

    /// Compares the thread functions of the file of this path with what became of them in another
    /// text of that file, whoever wrote it; sorted by name. Nothing where no such file was added.
    pub fn prove(mut self, path: &str, text: &[u8]) -> Vec<Proved> {
        self.index();
        let resolved = self.resolve();
        pooled(self.options.jobs, || {
            assemble::prove(&self.db, &resolved, &self.options, path, text)
        })
    }

    fn index(&mut self) {
        let db = &mut self.db;
        pooled(self.options.jobs, || db.index_new());
    }
}

/// Runs `work` with at most `jobs` threads; without a pool of its own where there can be none.
fn pooled<T: Send>(jobs: usize, work: impl FnOnce() -> T + Send) -> T {
    match rayon::ThreadPoolBuilder::new().num_threads(jobs).stack_size(STACK).build() {
        Ok(pool) => pool.install(work),
        Err(_) => work(),
    }
}

/// What a text must hold to answer the [`Want`]s of one name.
#[derive(Debug)]
struct Pending {
    name: Finder<'static>,
    /// One of these, unless the name alone is enough.
    with: Option<AhoCorasick>,
}

impl Pending {
    fn all(wants: &[Want]) -> Vec<Self> {
        let of_one_name = wants.chunk_by(|one, two| one.name == two.name);
        of_one_name
            .map(|wants| {
                let words: Option<Vec<&str>> =
                    wants.iter().map(|want| want.with.as_deref()).collect();
                Self {
                    name: Finder::new(wants[0].name.as_bytes()).into_owned(),
                    // Without an automaton (too many words) every text is taken.
                    with: words.and_then(|words| AhoCorasick::new(words).ok()),
                }
            })
            .collect()
    }

    fn answered_by(&self, text: &[u8]) -> bool {
        self.name.find(text).is_some() && self.with.as_ref().is_none_or(|with| with.is_match(text))
    }
}
