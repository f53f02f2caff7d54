//! What is refused, and that nothing is written then.

use std::fs;

use super::super::{CommitError, JOURNAL, commit, recover};
use super::{OLD, Tree, edits, files, new, old};

/// Changes the tree so that the edits are refused, and says how.
#[track_caller]
fn refused(change: impl FnOnce(&Tree), says: &str) -> CommitError {
    let tree = Tree::new(OLD);
    change(&tree);
    let before = tree.files();
    let error = commit(tree.root(), &edits(&old(), &new())).expect_err("it must be refused");
    assert_eq!(tree.files(), before, "{error}");
    assert!(error.is_unchanged());
    let root = tree.root().display().to_string();
    let said = error.to_string().replace(&root, "ROOT");
    assert!(said.starts_with(says), "{said}");
    error
}

#[test]
fn a_file_that_was_changed_meanwhile() {
    refused(
        |tree| tree.write("d/c.h", "int other;\n"),
        "d/c.h: changed since it was read; start again",
    );
}

#[test]
fn a_file_that_is_not_there_or_none() {
    refused(
        |tree| fs::remove_file(tree.path("d/c.h")).expect("removable"),
        "d/c.h: cannot be read: No such file or directory",
    );
    let folder = |tree: &Tree| {
        fs::remove_file(tree.path("d/c.h")).expect("removable");
        fs::create_dir(tree.path("d/c.h")).expect("folder");
    };
    refused(folder, "d/c.h: not a regular file");
}

#[test]
fn a_file_that_is_protected() {
    let protect = |tree: &Tree| {
        let path = tree.path("d/b.c");
        let mut mode = fs::metadata(&path).expect("there").permissions();
        mode.set_readonly(true);
        fs::set_permissions(path, mode).expect("ours");
    };
    refused(protect, "d/b.c: write-protected; allow it with `chmod u+w`");
}

#[cfg(unix)]
#[test]
fn one_file_under_two_paths() {
    let tree = Tree::new(OLD);
    std::os::unix::fs::symlink("a.c", tree.path("link.c")).expect("link");
    let texts = |text| files([("a.c", text), ("link.c", text)]);
    let set = edits(&texts("int a;\n"), &texts("int z;\n"));
    let error = commit(tree.root(), &set).expect_err("ambiguous");
    assert_eq!(error.to_string(), "link.c: the same file as a.c; give one of them only");
    assert_eq!(tree.files()["a.c"], "int a;\n");
}

#[cfg(target_os = "linux")]
#[test]
fn a_name_that_is_not_utf8() {
    use std::os::unix::ffi::OsStrExt;
    let tree = Tree::new(OLD);
    let odd = tree.root().join(std::ffi::OsStr::from_bytes(b"\xff.c"));
    fs::rename(tree.path("a.c"), &odd).expect("renamed");
    std::os::unix::fs::symlink(&odd, tree.path("a.c")).expect("link");
    let error = commit(tree.root(), &edits(&old(), &new())).expect_err("no name for the journal");
    assert!(matches!(error, CommitError::NotUtf8 { path } if path == "a.c"));
    assert_eq!(fs::read(odd).expect("there"), b"int a;\n");
}

#[test]
fn a_root_that_is_none() {
    let tree = Tree::new(OLD);
    for root in ["gone", "a.c"] {
        let root = tree.path(root);
        let error = commit(&root, &edits(&old(), &new())).expect_err("no root");
        assert!(matches!(error, CommitError::Root { .. }), "{error}");
        assert!(matches!(recover(&root), Err(CommitError::Root { .. })));
    }
}

#[test]
fn a_journal_of_somebody_else() {
    let foreign = |tree: &Tree| tree.write(JOURNAL, "something else\n");
    let says = "ROOT/.kthread-codemod-journal: a run that wrote in this folder was interrupted";
    assert!(matches!(refused(foreign, says), CommitError::Interrupted { .. }));
    let tree = Tree::new(OLD);
    foreign(&tree);
    let before = tree.files();
    let error = recover(tree.root()).expect_err("not ours");
    assert!(error.to_string().contains("not a journal of this program: line 1: "), "{error}");
    assert_eq!(tree.files(), before);
}

#[cfg(unix)]
#[test]
fn a_journal_that_is_a_link() {
    let outside = Tree::new([("notes", ""), ("texts", "mine\n")]);
    for to in ["notes", "texts", "gone"] {
        let link = |tree: &Tree| {
            std::os::unix::fs::symlink(outside.path(to), tree.path(JOURNAL)).expect("link");
        };
        let says = "ROOT/.kthread-codemod-journal: not a journal of this program: it is not a reg";
        refused(link, says);
        let tree = Tree::new(OLD);
        link(&tree);
        assert!(matches!(recover(tree.root()), Err(CommitError::Damaged { .. })));
    }
    assert_eq!(outside.files(), files([("notes", ""), ("texts", "mine\n")]));
}

/// A journal in a tree from elsewhere must not reach what lies around the tree.
#[test]
fn a_journal_that_was_made_up_moves_nothing_from_elsewhere() {
    let tree = Tree::new([("mine", "mine\n"), ("tree/evil", "evil\n"), ("tree/a.c", "int a;\n")]);
    let hash = |text: &[u8]| crate::edit::TextHash::of(text);
    let journal = format!(
        "{{\"kind\":\"run\",\"version\":1,\"run\":\"0123456789abcdef\"}}\n\
         {{\"kind\":\"file\",\"path\":\"../mine\",\"before\":\"{}\",\"after\":\"{}\"}}\n\
         {{\"kind\":\"planned\",\"files\":1}}\n",
        hash(b"evil\n"),
        hash(b"mine\n"),
    );
    let old = ".kthread-codemod-0123456789abcdef-0.old";
    tree.write(&format!("tree/{old}"), "evil\n");
    let before = tree.files();
    tree.write(&format!("tree/{JOURNAL}"), &journal);
    let error = recover(&tree.path("tree")).expect_err("it is not in the folder");
    assert!(error.to_string().contains("`../mine` names no file"), "{error}");
    let mut after = tree.files();
    after.remove(&format!("tree/{JOURNAL}"));
    assert_eq!(after, before);
}
