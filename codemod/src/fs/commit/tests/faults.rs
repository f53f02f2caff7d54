//! A run that is stopped at each of its operations, or fails there.

use std::cell::Cell;
use std::fs::{self, File, Metadata};
use std::io;
use std::path::Path;

use super::super::disk::Disk;
use super::super::{CommitError, Recovery, commit_on, recover_on};
use super::{Hasty, OLD, Tree, edits, new, old};

/// What happens at one operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    /// The run is killed before it.
    Killed,
    /// The run is killed in the middle of it.
    Torn,
    /// The operation fails; those after it do not.
    Fails,
    /// It is done, and yet an error comes back.
    Lies,
}

/// A disk with a fault at one operation.
struct Faulty {
    /// Operations before it.
    left: Cell<usize>,
    fault: Fault,
    over: Cell<bool>,
    done: Cell<usize>,
}

/// More operations than any run has.
const NEVER: usize = 1_000_000;

impl Faulty {
    fn new(left: usize, fault: Fault) -> Self {
        Self { left: Cell::new(left), fault, over: Cell::new(false), done: Cell::new(0) }
    }

    /// `half` is what is left of an operation that was cut off.
    fn step(
        &self,
        whole: impl FnOnce() -> io::Result<()>,
        half: impl FnOnce() -> io::Result<()>,
    ) -> io::Result<()> {
        let fault = || Err(io::Error::other("a fault"));
        if self.over.get() {
            return fault();
        }
        self.done.set(self.done.get() + 1);
        if let Some(left) = self.left.get().checked_sub(1) {
            self.left.set(left);
            return whole();
        }
        self.left.set(NEVER);
        self.over.set(matches!(self.fault, Fault::Killed | Fault::Torn));
        match self.fault {
            Fault::Killed | Fault::Fails => {}
            Fault::Torn => half()?,
            Fault::Lies => whole()?,
        }
        fault()
    }
}

impl Disk for Faulty {
    fn create(&self, path: &Path, text: &[u8], like: Option<&Metadata>) -> io::Result<()> {
        let half = || Hasty.create(path, &text[..text.len() / 2], None);
        self.step(|| Hasty.create(path, text, like), half)
    }

    fn link(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.step(|| Hasty.link(from, to), || Hasty.link(from, to))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.step(|| Hasty.rename(from, to), || Hasty.rename(from, to))
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        // What is not there costs nothing, and is no operation.
        fs::symlink_metadata(path)?;
        self.step(|| Hasty.remove(path), || Hasty.remove(path))
    }

    fn sync(&self, _: &Path) -> io::Result<()> {
        self.step(|| Ok(()), || Ok(()))
    }

    fn append(&self, file: &mut File, path: &Path, text: &[u8]) -> io::Result<()> {
        let file = Cell::new(Some(file));
        let write = |text: &[u8]| match file.take() {
            Some(file) => Hasty.append(file, path, text),
            None => Ok(()),
        };
        self.step(|| write(text), || write(&text[..text.len() / 2]))
    }
}

/// How many operations a run has that nothing stops.
fn operations() -> usize {
    let disk = Faulty::new(NEVER, Fault::Killed);
    let tree = Tree::new(OLD);
    commit_on(&disk, tree.root(), &edits(&old(), &new())).expect("written");
    disk.done.get()
}

/// A tree after a run that a fault met at the operation of this number.
fn broken(at: usize, fault: Fault) -> (Tree, Result<(), CommitError>) {
    let tree = Tree::new(OLD);
    let disk = Faulty::new(at, fault);
    let result = commit_on(&disk, tree.root(), &edits(&old(), &new())).map(drop);
    (tree, result)
}

/// All old or all new, and nothing besides. Says whether it is new.
#[track_caller]
fn whole(tree: &Tree, context: &str) -> bool {
    let found = tree.files();
    assert!(found == old() || found == new(), "{context}: {found:#?}");
    found == new()
}

#[test]
fn killed_anywhere_it_is_put_right_at_the_next_start() {
    let operations = operations();
    assert!(operations > 15, "{operations}");
    for fault in [Fault::Killed, Fault::Torn] {
        let mut seen = [false; 2];
        for at in 0..operations {
            let context = format!("{fault:?} at {at}");
            let (tree, result) = broken(at, fault);
            let error = result.expect_err(&context);
            let found = tree.files();
            let recovery = recover_on(&Hasty, tree.root()).expect(&context);
            let is_new = whole(&tree, &context);
            seen[usize::from(is_new)] = true;
            assert_eq!(is_new, matches!(recovery, Recovery::Completed { .. }) || found == new());
            assert!(!is_new || !error.is_unchanged(), "{context}: {error}");
            assert_eq!(recover_on(&Hasty, tree.root()).expect(&context), Recovery::Nothing);
        }
        assert_eq!(seen, [true, true]);
    }
}

#[test]
fn killed_once_more_while_it_is_put_right() {
    let operations = operations();
    for at in 0..operations {
        for again in 0..operations {
            let context = format!("killed at {at} and {again}");
            let (tree, _) = broken(at, Fault::Killed);
            let fault = if again % 2 == 0 { Fault::Torn } else { Fault::Killed };
            let over = recover_on(&Faulty::new(again, fault), tree.root()).is_ok();
            recover_on(&Hasty, tree.root()).expect(&context);
            whole(&tree, &context);
            if over {
                break;
            }
        }
    }
}

#[test]
fn an_operation_that_fails_leaves_the_old_texts() {
    let operations = operations();
    for fault in [Fault::Fails, Fault::Lies] {
        let mut written = 0;
        for at in 0..operations {
            let context = format!("{fault:?} at {at}");
            let (tree, result) = broken(at, fault);
            match result {
                // A second name can't always be had.
                Ok(()) => {
                    assert_eq!(tree.files(), new(), "{context}");
                    written += 1;
                }
                Err(error) if error.is_unchanged() => {
                    // Even the deletion of an empty journal may fail.
                    recover_on(&Hasty, tree.root()).expect(&context);
                    assert_eq!(tree.files(), old(), "{context}: {error}");
                }
                Err(error) => {
                    let is_new = matches!(error, CommitError::Untidy(_));
                    recover_on(&Hasty, tree.root()).expect(&context);
                    assert!(whole(&tree, &context) || !is_new, "{context}: {error}");
                }
            }
        }
        // A link that fails is replaced by a copy; one that was made all the same is in the way.
        assert_eq!(written, if fault == Fault::Fails { 3 } else { 0 });
    }
}

#[test]
fn what_somebody_else_did_meanwhile_is_not_lost() {
    let mut seen = [0; 2];
    for at in 0..operations() {
        let (tree, _) = broken(at, Fault::Killed);
        seen[usize::from(meddle(&tree, &format!("killed at {at}")))] += 1;
        for again in 0..operations() {
            let (tree, _) = broken(at, Fault::Killed);
            let over = recover_on(&Faulty::new(again, Fault::Killed), tree.root()).is_ok();
            meddle(&tree, &format!("killed at {at} and {again}"));
            if over {
                break;
            }
        }
    }
    assert!(seen.iter().all(|count| *count > 2), "{seen:?}");
}

/// Changes one of the files of an interrupted run; whether that had to be settled by hand.
#[track_caller]
fn meddle(tree: &Tree, context: &str) -> bool {
    let mine = "int mine;\n";
    let replaced = tree.files()["a.c"] == new()["a.c"];
    tree.write("a.c", mine);
    let before = tree.files();
    let settled = match recover_on(&Hasty, tree.root()) {
        Ok(_) => false,
        Err(CommitError::Foreign { path, old: kept }) => {
            assert_eq!((path.as_str(), tree.files()), ("a.c", before), "{context}");
            assert_eq!(fs::read_to_string(&kept).expect("kept"), "int a;\n");
            assert!(replaced, "{context}: the old text was where it belongs");
            // The way out that the message tells.
            fs::remove_file(kept).expect("removable");
            recover_on(&Hasty, tree.root()).expect(context);
            true
        }
        Err(error) => panic!("{context}: {error}"),
    };
    // The other files are all old or all new.
    let mut found = tree.files();
    assert_eq!(found.remove("a.c").as_deref(), Some(mine), "{context}");
    let others = |mut files: super::Files| {
        files.remove("a.c");
        files
    };
    assert!(found == others(old()) || found == others(new()), "{context}: {found:#?}");
    settled
}

/// A disk on which somebody else changes a file while the run makes its temporary files.
struct Meddler<'t>(&'t Tree);

impl Disk for Meddler<'_> {
    fn create(&self, path: &Path, text: &[u8], like: Option<&Metadata>) -> io::Result<()> {
        Hasty.create(path, text, like)
    }

    fn link(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.0.write("d/b.c", "int mine;\n");
        Hasty.link(from, to)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        Hasty.rename(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        Hasty.remove(path)
    }

    fn sync(&self, folder: &Path) -> io::Result<()> {
        Hasty.sync(folder)
    }

    fn append(&self, file: &mut File, path: &Path, text: &[u8]) -> io::Result<()> {
        Hasty.append(file, path, text)
    }
}

#[test]
fn a_change_in_the_middle_of_a_run_ends_it() {
    let tree = Tree::new(OLD);
    let error = commit_on(&Meddler(&tree), tree.root(), &edits(&old(), &new()));
    let error = error.expect_err("it must be refused");
    assert!(matches!(&error, CommitError::Changed { path } if path == "d/b.c"), "{error}");
    let mut wanted = old();
    wanted.insert("d/b.c".into(), "int mine;\n".into());
    assert_eq!(tree.files(), wanted);
}

/// The controls: what the tests above would say of other ways to write.
mod controls {
    use super::*;

    /// Whether some kill leaves neither the old nor the new files.
    fn breaks(run: impl Fn(&Faulty, &Tree) -> io::Result<()>) -> bool {
        (0..operations()).any(|at| {
            let tree = Tree::new(OLD);
            let _ = run(&Faulty::new(at, Fault::Torn), &tree);
            recover_on(&Hasty, tree.root()).expect("no journal");
            let found = tree.files();
            found != old() && found != new()
        })
    }

    #[test]
    fn temporary_files_without_a_journal_are_seen_to_break() {
        assert!(breaks(|disk, tree| {
            let temporary = |path: &str| tree.path(&format!("{path}.new"));
            for (path, text) in new() {
                disk.create(&temporary(&path), text.as_bytes(), None)?;
            }
            old().keys().try_for_each(|path| disk.rename(&temporary(path), &tree.path(path)))
        }));
    }

    #[test]
    fn a_file_after_the_other_is_seen_to_break() {
        assert!(breaks(|disk, tree| {
            new().iter().try_for_each(|(path, text)| {
                let temporary = tree.path(&format!("{path}.new"));
                disk.create(&temporary, text.as_bytes(), None)?;
                disk.rename(&temporary, &tree.path(path))
            })
        }));
    }

    #[test]
    fn a_run_that_nobody_puts_right_is_seen_to_break() {
        let broken = |at: &usize| {
            let found = broken(*at, Fault::Killed).0.files();
            found != old() && found != new()
        };
        assert!((0..operations()).filter(broken).count() > operations() / 2);
    }
}
