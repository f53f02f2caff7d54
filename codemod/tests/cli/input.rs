//! What is read: paths, links, permissions, ignore rules, the standard input.

use std::fs;

use super::{program, run, run_in, tree};

const PLAIN: &[u8] = b"int f(void) { return 0; }\n";

#[test]
fn a_tree_without_threads_is_fine() {
    let tree = tree(&[("a.c", PLAIN), ("b/c.h", PLAIN), ("b/d.txt", PLAIN)]);
    for arguments in [&["check", "--format", "json"][..], &["check", "--format", "json", "."]] {
        let run = run_in(tree.path(), arguments);
        assert_eq!((run.code, run.stderr.as_str()), (0, ""));
        assert_eq!((run.summary("files_seen"), run.summary("files_read")), (2, 2));
    }
}

#[test]
fn a_missing_path_is_an_error_and_the_others_are_read() {
    let tree = tree(&[("a.c", PLAIN)]);
    let run = run_in(tree.path(), &["check", "--format", "json", "gone.c", "a.c"]);
    assert_eq!(run.code, 2);
    assert_eq!(run.stderr, "error: gone.c: No such file or directory\n");
    assert_eq!(run.summary("files_read"), 1);
}

#[test]
fn a_wrong_command_line_is_an_error() {
    let tree = tree(&[("a.c", PLAIN)]);
    for arguments in [
        &["check", "--root", "gone", "."][..],
        &["check", "--root", "a.c", "."],
        &["check", "--annotations", "gone.toml", "."],
        &["check", "--format", "xml"],
        &["check", "--jobs", "0"],
        &["check", "--corpus", "."],
        &["check", "--stdin-path", "x.c", "."],
        &["frobnicate"],
        &[],
    ] {
        let run = run_in(tree.path(), arguments);
        assert_eq!(run.code, 2, "{arguments:?}");
        assert!(!run.stderr.is_empty() && run.stdout.is_empty(), "{arguments:?}");
    }
    for arguments in [&["--help"][..], &["--version"], &["check", "--help"]] {
        let run = run_in(tree.path(), arguments);
        assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{arguments:?}");
        assert!(!run.stdout.is_empty());
    }
}

#[cfg(unix)]
#[test]
fn a_folder_without_permission_is_told_and_fails_only_when_given() {
    use std::os::unix::fs::PermissionsExt;
    let tree = tree(&[("a.c", PLAIN), ("closed/b.c", PLAIN)]);
    let closed = tree.path().join("closed");
    let mode = |mode| fs::set_permissions(&closed, fs::Permissions::from_mode(mode));
    mode(0o000).expect("ours");
    // The superuser may read it all the same.
    let readable = fs::read_dir(&closed).is_ok();
    let inside = run_in(tree.path(), &["check", "--format", "json", "."]);
    let given = run_in(tree.path(), &["check", "--format", "json", "closed"]);
    mode(0o700).expect("ours");
    let told = "{\"kind\":\"not-understood\",\"path\":\"closed\",\"line\":0,\
                \"why\":\"cannot be read: Permission denied\",\"matters\":false}";
    assert_eq!(inside.code, 0);
    if readable {
        assert_eq!((given.code, given.summary("files_read")), (0, 1));
        assert_eq!(inside.summary("files_read"), 2);
    } else {
        assert_eq!(given.code, 2);
        assert_eq!(given.stderr, "error: closed: cannot be read: Permission denied\n");
        assert_eq!(inside.stdout.lines().nth(1), Some(told));
        assert_eq!(inside.summary("not_understood"), 1);
    }
}

#[cfg(unix)]
#[test]
fn broken_and_cyclic_links_are_told() {
    use std::os::unix::fs::symlink;
    let tree = tree(&[("real/a.c", PLAIN)]);
    let at = |path: &str| tree.path().join(path);
    symlink("nothing", at("real/broken.c")).expect("link");
    symlink("cycle.h", at("real/cycle.h")).expect("link");
    symlink(".", at("real/self")).expect("link");
    symlink("real", at("link")).expect("link");
    symlink("knot", at("knot")).expect("link");

    let run = run_in(tree.path(), &["check", "--format", "json", "link"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    assert_eq!((run.summary("files_seen"), run.summary("not_understood")), (1, 2));
    let told: Vec<&str> = run.stdout.lines().filter(|line| line.contains("link/")).collect();
    assert!(told[0].contains("\"link/broken.c\"") && told[0].contains("it leads to nothing"));
    assert!(told[1].contains("\"link/cycle.h\"") && told[1].contains("cannot be followed"));

    assert_eq!(run_in(tree.path(), &["check", "knot"]).code, 2);
    assert_eq!(run_in(tree.path(), &["check", "real/broken.c"]).code, 2);
}

#[test]
fn warns_when_ignore_rules_leave_nothing() {
    let tree = tree(&[("sub/a.c", PLAIN), (".gitignore", b"*.o\n/*\n"), (".git/HEAD", b"")]);
    let json = ["check", "--format", "json"];
    let run = run_in(tree.path(), &json);
    assert_eq!((run.code, run.summary("files_seen")), (0, 0));
    let warning = "warning: every file under . was dropped by ignore rules; use --no-ignore\n";
    assert_eq!(run.stderr, warning);
    let run = run_in(tree.path(), &[&json[..], &["--no-ignore"]].concat());
    assert_eq!((run.summary("files_seen"), run.stderr.as_str()), (1, ""));

    let empty = super::tree(&[("a.txt", b"")]);
    let run = run_in(empty.path(), &json);
    assert_eq!((run.code, run.summary("files_seen")), (0, 0));
    assert_eq!(run.stderr, "warning: there is no C file (*.c, *.h) under .\n");
}

#[test]
fn hidden_files_are_read_on_demand() {
    let tree = tree(&[("a.c", PLAIN), (".b.c", PLAIN), (".d/e.c", PLAIN)]);
    let seen = |more: &[&str]| {
        let arguments = [&["check", "--format", "json", "."], more].concat();
        run_in(tree.path(), &arguments).summary("files_seen")
    };
    assert_eq!(seen(&[]), 1);
    assert_eq!(seen(&[".b.c"]), 2);
    assert_eq!(seen(&["--hidden"]), 3);
}

#[test]
fn the_standard_input_is_one_path_more() {
    let tree = tree(&[("a.c", PLAIN)]);
    let count = |arguments: &[&str]| {
        let mut program = program();
        program.current_dir(tree.path()).args(["check", "--format", "json"]).args(arguments);
        let run = super::Run::of(program.write_stdin(PLAIN));
        assert_eq!(run.code, 0, "{}", run.stderr);
        run.summary("files_read")
    };
    assert_eq!(count(&["-"]), 1);
    assert_eq!(count(&["-", "a.c"]), 2);
    assert_eq!(count(&["-", ".", "--stdin-path", "b.c"]), 2);
    assert_eq!(count(&["-", ".", "--stdin-path", "a.c"]), 1, "it stands for the file");
}

#[test]
fn the_standard_input_goes_by_the_name_it_was_given() {
    // Its name shows where it can't be taken.
    let endless = vec![b' '; kthread_codemod::fs::LARGEST + 1];
    let tree = tree(&[]);
    let message = |arguments: &[&str]| {
        let mut program = program();
        program.current_dir(tree.path()).args(["check", "-"]).args(arguments);
        let run = super::Run::of(program.write_stdin(endless.clone()));
        assert_eq!(run.code, 2);
        run.stderr
    };
    assert!(message(&[]).starts_with("error: <stdin>: too large"));
    assert!(message(&["--stdin-path", "./a/b.c"]).starts_with("error: a/b.c: too large"));
}

#[test]
fn paths_are_relative_to_the_root() {
    let tree = tree(&[("top/sub/a.c", PLAIN), ("top/sub/gone", PLAIN)]);
    let large = fs::File::create(tree.path().join("top/sub/b.c")).expect("file");
    large.set_len(kthread_codemod::fs::LARGEST as u64 + 1).expect("a hole");
    let told = |root: &str, path: &str| {
        let run = run_in(tree.path(), &["check", "--format", "json", "--root", root, path]);
        assert_eq!(run.code, 0, "{}", run.stderr);
        let record = run.stdout.lines().nth(1).expect("a record").to_owned();
        let record: serde_json::Value = serde_json::from_str(&record).expect("JSON");
        record["path"].as_str().expect("a path").to_owned()
    };
    assert_eq!(told(".", "top"), "top/sub/b.c");
    assert_eq!(told(".", "./top/../top/"), "top/sub/b.c");
    assert_eq!(told("top", "top"), "sub/b.c");
    assert_eq!(told("top", "top/sub"), "sub/b.c");
    let real = tree.path().canonicalize().expect("real");
    assert_eq!(told("top", real.to_str().expect("UTF-8")), "sub/b.c");
    fs::create_dir(tree.path().join("other")).expect("folder");
    let outside = real.join("top/sub/b.c").to_str().expect("UTF-8").replace('\\', "/");
    assert_eq!(told("other", real.join("top").to_str().expect("UTF-8")), outside);
}

#[test]
fn the_corpus_is_in_the_program() {
    let folder = tempfile::tempdir().expect("folder");
    let built_in = run_in(folder.path(), &["check", "--format", "json", "--corpus"]);
    assert_ne!(built_in.code, 2, "{}", built_in.stderr);
    let files = kthread_codemod::cli::corpus::CORPUS.iter();
    let files = files.filter(|(path, _)| !path.ends_with(".clang-format")).count();
    assert_eq!(built_in.summary("files_read"), files as u64);

    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
    let read = run(&["check", "--format", "json", "--root", root, super::CORPUS]);
    assert_eq!((read.code, read.stdout), (built_in.code, built_in.stdout));
}
