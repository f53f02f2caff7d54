//! The census of the tree: facts.

use std::collections::BTreeMap;

use serde::Deserialize;

/// Which `SUBLEVEL` of Linux 6.1 the census was taken of.
pub(crate) const SUBLEVEL: u32 = 192;

/// One thread function of the census; corpus/kernel/README.md tells the fields.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Record {
    pub(crate) file: String,
    pub(crate) func: String,
    pub(crate) line: u32,
    pub(crate) sites: Vec<String>,
    pub(crate) loop_kind: String,
    pub(crate) loop_line: Option<u32>,
    pub(crate) loop_file: Option<String>,
    pub(crate) loop_func: Option<String>,
    #[serde(default)]
    pub(crate) sleeps: Vec<String>,
    #[serde(default)]
    pub(crate) sleep_cat: Vec<String>,
    #[serde(default)]
    pub(crate) checkpoints: BTreeMap<String, String>,
    #[serde(default)]
    pub(crate) locals: Locals,
    pub(crate) class: String,
}

/// The locals of a record; absent where the census did not look.
#[derive(Debug, Clone, Default, Deserialize)]
pub(crate) struct Locals {
    pub(crate) carried: Option<Vec<String>>,
    pub(crate) used_after: Option<Vec<String>>,
}

/// Where a main loop stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) path: String,
    pub(crate) function: String,
    pub(crate) line: u32,
}

impl Record {
    /// The main loop, if the census says that there is one.
    pub(crate) fn main_loop(&self) -> Option<Place> {
        if matches!(self.loop_kind.as_str(), "none" | "tail-wait-only") {
            return None;
        }
        Some(Place {
            path: self.loop_file.clone().unwrap_or_else(|| self.file.clone()),
            function: self.loop_func.clone().unwrap_or_else(|| self.func.clone()),
            line: self.loop_line?,
        })
    }

    /// Whether the thread is one that can be converted; these main loops must all be found.
    pub(crate) fn counts(&self) -> bool {
        self.class != "E"
    }
}

/// Reads the census, one JSON object a line.
pub(crate) fn parse(text: &str) -> Result<Vec<Record>, String> {
    text.lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty())
        .map(|(number, line)| {
            serde_json::from_str(line)
                .map_err(|error| format!("census line {}: {error}", number + 1))
        })
        .collect()
}
