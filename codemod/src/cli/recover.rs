//! `recover`: puts right what an interrupted `convert --write` left.

use std::path::PathBuf;

use clap::Parser;

use super::Exit;
use super::output::{complain, note, print};
use crate::fs::commit::{self, Recovery, State, Unsettled};

/// Puts right what an interrupted `convert --write` left: all of its files are old again, or all new
///
/// It changes nothing else. `convert --write` does the same by itself before it begins.
///
/// Exit code: 0 all is right, 2 something could not be read or written.
#[derive(Debug, Parser)]
pub(super) struct Args {
    /// Files and folders. The current directory where there is none
    paths: Vec<PathBuf>,
}

pub(super) fn run(args: Args) -> Exit {
    let Args { mut paths } = args;
    if paths.is_empty() {
        paths.push(".".into());
    }
    for path in &paths {
        if let Err(error) = path.metadata() {
            complain(format_args!("{}: {error}", path.display()));
            return Exit::Failed;
        }
    }
    let folders =
        paths.iter().flat_map(|path| [commit::around(path), commit::below(path)].concat());
    let runs = commit::unsettled(folders, &paths);
    if runs.is_empty() {
        let done = print(|out| writeln!(out, "no run was interrupted here"));
        return if done { Exit::Fine } else { Exit::Failed };
    }
    if all(&runs) { Exit::Fine } else { Exit::Failed }
}

/// Puts right what these runs left. `false` where that could not be done; the user knows why.
pub(super) fn all(runs: &[Unsettled]) -> bool {
    let mut done = true;
    for run in runs {
        if let State::Odd(error) = &run.state {
            complain(error);
            done = false;
            continue;
        }
        let folder = run.folder.display();
        match commit::recover(&run.folder) {
            Ok(Recovery::Nothing) => {}
            Ok(Recovery::Undone { restored }) => note(format_args!(
                "{folder}: an earlier run was interrupted; files that had their new text and have the old \
                 one again: {}",
                restored.len()
            )),
            Ok(Recovery::Completed { files }) => note(format_args!(
                "{folder}: an earlier run was interrupted when all of its files had been written; they \
                 stay: {}",
                files.len()
            )),
            Err(error) => {
                complain(error);
                done = false;
            }
        }
    }
    done
}
