//! What `convert` says and does: its JSON, its patch and the header that converted code includes.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::path::Path;
use std::process::Command;

use serde::Deserialize;

use crate::cache::sha256;
use crate::kernel::{Kernel, Said, run};
use crate::overlay::Overlay;

/// How a converted loop is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    Loop,
    Callbacks,
}

impl Form {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Loop => "loop",
            Self::Callbacks => "callbacks",
        }
    }
}

/// One line of the output; lines of no interest are `Other`.
#[derive(Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
enum Line {
    Conversion(Conversion),
    #[serde(other)]
    Other,
}

/// What became of one thread.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Conversion {
    pub(crate) id: String,
    pub(crate) result: Outcome,
    pub(crate) lifts: Vec<String>,
    pub(crate) reasons: Vec<Reason>,
    /// The steps that its proof used of what may differ.
    #[serde(default)]
    pub(crate) allowed: Vec<String>,
    pub(crate) files: Vec<Change>,
}

/// How a conversion ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Outcome {
    Converted,
    Already,
    Refused,
    FailedCheck,
}

/// A reason against.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Reason {
    pub(crate) code: String,
}

/// A file that was changed, with the SHA-256 of its text.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Change {
    pub(crate) path: String,
    pub(crate) before: String,
    pub(crate) after: String,
}

impl Conversion {
    /// Path and function, out of the id `path:function`, behind which `~2` or `#role` may stand.
    pub(crate) fn place(&self) -> (&str, &str) {
        let (path, function) = self.id.split_once(':').unwrap_or((&self.id, ""));
        (path, function.split(['~', '#']).next().unwrap_or(function))
    }

    /// What it counts as: a loop that is moved without any checkpoint is not converted.
    pub(crate) fn word(&self) -> &'static str {
        match self.result {
            Outcome::Converted if self.lifts.is_empty() => "moved",
            Outcome::Converted => "converted",
            Outcome::Already => "already",
            Outcome::Refused => "refused",
            Outcome::FailedCheck => "failed-check",
        }
    }

    /// What moves into the driver.
    pub(crate) fn lifted(&self) -> String {
        if self.lifts.is_empty() { "nothing".to_owned() } else { self.lifts.join("+") }
    }
}

/// Everything that one run of the tool gave.
#[derive(Debug)]
pub(crate) struct Converted {
    pub(crate) conversions: Vec<Conversion>,
    pub(crate) patch: Vec<u8>,
    pub(crate) header: Vec<u8>,
}

/// The binary of this build; `KTHREAD_CODEMOD` names another one.
fn tool() -> Command {
    let other = std::env::var_os("KTHREAD_CODEMOD");
    Command::new(other.unwrap_or_else(|| OsString::from(env!("CARGO_BIN_EXE_kthread-codemod"))))
}

/// Runs `convert`, which writes no file without `--write`.
fn convert(tree: &Path, form: Form, output: &[&str]) -> Result<Vec<u8>, String> {
    let said = tool()
        .args(["convert", "--to", "iterant", "--form", form.name()])
        .args(output)
        .arg("--root")
        .args([tree, tree])
        .output()
        .map_err(|error| format!("the tool can't be run: {error}"))?;
    // 1: some are refused; 3: something was not understood; 4: failed a check of its own.
    if !matches!(said.status.code(), Some(0 | 1 | 3 | 4)) {
        let stderr = String::from_utf8_lossy(&said.stderr);
        return Err(format!("convert ended with {}:\n{stderr}", said.status));
    }
    Ok(said.stdout)
}

impl Converted {
    /// Converts a whole tree, on paper: nothing is written into it.
    pub(crate) fn of_tree(kernel: &Kernel, form: Form) -> Result<Self, String> {
        let json = convert(&kernel.tree, form, &["--format", "json"])?;
        let json = String::from_utf8(json)
            .map_err(|error| format!("the JSON of convert is not UTF-8: {error}"))?;
        let patch = convert(&kernel.tree, form, &["--diff"])?;
        let scratch = tempfile::tempdir().map_err(|error| error.to_string())?;
        let file = scratch.path().join("kthread_iterant.h");
        let Said { ok, stderr, .. } = run(tool().arg("header").arg("--out").arg(&file))?;
        if !ok {
            return Err(format!("header failed:\n{stderr}"));
        }
        let header = std::fs::read(&file).map_err(|error| format!("header: {error}"))?;
        Ok(Self { conversions: parse(&json)?, patch, header })
    }
}

/// Reads JSON output.
pub(crate) fn parse(text: &str) -> Result<Vec<Conversion>, String> {
    let mut conversions = Vec::new();
    for (number, line) in text.lines().enumerate() {
        match serde_json::from_str(line) {
            Ok(Line::Conversion(conversion)) => conversions.push(conversion),
            Ok(Line::Other) => {}
            Err(error) => {
                return Err(format!("line {} of the output: {error}: {line}", number + 1));
            }
        }
    }
    conversions.sort_by(|one, other| one.id.cmp(&other.id));
    Ok(conversions)
}

/// What is wrong about the JSON, by itself and beside the patch.
pub(crate) fn contradictions(conversions: &[Conversion], overlay: &Overlay) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut ids = BTreeSet::new();
    let mut named: BTreeMap<&str, &Change> = BTreeMap::new();
    for conversion in conversions {
        let Conversion { id, result, reasons, files, .. } = conversion;
        if !ids.insert(id) {
            wrong.push(format!("{id}: two conversions have this id"));
        }
        if *result == Outcome::FailedCheck {
            wrong.push(format!("{id}: failed a check of the tool's own"));
        }
        if (*result == Outcome::Converted) == files.is_empty() {
            wrong.push(format!("{id}: {}, with {} changed files", conversion.word(), files.len()));
        }
        let is_against = matches!(result, Outcome::Refused | Outcome::FailedCheck);
        if is_against == reasons.is_empty() {
            wrong.push(format!("{id}: {}, with {} reasons", conversion.word(), reasons.len()));
        }
        for change in files {
            let other = named.insert(&change.path, change);
            if other.is_some_and(|other| other.after != change.after) {
                wrong.push(format!("{id}: another hash for {} than before", change.path));
            }
        }
    }
    for (path, file) in &overlay.files {
        let Some(change) = named.remove(path.as_str()) else {
            wrong.push(format!("{path}: in the patch, not in the JSON"));
            continue;
        };
        for (word, hash, text) in
            [("before", &change.before, &file.before), ("after", &change.after, &file.after)]
        {
            if *hash != sha256(text) {
                wrong.push(format!("{path}: the hash {word} is not that of the text"));
            }
        }
    }
    wrong.extend(named.keys().map(|path| format!("{path}: in the JSON, not in the patch")));
    wrong
}
