//! `header`: the C header that converted code includes.

use std::path::{Path, PathBuf};

use clap::Parser;

use super::{Exit, output};
use crate::fs::commit;

/// The header, built into the program.
pub const HEADER: &str = include_str!("../../include/linux/kthread_iterant.h");

/// Writes the C header that converted code includes
///
/// It belongs into a kernel tree as include/linux/kthread_iterant.h.
#[derive(Debug, Parser)]
pub(super) struct Args {
    /// Where to write it; the folder must be there [default: the standard output]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

pub(super) fn run(args: &Args) -> Exit {
    let written = match args.out.as_deref() {
        None => output::print(|out| out.write_all(HEADER.as_bytes())),
        Some(path) => write(path),
    };
    if written { Exit::Fine } else { Exit::Failed }
}

fn write(path: &Path) -> bool {
    match commit::replace(path, HEADER.as_bytes()) {
        Ok(()) => true,
        Err(error) => {
            output::complain(error);
            false
        }
    }
}
