//! Tests of the proof's own parts, on data made by hand. They need no kernel.
#![expect(clippy::expect_used, reason = "data made by hand is whole")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::absent::Absent;
use crate::cache::{Cache, sha256};
use crate::compile::{defined, messages};
use crate::kbuild::{Replay, compilers};
use crate::overlay::{Overlay, Touched, split};
use crate::print::{Proof, conversions, table, verdicts};
use crate::prove::{Build, Object, Verdict};
use crate::sample::{choose, features};
use crate::scripts::{more_reports, reports, surplus};
use crate::tool::{contradictions, parse};

const OLD: &str = "int f(void)\n{\n\tfor (;;)\n\t\twait();\n}\n";
const NEW: &str = "int f(void)\n{\n\trun_iterant();\n}\n";
const PATCH: &str = "--- a/d/a.c\n+++ b/d/a.c\n@@ -1,5 +1,4 @@\n int f(void)\n {\n-\tfor (;;)\n\
                     -\t\twait();\n+\trun_iterant();\n }\n";

/// A folder with files.
fn tree(files: &[(&str, &str)]) -> tempfile::TempDir {
    let tree = tempfile::tempdir().expect("a folder");
    for (path, text) in files {
        let file = tree.path().join(path);
        std::fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
        std::fs::write(file, text).expect("writes");
    }
    tree
}

fn touched(before: &str, patch: &str) -> Touched {
    Touched { before: before.into(), after: NEW.into(), patch: patch.into() }
}

/// The record of a conversion of `d/a.c:f`.
fn record(result: &str, lifts: &str, reasons: &str, files: &str) -> String {
    format!(
        r#"{{"kind":"conversion","id":"d/a.c:f","target":"iterant","result":"{result}","form":"loop","lifts":[{lifts}],"reasons":[{reasons}],"files":[{files}]}}"#
    )
}

fn converted(lifts: &str) -> String {
    let (before, after) = (sha256(OLD.as_bytes()), sha256(NEW.as_bytes()));
    let change = format!(r#"{{"path":"d/a.c","before":"{before}","after":"{after}"}}"#);
    record("converted", lifts, "", &change)
}

#[test]
fn a_patch_is_split_by_counting_lines() {
    // A removed line that begins with "-- " looks like a head.
    let text = "diff --git a/x.c b/x.c\n--- a/x.c\n+++ b/x.c\t2020\n@@ -1,2 +1,2 @@ f\n--- y.c\n+++ z\n \
                c\n\\ No newline at end of file\n--- a/d/y.h\n+++ b/d/y.h\n@@ -3 +3 @@\n-a\n+b\n";
    let files = split(text.as_bytes()).expect("splits");
    let paths: Vec<_> = files.iter().map(|(path, _)| path.as_str()).collect();
    assert_eq!(paths, ["x.c", "d/y.h"]);
    assert!(files[1].1.starts_with(b"--- a/d/y.h\n") && files[1].1.ends_with(b"\n+b\n"));
    assert!(split(b"").is_err());
    assert!(split(b"@@ -1 +1 @@\n-a\n+b\n").is_err());
    assert!(split(b"--- a.c\n+++ a.c\n@@ -1 +1 @@\n-a\n+b\n").is_err());
}

#[test]
fn a_patch_applies_to_its_own_text_only() {
    let source = tree(&[("d/a.c", OLD)]);
    let overlay =
        Overlay::of_patch(source.path(), PATCH.as_bytes(), b"the header").expect("applies");
    assert_eq!(overlay.files["d/a.c"].after, NEW.as_bytes());
    let read = |path: &Path| std::fs::read_to_string(path).expect("reads");
    assert_eq!(read(&overlay.before().join("d/a.c")), OLD);
    assert_eq!(read(&overlay.include().join("linux/kthread_iterant.h")), "the header");
    assert_eq!(read(&source.path().join("d/a.c")), OLD);
    // Further down in the file, or with another line beside it, it is a patch for another text.
    for other in [format!("\n{OLD}"), OLD.replace("(void)", "(int)")] {
        let source = tree(&[("d/a.c", &other)]);
        let error = Overlay::of_patch(source.path(), PATCH.as_bytes(), b"").expect_err("refused");
        assert!(error.starts_with("git apply: ") || error.starts_with("patch: "), "{error}");
    }
}

#[test]
fn json_and_patch_must_agree() {
    let files = BTreeMap::from([("d/a.c".to_owned(), touched(OLD, PATCH))]);
    let overlay = Overlay::of_files(files, b"").expect("a folder");
    let wrong = |lines: &[String]| {
        contradictions(&parse(&lines.join("\n")).expect("parses"), &overlay).join("; ")
    };
    let good = converted("\"stop\"");
    assert_eq!(wrong(std::slice::from_ref(&good)), "");
    assert_eq!(wrong(&[good.clone(), good.clone()]), "d/a.c:f: two conversions have this id");
    assert_eq!(wrong(&[]), "d/a.c: in the patch, not in the JSON");
    let hash = good.replace("\"before\":\"", "\"before\":\"0");
    assert_eq!(wrong(&[hash]), "d/a.c: the hash before is not that of the text");
    let more = good.replace("d/a.c\"", "d/b.c\"");
    assert!(wrong(&[more]).contains("d/b.c: in the JSON, not in the patch"));
    let refused = record("refused", "", "", "");
    assert!(wrong(&[good.clone(), refused.replace(":f", ":g")]).ends_with("with 0 reasons"));
    let failed = record("failed-check", "", r#"{"code":"KR21"}"#, "");
    assert!(wrong(&[good, failed.replace(":f", ":g")]).ends_with("a check of the tool's own"));
    assert!(parse("{\"kind\":\"of-tomorrow\"}\n").expect("parses").is_empty());
    assert!(parse("{\"kind\":\"conversion\"}").is_err());
}

#[test]
fn a_command_is_taken_apart() {
    let text =
        "gcc -Wp,-MMD,d/.a.o.d -nostdinc -DNAME='\"a b\"'  -c -o d/a.o /t/d/a.c   ; objtool a.o";
    let replay = Replay::parse(text).expect("parses");
    assert_eq!(replay.compiler, "gcc");
    assert_eq!(replay.flags, "-nostdinc -DNAME='\"a b\"' ");
    assert_eq!(Replay::parse("gcc -E a.c"), None);
}

#[test]
fn who_includes_a_file_can_compile_it() {
    let source = tree(&[
        ("d/a.c", "# include \"part.c\"\n#include \"h.h\"\n"),
        ("d/b.c", "#include \"parts.c\"\n#include <part.c>\n"),
        ("d/part.c", ""),
        ("d/h.h", ""),
        ("c.c", "#include \"d/part.c\"\n"),
    ]);
    let of = |path: &str| compilers(source.path(), path).expect("reads");
    assert_eq!(of("d/part.c"), ["d/part.c", "./c.c", "d/a.c"]);
    assert_eq!(of("d/h.h"), ["d/a.c"]);
    assert_eq!(of("d/a.c"), ["d/a.c"]);
}

#[test]
fn messages_lose_their_lines() {
    let stderr = "In file included from a.c:1:\na.c: In function 'f':\n\
                  a.c:3:6: warning: unused variable 'x' [-Wunused-variable]\na.c:3: note: here\n\
                  cc1: error: no\n/t/b.c:1:10: fatal error: b.h: No such file or directory\n";
    let expected = [
        "a.c: warning: unused variable 'x' [-Wunused-variable]",
        "cc1: error: no",
        "/t/b.c: fatal error: b.h: No such file or directory",
    ];
    assert_eq!(messages(stderr).collect::<Vec<_>>(), expected);
}

#[test]
fn definitions_are_told_from_declarations() {
    let definition = "a.c:7:NF */ static struct bio *f (struct io *io); /* (io) struct io *io; */";
    assert_eq!(defined(definition).as_deref(), Some("a.c:f"));
    assert_eq!(defined("a.c:7:OF */ int g (void); /* () */").as_deref(), Some("a.c:g"));
    assert_eq!(defined("a.c:7:NC */ extern int f (void);"), None);
}

#[test]
fn only_what_became_more_counts() {
    let list = |texts: &[&str]| texts.iter().map(|&text| text.to_owned()).collect::<Vec<_>>();
    assert_eq!(surplus(&list(&["a", "b"]), &list(&["b", "a", "b", "c"])), ["b", "c"]);
    let style = |text: &str| reports(text, "d/a.c");
    let before = style("d/a.c:3: WARNING:LONG_LINE: 101\nd/a.c:4: ERROR:SPACING: x\ntotal: 2\n");
    assert_eq!(before.len(), 2);
    // A long line that got longer is not a new one.
    let longer = style("d/a.c:9: WARNING:LONG_LINE: 103\n");
    assert_eq!(more_reports(&before, &longer), Vec::<String>::new());
    let twice = style("d/a.c:3: WARNING:LONG_LINE: 101\nd/a.c:9: WARNING:LONG_LINE: 103\n");
    assert_eq!(more_reports(&before, &twice), ["WARNING:LONG_LINE: 103"]);
}

#[test]
fn a_result_is_found_by_all_of_its_inputs() {
    let folder = tempfile::tempdir().expect("a folder");
    let cache = Cache { directory: Some(folder.path().to_owned()) };
    let get = |inputs: &[&[u8]], value: u32| cache.get(inputs, || Ok(value)).expect("a result");
    assert_eq!(get(&[b"ab", b"c"], 1), 1);
    assert_eq!(get(&[b"ab", b"c"], 2), 1);
    assert_eq!(get(&[b"a", b"bc"], 3), 3);
    assert_eq!(Cache::none().get(&[b"ab", b"c"], || Ok(4)), Ok(4));
    assert!(cache.get::<u32>(&[b"d"], || Err("no".to_owned())).is_err());
    assert_eq!(get(&[b"d"], 5), 5);
}

#[test]
fn the_sample_reaches_every_feature_with_small_files() {
    let twice = "+++ b/x.c\n+\tgoto out;\n-\tif (a)\n-\t\tb = 1;\n+\tb = 1;\n";
    let files: BTreeMap<_, _> = [
        ("d/a.c", OLD, PATCH),
        ("big.c", "a longer text than any other here, so that it is never chosen", PATCH),
        ("small.c", "", twice),
        ("smaller.c", "", &twice.replace("out;", "end;")),
        ("own.c", "", "+++ b/own.c\n+\tits(own);\n"),
        ("far.c", "", "+++ b/far.c\n+\tit->type = KTI_STOP;\n"),
    ]
    .map(|(path, before, patch)| (path.to_owned(), touched(before, patch)))
    .into();
    let header = b"#define KTI_STOP 1\nint kthread_iterant_run_here(struct kthread_iterant *it);\n";
    let mut converted = converted("\"stop\"");
    converted.insert_str(converted.len() - 1, ",\"allowed\":[\"stop-seen-earlier\"]");
    let conversions = parse(&converted).expect("parses");
    let features = features(&conversions, &files, header);
    let names: Vec<_> = features.keys().map(String::as_str).collect();
    let expected = [
        "allows stop-seen-earlier",
        "lifts stop",
        "line goto x;",
        "line x();",
        "line x->x = KTI_STOP;",
        "no more wait",
    ];
    assert_eq!(names, expected);
    let (chosen, unreached) = choose(&features, &files, &BTreeSet::from(["far.c".to_owned()]));
    assert_eq!(chosen.iter().map(String::as_str).collect::<Vec<_>>(), ["d/a.c", "small.c"]);
    assert_eq!(unreached, ["line x->x = KTI_STOP;"]);
}

fn proof(build: Build, style: &[&str]) -> Proof {
    let style = style.iter().map(|&text| text.to_owned()).collect();
    Proof {
        title: "title".to_owned(),
        conversions: parse(&converted("\"stop\",\"sleep\"")).expect("parses"),
        verdicts: BTreeMap::from([("d/a.c".to_owned(), Verdict { build, doc: Vec::new(), style })]),
        touched: 1,
        header: Vec::new(),
        unreached: Vec::new(),
        contradictions: Vec::new(),
    }
}

fn object(through: &str, warnings: &[&str], defined: &[&str]) -> Build {
    Build::Compiled(Object {
        through: through.to_owned(),
        warnings: warnings.iter().map(|&text| text.to_owned()).collect(),
        defined: defined.iter().map(|&text| text.to_owned()).collect(),
    })
}

#[test]
fn whatever_is_wrong_is_a_problem() {
    let good = proof(object("d/a.c", &[], &["d/a.c:f"]), &[]);
    assert_eq!(good.problems(), Vec::<String>::new());
    assert!(table(&good).contains("    1  seen by the compiler"));
    assert!(verdicts(&good, &Absent::default()).ends_with("\n  d/a.c: compiled\n"));
    assert!(conversions(&good.conversions).ends_with("converted\n  d/a.c:f stop+sleep\n"));

    let hidden = proof(object("d/b.c", &[], &[]), &[]);
    assert!(table(&hidden).contains("    1  hidden by an #if\n         d/a.c:f\n"));
    let part = "d/a.c: compiled as a part of d/b.c\n";
    assert!(verdicts(&hidden, &Absent::default()).ends_with(part));

    let warned = proof(object("d/a.c", &["w"], &["d/a.c:f"]), &["r"]);
    assert_eq!(warned.problems(), ["d/a.c: new warning: w", "d/a.c: new report: r"]);
    let failed = proof(Build::Failed(vec!["e".to_owned()]), &[]);
    assert_eq!(failed.problems(), ["d/a.c: fails: e"]);
    let mut header = good;
    header.header.push("h".to_owned());
    assert_eq!(header.problems(), ["the header: h"]);
}

#[test]
fn the_notes_and_the_build_must_agree() {
    let notes = Absent::parse("[[file]]\npath = \"d/a.c\"\nwhy = \"ARM\"\n").expect("parses");
    let absent = proof(Build::NotBuilt("no".to_owned()), &[]).verdicts;
    let built = proof(object("d/a.c", &[], &[]), &[]).verdicts;
    assert_eq!(notes.contradictions(&absent), Vec::<String>::new());
    assert_eq!(notes.contradictions(&built), ["d/a.c: is built, against the notes"]);
    let none = Absent::default();
    assert_eq!(none.contradictions(&absent), ["d/a.c: the original is not built: no"]);
    assert_eq!(none.contradictions(&built), Vec::<String>::new());
    assert!(Absent::parse("[[file]]\npath = \"d/a.c\"\n").is_err());
    assert!(crate::absent().expect("the notes of the repository").files.len() > 20);
}
