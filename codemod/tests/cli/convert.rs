//! `convert`.

use std::fs;
use std::path::Path;
use std::process::Command;

use jsonschema::Validator;
use kthread_codemod::report::json::SCHEMA_V1;
use serde_json::Value;

use super::{CORPUS, Run, run, run_in, tree};

pub(super) const FOX: &[u8] = b"#include <linux/kthread.h>

static int fox_thread(void *data)
{
\tunsigned int runs = 0;

\twhile (!kthread_should_stop()) {
\t\tif (fox_hunts(data, runs++))
\t\t\tbreak;
\t\tschedule_timeout_interruptible(HZ);
\t}
\tfox_rests(data, runs);
\treturn 0;
}

void fox_wakes(void *den)
{
\tkthread_run(fox_thread, den, \"fox\");
}
";

/// Its loop is a label and a goto: refused.
const OWL: &[u8] = b"#include <linux/kthread.h>

static int owl_thread(void *data)
{
again:
\towl_looks(data);
\tschedule_timeout_interruptible(HZ);
\tif (!kthread_should_stop())
\t\tgoto again;
\treturn 0;
}

void owl_wakes(void *tree)
{
\tkthread_run(owl_thread, tree, \"owl\");
}
";

fn records(run: &Run) -> Vec<Value> {
    run.stdout.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

fn conversions(run: &Run) -> Vec<Value> {
    records(run).into_iter().filter(|record| record["kind"] == "conversion").collect()
}

fn read(folder: &Path, path: &str) -> String {
    fs::read_to_string(folder.join(path)).expect("reads")
}

#[test]
fn a_patch_is_what_comes_out_by_default() {
    let tree = tree(&[("fox.c", FOX)]);
    let run = run_in(tree.path(), &["convert", "--to", "iterant", "."]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stdout.starts_with("diff --git a/fox.c b/fox.c\n"), "{}", run.stdout);
    assert!(run.stdout.contains("+static void fox_thread_iterate(void *"), "{}", run.stdout);
    assert_eq!(run.stderr, "1 converted, 0 moved as they are, 0 refused\n");
    assert_eq!(read(tree.path(), "fox.c").as_bytes(), FOX);
    let same = run_in(tree.path(), &["convert", "--to", "iterant", "--diff", "."]);
    assert_eq!(same.stdout, run.stdout);
    fs::write(tree.path().join("it.patch"), &run.stdout).expect("writes");
    let mut patch = Command::new("patch");
    let done = patch.args(["-p1", "-i", "it.patch"]).current_dir(tree.path()).output();
    assert!(done.expect("patch runs").status.success());
    assert!(read(tree.path(), "fox.c").contains("kthread_iterant_run_here"));
}

#[test]
fn written_twice_is_written_once() {
    let tree = tree(&[("den/fox.c", FOX), ("owl.c", OWL)]);
    let first = run_in(tree.path(), &["convert", "--to", "iterant", "--write", "."]);
    assert_eq!(first.code, 1, "{}", first.stderr);
    assert!(first.stdout.contains("owl.c:5: refused: "), "{}", first.stdout);
    assert!(first.stdout.contains("[KR10]"), "{}", first.stdout);
    let once = read(tree.path(), "den/fox.c");
    assert!(once.contains("#include <linux/kthread_iterant.h>\n"), "{once}");
    assert_eq!(read(tree.path(), "owl.c").as_bytes(), OWL);
    let second = run_in(tree.path(), &["convert", "--to", "iterant", "--write", "den"]);
    assert_eq!((second.code, read(tree.path(), "den/fox.c")), (0, once));
    assert!(second.stdout.contains("1 converted already"), "{}", second.stdout);
    let left: Vec<_> = fs::read_dir(tree.path()).expect("lists").collect();
    assert_eq!(left.len(), 2, "something is left over: {left:?}");
}

#[test]
fn json_tells_of_every_thread_and_its_files() {
    let tree = tree(&[("fox.c", FOX), ("owl.c", OWL)]);
    let arguments = ["convert", "--to", "iterant", "--format", "json", "."];
    let run = run_in(tree.path(), &arguments);
    assert_eq!(run.code, 1, "{}", run.stderr);
    let told = conversions(&run);
    let [fox, owl] = told.as_slice() else { panic!("{told:?}") };
    assert_eq!((&fox["result"], &fox["form"]), (&"converted".into(), &"loop".into()));
    assert_eq!(fox["lifts"], serde_json::json!(["stop", "sleep"]));
    assert_eq!(owl["result"], "refused");
    assert_eq!(owl["reasons"][0]["code"], "KR10");
    let hash = |path: &str| {
        let sum = Command::new("sha256sum").arg(tree.path().join(path)).output().expect("runs");
        String::from_utf8_lossy(&sum.stdout).split(' ').next().unwrap_or_default().to_owned()
    };
    assert_eq!(fox["files"][0]["before"], hash("fox.c"));
    let written = run_in(tree.path(), &["convert", "--to", "iterant", "--write", "."]);
    assert_eq!(written.code, 1);
    assert_eq!(fox["files"][0]["after"], hash("fox.c"));
}

/// `check` and `convert` share one verdict, and all that `convert` says is valid.
#[test]
fn convert_does_what_check_says() {
    let schema: Value = serde_json::from_str(SCHEMA_V1).expect("JSON");
    let valid: Validator = jsonschema::draft202012::new(&schema).expect("a schema");
    let check = run(&["check", "--format", "json", CORPUS]);
    let convert = run(&["convert", "--to", "iterant", "--format", "json", CORPUS]);
    for record in records(&convert) {
        assert!(valid.is_valid(&record), "{record}");
    }
    // A control: a conversion without files, or with a reason too many, is not valid.
    let mut broken = conversions(&convert).remove(0);
    assert_eq!(broken["result"], "converted");
    broken["files"] = serde_json::json!([]);
    assert!(!valid.is_valid(&broken));
    let said = conversions(&convert);
    assert!(said.iter().all(|record| record["result"] != "failed-check"));
    let mut compared = 0;
    for thread in records(&check).iter().filter(|record| record["kind"] == "thread") {
        let verdict = thread["iterant"]["verdict"].as_str().expect("a verdict");
        let found = said.iter().find(|record| record["id"] == thread["id"]);
        let result = found.map(|record| record["result"].as_str().expect("a result"));
        match verdict {
            "convertible" => assert_eq!(result, Some("converted"), "{thread}"),
            "no-loop" => assert_eq!(result, None, "{thread}"),
            other => assert_eq!(result, Some(other), "{thread}"),
        }
        if let Some(found) = found {
            assert_eq!(found["lifts"], thread["iterant"]["lifts"]);
            compared += 1;
        }
    }
    assert!(compared > 40, "only {compared}");
}

#[test]
fn the_callbacks_form_splits_the_function() {
    let tree = tree(&[("fox.c", FOX)]);
    let arguments = ["convert", "--to", "iterant", "--form", "callbacks", "--write", "."];
    let run = run_in(tree.path(), &arguments);
    assert_eq!(run.code, 0, "{}", run.stdout);
    let text = read(tree.path(), "fox.c");
    assert!(text.contains("static void fox_thread_destroy(void *"), "{text}");
    assert!(text.contains("return kthread_iterant_run_here(&context.iterant);"), "{text}");
}

#[test]
fn what_cannot_be_done_is_said() {
    let tree = tree(&[("fox.c", FOX)]);
    for (arguments, says) in [
        (&["convert", "."][..], "--to <TO>"),
        (&["convert", "--to", "worker", "."], "invalid value 'worker'"),
        (&["convert", "--to", "iterant", "--write", "--diff", "."], "cannot be used with"),
        (&["convert", "--to", "iterant", "--write", "--corpus"], "--write changes files"),
        (&["convert", "--to", "iterant", "--write", "-"], "--write changes files"),
        (&["convert", "--to", "iterant", "--write", "gone.c"], "gone.c"),
    ] {
        let run = run_in(tree.path(), arguments);
        assert_eq!(run.code, 2, "{arguments:?}: {}", run.stderr);
        assert!(run.stderr.contains(says), "{arguments:?}: {}", run.stderr);
    }
    assert_eq!(read(tree.path(), "fox.c").as_bytes(), FOX);
}

/// Nothing is written for a tree of which a part could not be read.
#[test]
fn a_file_that_is_missing_stops_the_others() {
    let tree = tree(&[("fox.c", FOX)]);
    let arguments = ["convert", "--to", "iterant", "--write", "fox.c", "gone.c"];
    let run = run_in(tree.path(), &arguments);
    assert_eq!(run.code, 2);
    assert_eq!(read(tree.path(), "fox.c").as_bytes(), FOX);
}

/// A journal without its run is undone before anything else happens.
#[test]
fn an_interrupted_run_is_ended_first() {
    let tree = tree(&[("fox.c", FOX), (".kthread-codemod-journal", b"")]);
    let run = run_in(tree.path(), &["convert", "--to", "iterant", "--write", "."]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(!tree.path().join(".kthread-codemod-journal").exists());
}

/// What is done to a tree, the paths that are given, and what is said of it.
#[cfg(unix)]
type Case<'c> = (&'c dyn Fn(&Path), &'c [&'c str], &'c str);

/// What is told is what happened.
#[cfg(unix)]
#[test]
fn what_could_not_be_written_is_not_called_converted() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let schema: Value = serde_json::from_str(SCHEMA_V1).expect("JSON");
    let valid: Validator = jsonschema::draft202012::new(&schema).expect("a schema");
    let protect = |root: &Path| {
        let mode = fs::Permissions::from_mode(0o444);
        fs::set_permissions(root.join("fox.c"), mode).expect("ours");
    };
    let twice = |root: &Path| symlink("fox.c", root.join("link.c")).expect("a link");
    let gone = |_: &Path| {};
    let cases: [Case<'_>; 3] = [
        (&protect, &["fox.c", "owl.c"], "write-protected"),
        (&twice, &["fox.c", "link.c"], "the same file"),
        (&gone, &["fox.c", "gone.c"], "nothing was written"),
    ];
    for (change, paths, says) in cases {
        let tree = tree(&[("fox.c", FOX), ("owl.c", OWL)]);
        change(tree.path());
        let arguments = [&["convert", "--to", "iterant", "--write"], paths].concat();
        let run = run_in(tree.path(), &arguments);
        assert_eq!(run.code, 2, "{}", run.stderr);
        assert!(run.stderr.contains(says), "{}", run.stderr);
        assert!(run.stdout.contains("0 converted"), "{}", run.stdout);
        assert!(run.stdout.contains(" could be converted and are not written"), "{}", run.stdout);
        let run = run_in(tree.path(), &[&*arguments, &["--format", "json"]].concat());
        let told = conversions(&run);
        assert_eq!(told[0]["result"], "not-written");
        assert_eq!(told[0]["files"], serde_json::json!([]));
        assert!(told.iter().all(|record| record["result"] != "converted"));
        for record in records(&run) {
            assert!(valid.is_valid(&record), "{record}");
        }
        assert_eq!(read(tree.path(), "fox.c").as_bytes(), FOX);
    }
}

/// Names that a patch must quote, and one that no text can hold.
#[cfg(target_os = "linux")]
#[test]
fn odd_names() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let names: [&[u8]; 7] =
        [b"a b.c", b"q\"t.c", b"b\\x.c", "\u{e9}.c".as_bytes(), b"\xff.c", b"t\t.c", b" .c"];
    let tree = tree(&[("none.c", b"")]);
    let path = |name: &[u8]| tree.path().join(OsStr::from_bytes(name));
    // The end of the file is no end of a line.
    let text = FOX.trim_ascii_end();
    for name in names {
        fs::write(path(name), text).expect("writes");
    }
    let run = run_in(tree.path(), &["convert", "--to", "iterant", "."]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let diff = tempfile::NamedTempFile::new().expect("a file");
    fs::write(diff.path(), &run.stdout).expect("writes");
    let write = ["convert", "--to", "iterant", "--write"];
    let refused = run_in(tree.path(), &[&write[..], &["."]].concat());
    assert_eq!(refused.code, 2);
    assert!(refused.stderr.contains("error: \\xff.c: has or leads to a name that is not UTF-8"));
    assert!(names.iter().all(|name| fs::read(path(name)).expect("there") == text));
    for (program, arguments) in [("git", &["apply"][..]), ("patch", &["-p1", "-s"])] {
        let done = Command::new(program)
            .args(arguments)
            .arg(if program == "git" { "--whitespace=error-all" } else { "-i" })
            .arg(diff.path())
            .env("GIT_CEILING_DIRECTORIES", tree.path().parent().expect("a folder"))
            .current_dir(tree.path())
            .output()
            .expect("it runs");
        assert!(done.status.success(), "{program}: {}", String::from_utf8_lossy(&done.stderr));
        for name in names {
            let after = fs::read(path(name)).expect("there");
            assert!(after.ends_with(b"\n}") && after != text, "{program} {name:?}");
            fs::write(path(name), text).expect("writes");
        }
    }
    fs::remove_file(path(b"\xff.c")).expect("removes");
    let written = run_in(tree.path(), &[&write[..], &["."]].concat());
    assert_eq!((written.code, written.stdout.starts_with("6 converted")), (0, true));
}
