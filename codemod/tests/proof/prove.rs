//! One converted file, proved: compiled beside its original and judged by the kernel's scripts.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use crate::cache::Cache;
use crate::compile::{Compiled, Compiler, Text};
use crate::kbuild::{Replay, compilers, record};
use crate::kernel::Kernel;
use crate::overlay::{HEADER, Overlay};
use crate::scripts::{judge, more_reports, surplus};
use crate::tool::Conversion;

/// What is true of a converted file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Verdict {
    pub(crate) build: Build,
    /// Warnings of kernel-doc that the original does not have. They need no compiler.
    pub(crate) doc: Vec<String>,
    /// Reports of checkpatch.pl that the original does not have.
    pub(crate) style: Vec<String>,
}

/// What compiling it gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Build {
    /// This configuration does not build the original either, for this reason.
    NotBuilt(String),
    /// The original compiles, this does not, or it is not what was compiled.
    Failed(Vec<String>),
    Compiled(Object),
}

/// An object that a converted file became, perhaps as a part of another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Object {
    pub(crate) through: String,
    /// Warnings that the original does not have.
    pub(crate) warnings: Vec<String>,
    /// `path:function` of all functions that were compiled out of the overlay.
    pub(crate) defined: BTreeSet<String>,
}

/// Whether the compiler saw the function of a conversion. None: its file was not compiled.
pub(crate) fn is_seen(
    conversion: &Conversion,
    verdicts: &BTreeMap<String, Verdict>,
) -> Option<bool> {
    let (path, function) = conversion.place();
    let objects: Vec<_> = conversion
        .files
        .iter()
        .filter_map(|change| match &verdicts.get(&change.path)?.build {
            Build::Compiled(object) => Some(object),
            _ => None,
        })
        .collect();
    // A thread function in an unchanged file is not in the overlay.
    let is_changed = conversion.files.iter().any(|change| change.path == path);
    (!objects.is_empty()).then(|| {
        let name = format!("{path}:{function}");
        !is_changed || objects.iter().any(|object| object.defined.contains(&name))
    })
}

/// Everything that proving needs.
#[derive(Debug)]
pub(crate) struct Prover<'a> {
    kernel: &'a Kernel,
    overlay: &'a Overlay,
    cache: &'a Cache,
    /// By touched file: what may compile it, and how.
    ways: BTreeMap<String, Vec<(String, Replay)>>,
}

impl<'a> Prover<'a> {
    /// Learns from the kernel's build how to compile the files of an overlay.
    pub(crate) fn new(
        kernel: &'a Kernel,
        overlay: &'a Overlay,
        cache: &'a Cache,
    ) -> Result<Self, String> {
        let sources = overlay
            .files
            .par_iter()
            .map(|(path, _)| Ok((path, compilers(&kernel.tree, path)?)))
            .collect::<Result<BTreeMap<_, _>, String>>()?;
        let all: BTreeSet<String> = sources.values().flatten().cloned().collect();
        for path in &all {
            overlay.add_untouched(&kernel.tree, path)?;
        }
        let replays = record(kernel, &all)?;
        let ways = sources.into_iter().map(|(path, sources)| {
            let with_replay = |source| replays.get(&source).cloned().map(|replay| (source, replay));
            (path.clone(), sources.into_iter().filter_map(with_replay).collect())
        });
        Ok(Self { kernel, overlay, cache, ways: ways.collect() })
    }

    /// The same ways for other texts of some of the files.
    pub(crate) fn with<'b>(&self, overlay: &'b Overlay, cache: &'b Cache) -> Prover<'b>
    where
        'a: 'b,
    {
        Prover { kernel: self.kernel, overlay, cache, ways: self.ways.clone() }
    }

    /// Proves files, as many at a time as there are processors.
    pub(crate) fn files<'f>(
        &self,
        paths: impl IntoIterator<Item = &'f String>,
    ) -> Result<BTreeMap<String, Verdict>, String> {
        let mut paths: Vec<_> = paths.into_iter().collect();
        // The big ones first: none of them is then left for the end, for one processor alone.
        paths.sort_by_key(|path| {
            std::cmp::Reverse(self.overlay.files.get(*path).map(|file| file.before.len()))
        });
        let proved = paths.into_par_iter().with_max_len(1);
        proved.map(|path| Ok((path.clone(), self.file(path)?))).collect()
    }

    /// Proves a file.
    pub(crate) fn file(&self, path: &str) -> Result<Verdict, String> {
        let Self { kernel, overlay, cache, .. } = self;
        let ((old, new), build) = rayon::join(
            || {
                rayon::join(
                    || judge(kernel, cache, &overlay.before(), path),
                    || judge(kernel, cache, &overlay.after(), path),
                )
            },
            || self.build(path),
        );
        let (old, new) = (old?, new?);
        Ok(Verdict {
            build: build?,
            doc: surplus(&old.doc, &new.doc),
            style: more_reports(&old.style, &new.style),
        })
    }

    fn build(&self, path: &str) -> Result<Build, String> {
        let compiler = Compiler { kernel: self.kernel, overlay: self.overlay, cache: self.cache };
        let mut why = None;
        for (source, replay) in self.ways.get(path).into_iter().flatten() {
            let compile = |text| compiler.compile(replay, source, &[path], text);
            let new = compile(Text::Converted)?;
            let mut old = Compiled { ok: true, ..Compiled::default() };
            // What is free of warnings needs no comparison.
            if !new.messages.is_empty() {
                old = compile(Text::Original)?;
            }
            if !old.ok {
                why = why.or_else(|| old.messages.first().cloned());
                continue;
            }
            if !new.ok {
                return Ok(Build::Failed(surplus(&old.messages, &new.messages)));
            }
            if !new.new.contains(path) && !new.old.contains(path) {
                why = why.or_else(|| Some(format!("{source} does not include it here")));
                continue;
            }
            let strange = self.strange(path, &new);
            if !strange.is_empty() {
                return Ok(Build::Failed(strange));
            }
            return Ok(Build::Compiled(Object {
                through: source.clone(),
                warnings: surplus(&old.messages, &new.messages),
                defined: new.defined,
            }));
        }
        Ok(Build::NotBuilt(why.unwrap_or_else(|| "make has no rule for it".to_owned())))
    }

    /// Why this is not a compilation of the converted file. Without this a replay that quietly
    /// compiled the original would pass everything.
    fn strange(&self, path: &str, compiled: &Compiled) -> Vec<String> {
        let mut strange = Vec::new();
        if !compiled.new.contains(path) {
            strange.push("the compiler did not read the converted file".to_owned());
        }
        if !compiled.new.contains(HEADER) {
            strange.push(format!("the compiler did not read {HEADER}"));
        }
        let originals = compiled.old.iter().filter(|path| self.overlay.files.contains_key(*path));
        strange.extend(originals.map(|path| format!("the compiler read the original of {path}")));
        strange
    }

    /// What checkpatch.pl and kernel-doc say of the header.
    pub(crate) fn header(&self) -> Result<Vec<String>, String> {
        let judged = judge(self.kernel, self.cache, &self.overlay.include(), HEADER)?;
        let mut said = more_reports(&[], &judged.style);
        said.extend(judged.doc);
        Ok(said)
    }
}
