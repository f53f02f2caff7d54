//! The engine as one object: texts in, a report out. The only source of verdicts. No I/O.
//!
//! A host drives it: [`Engine::add`] what the prefilter ([`Engine::triggers`]) selected, then ask
//! [`Engine::wants`] until it asks for nothing more, then [`Engine::finish`].

mod assemble;

use std::sync::Arc;

use memchr::memmem::Finder;
use rustc_hash::FxHashSet;

use crate::annotations::Annotations;
use crate::index::callbacks::hooks;
use crate::index::db::Db;
use crate::index::resolve::{Resolved, Want, resolve};
use crate::kernel;
use crate::report::schema::Report;
use crate::source::{SourceSet, TooLarge};

/// What a host may tell the engine about a tree.
#[derive(Debug, Default, Clone)]
pub struct Options {
    /// The annotation file's content.
    pub annotations: Annotations,
    /// Names of iterator macros, as the tree's .clang-format lists them.
    pub iterator_macros: Vec<String>,
}

/// The engine.
#[derive(Debug)]
pub struct Engine {
    options: Options,
    db: Db,
    asked: FxHashSet<Want>,
    pending: Vec<Pending>,
}

impl Engine {
    /// An engine for one input.
    pub fn new(options: Options) -> Self {
        Self { options, db: Db::default(), asked: FxHashSet::default(), pending: Vec::new() }
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
        if !self.pending.is_empty() && !self.pending.iter().any(|want| want.answered_by(&text)) {
            return Ok(());
        }
        self.db.sources.add(path, text).map(|_| ())
    }

    /// Identifiers whose other places the engine needs: every file that calls, defines or assigns
    /// one of them should be added. A name is asked for once. Empty when nothing is missing.
    pub fn wants(&mut self) -> Vec<String> {
        self.db.index_new();
        let mut wants = self.resolve().wants;
        wants.retain(|want| self.asked.insert(want.clone()));
        let mut names: Vec<String> = wants.iter().map(|want| want.name.clone()).collect();
        names.sort();
        names.dedup();
        self.pending = wants.iter().map(Pending::new).collect();
        names
    }

    fn resolve(&self) -> Resolved {
        let forwarders = &self.options.annotations.forwarder;
        let first = resolve(&self.db, forwarders, &[]);
        let hooks = hooks(&self.db, &first.found);
        if hooks.is_empty() { first } else { resolve(&self.db, forwarders, &hooks) }
    }

    /// Ends the analysis. `jobs` threads at most work on it; the result does not depend on it.
    pub fn finish(mut self, jobs: usize) -> (Report, SourceSet) {
        self.db.index_new();
        let resolved = self.resolve();
        let _ = jobs;
        let report = assemble::report(&self.db, &resolved, &self.options);
        (report, self.db.sources)
    }
}

/// What a text must hold to answer a [`Want`].
#[derive(Debug)]
struct Pending {
    name: Finder<'static>,
    with: Option<Finder<'static>>,
}

impl Pending {
    fn new(want: &Want) -> Self {
        let finder = |word: &str| Finder::new(word.as_bytes()).into_owned();
        Self { name: finder(&want.name), with: want.with.as_deref().map(finder) }
    }

    fn answered_by(&self, text: &[u8]) -> bool {
        // A struct's tag is rarer than a field's name.
        self.with.as_ref().is_none_or(|with| with.find(text).is_some())
            && self.name.find(text).is_some()
    }
}
