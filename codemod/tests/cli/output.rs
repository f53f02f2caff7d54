//! What is written: formats, colours, closed and full streams.

use std::fs::File;
use std::process::{Command, Stdio};

use super::{CORPUS, Run, program, run, run_in, tree};

#[test]
fn the_number_of_threads_does_not_show() {
    for format in ["human", "short", "json"] {
        let with = |jobs| run(&["check", "--format", format, jobs, CORPUS]);
        let (one, four) = (with("-j1"), with("-j4"));
        assert_ne!(one.code, 2, "{}", one.stderr);
        assert_eq!((one.code, one.stdout, one.stderr), (four.code, four.stdout, four.stderr));
    }
}

#[test]
fn json_is_the_same_with_times_and_without() {
    let plain = run(&["check", "--format", "json", CORPUS]);
    let timed = run(&["check", "--format", "json", "--timing", CORPUS]);
    assert_eq!(plain.stdout, timed.stdout);
    assert_eq!(plain.stderr, "");
    let parts: Vec<&str> =
        timed.stderr.lines().filter_map(|line| line.split_whitespace().nth(1)).collect();
    assert_eq!(parts, ["walk+scan", "index", "analyse", "report", "all"]);
}

#[test]
fn colours_only_where_they_are_wanted() {
    let tree = tree(&[("bad.toml", b"[[forwarder]\n")]);
    let coloured = |arguments: &[&str], environment: &[(&str, &str)]| {
        let mut program = program();
        program.current_dir(tree.path()).args(["check", "--annotations", "bad.toml"]);
        program.args(arguments).envs(environment.iter().copied());
        Run::of(&mut program).stderr.contains('\x1b')
    };
    assert!(!coloured(&[], &[]), "no terminal");
    assert!(coloured(&["--color", "always"], &[]));
    assert!(coloured(&["--color", "always"], &[("NO_COLOR", "1")]));
    assert!(coloured(&[], &[("CLICOLOR_FORCE", "1")]));
    assert!(!coloured(&[], &[("CLICOLOR_FORCE", "0")]));
    assert!(!coloured(&[], &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]));
    assert!(!coloured(&["--color", "never"], &[("CLICOLOR_FORCE", "1")]));

    let plain = run(&["check", CORPUS]);
    assert!(!plain.stdout.contains('\x1b') && !plain.stderr.contains('\x1b'));
}

#[test]
fn a_bad_annotation_file_is_shown_at_the_place() {
    let text = b"iterator-macros = [\"walk\"]\npure = [\"x\"]\n";
    let tree = tree(&[("notes.toml", text), ("latin.toml", b"x = \"\xe9\"\n")]);
    let run = run_in(tree.path(), &["check", "--annotations", "notes.toml", "."]);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""));
    for part in ["notes.toml:2:1", "pure = [\"x\"]", "unknown field", "pure-functions"] {
        assert!(run.stderr.contains(part), "{part}\n{}", run.stderr);
    }
    let run = run_in(tree.path(), &["check", "--annotations", "latin.toml", "."]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.starts_with("error: latin.toml: "), "{}", run.stderr);
}

#[test]
fn whoever_stops_reading_is_not_complained_about() {
    for arguments in [&["check", "--format", "json", CORPUS][..], &["explain"], &["--help"]] {
        let (reader, writer) = std::io::pipe().expect("pipe");
        drop(reader);
        let expected = run(arguments).code;
        let output = Command::new(env!("CARGO_BIN_EXE_kthread-codemod"))
            .args(arguments)
            .stdout(writer)
            .stderr(Stdio::piped())
            .output()
            .expect("it runs");
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{arguments:?}");
        assert_eq!(output.status.code(), Some(expected), "{arguments:?}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_an_error() {
    let full = File::options().write(true).open("/dev/full").expect("device");
    let output = Command::new(env!("CARGO_BIN_EXE_kthread-codemod"))
        .args(["check", "--format", "json", CORPUS])
        .stdout(full)
        .stderr(Stdio::piped())
        .output()
        .expect("it runs");
    assert_eq!(output.status.code(), Some(2));
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(stderr.starts_with("error: stdout: "), "{stderr}");
}
