//! The program from outside: exit codes, streams, odd trees.

#![allow(clippy::expect_used, clippy::panic, reason = "a test's helpers are tests too")]

use std::path::Path;
use std::process::Output;

use assert_cmd::Command;
use tempfile::TempDir;

#[path = "cli/convert.rs"]
mod convert;
#[path = "cli/explain.rs"]
mod explain;
#[path = "cli/header.rs"]
mod header;
#[path = "cli/input.rs"]
mod input;
#[path = "cli/output.rs"]
mod output;
#[path = "cli/text.rs"]
mod text;
#[path = "cli/unsettled.rs"]
mod unsettled;
#[path = "cli/verdict.rs"]
mod verdict;

/// The program, deaf to the environment of whoever runs the tests.
fn program() -> Command {
    let mut program = Command::new(env!("CARGO_BIN_EXE_kthread-codemod"));
    for name in ["NO_COLOR", "CLICOLOR_FORCE", "COLUMNS"] {
        program.env_remove(name);
    }
    program
}

fn run(arguments: &[&str]) -> Run {
    Run::of(program().args(arguments))
}

/// Runs in a folder.
fn run_in(folder: &Path, arguments: &[&str]) -> Run {
    Run::of(program().current_dir(folder).args(arguments))
}

/// What came out.
struct Run {
    code: i32,
    stdout: String,
    stderr: String,
}

impl Run {
    fn of(program: &mut Command) -> Self {
        let Output { status, stdout, stderr } = program.output().expect("it runs");
        let stderr = String::from_utf8_lossy(&stderr).into_owned();
        assert!(!stderr.contains("panicked"), "{stderr}");
        Self {
            code: status.code().unwrap_or_else(|| panic!("killed: {status}\n{stderr}")),
            stdout: String::from_utf8_lossy(&stdout).into_owned(),
            stderr,
        }
    }

    /// The counts of the summary line.
    fn summary(&self, key: &str) -> u64 {
        let line = self.stdout.lines().last().expect("a line");
        let summary: serde_json::Value = serde_json::from_str(line).expect("JSON");
        assert_eq!(summary["kind"], "summary");
        summary[key].as_u64().expect("a count")
    }
}

/// A folder with these files.
fn tree(files: &[(&str, &[u8])]) -> TempDir {
    let tree = tempfile::tempdir().expect("folder");
    for (path, text) in files {
        let path = tree.path().join(path);
        std::fs::create_dir_all(path.parent().expect("parent")).expect("folders");
        std::fs::write(path, text).expect("file");
    }
    tree
}

const CORPUS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../corpus/patterns");
