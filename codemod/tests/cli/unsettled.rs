//! Runs that write and are not over, and what others make of them.

use std::fs;
use std::path::Path;

use kthread_codemod::edit::TextHash;
use tempfile::TempDir;

use super::convert::FOX;
use super::{Run, run_in, tree};

const JOURNAL: &str = ".kthread-codemod-journal";
const RUN: &str = "0123456789abcdef";
const NEW: &[u8] = b"int written;\n";

/// A tree in which a run on `den/fox.c` and `den/cub/fox.c` was interrupted: it had written the first.
fn interrupted() -> TempDir {
    let tree = tree(&[("den/fox.c", FOX), ("den/cub/fox.c", FOX), ("sett/badger.c", FOX)]);
    let den = tree.path().join("den");
    fs::rename(den.join("fox.c"), den.join(format!(".kthread-codemod-{RUN}-0.old"))).expect("ours");
    fs::write(den.join("fox.c"), NEW).expect("writes");
    fs::write(den.join(format!("cub/.kthread-codemod-{RUN}-1.new")), NEW).expect("writes");
    let (before, after) = (TextHash::of(FOX), TextHash::of(NEW));
    let file = |path| {
        format!(
            "{{\"kind\":\"file\",\"path\":\"{path}\",\"before\":\"{before}\",\"after\":\"{after}\"}}\n"
        )
    };
    let journal = format!(
        "{{\"kind\":\"run\",\"version\":1,\"run\":\"{RUN}\"}}\n{}{}{{\"kind\":\"planned\",\"files\":2}}\n",
        file("fox.c"),
        file("cub/fox.c")
    );
    fs::write(den.join(JOURNAL), journal).expect("writes");
    tree
}

fn read(tree: &Path, path: &str) -> Vec<u8> {
    fs::read(tree.join(path)).expect("reads")
}

/// Every way to come to one of the files: where the program is started, and with which paths.
const WAYS: [(&str, &[&str]); 8] = [
    ("", &[]),
    ("", &["den"]),
    ("", &["--root", "sett", "den/cub"]),
    ("den", &["."]),
    ("den", &["cub/fox.c"]),
    ("den/cub", &[]),
    ("den/cub", &["../fox.c"]),
    ("sett", &["--root", "..", ".."]),
];

fn run(tree: &TempDir, folder: &str, command: &[&str], paths: &[&str]) -> Run {
    run_in(&tree.path().join(folder), &[command, paths].concat())
}

#[test]
fn who_only_reads_is_told_and_changes_nothing() {
    for (folder, paths) in WAYS {
        for command in [&["check"][..], &["convert", "--to", "iterant"]] {
            let tree = interrupted();
            let run = run(&tree, folder, command, paths);
            assert_eq!((run.code, &*run.stdout), (2, ""), "{folder} {paths:?}: {}", run.stderr);
            assert!(run.stderr.contains("/den: a run that wrote"), "{}", run.stderr);
            assert!(run.stderr.contains("`kthread-codemod recover`"), "{}", run.stderr);
            assert_eq!(read(tree.path(), "den/fox.c"), NEW);
            assert!(tree.path().join("den").join(JOURNAL).exists());
        }
    }
}

#[test]
fn who_writes_puts_it_right_first() {
    for (folder, paths) in WAYS {
        let tree = interrupted();
        let run = run(&tree, folder, &["convert", "--to", "iterant", "--write"], paths);
        assert_eq!(run.code, 0, "{folder} {paths:?}: {}", run.stderr);
        assert!(run.stderr.contains("and have the old one again: 1\n"));
        let text = read(tree.path(), "den/fox.c");
        assert!(text == FOX || text.starts_with(b"#include <linux/kthread.h>\n#include"));
        let names: Vec<_> = fs::read_dir(tree.path().join("den")).expect("lists").collect();
        assert_eq!(names.len(), 2, "{names:?}");
    }
}

#[test]
fn recover_puts_it_right_and_does_nothing_else() {
    for (folder, paths) in WAYS {
        let tree = interrupted();
        let paths: Vec<&str> = paths.iter().copied().filter(|it| *it != "--root").collect();
        let first = run(&tree, folder, &["recover"], &paths);
        assert_eq!(first.code, 0, "{}", first.stderr);
        for path in ["den/fox.c", "den/cub/fox.c", "sett/badger.c"] {
            assert_eq!(read(tree.path(), path), FOX);
        }
        let again = run(&tree, folder, &["recover"], &paths);
        assert_eq!((again.code, &*again.stdout), (0, "no run was interrupted here\n"));
    }
    let gone = run(&interrupted(), "", &["recover"], &["gone"]);
    assert!(gone.code == 2 && gone.stderr.contains("gone"), "{}", gone.stderr);
}

#[test]
fn what_has_nothing_to_do_with_it_is_not_kept_from_anything() {
    let tree = interrupted();
    for command in [&["check"][..], &["convert", "--to", "iterant", "--write"]] {
        let run = run(&tree, "sett", command, &["badger.c"]);
        assert_eq!(run.code, 0, "{}", run.stderr);
    }
    assert_eq!(read(tree.path(), "den/fox.c"), NEW);
}

/// Somebody else's journal must not be read as ours, nor be deleted.
#[test]
fn a_journal_that_is_none_stands_in_the_way() {
    let tree = interrupted();
    fs::write(tree.path().join("den").join(JOURNAL), "something else\n").expect("writes");
    for command in [&["check"][..], &["convert", "--to", "iterant", "--write"], &["recover"]] {
        let run = run(&tree, "", command, &["den/cub"]);
        assert_eq!(run.code, 2, "{}", run.stderr);
        assert!(run.stderr.contains("not a journal of this program"), "{}", run.stderr);
    }
    assert_eq!(read(tree.path(), &format!("den/{JOURNAL}")), b"something else\n");
}

/// All of its files are written, or none of them: who reads sees no half.
#[test]
fn a_run_that_was_interrupted_at_its_ends_is_no_harm() {
    let tree = interrupted();
    let journal = tree.path().join("den").join(JOURNAL);
    let text = fs::read_to_string(&journal).expect("reads");
    fs::write(&journal, &text[..text.len() / 2]).expect("writes");
    assert_eq!(run(&tree, "", &["check"], &[]).code, 0);
    fs::write(&journal, text + "{\"kind\":\"done\"}\n").expect("writes");
    assert_eq!(run(&tree, "", &["check"], &[]).code, 0);
}
