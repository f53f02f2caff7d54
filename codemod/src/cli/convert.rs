//! `convert`: rewrites the main loops of a tree.

use std::path::Path;

use clap::{Parser, ValueEnum};

use super::Exit;
use super::input::{InputArgs, complete};
use super::output::{Color, complain, note, print};
use crate::edit::{self, TextHash};
use crate::fs::commit;
use crate::fs::host::Outcome;
use crate::report::schema::{Form, Outcome as Result, Report};
use crate::report::{conversions, json};

/// Rewrites kthread main loops to the iterant API, in place
///
/// Nothing is written without a proof: the result is read again and compared with the original, step
/// by step. The converted code includes <linux/kthread_iterant.h>; `kthread-codemod header` writes it.
///
/// Exit code: 0 all done, or nothing to do, 1 some threads were refused, 3 something that matters was
/// not understood, 4 a check of this tool failed on its own conversion, 2 wrong usage or something
/// could not be read or written.
#[derive(Debug, Parser)]
pub(super) struct Args {
    #[command(flatten)]
    input: InputArgs,
    /// What the loops become
    #[arg(long, value_enum)]
    to: To,
    /// How much becomes callbacks
    #[arg(long, value_enum, default_value_t)]
    form: FormArg,
    /// Print a patch, which is what happens by default
    #[arg(long, conflicts_with = "write")]
    diff: bool,
    /// Change the files: all of them or none
    #[arg(long)]
    write: bool,
    /// How to tell what became of each thread
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// When to colour messages
    #[arg(long, value_enum, default_value_t)]
    color: Color,
}

/// What the loops become.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum To {
    /// An iterant that runs inside of the old thread function
    Iterant,
}

/// How much becomes callbacks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum FormArg {
    /// The loop: what stands before and behind it stays where it is
    #[default]
    Loop,
    /// All of the thread function: init, iterate, destroy
    Callbacks,
}

/// How to tell what became of each thread.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A line for each reason, on stderr beside a patch
    #[default]
    Short,
    /// A JSON object a line on stdout, and no patch
    Json,
}

pub(super) fn run(args: Args) -> Exit {
    let Args { input, to: To::Iterant, form, diff: _, write, format, color } = args;
    if write && (input.corpus || input.has_stdin()) {
        complain("--write changes files; what does not come from one can only be printed");
        return Exit::Failed;
    }
    let root = input.root.clone().unwrap_or_else(|| ".".into());
    let form = match form {
        FormArg::Loop => Form::Loop,
        FormArg::Callbacks => Form::Callbacks,
    };
    let Some(mut outcome) = input.run(form, write, color) else { return Exit::Failed };
    let complete = complete(&outcome);
    let mut done = true;
    if write && complete {
        done = commit(&root, &mut outcome.report);
    } else if write {
        complain("nothing was written, because not all of the input could be read");
        outcome.report.not_written(|_| false);
    }
    let told = tell(&outcome, format, write);
    if complete && done && told { verdict(&outcome.report) } else { Exit::Failed }
}

/// Writes, and takes out of the report what could not be written.
fn commit(root: &Path, report: &mut Report) -> bool {
    if report.edits.is_empty() {
        return true;
    }
    let Err(error) = commit::commit(root, &report.edits) else { return true };
    if error.is_unchanged() {
        note("no file was changed");
        report.not_written(|_| false);
    } else {
        // What is there now is what happened, whatever the error says of the rest.
        report.not_written(|file| {
            let now = std::fs::read(root.join(&file.path)).map(|text| TextHash::of(&text));
            now.is_ok_and(|now| now.to_string() == file.after)
        });
    }
    complain(error);
    false
}

fn tell(outcome: &Outcome, format: Format, write: bool) -> bool {
    let Outcome { report, sources, .. } = outcome;
    if format == Format::Json {
        return print(|out| json::write_conversions(report, out));
    }
    let mut lines = Vec::new();
    // A vector takes all that is written.
    let _ = conversions::write(report, &mut lines);
    if write {
        return print(|out| out.write_all(&lines));
    }
    let printed = print(|out| {
        for file in report.edits.files() {
            let before = sources.find(file.path()).map(|id| sources.file(id).text());
            let before = before.unwrap_or_default();
            if let Ok(after) = file.apply(before) {
                out.write_all(&edit::unified(file.path(), before, &after))?;
            }
        }
        Ok(())
    });
    note(String::from_utf8_lossy(&lines).trim_end());
    printed
}

fn verdict(report: &Report) -> Exit {
    let any = |result| report.conversions.iter().any(|conversion| conversion.result == result);
    if any(Result::FailedCheck) {
        Exit::FailedCheck
    } else if report.not_understood.iter().any(|record| record.matters) {
        Exit::NotUnderstood
    } else if any(Result::Refused) {
        Exit::Found
    } else {
        Exit::Fine
    }
}
