//! What is written, and what of the files stays as it was.

use std::fs;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::super::{CommitError, JOURNAL, Journal, Recovery, commit, recover, replace};
use super::{Files, NEW, OLD, Tree, edits, files, new, old};
use crate::edit::TextHash;

#[test]
fn writes_what_changes_and_leaves_nothing_behind() {
    let tree = Tree::new(OLD);
    let untouched = fs::metadata(tree.path("kept.c")).expect("there").modified().expect("a date");
    let written = commit(tree.root(), &edits(&old(), &new())).expect("written");
    assert_eq!(tree.files(), new());
    let hashes = |at: usize| {
        let hash = |text: &str| TextHash::of(text.as_bytes());
        (OLD[at].0, hash(OLD[at].1), hash(NEW[at].1))
    };
    let told: Vec<_> =
        written.iter().map(|file| (file.path.as_str(), file.before, file.after)).collect();
    assert_eq!(told, [hashes(0), hashes(1), hashes(2)]);
    let now = fs::metadata(tree.path("kept.c")).expect("there").modified().expect("a date");
    assert_eq!(now, untouched);
    assert_eq!(recover(tree.root()).expect("fine"), Recovery::Nothing);

    let back = commit(tree.root(), &edits(&new(), &old())).expect("written");
    assert_eq!((back.len(), tree.files()), (3, old()));
}

#[test]
fn nothing_to_do_touches_nothing() {
    let tree = Tree::new(OLD);
    assert_eq!(commit(tree.root(), &edits(&old(), &old())).expect("nothing to do"), []);
    // An edit that changes nothing is none either.
    let same = [("a.c", "int a;\n")];
    let whole = crate::edit::Edit::replace(crate::source::Span::new(0, 3), "int");
    let file = crate::edit::FileEdit::new("a.c", same[0].1.as_bytes(), vec![whole]);
    let set = crate::edit::EditSet::new(vec![file.expect("in range")]).expect("no conflict");
    assert_eq!(commit(tree.root(), &set).expect("nothing to do"), []);
    assert_eq!(tree.files(), old());
}

#[cfg(unix)]
#[test]
fn a_link_stays_and_what_it_leads_to_is_written() {
    use std::os::unix::fs::symlink;
    let tree = Tree::new(OLD);
    let outside = Tree::new([("x.c", "int x;\n")]);
    symlink("../a.c", tree.path("d/link.c")).expect("link");
    symlink(outside.path("x.c"), tree.path("out.c")).expect("link");
    let texts = |a, x| files([("d/link.c", a), ("out.c", x)]);
    let set = edits(&texts("int a;\n", "int x;\n"), &texts("int z;\n", "int y;\n"));
    let written = commit(tree.root(), &set).expect("written");
    let paths: Vec<&str> = written.iter().map(|file| file.path.as_str()).collect();
    assert_eq!(paths, ["d/link.c", "out.c"]);
    let mut wanted = old();
    wanted.insert("a.c".into(), "int z;\n".into());
    wanted.insert("d/link.c".into(), "-> ../a.c".into());
    wanted.insert("out.c".into(), format!("-> {}", outside.path("x.c").display()));
    assert_eq!(tree.files(), wanted);
    assert_eq!(outside.files(), files([("x.c", "int y;\n")]));
}

#[cfg(unix)]
#[test]
fn mode_and_owner_stay_and_other_names_keep_the_old_text() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
    let tree = Tree::new(OLD);
    let mode = |path: &str, mode| {
        fs::set_permissions(tree.path(path), fs::Permissions::from_mode(mode)).expect("ours");
    };
    mode("a.c", 0o755);
    mode("d/b.c", 0o600);
    mode("d/c.h", 0o664);
    // Only the superuser may give files away.
    let given = chown(tree.path("a.c"), Some(12345), Some(23456)).is_ok();
    let now = |path: &str| fs::metadata(tree.path(path)).expect("there");
    let before = now("a.c");
    fs::hard_link(tree.path("a.c"), tree.path("other")).expect("a second name");

    commit(tree.root(), &edits(&old(), &new())).expect("written");
    let modes = ["a.c", "d/b.c", "d/c.h"].map(|path| now(path).mode() & 0o7777);
    assert_eq!(modes, [0o755, 0o600, 0o664]);
    assert_eq!((now("a.c").uid(), now("a.c").gid()), (before.uid(), before.gid()));
    assert_eq!(given, before.uid() == 12345);
    assert_eq!(tree.files()["other"], "int a;\n");
}

#[test]
fn two_runs_exclude_each_other() {
    let tree = Tree::new(OLD);
    let root = tree.root().canonicalize().expect("real");
    let first = Journal::make(&root).expect("alone");
    let set = edits(&old(), &new());
    assert!(matches!(commit(tree.root(), &set), Err(CommitError::Busy { .. })));
    assert!(matches!(recover(tree.root()), Err(CommitError::Busy { .. })));
    assert!(matches!(Journal::make(&root), Err(CommitError::Busy { .. })));
    drop(first);
    // It died before it made anything.
    commit(tree.root(), &set).expect("an empty journal without a lock is nobody's");
    assert_eq!(tree.files(), new());
}

#[test]
fn of_many_at_once_one_wins_and_the_others_say_so() {
    let tree = Tree::new(OLD);
    let won = AtomicUsize::new(0);
    let run = |number: usize| {
        let mine: Files =
            old().into_keys().map(|path| (path, format!("int x{number};\n"))).collect();
        match commit(tree.root(), &edits(&old(), &mine)) {
            Ok(_) => won.fetch_add(number, Ordering::Relaxed),
            Err(CommitError::Busy { .. } | CommitError::Changed { .. }) => 0,
            Err(error) => panic!("{error}"),
        };
    };
    std::thread::scope(|scope| {
        for number in 1..=8 {
            scope.spawn(move || run(number));
        }
    });
    let text = format!("int x{};\n", won.into_inner());
    assert!(tree.files().values().all(|found| *found == text), "{text}{:?}", tree.files());
    assert_eq!(tree.files().len(), OLD.len());
}

/// Each time the journal is deleted under the hands of the others.
#[test]
fn those_that_wait_come_one_after_the_other() {
    let names = ["a.c", "b.c", "c.c", "d.c"];
    let text = |turn: usize| format!("int x = {turn};\n");
    let first = text(0);
    let tree = Tree::new(names.map(|name| (name, first.as_str())));
    let run = |name: &'static str| {
        for turn in 0..25 {
            let (old, new) = (text(turn), text(turn + 1));
            let set = edits(&files([(name, old.as_str())]), &files([(name, new.as_str())]));
            loop {
                match commit(tree.root(), &set) {
                    Ok(_) => break,
                    Err(CommitError::Busy { .. }) => std::thread::yield_now(),
                    Err(error) => panic!("{error}"),
                }
            }
        }
    };
    std::thread::scope(|scope| {
        for name in names {
            scope.spawn(move || run(name));
        }
    });
    let last = text(25);
    assert_eq!(tree.files(), files(names.map(|name| (name, last.as_str()))));
}

#[test]
fn a_run_ends_with_nothing_but_a_journal_where_it_was_never_begun() {
    let tree = Tree::new(OLD);
    tree.write(JOURNAL, "{\"kind\":\"run\",\"vers");
    let set = edits(&old(), &new());
    let refused = commit(tree.root(), &set).expect_err("nobody recovered");
    assert!(matches!(refused, CommitError::Interrupted { .. }) && refused.is_unchanged());
    let nothing = Recovery::Undone { restored: Vec::new() };
    assert_eq!(recover(tree.root()).expect("understood"), nothing);
    assert_eq!(tree.files(), old());
    commit(tree.root(), &set).expect("written");
}

#[test]
fn one_file_as_a_whole() {
    let tree = Tree::new(OLD);
    let mut wanted = old();
    for (path, text) in [("new.h", "1"), ("new.h", "2"), ("d/new.h", ""), ("a.c", "3")] {
        replace(&tree.path(path), text.as_bytes()).expect("written");
        wanted.insert(path.into(), text.into());
        assert_eq!(tree.files(), wanted);
    }
    for path in ["gone/new.h", "new/", "a.c/new.h"] {
        let refused = replace(&tree.path(path), b"x").expect_err(path).to_string();
        assert!(refused.starts_with(&tree.path(path).display().to_string()), "{refused}");
    }
    assert!(matches!(replace(tree.root(), b"x"), Err(CommitError::NotAFile { .. })));
    assert!(matches!(replace("".as_ref(), b"x"), Err(CommitError::Write { .. })));
    assert_eq!(tree.files(), wanted);
}

#[cfg(unix)]
#[test]
fn one_file_through_a_link() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let tree = Tree::new(OLD);
    symlink("a.c", tree.path("link.c")).expect("link");
    symlink("gone", tree.path("broken.c")).expect("link");
    let mode = |mode| fs::set_permissions(tree.path("a.c"), fs::Permissions::from_mode(mode));
    mode(0o640).expect("ours");
    replace(&tree.path("link.c"), b"x").expect("written");
    assert!(matches!(replace(&tree.path("broken.c"), b"x"), Err(CommitError::Write { .. })));
    let found = tree.files();
    assert_eq!((found["a.c"].as_str(), found["link.c"].as_str()), ("x", "-> a.c"));
    let data = fs::metadata(tree.path("a.c")).expect("there");
    assert_eq!(data.permissions().mode() & 0o777, 0o640);
    mode(0o444).expect("ours");
    assert!(matches!(replace(&tree.path("a.c"), b"y"), Err(CommitError::Protected { .. })));
}
