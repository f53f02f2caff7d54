//! The patch, applied to copies of just the files that it touches.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use crate::kernel::run;

/// Where converted code finds the header, below [`Overlay::include`].
pub(crate) const HEADER: &str = "linux/kthread_iterant.h";

/// Where the touched files lie as the patch makes them.
const AFTER: &str = "after";

/// A file that the patch touches.
#[derive(Debug, Clone)]
pub(crate) struct Touched {
    pub(crate) before: Vec<u8>,
    pub(crate) after: Vec<u8>,
    /// Its part of the patch.
    pub(crate) patch: Vec<u8>,
}

/// Touched files as they were and as they are, and the header.
#[derive(Debug)]
pub(crate) struct Overlay {
    directory: TempDir,
    pub(crate) files: BTreeMap<String, Touched>,
    pub(crate) header: Vec<u8>,
}

impl Overlay {
    /// Applies a patch with both programs that people use for that.
    pub(crate) fn of_patch(tree: &Path, patch: &[u8], header: &[u8]) -> Result<Self, String> {
        let mut files = BTreeMap::new();
        for (path, patch) in split(patch)? {
            let file = tree.join(&path);
            let before = std::fs::read(&file)
                .map_err(|error| format!("the patch names {}: {error}", file.display()))?;
            let touched = Touched { after: before.clone(), before, patch };
            if files.insert(path.clone(), touched).is_some() {
                return Err(format!("the patch names {path} twice"));
            }
        }
        let mut overlay = Self::of_files(files, header)?;
        let file = overlay.directory.path().join("patch");
        write(&file, patch)?;
        overlay.check_with_git(&file)?;
        overlay.apply(&file)?;
        for (path, file) in &mut overlay.files {
            let new = overlay.directory.path().join(AFTER).join(path);
            file.after =
                std::fs::read(&new).map_err(|error| format!("{}: {error}", new.display()))?;
            if file.after == file.before {
                return Err(format!("the patch leaves {path} as it was"));
            }
        }
        Ok(overlay)
    }

    /// Lays files out as they are given.
    pub(crate) fn of_files(
        files: BTreeMap<String, Touched>,
        header: &[u8],
    ) -> Result<Self, String> {
        let directory = tempfile::tempdir().map_err(|error| error.to_string())?;
        let overlay = Self { directory, files, header: header.to_vec() };
        for (path, file) in &overlay.files {
            write(&overlay.before().join(path), &file.before)?;
            write(&overlay.after().join(path), &file.after)?;
        }
        write(&overlay.include().join(HEADER), header)?;
        Ok(overlay)
    }

    /// The touched files before the patch.
    pub(crate) fn before(&self) -> PathBuf {
        self.directory.path().join("before")
    }

    /// The touched files after it.
    pub(crate) fn after(&self) -> PathBuf {
        self.directory.path().join(AFTER)
    }

    /// What stands in for the kernel's folder `include`.
    pub(crate) fn include(&self) -> PathBuf {
        self.directory.path().join("include")
    }

    /// Lays an untouched file beside the touched ones, which then finds them by `#include "…"`.
    pub(crate) fn add_untouched(&self, tree: &Path, path: &str) -> Result<(), String> {
        if self.files.contains_key(path) {
            return Ok(());
        }
        let file = tree.join(path);
        let text = std::fs::read(&file).map_err(|error| format!("{}: {error}", file.display()))?;
        write(&self.after().join(path), &text)
    }

    fn check_with_git(&self, patch: &Path) -> Result<(), String> {
        let said = run(Command::new("git")
            .args(["apply", "--check", "--verbose", "-p1"])
            .arg(patch)
            .current_dir(self.before())
            // Inside a repository git would leave out, in silence, what lies outside of it.
            .env("GIT_CEILING_DIRECTORIES", self.directory.path()))?;
        let checked =
            said.stderr.lines().filter(|line| line.starts_with("Checking patch ")).count();
        if !said.ok || checked != self.files.len() {
            let of = self.files.len();
            return Err(format!("git apply: {checked} of {of} files\n{}", said.stderr));
        }
        Ok(())
    }

    fn apply(&self, patch: &Path) -> Result<(), String> {
        let said = run(Command::new("patch")
            .args(["-p1", "--batch", "--fuzz=0", "--no-backup-if-mismatch"])
            .args(["--reject-file=-", "--input"])
            .arg(patch)
            .current_dir(self.after()))?;
        let patched = said.stdout.lines().filter(|line| line.starts_with("patching file ")).count();
        // A hunk that is found elsewhere was made for another text.
        if !said.ok || patched != self.files.len() || said.stdout.contains("offset") {
            let of = self.files.len();
            return Err(format!("patch: {patched} of {of} files\n{}{}", said.stdout, said.stderr));
        }
        Ok(())
    }
}

fn write(file: &Path, text: &[u8]) -> Result<(), String> {
    let folder = file.parent().unwrap_or(file);
    std::fs::create_dir_all(folder)
        .and_then(|()| std::fs::write(file, text))
        .map_err(|error| format!("{}: {error}", file.display()))
}

/// The parts of a patch by path. Hunks are counted out: a removed line may look like a head.
pub(crate) fn split(text: &[u8]) -> Result<Vec<(String, Vec<u8>)>, String> {
    let mut files: Vec<(String, Vec<u8>)> = Vec::new();
    // Lines that are left of the old and of the new text in the current hunk.
    let (mut old, mut new) = (0_usize, 0_usize);
    let mut head = Vec::new();
    for line in text.split_inclusive(|&byte| byte == b'\n') {
        if old + new > 0 {
            match line.first() {
                Some(b'-') => old = old.saturating_sub(1),
                Some(b'+') => new = new.saturating_sub(1),
                Some(b'\\') => {}
                _ => (old, new) = (old.saturating_sub(1), new.saturating_sub(1)),
            }
        } else if let Some(named) = line.strip_prefix(b"+++ ") {
            let named = String::from_utf8_lossy(named);
            let named = named.split('\t').next().unwrap_or_default().trim_end();
            let path = named
                .strip_prefix("b/")
                .ok_or_else(|| format!("a file in the patch is not called b/…: {named}"))?;
            files.push((path.to_owned(), std::mem::take(&mut head)));
        } else if line.starts_with(b"@@ ") {
            (old, new) = counts(&String::from_utf8_lossy(line))
                .ok_or_else(|| format!("a hunk's head: {}", String::from_utf8_lossy(line)))?;
        } else if !line.starts_with(b"\\") {
            // "diff", "index" or "---" of the next file.
            head.extend_from_slice(line);
            continue;
        }
        let Some((_, part)) = files.last_mut() else {
            return Err("the patch begins with a hunk".to_owned());
        };
        part.extend_from_slice(line);
    }
    if files.is_empty() {
        return Err("the patch is empty".to_owned());
    }
    Ok(files)
}

/// How many lines of the old and of the new text a hunk holds.
fn counts(head: &str) -> Option<(usize, usize)> {
    let mut words = head.split(' ').skip(1);
    let mut count = |sign| {
        let range = words.next()?.strip_prefix(sign)?;
        range.split_once(',').map_or(Some(1), |(_, count)| count.parse().ok())
    };
    Some((count('-')?, count('+')?))
}
