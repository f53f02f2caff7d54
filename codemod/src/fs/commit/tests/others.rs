//! Runs that were started elsewhere and are about the same files.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use super::super::disk::System;
use super::super::plan::Plan;
use super::super::{
    CommitError, JOURNAL, Journal, Recovery, State, around, below, commit, recover, unsettled,
};
use super::{Files, Tree, edits, files};

const TEXTS: [(&str, &str); 4] =
    [("a.c", "int a;\n"), ("d/b.c", "int b;\n"), ("d/e/c.c", "int c;\n"), ("f/g.c", "int g;\n")];

fn of(paths: &[&str], text: &str) -> Files {
    files(paths.iter().map(|path| (*path, text)))
}

/// What is in these files, by the paths seen from a root.
fn now(root: &Path, paths: &[&str]) -> Files {
    let text = |path: &str| std::fs::read_to_string(root.join(path)).expect("there");
    paths.iter().map(|path| ((*path).to_owned(), text(path))).collect()
}

/// A run that was planned on these files and did no more; it is alive as long as the journal is.
fn begun(tree: &Tree, paths: &[&str]) -> Journal {
    let root = tree.root().canonicalize().expect("real");
    let set = edits(&now(&root, paths), &of(paths, "int begun;\n"));
    let plan = Plan::new(&root, &set).expect("a plan");
    let mut journal = Journal::make(plan.folder()).expect("alone");
    journal.plan(&System, &plan).expect("written down");
    journal
}

#[test]
fn the_journal_lies_around_all_files_of_a_run_and_no_higher() {
    for (paths, folder) in [
        (&["d/e/c.c"][..], "d/e"),
        (&["d/b.c", "d/e/c.c"], "d"),
        (&["d/e/c.c", "f/g.c"], ""),
        (&["a.c", "d/e/c.c"], ""),
    ] {
        let tree = Tree::new(TEXTS);
        drop(begun(&tree, paths));
        assert!(tree.path(folder).join(JOURNAL).exists(), "{folder}");
        assert_eq!(
            recover(&tree.path(folder)).expect("fine"),
            Recovery::Undone { restored: vec![] }
        );
        assert_eq!(tree.files(), files(TEXTS));
    }
}

#[test]
fn a_run_on_one_of_the_files_finds_another_wherever_it_was_started() {
    for (begun_on, root, paths) in [
        (&["d/b.c", "d/e/c.c"][..], "", &["a.c", "d/b.c"][..]),
        (&["d/b.c", "d/e/c.c"], "d", &["b.c"]),
        (&["a.c", "d/e/c.c"], "d/e", &["c.c"]),
        (&["d/e/c.c"], "f", &["g.c", "../d/e/c.c"]),
        (&["a.c", "f/g.c"], "d", &["../f/g.c"]),
    ] {
        let tree = Tree::new(TEXTS);
        let alive = begun(&tree, begun_on);
        let root = tree.path(root);
        let set = edits(&now(&root, paths), &of(paths, "int mine;\n"));
        let before = tree.files();
        let busy = commit(&root, &set).expect_err("another run is at work");
        assert!(matches!(busy, CommitError::Busy { .. }) && busy.is_unchanged(), "{busy}");
        assert_eq!(tree.files(), before);
        drop(alive);
        let dead = commit(&root, &set).expect_err("another run was interrupted");
        assert!(matches!(dead, CommitError::Interrupted { .. }) && dead.is_unchanged(), "{dead}");
        assert_eq!(tree.files(), before);
        let inputs: Vec<_> = paths.iter().map(|path| root.join(path)).collect();
        let folders = inputs.iter().flat_map(|input| around(input));
        for run in unsettled(folders, &inputs) {
            assert!(matches!(run.state, State::Interrupted));
            recover(&run.folder).expect("put right");
        }
        commit(&root, &set).expect("nothing is in the way");
        assert_eq!(now(&root, paths), of(paths, "int mine;\n"));
    }
}

#[test]
fn runs_on_other_files_do_not_meet() {
    let tree = Tree::new(TEXTS);
    let _alive = begun(&tree, &["a.c", "d/e/c.c"]);
    for (root, path) in [("d", "b.c"), ("f", "g.c"), ("", "f/g.c")] {
        let root = tree.path(root);
        let set = edits(&now(&root, &[path]), &of(&[path], "int mine;\n"));
        commit(&root, &set).expect("nobody else wants it");
    }
}

#[test]
fn what_is_not_over_is_seen_from_above_and_below() {
    let tree = Tree::new(TEXTS);
    let seen = |path: &str| {
        let path = tree.path(path);
        let folders = [around(&path), below(&path)].concat();
        unsettled(folders, &[path]).into_iter().map(|run| run.state).collect::<Vec<_>>()
    };
    assert!(seen("").is_empty());
    let alive = begun(&tree, &["d/b.c", "d/e/c.c"]);
    for path in ["", "d", "d/e", "d/b.c", "d/e/c.c"] {
        assert!(matches!(seen(path)[..], [State::Running]), "{path}");
    }
    drop(alive);
    for path in ["", "d", "d/e", "d/b.c", "d/e/c.c"] {
        assert!(matches!(seen(path)[..], [State::Interrupted]), "{path}");
    }
    assert!(seen("f").is_empty() && seen("f/g.c").is_empty());
    tree.write(&format!("f/{JOURNAL}"), "");
    assert!(matches!(seen("f")[..], [State::Whole]));
    tree.write(&format!("f/{JOURNAL}"), "something else\n");
    assert!(matches!(seen("f/g.c")[..], [State::Odd(_)]));
}

/// Two that want one file each, and both together, at once: no one sees half of another's.
#[test]
fn runs_above_and_below_come_one_after_the_other() {
    let tree = Tree::new(TEXTS);
    let over = AtomicBool::new(false);
    let turns = |root: &str, paths: &[&str]| {
        let root = tree.path(root);
        let mut done = 0;
        for turn in 0.. {
            let text = format!("int x{turn};\n");
            let before = now(&root, paths);
            match commit(&root, &edits(&before, &of(paths, &text))) {
                Ok(_) => done += 1,
                // The last one: it ended between our look at its journal and that at its lock.
                Err(
                    CommitError::Busy { .. }
                    | CommitError::Changed { .. }
                    | CommitError::Interrupted { .. },
                ) => {}
                Err(error) => panic!("{error}"),
            }
            if done == 20 || over.load(Ordering::Relaxed) {
                break;
            }
        }
        over.store(true, Ordering::Relaxed);
    };
    std::thread::scope(|scope| {
        scope.spawn(|| turns("", &["a.c", "d/b.c", "d/e/c.c"]));
        scope.spawn(|| turns("d", &["b.c", "e/c.c"]));
        scope.spawn(|| turns("d/e", &["c.c"]));
    });
    // Nothing is left over, and each text is one that somebody wrote.
    let left = tree.files();
    assert_eq!(left.len(), TEXTS.len(), "{left:?}");
    assert!(left.values().all(|text| text.starts_with("int ") && text.ends_with(";\n")));
}
