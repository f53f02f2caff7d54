//! A power failure after each operation: what was not brought to the disk may be there or not.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs::{self, File, Metadata};
use std::io;
use std::path::{Path, PathBuf};

use super::super::disk::Disk;
use super::super::{commit_on, recover_on};
use super::{Files, Hasty, OLD, Tree, edits, new, old};

/// An operation on the names of a folder. Texts are on the disk when it comes back.
#[derive(Debug, Clone)]
enum Operation {
    Create { path: PathBuf, text: String },
    Append { path: PathBuf, text: String },
    Link { from: PathBuf, to: PathBuf },
    Rename { from: PathBuf, to: PathBuf },
    Remove { path: PathBuf },
    Sync { folder: PathBuf },
}

impl Operation {
    /// The folder whose names it changes.
    fn folder(&self) -> Option<&Path> {
        match self {
            Self::Create { path, .. } | Self::Remove { path } => path.parent(),
            Self::Link { to, .. } | Self::Rename { to, .. } => to.parent(),
            Self::Append { .. } | Self::Sync { .. } => None,
        }
    }
}

/// Does what it is told, and writes it down with paths relative to the root.
struct Recorder {
    root: PathBuf,
    log: RefCell<Vec<Operation>>,
}

impl Recorder {
    fn new(tree: &Tree) -> Self {
        Self { root: tree.root().canonicalize().expect("real"), log: RefCell::default() }
    }

    fn name(&self, path: &Path) -> PathBuf {
        path.strip_prefix(&self.root).expect("inside").to_owned()
    }

    fn write(&self, operation: Operation) {
        self.log.borrow_mut().push(operation);
    }
}

impl Disk for Recorder {
    fn create(&self, path: &Path, text: &[u8], like: Option<&Metadata>) -> io::Result<()> {
        Hasty.create(path, text, like)?;
        let text = String::from_utf8(text.to_owned()).expect("UTF-8");
        self.write(Operation::Create { path: self.name(path), text });
        Ok(())
    }

    fn link(&self, from: &Path, to: &Path) -> io::Result<()> {
        Hasty.link(from, to)?;
        self.write(Operation::Link { from: self.name(from), to: self.name(to) });
        Ok(())
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        Hasty.rename(from, to)?;
        self.write(Operation::Rename { from: self.name(from), to: self.name(to) });
        Ok(())
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        Hasty.remove(path)?;
        self.write(Operation::Remove { path: self.name(path) });
        Ok(())
    }

    fn sync(&self, folder: &Path) -> io::Result<()> {
        self.write(Operation::Sync { folder: self.name(folder) });
        Ok(())
    }

    fn append(&self, file: &mut File, path: &Path, text: &[u8]) -> io::Result<()> {
        let path_in_root = self.name(path);
        if fs::read(path)?.is_empty() {
            // It was made when it was locked.
            self.write(Operation::Create { path: path_in_root.clone(), text: String::new() });
        }
        Hasty.append(file, path, text)?;
        let text = String::from_utf8(text.to_owned()).expect("UTF-8");
        self.write(Operation::Append { path: path_in_root, text });
        Ok(())
    }
}

/// A small generator of our own, so that a failure is the same everywhere.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % (sides.max(1) as u64)).expect("small")
    }
}

/// What is found after a power failure behind these operations.
fn survivors(before: &Files, log: &[Operation], dice: &mut Dice) -> Files {
    let lost = lost(log, dice);
    let mut texts: Vec<String> = before.values().cloned().collect();
    let mut names: BTreeMap<PathBuf, usize> =
        before.keys().enumerate().map(|(at, path)| (path.into(), at)).collect();
    // An open file is written to whether its name is on the disk or not.
    let mut open: BTreeMap<&Path, usize> = BTreeMap::new();
    for (operation, lost) in log.iter().zip(lost) {
        match operation {
            Operation::Create { path, text } => {
                open.insert(path, texts.len());
                if !lost {
                    names.insert(path.clone(), texts.len());
                }
                texts.push(text.clone());
            }
            Operation::Append { path, text } => {
                let at = open.get(path.as_path()).copied().or(names.get(path).copied());
                texts[at.expect("it was made")].push_str(text);
            }
            Operation::Sync { .. } => {}
            _ if lost => {}
            Operation::Link { from, to } => {
                if let Some(at) = names.get(from) {
                    names.insert(to.clone(), *at);
                }
            }
            Operation::Rename { from, to } => {
                if let Some(at) = names.remove(from) {
                    names.insert(to.clone(), at);
                }
            }
            Operation::Remove { path } => drop(names.remove(path)),
        }
    }
    let name = |path: PathBuf| path.to_str().expect("UTF-8").to_owned();
    names.into_iter().map(|(path, at)| (name(path), texts[at].clone())).collect()
}

/// Which operations are lost: of those that nobody synced any, or all behind one.
fn lost(log: &[Operation], dice: &mut Dice) -> Vec<bool> {
    let is_synced = |at: usize, folder: &Path| {
        let behind = log[at..].iter();
        behind
            .into_iter()
            .any(|later| matches!(later, Operation::Sync { folder: it } if it == folder))
    };
    let (any, cut) = (dice.roll(2) == 0, dice.roll(log.len() + 1));
    let mut lost = Vec::new();
    for (at, operation) in log.iter().enumerate() {
        let pending = operation.folder().is_some_and(|folder| !is_synced(at, folder));
        lost.push(pending && if any { dice.roll(2) == 0 } else { at >= cut });
    }
    lost
}

fn tree(files: &Files) -> Tree {
    Tree::new(files.iter().map(|(path, text)| (path.as_str(), text.as_str())))
}

fn recorded(before: &Files) -> Vec<Operation> {
    let tree = tree(before);
    let disk = Recorder::new(&tree);
    commit_on(&disk, tree.root(), &edits(before, &new())).expect("written");
    disk.log.into_inner()
}

/// How often each point is tried.
const THROWS: usize = 12;

/// Every state after a power failure within these operations, some of them several times.
fn failures(before: &Files, log: &[Operation]) -> Vec<(String, Files)> {
    let mut dice = Dice(0x2545_f491_4f6c_dd1d);
    let throws = (0..=log.len()).flat_map(|at| (0..THROWS).map(move |throw| (at, throw)));
    let state = |(at, throw)| {
        let context = format!("behind {at} of {}, throw {throw}: {:?}", log.len(), log.get(at));
        (context, survivors(before, &log[..at], &mut dice))
    };
    throws.map(state).collect()
}

#[test]
fn everything_is_old_or_new_and_so_it_is_after_a_second_failure() {
    let before: Files = old();
    let (mut seen, mut inner) = ([0; 2], Dice(7));
    for (context, state) in failures(&before, &recorded(&before)) {
        let found = tree(&state);
        let disk = Recorder::new(&found);
        recover_on(&disk, found.root()).expect(&context);
        let files = found.files();
        assert!(files == old() || files == new(), "{context}: {state:#?}\n{files:#?}");
        seen[usize::from(files == new())] += 1;

        let log = disk.log.into_inner();
        let again = tree(&survivors(&state, &log[..inner.roll(log.len() + 1)], &mut inner));
        recover_on(&Hasty, again.root()).expect(&context);
        let files = again.files();
        assert!(files == old() || files == new(), "{context}, again: {files:#?}");
    }
    assert!(seen.iter().all(|count| *count > THROWS), "{seen:?}");
}

/// The control: each time that names are brought to the disk is needed, but for the last one, behind
/// which nothing comes.
#[test]
fn without_syncs_it_is_seen_to_break() {
    let before = old();
    let log = recorded(&before);
    let breaks = |log: &[Operation]| {
        failures(&before, log).into_iter().any(|(_, state)| {
            let found = tree(&state);
            let recovered = recover_on(&Hasty, found.root()).is_ok();
            let files = found.files();
            !recovered || (files != old() && files != new())
        })
    };
    let is_sync = |operation: &Operation| matches!(operation, Operation::Sync { .. });
    let steps: Vec<&[Operation]> =
        log.chunk_by(|one, next| is_sync(one) == is_sync(next)).collect();
    let syncs: Vec<usize> = (0..steps.len()).filter(|at| is_sync(&steps[*at][0])).collect();
    assert_eq!(syncs.len(), 5, "{log:#?}");
    for (time, sync) in syncs.into_iter().enumerate() {
        let others = steps.iter().enumerate().filter(|(at, _)| *at != sync);
        let without: Vec<Operation> = others.flat_map(|(_, step)| step.to_vec()).collect();
        assert_eq!(breaks(&without), time < 4, "without those at {sync}");
    }
}

#[test]
fn the_recorder_and_the_disk_agree() {
    let before = old();
    let log = recorded(&before);
    let end = survivors(&before, &log, &mut Dice(1));
    assert_eq!(end, new());
    assert_eq!(OLD.len(), end.len());
}
