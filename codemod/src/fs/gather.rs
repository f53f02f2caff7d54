//! The first pass: all inputs, each file once.

use std::collections::BTreeSet;
use std::fs::File;
use std::path::{Path, PathBuf};

use super::error::{FsError, Problem, reason};
use super::options::{Input, WalkOptions};
use super::paths::Root;
use super::progress::{Phase, Progress};
use super::read::REFUSED;
use super::scan::{Batch, Scanner};
use super::survey::{Content, FileRecord, Folder, Place, Survey};
use super::trigger::Triggers;
use super::{clang_format, commit, empty, parallel, walk};

/// Reads all inputs: keeps the texts that hold a trigger, and of the others what they call, define
/// or assign. The result does not depend on the number of threads.
///
/// # Errors
/// Where there is no root. An input that can't be read is in [`Survey::take_errors`]; the others
/// are read all the same.
pub fn survey(
    options: &WalkOptions,
    triggers: &[String],
    progress: &dyn Progress,
) -> Result<Survey, FsError> {
    progress.phase(Phase::Scan);
    let root = Root::new(options.root.as_deref())?;
    let triggers = Triggers::new(triggers);
    let mut survey = Survey { root: Some(root.real().to_owned()), ..Survey::default() };
    let mut files = Vec::new();
    let mut around = BTreeSet::new();
    let mut scanner = Scanner::new(&triggers, progress);

    for input in &options.inputs {
        match input {
            Input::Text { path, text } if path.rsplit('/').next() == Some(".clang-format") => {
                let text = String::from_utf8_lossy(text);
                survey.iterator_macros.extend(clang_format::for_each_macros(&text));
            }
            Input::Text { path, text } => scanner.text(path.clone(), text.clone()),
            Input::Stdin { path } => {
                let name = match path {
                    Some(path) => {
                        around.insert(folder_of(path));
                        root.name(path)
                    }
                    None => "<stdin>".to_owned(),
                };
                scanner.stream(&mut std::io::stdin().lock(), name);
            }
            Input::Path(path) => match std::fs::metadata(path) {
                Ok(data) if data.is_dir() => {
                    survey.journals.append(&mut commit::around(path));
                    around.insert(path.clone());
                    survey.folders.push(Folder {
                        given: path.clone(),
                        name: root.name(path),
                        root: root.inside(path),
                    });
                }
                Ok(data) => {
                    survey.journals.append(&mut commit::around(path));
                    around.insert(folder_of(path));
                    if data.is_file() {
                        files.push(path);
                    } else {
                        give_once(&mut scanner, path, root.name(path));
                    }
                }
                Err(error) => survey.errors.push(refused(path, reason(&error))),
            },
        }
    }

    let mut batches = vec![scanner.finish()];
    let state = || Scanner::new(&triggers, progress);
    let step = |scanner: &mut Scanner<'_>, path: &&PathBuf| {
        scanner.file(path, root.name(path), Place::Exact(path.as_path().into()), true);
    };
    let states = parallel::for_each(options.jobs, &files, state, step);
    batches.extend(states.into_iter().map(Scanner::finish));

    for (folder, number) in survey.folders.iter().zip(0..) {
        let mut found = walk::walk(folder, number, options, &triggers, progress);
        let nothing = found.iter().all(|batch| {
            let problems = batch.found.problems.len() + batch.found.errors.len();
            batch.files.is_empty() && problems == 0
        });
        if nothing {
            survey.warnings.push(empty::why(&folder.given, options));
        }
        batches.append(&mut found);
    }

    let last = options.root.as_ref().map(|_| root.real());
    for folder in &around {
        survey.iterator_macros.extend(clang_format::around(folder, last));
    }
    merge(&mut survey, batches);
    Ok(survey)
}

/// A pipe or the like can't be read again when the engine asks for more.
fn give_once(scanner: &mut Scanner<'_>, path: &Path, name: String) {
    match File::open(path) {
        Ok(mut file) => scanner.stream(&mut file, name),
        Err(error) => scanner.found.errors.push(refused(path, reason(&error))),
    }
}

fn folder_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(folder) if folder != Path::new("") => folder.to_owned(),
        _ => PathBuf::from("."),
    }
}

fn refused(path: &Path, why: String) -> FsError {
    FsError::Given { path: path.display().to_string(), why }
}

/// Brings together what the threads found, in an order that does not tell of them.
fn merge(survey: &mut Survey, batches: Vec<Batch>) {
    for (mut batch, number) in batches.into_iter().zip(0..) {
        for file in &mut batch.files {
            if let Content::Dropped { list, .. } = &mut file.content {
                *list = number;
            }
        }
        survey.files.append(&mut batch.files);
        survey.lists.push(batch.postings);
        survey.errors.append(&mut batch.found.errors);
        survey.problems.append(&mut batch.found.problems);
        survey.warnings.append(&mut batch.found.warnings);
        survey.iterator_macros.append(&mut batch.found.iterator_macros);
        survey.journals.append(&mut batch.found.journals);
    }
    let rank = |file: &FileRecord| (!matches!(file.place, Place::Memory(_)), !file.given);
    survey.files.sort_by(|a, b| a.path.cmp(&b.path).then_with(|| rank(a).cmp(&rank(b))));
    survey.files.dedup_by(|later, first| later.path == first.path);
    for file in &survey.files {
        let Content::Unreadable(why) = &file.content else { continue };
        let (path, why) = (file.path.to_string(), why.to_string());
        if file.given {
            survey.errors.push(FsError::Given { path, why });
        } else {
            // A file over the bound was left alone on purpose; that is told, and no failure.
            let unread = why.starts_with(REFUSED);
            survey.problems.push(Problem { path, why, unread });
        }
    }
    survey.warnings.sort_unstable();
    survey.warnings.dedup();
    survey.iterator_macros.sort_unstable();
    survey.iterator_macros.dedup();
}
