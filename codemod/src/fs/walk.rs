//! The walk of one folder, in parallel, each file scanned by the thread that finds it.

use std::path::Path;
use std::sync::{Mutex, PoisonError};

use ignore::{DirEntry, ParallelVisitor, ParallelVisitorBuilder, WalkBuilder, WalkState};

use super::error::{FsError, Problem, reason};
use super::options::WalkOptions;
use super::paths::is_c;
use super::progress::Progress;
use super::scan::{Batch, Scanner};
use super::survey::Folder;
use super::trigger::Triggers;
use super::{clang_format, commit};

/// A walk of a folder with the filters that the user asked for.
pub(super) fn builder(folder: &Path, ignore_rules: bool, hidden: bool) -> WalkBuilder {
    let mut walk = WalkBuilder::new(folder);
    walk.standard_filters(ignore_rules).hidden(!hidden).follow_links(false);
    walk.filter_entry(|entry| {
        entry.file_type().is_some_and(|kind| kind.is_dir()) || is_c(entry.file_name().as_ref())
    });
    walk
}

/// Walks the folder of this number.
pub(super) fn walk(
    folder: &Folder,
    number: u32,
    options: &WalkOptions,
    triggers: &Triggers,
    progress: &dyn Progress,
) -> Vec<Batch> {
    let batches = Mutex::new(Vec::new());
    let mut visitors = Visitors { folder, number, triggers, progress, batches: &batches };
    builder(&folder.given, options.ignore_rules, options.hidden)
        .threads(options.jobs.max(1))
        .build_parallel()
        .visit(&mut visitors);
    batches.into_inner().unwrap_or_else(PoisonError::into_inner)
}

struct Visitors<'a> {
    folder: &'a Folder,
    number: u32,
    triggers: &'a Triggers,
    progress: &'a dyn Progress,
    batches: &'a Mutex<Vec<Batch>>,
}

impl<'a> ParallelVisitorBuilder<'a> for Visitors<'a> {
    fn build(&mut self) -> Box<dyn ParallelVisitor + 'a> {
        Box::new(Visitor {
            folder: self.folder,
            number: self.number,
            batches: self.batches,
            scanner: Some(Scanner::new(self.triggers, self.progress)),
        })
    }
}

struct Visitor<'a> {
    folder: &'a Folder,
    number: u32,
    batches: &'a Mutex<Vec<Batch>>,
    /// There until the thread ends.
    scanner: Option<Scanner<'a>>,
}

impl Drop for Visitor<'_> {
    fn drop(&mut self) {
        if let Some(scanner) = self.scanner.take() {
            let batch = scanner.finish();
            self.batches.lock().unwrap_or_else(PoisonError::into_inner).push(batch);
        }
    }
}

impl ParallelVisitor for Visitor<'_> {
    fn visit(&mut self, entry: Result<DirEntry, ignore::Error>) -> WalkState {
        if let Some(scanner) = &mut self.scanner {
            match entry {
                Ok(entry) => take(scanner, self.folder, self.number, &entry),
                Err(error) => blame(scanner, self.folder, self.number, &error),
            }
        }
        WalkState::Continue
    }
}

fn take(scanner: &mut Scanner<'_>, folder: &Folder, number: u32, entry: &DirEntry) {
    if let Some(error) = entry.error() {
        scanner.found.warnings.push(error.to_string());
    }
    let path = entry.path();
    let Some(kind) = entry.file_type() else { return };
    if kind.is_dir() {
        scanner.found.iterator_macros.append(&mut clang_format::of_folder(path));
        if commit::has_journal(path) {
            scanner.found.journals.push(path.to_owned());
        }
    } else if kind.is_file() {
        let (name, place) = folder.name(number, path);
        scanner.file(path, name, place, false);
    } else if let Some(why) = other(path, kind.is_symlink()) {
        scanner.found.problems.push(Problem {
            path: folder.name(number, path).0,
            why,
            unread: false,
        });
    }
}

/// What is wrong with something that is neither a file nor a folder. A link that leads somewhere is
/// as it should be: the file is read where it is.
fn other(path: &Path, is_link: bool) -> Option<String> {
    if !is_link {
        return Some("neither a file nor a folder: not read".to_owned());
    }
    let error = std::fs::metadata(path).err()?;
    Some(match error.kind() {
        std::io::ErrorKind::NotFound => "a broken link: it leads to nothing".to_owned(),
        _ => format!("a link that cannot be followed: {}", reason(&error)),
    })
}

fn blame(scanner: &mut Scanner<'_>, folder: &Folder, number: u32, error: &ignore::Error) {
    let Some(io) = error.io_error() else {
        scanner.found.warnings.push(error.to_string());
        return;
    };
    let why = format!("cannot be read: {}", reason(io));
    match (path_of(error), error.depth()) {
        (Some(path), Some(depth)) if depth > 0 => {
            scanner.found.problems.push(Problem {
                path: folder.name(number, path).0,
                why,
                unread: true,
            });
        }
        _ => {
            let path = folder.given.display().to_string();
            scanner.found.errors.push(FsError::Given { path, why });
        }
    }
}

fn path_of(error: &ignore::Error) -> Option<&Path> {
    use ignore::Error::{Partial, WithDepth, WithLineNumber, WithPath};
    match error {
        WithPath { path, .. } => Some(path),
        WithDepth { err, .. } | WithLineNumber { err, .. } => path_of(err),
        Partial(errors) => errors.iter().find_map(path_of),
        _ => None,
    }
}
