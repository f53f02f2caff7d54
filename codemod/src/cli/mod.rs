//! The command line: one file a command, each of them thin.

mod check;
mod convert;
pub mod corpus;
mod explain;
pub mod header;
mod input;
mod output;
mod progress;
mod recover;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Stack of the thread that does the work: C nests as deeply as its author likes. Memory is only
/// taken for the part that is used.
const STACK: usize = 512 << 20;

/// Finds every kthread main loop in a C tree, says what is true of it, and converts it.
#[derive(Debug, Parser)]
#[command(name = "kthread-codemod", version, propagate_version = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Check(check::Args),
    Convert(convert::Args),
    Explain(explain::Args),
    Header(header::Args),
    Recover(recover::Args),
}

/// How a run ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Exit {
    /// Nothing at warning or above.
    Fine,
    /// A finding at warning or above; or a thread that was not converted.
    Found,
    /// The command line is wrong, or something could not be read or written.
    Failed,
    /// Something that matters was not understood.
    NotUnderstood,
    /// A check of ours found a conversion of ours wrong.
    FailedCheck,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Fine => 0,
            Exit::Found => 1,
            Exit::Failed => 2,
            Exit::NotUnderstood => 3,
            Exit::FailedCheck => 4,
        })
    }
}

/// The program.
pub fn main() -> ExitCode {
    match std::thread::Builder::new().stack_size(STACK).spawn(run) {
        // The message of a panic is on stderr already.
        Ok(thread) => thread.join().unwrap_or(Exit::Failed).into(),
        // A system that grants no thread of this size may still have stack enough.
        Err(_) => run().into(),
    }
}

fn run() -> Exit {
    match Cli::try_parse() {
        Ok(Cli { command: Command::Check(args) }) => check::run(args),
        Ok(Cli { command: Command::Convert(args) }) => convert::run(args),
        Ok(Cli { command: Command::Explain(args) }) => explain::run(&args),
        Ok(Cli { command: Command::Header(args) }) => header::run(&args),
        Ok(Cli { command: Command::Recover(args) }) => recover::run(args),
        Err(usage) => {
            // Help and version come this way too.
            let failed = usage.exit_code() != 0;
            match usage.print() {
                Ok(()) if !failed => Exit::Fine,
                Err(error) if !failed && output::is_closed(&error) => Exit::Fine,
                _ => Exit::Failed,
            }
        }
    }
}
