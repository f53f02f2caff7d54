//! The files that this configuration of the kernel does not build: facts in the repository.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use crate::prove::{Build, Verdict};

/// Which files with threads x86's allmodconfig leaves out, and why.
#[derive(Debug, Clone, Default)]
pub(crate) struct Absent {
    pub(crate) files: BTreeMap<String, String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Notes {
    file: Vec<Note>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Note {
    path: String,
    why: String,
}

impl Absent {
    /// Reads the notes.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let notes: Notes = toml::from_str(text).map_err(|error| format!("notes: {error}"))?;
        Ok(Self { files: notes.file.into_iter().map(|note| (note.path, note.why)).collect() })
    }

    /// Their paths.
    pub(crate) fn paths(&self) -> BTreeSet<String> {
        self.files.keys().cloned().collect()
    }

    /// Where the notes and the build contradict each other.
    pub(crate) fn contradictions(&self, verdicts: &BTreeMap<String, Verdict>) -> Vec<String> {
        let mut wrong = Vec::new();
        for (path, verdict) in verdicts {
            match (&verdict.build, self.files.contains_key(path)) {
                (Build::NotBuilt(why), false) => {
                    wrong.push(format!("{path}: the original is not built: {why}"));
                }
                (Build::Compiled(_) | Build::Failed(_), true) => {
                    wrong.push(format!("{path}: is built, against the notes"));
                }
                _ => {}
            }
        }
        wrong
    }
}
