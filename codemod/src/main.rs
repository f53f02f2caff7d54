//! The program `kthread-codemod`.

use std::process::ExitCode;

fn main() -> ExitCode {
    kthread_codemod::cli::main()
}
