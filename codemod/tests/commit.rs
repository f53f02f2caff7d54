//! A process that writes and is killed with SIGKILL, at whatever moment that meets it.
//!
//! Each single moment is gone through in the unit tests of `fs::commit`; this is the real thing.

#![cfg(unix)]
#![allow(clippy::expect_used, clippy::panic, reason = "a test may fail")]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use kthread_codemod::edit::{Edit, EditSet, FileEdit};
use kthread_codemod::fs::commit::{Recovery, commit, recover};
use kthread_codemod::source::Span;

const FILES: [&str; 4] = ["a.c", "b.c", "sub/c.c", "sub/d.h"];

/// Where the child works; it is there in the child only.
const FOLDER: &str = "KTHREAD_CODEMOD_TEST_FOLDER";

const ROUNDS: usize = 100;

fn text(version: usize) -> String {
    format!("int version = {version};\n").repeat(100)
}

/// From one version to the next in all files.
fn edits(version: usize) -> EditSet {
    let (old, new) = (text(version), text(version + 1));
    let edit = |path: &&str| {
        let whole = Edit::replace(Span::new(0, old.len() as u32), new.as_str());
        FileEdit::new(*path, old.as_bytes(), vec![whole]).expect("in range")
    };
    EditSet::new(FILES.iter().map(edit).collect()).expect("no conflict")
}

/// The version of all files; fails where they are of several, or where there is another file.
#[track_caller]
fn version(root: &Path) -> usize {
    let mut found = BTreeSet::new();
    let mut texts = BTreeSet::new();
    for folder in [root, &root.join("sub")] {
        for entry in fs::read_dir(folder).expect("folder") {
            let path = entry.expect("entry").path();
            if !path.is_dir() {
                texts.insert(fs::read_to_string(&path).expect("readable"));
                let name = path.strip_prefix(root).expect("inside");
                found.insert(name.to_str().expect("UTF-8").to_owned());
            }
        }
    }
    assert_eq!(found, FILES.map(str::to_owned).into());
    assert_eq!(texts.len(), 1, "{texts:#?}");
    let whole = texts.pop_first().expect("one");
    let line = whole.lines().next().expect("a line");
    let number = line.trim_start_matches("int version = ").trim_end_matches(';');
    let version = number.parse().expect("a number");
    assert_eq!(whole, text(version));
    version
}

/// The child: writes one version after the other, until it is killed.
#[test]
#[ignore = "it is the child of the test below and does nothing by itself"]
fn child() {
    let Some(root) = std::env::var_os(FOLDER) else { return };
    let root = Path::new(&root);
    for version in version(root).. {
        commit(root, &edits(version)).expect("nobody else is here");
    }
}

fn start(root: &Path) -> Child {
    Command::new(std::env::current_exe().expect("this program"))
        .args(["--exact", "child", "--ignored"])
        .env(FOLDER, root)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("it runs")
}

#[test]
fn killed_by_the_system_it_is_put_right_at_the_next_start() {
    let tree = tempfile::tempdir().expect("folder");
    fs::create_dir(tree.path().join("sub")).expect("folder");
    for path in FILES {
        fs::write(tree.path().join(path), text(0)).expect("writes");
    }
    let (mut last, mut interrupted) = (0, 0);
    for round in 0..ROUNDS {
        let mut child = start(tree.path());
        // It works when the first file has changed.
        let first = tree.path().join(FILES[0]);
        let patience = Instant::now();
        while fs::read_to_string(&first).expect("always there") == text(last) {
            let ended = child.try_wait().expect("ours");
            assert!(ended.is_none() && patience.elapsed() < Duration::from_secs(60), "{ended:?}");
            std::thread::sleep(Duration::from_micros(200));
        }
        std::thread::sleep(Duration::from_micros(100 * round as u64));
        child.kill().expect("ours");
        child.wait().expect("ours");

        let recovery = recover(tree.path()).expect("it is put right");
        interrupted += usize::from(recovery != Recovery::Nothing);
        let now = version(tree.path());
        assert!(now >= last, "{now} after {last}");
        last = now;
    }
    // Between two runs there is nothing to put right, but that is a short time.
    assert!(interrupted > ROUNDS / 10, "{interrupted} of {ROUNDS}");
    assert!(last > 0);
    commit(tree.path(), &edits(last)).expect("nothing is in the way");
    assert_eq!(version(tree.path()), last + 1);
}
