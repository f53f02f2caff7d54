//! What the tool says of the tree: its JSON output, read by types of the proof's own.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use serde::Deserialize;

/// One line of the output; lines of no interest are `Other`.
#[derive(Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
enum Line {
    Meta,
    Thread(Box<Thread>),
    Finding(Finding),
    NotUnderstood(NotUnderstood),
    Summary(Summary),
    #[serde(other)]
    Other,
}

/// A thread function.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Thread {
    pub(crate) id: String,
    pub(crate) path: String,
    pub(crate) line: u32,
    pub(crate) function: String,
    pub(crate) role: String,
    pub(crate) creation: Vec<Creation>,
    pub(crate) loops: Vec<Loop>,
    pub(crate) sleeps: Vec<Sleep>,
    pub(crate) checkpoints: Checkpoints,
    pub(crate) locals: Locals,
    pub(crate) iterant: Judgement,
}

/// A creation site.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Creation {
    pub(crate) path: String,
    pub(crate) line: u32,
    pub(crate) call: String,
}

/// A loop.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Loop {
    pub(crate) path: String,
    pub(crate) line: u32,
    pub(crate) function: String,
    pub(crate) form: String,
    pub(crate) head: String,
    pub(crate) main: bool,
}

/// A sleep.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Sleep {
    pub(crate) call: String,
    #[serde(rename = "where")]
    pub(crate) place: String,
}

/// The checkpoints by kind.
#[derive(Debug, Clone, Default, Deserialize)]
pub(crate) struct Checkpoints {
    pub(crate) stop: Vec<Checkpoint>,
    pub(crate) freeze: Vec<Checkpoint>,
    pub(crate) park: Vec<Checkpoint>,
    pub(crate) signal: Vec<Checkpoint>,
}

/// A checkpoint.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Checkpoint {
    pub(crate) how: String,
}

/// Locals that outlive an iteration.
#[derive(Debug, Clone, Default, Deserialize)]
pub(crate) struct Locals {
    pub(crate) carried: Vec<String>,
    pub(crate) read_after: Vec<String>,
}

/// A verdict.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Judgement {
    pub(crate) verdict: String,
    pub(crate) reasons: Vec<Reason>,
}

/// A reason against.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Reason {
    pub(crate) code: String,
}

/// A finding.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Finding {
    pub(crate) code: String,
    pub(crate) path: String,
    pub(crate) line: u32,
    pub(crate) function: String,
}

/// Something that was not understood.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct NotUnderstood {
    pub(crate) path: String,
    pub(crate) line: u32,
    pub(crate) why: String,
    pub(crate) matters: bool,
}

/// The last line.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Summary {
    pub(crate) threads: usize,
    pub(crate) files_seen: u64,
    pub(crate) files_read: u64,
    pub(crate) files_parsed: u64,
}

/// Everything that the tool said.
#[derive(Debug, Clone, Default)]
pub(crate) struct Ours {
    pub(crate) threads: Vec<Thread>,
    pub(crate) findings: Vec<Finding>,
    pub(crate) not_understood: Vec<NotUnderstood>,
    pub(crate) summary: Option<Summary>,
}

impl Creation {
    /// The site as the census writes it.
    pub(crate) fn place(&self) -> String {
        format!("{}:{}", self.path, self.line)
    }
}

impl Thread {
    /// The main loop, if there is one.
    pub(crate) fn main_loop(&self) -> Option<&Loop> {
        self.loops.iter().find(|candidate| candidate.main)
    }
}

impl Ours {
    /// Reads JSON output.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let mut ours = Self::default();
        for (number, line) in text.lines().enumerate() {
            let line = serde_json::from_str(line)
                .map_err(|error| format!("line {} of the output: {error}: {line}", number + 1))?;
            match line {
                Line::Thread(thread) => ours.threads.push(*thread),
                Line::Finding(finding) => ours.findings.push(finding),
                Line::NotUnderstood(what) => ours.not_understood.push(what),
                Line::Summary(summary) => ours.summary = Some(summary),
                Line::Meta | Line::Other => {}
            }
        }
        Ok(ours)
    }

    /// Runs the tool on a tree.
    pub(crate) fn of_tree(tree: &Path) -> Result<Self, String> {
        let output = Command::new(env!("CARGO_BIN_EXE_kthread-codemod"))
            .args(["check", "--format", "json", "--root"])
            .args([tree, tree])
            .output()
            .map_err(|error| format!("the tool can't be run: {error}"))?;
        // 1: findings; 3: something was not understood.
        if !matches!(output.status.code(), Some(0 | 1 | 3)) {
            let stderr = String::from_utf8_lossy(&output.stderr);
            return Err(format!("check ended with {}:\n{stderr}", output.status));
        }
        let text = String::from_utf8(output.stdout)
            .map_err(|error| format!("the output is not UTF-8: {error}"))?;
        Self::parse(&text)
    }

    /// Whether the output is one that a comparison can build upon.
    pub(crate) fn keeps_contract(&self) -> Result<(), String> {
        let Some(summary) = &self.summary else {
            return Err("the output lacks its last line, the summary".to_owned());
        };
        if summary.threads != self.threads.len() {
            let (said, there) = (summary.threads, self.threads.len());
            return Err(format!("the summary says {said} threads, the output has {there}"));
        }
        let mut ids = BTreeSet::new();
        for thread in &self.threads {
            if !ids.insert(&thread.id) {
                return Err(format!("two threads have the id {}", thread.id));
            }
            if thread.path.starts_with('/') {
                return Err(format!("{} is not relative to the root", thread.path));
            }
            if thread.loops.iter().filter(|found| found.main).count() > 1 {
                return Err(format!("{} has more than one main loop", thread.id));
            }
        }
        Ok(())
    }
}
