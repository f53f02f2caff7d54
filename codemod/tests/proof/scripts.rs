//! The kernel's own scripts that judge a file: checkpatch.pl, and kernel-doc, which W=1 runs.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde::{Deserialize, Serialize};

use crate::cache::Cache;
use crate::compile::messages;
use crate::kernel::{Kernel, run};

/// What the scripts say of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Judged {
    pub(crate) style: Vec<Report>,
    /// Warnings of kernel-doc, without lines.
    pub(crate) doc: Vec<String>,
}

/// A report of checkpatch.pl.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Report {
    /// Such as `WARNING:LONG_LINE`.
    pub(crate) kind: String,
    pub(crate) text: String,
}

/// Runs the scripts on `path` below `folder`.
pub(crate) fn judge(
    kernel: &Kernel,
    cache: &Cache,
    folder: &Path,
    path: &str,
) -> Result<Judged, String> {
    let file = folder.join(path);
    let text = std::fs::read(&file).map_err(|error| format!("{}: {error}", file.display()))?;
    let script = kernel.tree.join("scripts/checkpatch.pl");
    let version = std::fs::read(&script).map_err(|error| format!("checkpatch.pl: {error}"))?;
    let inputs: [&[u8]; 5] =
        [b"scripts 1", kernel.release.as_bytes(), &version, path.as_bytes(), &text];
    cache.get(&inputs, || {
        let has_doc = text.windows(3).any(|bytes| bytes == b"/**");
        Ok(Judged {
            style: checkpatch(&script, folder, path)?,
            doc: if has_doc { kernel_doc(kernel, folder, path)? } else { Vec::new() },
        })
    })
}

fn checkpatch(script: &PathBuf, folder: &Path, path: &str) -> Result<Vec<Report>, String> {
    let said = run(Command::new("perl")
        .arg(script)
        .args(["--no-tree", "-f", "--terse", "--show-types", "--color=never", path])
        // Some checks depend on the path; a configuration file of the user's must not count.
        .current_dir(folder)
        .env("HOME", folder))?;
    // 0: nothing to report, and then it is silent.
    if !said.ok && !said.stdout.lines().any(|line| line.starts_with("total: ")) {
        let code = said.code;
        return Err(format!("checkpatch.pl {path} ended with {code:?}:\n{}", said.stderr));
    }
    Ok(reports(&said.stdout, path))
}

/// Reads `path:line: WARNING:LONG_LINE: text`.
pub(crate) fn reports(stdout: &str, path: &str) -> Vec<Report> {
    stdout
        .lines()
        .filter_map(|line| {
            let (_, report) = line.strip_prefix(path)?.strip_prefix(':')?.split_once(": ")?;
            let (kind, text) = report.split_once(": ")?;
            Some(Report { kind: kind.to_owned(), text: text.to_owned() })
        })
        .collect()
}

fn kernel_doc(kernel: &Kernel, folder: &Path, path: &str) -> Result<Vec<String>, String> {
    let said = run(Command::new("perl")
        .arg(kernel.tree.join("scripts/kernel-doc"))
        .args(["-none", path])
        .current_dir(folder))?;
    Ok(messages(&said.stderr).collect())
}

/// The reports of each kind that became more frequent: as many of them, the new texts first.
pub(crate) fn more_reports(before: &[Report], after: &[Report]) -> Vec<String> {
    let mut kinds: Vec<&str> = after.iter().map(|report| report.kind.as_str()).collect();
    kinds.sort_unstable();
    kinds.dedup();
    let mut more = Vec::new();
    for kind in kinds {
        let texts = |reports: &[Report]| -> Vec<String> {
            let of_kind = reports.iter().filter(|report| report.kind == kind);
            of_kind.map(|report| report.text.clone()).collect()
        };
        let (before, after) = (texts(before), texts(after));
        let grown = after.len().saturating_sub(before.len());
        more.extend(
            surplus(&before, &after).into_iter().take(grown).map(|text| format!("{kind}: {text}")),
        );
    }
    more
}

/// What `after` holds more often than `before`, sorted.
pub(crate) fn surplus(before: &[String], after: &[String]) -> Vec<String> {
    let mut left = before.to_vec();
    let mut more = Vec::new();
    for item in after {
        match left.iter().position(|other| other == item) {
            Some(found) => {
                left.swap_remove(found);
            }
            None => more.push(item.clone()),
        }
    }
    more.sort();
    more
}
