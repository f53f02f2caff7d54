//! The journal of a run, which is its lock as well.
//!
//! A JSON object a line, for people who must do without the program:
//!
//! ```text
//! {"kind":"run","version":1,"run":"3f6c…"}
//! {"kind":"file","path":"fs/jffs2/background.c","before":"9b1d…","after":"e04a…"}
//! {"kind":"planned","files":1}
//! {"kind":"done"}
//! ```
//!
//! Nothing is made before `planned` is on the disk. A line without an end was cut off by whatever
//! ended the run; it counts as not written.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::disk::Disk;
use super::entry::{Entry, Run};
use super::plan::Plan;
use super::undo::is_absent;
use super::{CommitError, JOURNAL};

/// Of the lines below.
const VERSION: u32 = 1;

/// How often the journal may be deleted by another run between our opening it and our locking it.
const TRIES: usize = 100;

#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
enum Line {
    Run { version: u32, run: String },
    File { path: String, before: String, after: String },
    Planned { files: usize },
    Done {},
}

/// What an interrupted run left.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Left {
    /// It had made nothing.
    Nothing,
    /// It had begun.
    Planned(Vec<Entry>),
    /// It had written all files.
    Done(Vec<Entry>),
}

/// The journal, open and locked.
#[derive(Debug)]
pub(super) struct Journal {
    root: PathBuf,
    path: PathBuf,
    file: File,
}

impl Journal {
    /// Makes the journal of a run in this folder.
    ///
    /// # Errors
    /// Where another run has one, alive or not.
    pub(super) fn make(root: &Path) -> Result<Self, CommitError> {
        let path = root.join(JOURNAL);
        // `true` makes it where it is not there.
        let journal = Self::open(root, true)?.ok_or(CommitError::Busy { journal: path.clone() })?;
        match journal.file.metadata() {
            Ok(data) if data.len() == 0 => Ok(journal),
            Ok(_) => Err(CommitError::Interrupted { journal: path }),
            Err(source) => Err(CommitError::Journal { path, source }),
        }
    }

    /// The journal that a dead run left; nothing where there is none.
    ///
    /// # Errors
    /// Where the run is alive.
    pub(super) fn find(root: &Path) -> Result<Option<Self>, CommitError> {
        Self::open(root, false)
    }

    /// What a journal says, without taking hold of it: its run may be alive, and who asks may not be
    /// allowed to write. Nothing where there is none.
    ///
    /// # Errors
    /// Where it can't be read or understood.
    pub(super) fn peek(root: &Path) -> Result<Option<Left>, CommitError> {
        let path = root.join(JOURNAL);
        let text = match fs::symlink_metadata(&path) {
            Ok(data) if !data.is_file() => Err(damaged(&path, "it is not a regular file"))?,
            Ok(_) => fs::read(&path),
            Err(error) => Err(error),
        };
        match text {
            Ok(text) => parse(root, &text).map(Some).map_err(|why| damaged(&path, why)),
            Err(error) if is_absent(&error) => Ok(None),
            Err(source) => Err(CommitError::Unreadable { path, source }),
        }
    }

    /// Whether the run of a journal is at work.
    pub(super) fn is_alive(root: &Path) -> bool {
        let shared = File::open(root.join(JOURNAL)).map(|file| file.try_lock_shared());
        matches!(shared, Ok(Err(TryLockError::WouldBlock)))
    }

    fn open(root: &Path, make: bool) -> Result<Option<Self>, CommitError> {
        let path = root.join(JOURNAL);
        let refuse = |source| CommitError::Journal { path: path.clone(), source };
        let busy = || CommitError::Busy { journal: path.clone() };
        for _ in 0..TRIES {
            // A link could lead anywhere.
            match fs::symlink_metadata(&path) {
                Ok(data) if !data.is_file() => {
                    return Err(damaged(&path, "it is not a regular file"));
                }
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::NotFound && !make => return Ok(None),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(refuse(error)),
            }
            let mut options = OpenOptions::new();
            let file = match options.read(true).append(true).create(make).open(&path) {
                Ok(file) => file,
                Err(error) if error.kind() == io::ErrorKind::NotFound && !make => return Ok(None),
                Err(error) => return Err(refuse(error)),
            };
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => return Err(busy()),
                Err(TryLockError::Error(error)) => return Err(refuse(error)),
            }
            let journal = Self { root: root.to_owned(), path: path.clone(), file };
            if journal.is_there().map_err(refuse)? {
                return Ok(Some(journal));
            }
        }
        Err(busy())
    }

    /// Whether the locked file is still the one of that name: the run that held the lock before may
    /// have deleted it.
    fn is_there(&self) -> io::Result<bool> {
        let there = match fs::symlink_metadata(&self.path) {
            Ok(there) => there,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
            Err(error) => return Err(error),
        };
        #[cfg(unix)]
        {
            use std::os::unix::fs::MetadataExt;
            let ours = self.file.metadata()?;
            Ok((ours.dev(), ours.ino()) == (there.dev(), there.ino()))
        }
        #[cfg(not(unix))]
        Ok(there.is_file())
    }

    /// What the run that made it left.
    pub(super) fn read(&mut self) -> Result<Left, CommitError> {
        let mut text = Vec::new();
        let read = self.file.rewind().and_then(|()| self.file.read_to_end(&mut text));
        read.map_err(|source| self.refuse(source))?;
        parse(&self.root, &text).map_err(|why| damaged(&self.path, why))
    }

    /// Writes down what is going to be done.
    pub(super) fn plan(&mut self, disk: &dyn Disk, plan: &Plan) -> Result<(), CommitError> {
        let entries = plan.entries();
        let run = Line::Run { version: VERSION, run: plan.run().text().to_owned() };
        let files = entries.iter().map(|entry| Line::File {
            path: entry.name.clone(),
            before: entry.before.to_string(),
            after: entry.after.to_string(),
        });
        let lines = std::iter::once(run).chain(files);
        let lines = lines.chain([Line::Planned { files: entries.len() }]);
        self.append(disk, lines)
            .and_then(|()| disk.sync(&self.root))
            .map_err(|source| self.refuse(source))
    }

    /// Writes down that all of it is done.
    pub(super) fn done(&mut self, disk: &dyn Disk) -> Result<(), CommitError> {
        self.append(disk, [Line::Done {}])
            .map_err(|source| CommitError::Unsettled { journal: self.path.clone(), source })
    }

    fn append(&mut self, disk: &dyn Disk, lines: impl IntoIterator<Item = Line>) -> io::Result<()> {
        let mut text = Vec::new();
        for line in lines {
            serde_json::to_writer(&mut text, &line)?;
            text.push(b'\n');
        }
        disk.append(&mut self.file, &self.path, &text)
    }

    /// Deletes it: the run is over.
    pub(super) fn discard(self, disk: &dyn Disk) -> Result<(), CommitError> {
        disk.remove(&self.path)
            .and_then(|()| disk.sync(&self.root))
            .map_err(|source| self.refuse(source))
    }

    fn refuse(&self, source: io::Error) -> CommitError {
        CommitError::Journal { path: self.path.clone(), source }
    }
}

impl Drop for Journal {
    fn drop(&mut self) {
        // Closing it is not enough where a process that is just being made has a copy.
        let _ = self.file.unlock();
    }
}

fn damaged(path: &Path, why: impl Into<String>) -> CommitError {
    CommitError::Damaged { path: path.to_owned(), why: why.into() }
}

fn parse(root: &Path, text: &[u8]) -> Result<Left, String> {
    let mut lines = text.split_inclusive(|byte| *byte == b'\n');
    let mut lines = std::iter::from_fn(|| lines.next().filter(|line| line.ends_with(b"\n")))
        .enumerate()
        .map(|(at, line)| {
            let line = serde_json::from_slice(line);
            line.map_err(|error| format!("line {}: {error}", at + 1))
        });
    let mut next = || lines.next().transpose();

    let run = match next()? {
        None => return Ok(Left::Nothing),
        Some(Line::Run { version: VERSION, run }) => Run::parse(&run).ok_or("a run of no name")?,
        Some(Line::Run { .. }) => return Err("another version of the program made it".to_owned()),
        Some(_) => return Err("it does not begin with a run".to_owned()),
    };
    let mut entries = Vec::new();
    loop {
        match next()? {
            None => return Ok(Left::Nothing),
            Some(Line::File { path, before, after }) => {
                let hash = |text: String| text.parse().map_err(|why| format!("{path}: {why}"));
                let hashes = [hash(before)?, hash(after)?];
                let entry = Entry::new(root, &run, entries.len(), path.clone(), hashes);
                entries.push(entry.ok_or(format!("`{path}` names no file"))?);
            }
            Some(Line::Planned { files }) if files == entries.len() => break,
            Some(_) => return Err("its lines are out of order".to_owned()),
        }
    }
    match (next()?, next()?) {
        (None, None) => Ok(Left::Planned(entries)),
        (Some(Line::Done {}), None) => Ok(Left::Done(entries)),
        _ => Err("its lines are out of order".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edit::TextHash;

    const ROOT: &str = "/root/of/a/run";

    fn text() -> String {
        let hash = TextHash::of(b"x");
        format!(
            "{{\"kind\":\"run\",\"version\":1,\"run\":\"0123456789abcdef\"}}\n\
             {{\"kind\":\"file\",\"path\":\"sub/é.c\",\"before\":\"{hash}\",\"after\":\"{hash}\"}}\n\
             {{\"kind\":\"file\",\"path\":\"b.c\",\"before\":\"{hash}\",\"after\":\"{hash}\"}}\n\
             {{\"kind\":\"planned\",\"files\":2}}\n\
             {{\"kind\":\"done\"}}\n"
        )
    }

    fn parsed(text: &str) -> Result<Left, String> {
        parse(Path::new(ROOT), text.as_bytes())
    }

    #[test]
    fn a_journal_that_is_cut_off_anywhere_is_understood() {
        let text = text();
        let Ok(Left::Done(entries)) = parsed(&text) else { panic!("{:?}", parsed(&text)) };
        assert_eq!(entries[0].target, Path::new("/root/of/a/run/sub/é.c"));
        let temporary = "/root/of/a/run/sub/.kthread-codemod-0123456789abcdef-0.old";
        assert_eq!(entries[0].old, Path::new(temporary));
        let done = text.len();
        let planned = text.find("{\"kind\":\"done\"").expect("a line");
        for end in 0..done {
            let left = parse(Path::new(ROOT), &text.as_bytes()[..end]).expect("it is understood");
            let wanted = if end < planned { Left::Nothing } else { Left::Planned(entries.clone()) };
            assert_eq!(left, wanted, "{end}");
        }
        assert_eq!(parse(Path::new(ROOT), &[0; 4096]), Ok(Left::Nothing));
    }

    #[test]
    fn a_journal_of_somebody_else_is_not() {
        let text = text();
        for (old, new, why) in [
            ("{\"kind\":\"run\"", "{\"kind\":\"walk\"", "line 1: unknown variant"),
            ("\"version\":1", "\"version\":2", "another version"),
            ("0123456789abcdef", "../../../../../etc", "a run of no name"),
            ("0123456789abcdef", "../../etc/passwd", "a run of no name"),
            ("\"files\":2", "\"files\":3", "out of order"),
            ("b.c", "b.c/..", "names no file"),
            ("b.c", "", "names no file"),
            ("\"after\":\"", "\"after\":\"0", "not 64 hexadecimal digits"),
            ("{\"kind\":\"planned\",\"files\":2}\n", "", "out of order"),
            ("{\"kind\":\"done\"}", "{\"kind\":\"done\"}\n{\"kind\":\"done\"}", "out of order"),
        ] {
            assert!(text.contains(old), "{old}");
            let wrong = text.replace(old, new);
            let said = parsed(&wrong).expect_err(&wrong);
            assert!(said.contains(why), "{said}");
        }
        assert!(parsed("int main(void);\n").expect_err("C").starts_with("line 1: "));
    }
}
