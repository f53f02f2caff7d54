//! Runs on folders made for the purpose.

mod faults;
mod others;
mod power;
mod refusals;
mod runs;

use std::collections::BTreeMap;
use std::fs::{self, File, Metadata};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::disk::{Disk, System};
use crate::edit::{Edit, EditSet, FileEdit};
use crate::source::Span;

/// All files of a folder: their paths and texts.
type Files = BTreeMap<String, String>;

struct Tree(TempDir);

impl Tree {
    fn new<'f>(files: impl IntoIterator<Item = (&'f str, &'f str)>) -> Self {
        let tree = Self(tempfile::tempdir().expect("folder"));
        for (path, text) in files {
            tree.write(path, text);
        }
        tree
    }

    fn root(&self) -> &Path {
        self.0.path()
    }

    fn path(&self, path: &str) -> PathBuf {
        self.0.path().join(path)
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().expect("parent")).expect("folders");
        fs::write(path, text).expect("writes");
    }

    fn files(&self) -> Files {
        let mut files = Files::new();
        walk(self.root(), self.root(), &mut files);
        files
    }
}

/// Links stand as what they lead to, by name.
fn walk(root: &Path, folder: &Path, files: &mut Files) {
    for entry in fs::read_dir(folder).expect("folder") {
        let path = entry.expect("entry").path();
        let name = path.strip_prefix(root).expect("inside").display().to_string();
        if let Ok(to) = fs::read_link(&path) {
            files.insert(name, format!("-> {}", to.display()));
        } else if path.is_dir() {
            walk(root, &path, files);
        } else {
            files.insert(name, fs::read_to_string(path).expect("UTF-8"));
        }
    }
}

fn files<'f>(files: impl IntoIterator<Item = (&'f str, &'f str)>) -> Files {
    files.into_iter().map(|(path, text)| (path.to_owned(), text.to_owned())).collect()
}

/// Edits that make other files of some.
fn edits(before: &Files, after: &Files) -> EditSet {
    let edit = |(path, old): (&String, &String)| {
        let new = after.get(path)?.as_str();
        let whole = Edit::replace(Span::new(0, old.len() as u32), new);
        let edits = if old == new { Vec::new() } else { vec![whole] };
        Some(FileEdit::new(path.as_str(), old.as_bytes(), edits).expect("in range"))
    };
    EditSet::new(before.iter().filter_map(edit).collect()).expect("no conflict")
}

const OLD: [(&str, &str); 4] =
    [("a.c", "int a;\n"), ("d/b.c", "int b;\n"), ("d/c.h", ""), ("kept.c", "int k;\n")];
const NEW: [(&str, &str); 4] = [
    ("a.c", "int a = 1;\n"),
    ("d/b.c", "int b = 1;"),
    ("d/c.h", "int c;\n"),
    ("kept.c", "int k;\n"),
];

fn old() -> Files {
    files(OLD)
}

fn new() -> Files {
    files(NEW)
}

/// The disk, without waiting for it: what a killed process wrote is not lost.
struct Hasty;

impl Disk for Hasty {
    fn create(&self, path: &Path, text: &[u8], _: Option<&Metadata>) -> io::Result<()> {
        File::create_new(path)?.write_all(text)
    }

    fn link(&self, from: &Path, to: &Path) -> io::Result<()> {
        System.link(from, to)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        System.rename(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        System.remove(path)
    }

    fn sync(&self, _: &Path) -> io::Result<()> {
        Ok(())
    }

    fn append(&self, file: &mut File, _: &Path, text: &[u8]) -> io::Result<()> {
        file.write_all(text)
    }
}
