//! The corpus: every model compiles, and what the engine says of it is what the snapshots hold.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use kthread_codemod::fs::for_each_macros;
use kthread_codemod::pipeline::{Engine, Options};
use kthread_codemod::report::schema::Report;
use kthread_codemod::report::{human, json};
use kthread_codemod::rules::RULES;
use kthread_codemod::source::SourceSet;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Files of each pattern folder, sorted.
fn patterns() -> BTreeMap<String, Vec<PathBuf>> {
    let mut out: BTreeMap<String, Vec<PathBuf>> = BTreeMap::new();
    for folder in std::fs::read_dir(root().join("corpus/patterns")).expect("the corpus") {
        let folder = folder.expect("a folder").path();
        if !folder.is_dir() {
            continue;
        }
        let name = folder.file_name().expect("a name").to_string_lossy().into_owned();
        let mut files: Vec<PathBuf> = std::fs::read_dir(&folder)
            .expect("files")
            .map(|file| file.expect("a file").path())
            .collect();
        files.sort();
        out.insert(name, files);
    }
    assert!(out.len() >= 30, "only {} patterns", out.len());
    out
}

fn has_extension(path: &Path, wanted: &[&str]) -> bool {
    path.extension().is_some_and(|extension| wanted.iter().any(|it| extension == *it))
}

fn analyse(pattern: &str, files: &[PathBuf]) -> (Report, SourceSet) {
    let mut options = Options::default();
    for file in files.iter().filter(|file| file.ends_with(".clang-format")) {
        let text = std::fs::read_to_string(file).expect("reads");
        options.iterator_macros.extend(for_each_macros(&text));
    }
    let mut engine = Engine::new(options);
    for file in files.iter().filter(|file| has_extension(file, &["c", "h"])) {
        let name = file.file_name().expect("a name").to_string_lossy();
        let text = std::fs::read(file).expect("reads");
        engine.add(format!("corpus/patterns/{pattern}/{name}"), text.into()).expect("fits");
    }
    // All files of the pattern are there already, so whatever is wanted has been answered.
    while !engine.wants().is_empty() {}
    engine.finish()
}

#[test]
fn models_compile_without_warning() {
    let include = root().join("corpus/include");
    let out = std::env::temp_dir().join(format!("kthread-corpus-{}.o", std::process::id()));
    let mut compiled = 0;
    for files in patterns().values() {
        for file in files.iter().filter(|file| has_extension(file, &["c"])) {
            for define in [None, Some("-DCONFIG_MODEL")] {
                let run = Command::new("cc")
                    .args(["-std=gnu11", "-O2", "-Wall", "-Werror", "-I"])
                    .arg(&include)
                    .args(define)
                    .arg("-c")
                    .arg(file)
                    .arg("-o")
                    .arg(&out)
                    .output()
                    .expect("a C compiler");
                let said = String::from_utf8_lossy(&run.stderr);
                assert!(run.status.success(), "{} {define:?}: {said}", file.display());
                compiled += 1;
            }
        }
    }
    std::fs::remove_file(&out).expect("the object was written");
    assert!(compiled >= 100, "only {compiled} compilations");
}

/// The control of the test above: a model with a mistake must not compile.
#[test]
fn a_broken_model_does_not_compile() {
    let folder = tempfile::tempdir().expect("a folder");
    let model = root().join("corpus/patterns/no-loop/once.c");
    let text = std::fs::read_to_string(model).expect("reads");
    let broken = folder.path().join("broken.c");
    std::fs::write(&broken, format!("{text}\nstatic int unused_and_wrong(void) {{ return x; }}\n"))
        .expect("writes");
    let run = Command::new("cc")
        .args(["-std=gnu11", "-O2", "-Wall", "-Werror", "-fsyntax-only", "-I"])
        .arg(root().join("corpus/include"))
        .arg(&broken)
        .output()
        .expect("a C compiler");
    assert!(!run.status.success());
}

fn settings() -> insta::Settings {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/../snapshots"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings
}

#[test]
fn json_and_human_output_are_as_reviewed() {
    for (pattern, files) in patterns() {
        let (report, sources) = analyse(&pattern, &files);
        let mut lines = Vec::new();
        json::write(&report, &mut lines).expect("writes");
        let mut text = Vec::new();
        let options = human::HumanOptions { color: false, width: 100 };
        human::write(&report, &sources, options, &mut text).expect("writes");
        settings().bind(|| {
            insta::assert_snapshot!(format!("corpus_{pattern}_json"), pretty(&lines));
            insta::assert_snapshot!(
                format!("corpus_{pattern}_human"),
                String::from_utf8(text).expect("text")
            );
        });
    }
}

/// One field a line, so that a change shows where it is; the version is left out.
fn pretty(lines: &[u8]) -> String {
    let mut out = String::new();
    for line in String::from_utf8_lossy(lines).lines() {
        let mut record: serde_json::Value = serde_json::from_str(line).expect("JSON");
        if let Some(version) = record.get_mut("version") {
            *version = "…".into();
        }
        let fields = record.as_object().expect("an object");
        for (name, value) in fields {
            writeln!(out, "{name}: {value}").expect("a string takes it");
        }
        out.push('\n');
    }
    out
}

#[test]
fn every_rule_has_a_folder_with_a_case_and_a_control() {
    let patterns = patterns();
    for rule in RULES {
        let files =
            patterns.get(rule.corpus).unwrap_or_else(|| panic!("no folder {}", rule.corpus));
        let (report, _) = analyse(rule.corpus, files);
        let hit: Vec<&str> = report
            .findings
            .iter()
            .filter(|finding| finding.code == rule.code)
            .map(|finding| finding.path.as_str())
            .collect();
        assert!(!hit.is_empty(), "{} finds nothing in its own folder", rule.code);
        let control = report.threads.iter().any(|thread| !hit.contains(&thread.path.as_str()));
        assert!(control, "{} has no control", rule.code);
    }
}

/// Nothing in the corpus goes by without being understood.
#[test]
fn the_corpus_is_understood() {
    for (pattern, files) in patterns() {
        let (report, _) = analyse(&pattern, &files);
        assert!(report.not_understood.is_empty(), "{pattern}: {:?}", report.not_understood);
    }
}

/// The same input gives the same output, in whatever order the files come.
#[test]
fn order_of_input_does_not_matter() {
    for (pattern, mut files) in patterns() {
        let mut once = Vec::new();
        json::write(&analyse(&pattern, &files).0, &mut once).expect("writes");
        files.reverse();
        let mut again = Vec::new();
        json::write(&analyse(&pattern, &files).0, &mut again).expect("writes");
        assert_eq!(String::from_utf8_lossy(&once), String::from_utf8_lossy(&again), "{pattern}");
    }
}
