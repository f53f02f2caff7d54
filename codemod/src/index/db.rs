//! All files and their facts.

use std::sync::{Arc, Mutex, PoisonError};

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::facts::{Facts, Symbol, read, symbol};
use super::params::{Definition, definitions};
use crate::source::{FileId, Loc, SourceSet, Span, TooLarge};
use crate::syntax::lex::{Token, lex_range};
use crate::syntax::skeleton::{Function, Macro};

/// A function of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FunctionId {
    /// The file.
    pub file: FileId,
    /// Its index in the file's skeleton.
    pub index: u32,
}

/// Folders that two paths have in common.
fn shared_folders(one: &str, two: &str) -> usize {
    let folders = |path: &str| path.split('/').count() - 1;
    let common = one.split('/').zip(two.split('/')).take_while(|(one, two)| one == two).count();
    common.min(folders(one)).min(folders(two))
}

/// Two modules may export the same name: a call means the one that is closest to it in the tree.
fn nearest<T: Copy, D: Ord>(all: &[T], shared: impl Fn(&T) -> D) -> Vec<T> {
    let best = all.iter().map(&shared).max();
    all.iter().filter(|id| Some(shared(id)) == best).copied().collect()
}

/// Whether a file may include a header: it is beside it, above it or below it, or in a folder for
/// everybody's headers.
fn may_include(file: &str, header: &str) -> bool {
    let folder = |path: &str| path.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned();
    let (own, other) = (folder(file), folder(header));
    let within = |one: &str, two: &str| {
        one.strip_prefix(two)
            .is_some_and(|rest| two.is_empty() || rest.is_empty() || rest.starts_with('/'))
    };
    within(&own, &other) || within(&other, &own) || header.split('/').any(|part| part == "include")
}

/// Definitions of macros of one name.
#[derive(Debug, Clone, Default)]
pub struct Definitions {
    /// All that the name may mean.
    pub all: Vec<Definition>,
    /// Whether they are those of the file itself, or of headers that were read for it.
    pub near: bool,
}

/// The tokens of a part of a file.
type Region = (FileId, Span, Arc<Vec<Token>>);

/// The database: texts and facts.
#[derive(Debug, Default)]
pub struct Db {
    /// The texts.
    pub sources: SourceSet,
    facts: Vec<Facts>,
    by_name: FxHashMap<Symbol, Vec<FunctionId>>,
    macros: FxHashMap<Symbol, Vec<(FileId, u32)>>,
    structs: FxHashMap<Symbol, Vec<(FileId, u32)>>,
    /// Files of which only the macros count, and on demand a function.
    aside: FxHashSet<FileId>,
    aside_by_name: FxHashMap<Symbol, Vec<FunctionId>>,
    /// What macros of files that are not kept do with their arguments.
    foreign: FxHashMap<Vec<u8>, Vec<(Arc<str>, Definition)>>,
    /// The tokens that were asked for last: one function is asked for many times in a row.
    last: Mutex<Option<Region>>,
}

impl Db {
    /// Takes in a text that is no input of its own: its macros are as good as others, but what it
    /// defines does not change what a name means elsewhere.
    ///
    /// # Errors
    /// [`TooLarge`] for a text over 4 GiB.
    pub fn add_aside(&mut self, path: String, text: Arc<[u8]>) -> Result<(), TooLarge> {
        if self.sources.find(&path).is_none() {
            self.aside.insert(self.sources.add(path, text)?);
        }
        Ok(())
    }

    /// Takes in what the macros of a header do with their arguments, as far as they are wanted.
    pub fn add_macros(&mut self, path: &str, text: &[u8], wanted: &dyn Fn(&[u8]) -> bool) {
        let path: Arc<str> = path.into();
        for (name, definition) in definitions(text, wanted) {
            self.foreign.entry(name).or_default().push((Arc::clone(&path), definition));
        }
    }

    /// The names that macros of files that are not kept hand their parameters on to.
    pub fn foreign_names(&self) -> impl Iterator<Item = Vec<u8>> + '_ {
        let all = self.foreign.values().flatten();
        all.flat_map(|(_, it)| it.names().map(<[u8]>::to_vec))
    }

    /// The macros that `name` can mean in `file`, as far as their arguments are concerned: those of the
    /// file itself, else those of all headers that it may include.
    pub fn definitions_of(&self, file: FileId, name: &[u8]) -> Definitions {
        let kept = self.macros_for(file, name);
        let own = kept.first().is_some_and(|(at, _)| *at == file);
        let mut out = Definitions {
            near: !kept.is_empty(),
            all: kept.iter().map(|(at, found)| Definition::read(self.text(*at), found)).collect(),
        };
        if !own && self.functions_for(file, name).iter().all(|id| id.file != file) {
            let path = self.path(file);
            for (from, definition) in self.foreign.get(name).into_iter().flatten() {
                if may_include(path, from) && !out.all.contains(definition) {
                    out.all.push(definition.clone());
                }
            }
        }
        out
    }

    /// Functions that `name` can mean in `file` among those that were put aside.
    pub fn functions_aside(&self, file: FileId, name: &[u8]) -> Vec<FunctionId> {
        let all = self.aside_by_name.get(&symbol(name)).map_or(&[][..], Vec::as_slice);
        let exported: Vec<_> = all
            .iter()
            .filter(|id| self.bytes(id.file, self.function(**id).name) == name)
            .filter(|id| {
                !self.function(**id).is_static || self.is_header(id.file) || id.file == file
            })
            .copied()
            .collect();
        nearest(&exported, |id| {
            let own = usize::from(id.file == file);
            (own, shared_folders(self.path(file), self.path(id.file)))
        })
    }

    /// Reads the facts of all files that came in since.
    pub fn index_new(&mut self) {
        let fresh: Vec<FileId> = self.sources.ids().skip(self.facts.len()).collect();
        let sources = &self.sources;
        let read: Vec<Facts> = fresh.par_iter().map(|id| read(sources.file(*id).text())).collect();
        for (file, facts) in fresh.into_iter().zip(read) {
            let text = self.sources.file(file).text();
            let aside = self.aside.contains(&file);
            let by_name = if aside { &mut self.aside_by_name } else { &mut self.by_name };
            for (index, function) in facts.skeleton.functions.iter().enumerate() {
                let name = symbol(&text[function.name.range()]);
                by_name.entry(name).or_default().push(FunctionId { file, index: index as u32 });
            }
            for (index, found) in facts.skeleton.macros.iter().enumerate() {
                let name = symbol(&text[found.name.range()]);
                self.macros.entry(name).or_default().push((file, index as u32));
            }
            let structs = if aside { &[][..] } else { facts.skeleton.structs.as_slice() };
            for (index, found) in structs.iter().enumerate() {
                let name = symbol(&text[found.name.range()]);
                self.structs.entry(name).or_default().push((file, index as u32));
            }
            self.facts.push(facts);
        }
    }

    /// Ids of all indexed files that were not put aside.
    pub fn files(&self) -> impl Iterator<Item = FileId> + '_ {
        (0..self.facts.len() as u32).map(FileId).filter(|file| !self.aside.contains(file))
    }

    /// The facts of a file.
    pub fn facts(&self, file: FileId) -> &Facts {
        &self.facts[file.0 as usize]
    }

    /// The text of a file.
    pub fn text(&self, file: FileId) -> &[u8] {
        self.sources.file(file).text()
    }

    /// The bytes of a place.
    pub fn bytes(&self, file: FileId, span: Span) -> &[u8] {
        self.sources.file(file).slice(span)
    }

    /// A function.
    pub fn function(&self, id: FunctionId) -> &Function {
        &self.facts(id.file).skeleton.functions[id.index as usize]
    }

    /// A function's name.
    pub fn name(&self, id: FunctionId) -> String {
        self.sources.file(id.file).str(self.function(id).name).into_owned()
    }

    /// Where a function's name stands.
    pub fn place(&self, id: FunctionId) -> Loc {
        Loc { file: id.file, span: self.function(id).name }
    }

    /// Line of an offset.
    pub fn line(&self, file: FileId, at: u32) -> u32 {
        self.sources.file(file).lines().line(at)
    }

    /// The tokens of a region.
    pub fn tokens(&self, file: FileId, region: Span) -> Arc<Vec<Token>> {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((at, span, tokens)) = &*last
            && (*at, *span) == (file, region)
        {
            return Arc::clone(tokens);
        }
        let tokens = Arc::new(lex_range(self.text(file), region));
        *last = Some((file, region, Arc::clone(&tokens)));
        tokens
    }

    /// The path of a file.
    pub fn path(&self, file: FileId) -> &str {
        self.sources.file(file).path()
    }

    /// Whether other files can include a file: what it defines is theirs too.
    pub fn is_header(&self, file: FileId) -> bool {
        std::path::Path::new(self.path(file)).extension().is_some_and(|extension| extension == "h")
    }

    /// Functions that `name` can mean in `file`: those of the file itself, else those that other
    /// files export.
    pub fn functions_for(&self, file: FileId, name: &[u8]) -> Vec<FunctionId> {
        let all = self.by_name.get(&symbol(name)).map_or(&[][..], Vec::as_slice);
        let named = |id: &&FunctionId| self.bytes(id.file, self.function(**id).name) == name;
        let own: Vec<_> = all.iter().filter(|id| id.file == file).filter(named).copied().collect();
        if !own.is_empty() {
            return own;
        }
        let exported: Vec<_> = all
            .iter()
            .filter(named)
            .filter(|id| !self.function(**id).is_static || self.is_header(id.file))
            .copied()
            .collect();
        nearest(&exported, |id| shared_folders(self.path(file), self.path(id.file)))
    }

    /// Whether a call of `name` in `from` can mean the exported function that `file` defines: no other
    /// file closer to the caller defines one of the same name.
    pub fn reaches(&self, from: FileId, file: FileId, name: &[u8]) -> bool {
        let targets = self.functions_for(from, name);
        targets.is_empty() || targets.iter().any(|id| id.file == file)
    }

    /// Macros of this name: those of the file itself, else those of the headers closest to it in the
    /// tree.
    pub fn macros_for(&self, file: FileId, name: &[u8]) -> Vec<(FileId, &Macro)> {
        let all = self.macros.get(&symbol(name)).map_or(&[][..], Vec::as_slice);
        let get = |(file, index): &(FileId, u32)| {
            (*file, &self.facts(*file).skeleton.macros[*index as usize])
        };
        let named: Vec<_> = all
            .iter()
            .map(get)
            .filter(|(file, found)| self.bytes(*file, found.name) == name)
            .collect();
        let own: Vec<_> = named.iter().filter(|(at, _)| *at == file).copied().collect();
        if own.is_empty() {
            let headers: Vec<_> = named.into_iter().filter(|(at, _)| self.is_header(*at)).collect();
            nearest(&headers, |(at, _)| shared_folders(self.path(file), self.path(*at)))
        } else {
            own
        }
    }

    /// Whether a variable of this name belongs to one file alone.
    pub fn is_private_variable(&self, file: FileId, name: &[u8]) -> bool {
        self.facts(file)
            .skeleton
            .variables
            .iter()
            .any(|variable| variable.is_static && self.bytes(file, variable.name) == name)
    }

    /// Whether a struct of this tag is one file's own: another file's struct of that tag is another.
    pub fn is_private_struct(&self, file: FileId, tag: &[u8]) -> bool {
        !self.is_header(file) && self.structs_for(tag).iter().any(|(at, _)| *at == file)
    }

    /// Whether the struct of a tag that one file means is the one that another file means.
    pub fn same_struct(&self, one: FileId, two: FileId, tag: &[u8]) -> bool {
        one == two || !(self.is_private_struct(one, tag) || self.is_private_struct(two, tag))
    }

    /// Bodies of the structs of this tag.
    pub fn structs_for(&self, name: &[u8]) -> Vec<(FileId, Span)> {
        let all = self.structs.get(&symbol(name)).map_or(&[][..], Vec::as_slice);
        all.iter()
            .map(|(file, index)| (*file, &self.facts(*file).skeleton.structs[*index as usize]))
            .filter(|(file, found)| self.bytes(*file, found.name) == name)
            .map(|(file, found)| (file, found.body))
            .collect()
    }

    /// Calls of `name` anywhere (or in one file), with their file.
    pub fn calls_of(
        &self,
        name: &[u8],
        only: Option<FileId>,
    ) -> Vec<(FileId, super::facts::Mention)> {
        let mut out = Vec::new();
        let mut seen = FxHashSet::default();
        for file in self.files().filter(|file| only.is_none_or(|only| only == *file)) {
            for call in self.facts(file).calls_of(self.text(file), name) {
                if seen.insert((file, call.span.start)) {
                    out.push((file, call));
                }
            }
        }
        out
    }
}
