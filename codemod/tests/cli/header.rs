//! `header`.

use std::fs;

use kthread_codemod::cli::header::HEADER;

use super::{run, run_in, tree};

#[test]
fn is_written_to_the_standard_output() {
    let run = run(&["header"]);
    assert_eq!((run.code, run.stdout.as_str(), run.stderr.as_str()), (0, HEADER, ""));
    assert!(HEADER.starts_with("/* SPDX-License-Identifier: GPL-2.0 OR MIT */\n"));
    assert!(HEADER.ends_with('\n'));
}

#[test]
fn is_written_to_a_file_new_or_old() {
    let old: &[u8] = b"something older and longer than nothing\n";
    let tree = tree(&[("include/linux/old.h", old)]);
    for path in ["include/linux/new.h", "include/linux/old.h", "new.h", "./include/../x.h"] {
        let run = run_in(tree.path(), &["header", "--out", path]);
        assert_eq!((run.code, run.stdout.as_str(), run.stderr.as_str()), (0, "", ""), "{path}");
        assert_eq!(fs::read_to_string(tree.path().join(path)).expect("written"), HEADER);
    }
    let names = |folder: &str| fs::read_dir(tree.path().join(folder)).expect("folder").count();
    assert_eq!((names("."), names("include/linux")), (3, 2), "something is left over");
}

#[test]
fn what_cannot_be_written_is_an_error() {
    let tree = tree(&[("include/a.h", b"a\n")]);
    for (path, says) in [
        (
            "gone/a.h",
            "error: gone/a.h: cannot be written: there is no folder gone; make it first\n",
        ),
        ("gone/", "error: gone/: cannot be written: there is no folder gone/; make it first\n"),
        ("include", "error: include: not a regular file, so it is not written to\n"),
        ("include/a.h/b.h", "error: include/a.h/b.h: cannot be written: Not a directory\n"),
    ] {
        let run = run_in(tree.path(), &["header", "--out", path]);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{path}");
        assert!(run.stderr.starts_with(says), "{}", run.stderr);
    }
    for wrong in [&["header", "--out"][..], &["header", "--out", ""], &["header", "a.h"]] {
        assert_eq!(run_in(tree.path(), wrong).code, 2, "{wrong:?}");
    }
    assert_eq!(fs::read(tree.path().join("include/a.h")).expect("there"), b"a\n");
}

#[cfg(target_os = "linux")]
#[test]
fn a_device_is_not_replaced() {
    let run = run(&["header", "--out", "/dev/null"]);
    assert_eq!(run.code, 2);
    assert_eq!(run.stderr, "error: /dev/null: not a regular file, so it is not written to\n");
}
