//! The kernel that the proof builds against: a pristine tree and a prepared build directory.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::cache::sha256;

/// Which release of Linux the snapshots are of.
pub(crate) const RELEASE: &str = "6.1.192";

/// A tree and a directory that `corpus/kernel/proof.sh` prepared for it.
#[derive(Debug)]
pub(crate) struct Kernel {
    pub(crate) tree: PathBuf,
    pub(crate) build: PathBuf,
    pub(crate) release: String,
    /// First line of the compiler's version.
    pub(crate) compiler: String,
    /// SHA-256 of its configuration, as C sees it.
    pub(crate) config: String,
}

impl Kernel {
    /// What the environment names.
    pub(crate) fn of_environment() -> Result<Self, String> {
        let tree = directory("KERNEL_SRC")?;
        let build = directory("KERNEL_BUILD")?;
        let release = build.join("include/config/kernel.release");
        let release = std::fs::read_to_string(&release).map_err(|error| {
            format!("KERNEL_BUILD is not prepared: {}: {error}", release.display())
        })?;
        let config = build.join("include/generated/autoconf.h");
        let config =
            std::fs::read(&config).map_err(|error| format!("{}: {error}", config.display()))?;
        let output = run(Command::new("gcc").arg("--version"))?;
        let compiler = output.stdout.lines().next().unwrap_or_default().to_owned();
        let release = release.trim().to_owned();
        Ok(Self { tree, build, release, compiler, config: sha256(&config) })
    }

    /// Whether this is the kernel that the snapshots are of.
    pub(crate) fn is_exact(&self) -> bool {
        self.release == RELEASE
    }
}

/// Whether a path is that of a C file, and of no header.
pub(crate) fn is_c(path: &str) -> bool {
    Path::new(path).extension().is_some_and(|extension| extension == "c")
}

fn directory(variable: &str) -> Result<PathBuf, String> {
    let value = std::env::var_os(variable)
        .ok_or_else(|| format!("{variable} is not set: run corpus/kernel/proof.sh"))?;
    Path::new(&value).canonicalize().map_err(|error| format!("{variable}: {error}"))
}

/// What a program said.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) ok: bool,
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// Runs a program to its end, in the language of its messages that parsers expect.
pub(crate) fn run(command: &mut Command) -> Result<Said, String> {
    let output = command
        .env("LC_ALL", "C")
        .output()
        .map_err(|error| format!("{}: {error}", command.get_program().display()))?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Ok(Said {
        ok: output.status.success(),
        code: output.status.code(),
        stdout: text(&output.stdout),
        stderr: text(&output.stderr),
    })
}
