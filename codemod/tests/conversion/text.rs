//! What is true of the text of every conversion.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Stdio};

use kthread_codemod::report::schema::{Conversion, Outcome};

use super::{Changed, FORMS, Pattern, conversions, name};

/// Applies a diff in a folder that holds the file as it was, and gives what it becomes.
pub(super) fn applied(program: &str, arguments: &[&str], changed: &Changed) -> Vec<u8> {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join(&changed.path);
    std::fs::create_dir_all(file.parent().expect("a parent")).expect("creates");
    std::fs::write(&file, &changed.before).expect("writes");
    let diff = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(diff.path(), changed.diff()).expect("writes");
    let run = Command::new(program)
        .args(arguments)
        .current_dir(folder.path())
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_CEILING_DIRECTORIES", folder.path().parent().unwrap_or(Path::new("/")))
        .stdin(Stdio::from(diff.reopen().expect("opens")))
        .output()
        .unwrap_or_else(|error| panic!("this test needs `{program}`: {error}"));
    let said = String::from_utf8_lossy(&run.stderr);
    assert!(run.status.success(), "{program} {}: {said}", changed.path);
    std::fs::read(&file).expect("reads")
}

#[test]
fn git_and_patch_take_the_diffs() {
    for (_, _, converted) in conversions() {
        for changed in converted.changed {
            // A space too many is an error to git here.
            let git = applied("git", &["apply", "--whitespace=error-all"], &changed);
            assert_eq!(git, changed.after, "{}", changed.path);
            let patch = applied("patch", &["-p1", "--fuzz=0", "-s"], &changed);
            assert_eq!(patch, changed.after, "{}", changed.path);
        }
    }
}

#[test]
fn what_is_converted_is_not_converted_again() {
    for (pattern, form, converted) in conversions() {
        let mut again = pattern.clone();
        for changed in &converted.changed {
            again.files.insert(changed.path.clone(), changed.after.clone());
        }
        for next in FORMS {
            let second = again.convert(next);
            let done = |it: &&Conversion| it.result == Outcome::Converted;
            for before in converted.conversions.iter().filter(done) {
                let after = second.conversions.iter().find(|after| after.id == before.id);
                let result = after.map(|after| after.result);
                assert_eq!(result, Some(Outcome::Already), "{} {}", before.id, name(form));
            }
            // What one form refuses the other may convert; the same form finds nothing more.
            assert!(next != form || second.changed.is_empty(), "{} {}", pattern.name, name(form));
        }
    }
}

/// The lines of a text, counted.
fn counted<'t>(lines: impl Iterator<Item = &'t str>) -> BTreeMap<&'t str, usize> {
    let mut out = BTreeMap::new();
    for line in lines {
        *out.entry(line).or_default() += 1;
    }
    out
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("models are text")
}

#[test]
fn no_line_ends_with_a_blank_that_the_original_lacks() {
    let odd = |line: &&str| line.ends_with([' ', '\t', '\r']);
    for (_, form, Changed { path, before, after }) in each_changed() {
        let (before, after) = (text(&before), text(&after));
        let had = counted(before.lines().filter(odd));
        for (line, count) in counted(after.lines().filter(odd)) {
            let allowed = had.get(line).copied().unwrap_or_default();
            assert!(count <= allowed, "{path} {}: {line:?}", name(form));
        }
        assert!(!after.contains("\n\n\n") || before.contains("\n\n\n"), "{path} {}", name(form));
        assert!(!after.contains("{\n\n"), "{path} {}", name(form));
        assert!(!after.contains("\n\n}\n") || before.contains("\n\n}\n"), "{path} {}", name(form));
    }
}

fn each_changed() -> impl Iterator<Item = (Pattern, super::Form, Changed)> {
    conversions().flat_map(|(pattern, form, converted)| {
        converted.changed.into_iter().map(move |changed| (pattern.clone(), form, changed))
    })
}

/// The comments of a text, with their blanks as one.
fn comments(text: &str) -> BTreeMap<String, usize> {
    let mut out = BTreeMap::new();
    let mut rest = text;
    while let Some(at) = rest.find("/*") {
        let end = rest[at..].find("*/").map_or(rest.len(), |end| at + end + 2);
        let words: Vec<&str> = rest[at..end].split_whitespace().collect();
        *out.entry(words.join(" ")).or_default() += 1;
        rest = &rest[end..];
    }
    out
}

#[test]
fn every_comment_stays_once() {
    let mut found = 0;
    for (_, form, changed) in each_changed() {
        let before = comments(text(&changed.before));
        assert_eq!(before, comments(changed.text()), "{} {}", changed.path, name(form));
        found += before.len();
    }
    assert!(found > 80, "only {found}");
}

/// A text in which fields of the context are called as the locals that they were.
fn without_context(text: &str) -> String {
    let mut out = String::new();
    for (index, part) in text.split("(*context->").enumerate() {
        let name = part.find(')').filter(|_| index > 0);
        match name {
            Some(end) => out.extend([&part[..end], &part[end + 1..]]),
            None => out.push_str(part),
        }
    }
    // A struct that is reached through a pointer is another word.
    out.replace("context->", "").replace("->", ".")
}

/// Statements that hold neither a local that moves nor a checkpoint are the original's bytes, but for
/// their indentation: every call of the original occurs as often as before.
#[test]
fn moved_statements_keep_their_bytes() {
    let statement = |line: &&str| {
        line.starts_with('\t')
            && line.ends_with(';')
            && line.contains('(')
            && !line.contains('=')
            && ![
                "return",
                "schedule",
                "try_to_freeze",
                "kthread_parkme",
                "__set_current_state",
                "set_current_state",
            ]
            .iter()
            .any(|word| line.trim_start().starts_with(word))
    };
    let mut compared = 0;
    for (_, form, Changed { path, before, after }) in each_changed() {
        let after = text(&after);
        let plain = without_context(after);
        let lines = counted(plain.lines().map(str::trim));
        for (line, count) in counted(text(&before).lines().filter(statement).map(str::trim)) {
            let found = lines.get(line.replace("->", ".").as_str()).copied().unwrap_or_default();
            let addressed = line.contains('&') || line.contains("while") || line.contains('[');
            if found < count && addressed {
                continue;
            }
            assert!(found >= count, "{path} {}: {line}", name(form));
            compared += 1;
        }
    }
    assert!(compared > 400, "only {compared}");
}

#[test]
fn the_header_is_included_once() {
    for (_, form, changed) in each_changed() {
        let count = changed.text().matches("#include <linux/kthread_iterant.h>\n").count();
        assert_eq!(count, 1, "{} {}", changed.path, name(form));
    }
}

#[test]
fn what_is_refused_stays_as_it_is() {
    let mut refused = 0;
    for (pattern, form, converted) in conversions() {
        for path in pattern.files.keys() {
            let of_file = |id: &str| id.starts_with(&format!("{path}:"));
            let any = converted
                .conversions
                .iter()
                .any(|it| of_file(&it.id) && it.result == Outcome::Converted);
            let edited = converted.changed.iter().any(|changed| changed.path == *path);
            assert_eq!(any, edited, "{path} {}", name(form));
            refused += usize::from(!any);
        }
        // Beside a thread that is converted, one that is refused keeps its function.
        for conversion in converted.conversions.iter().filter(|it| it.result == Outcome::Refused) {
            let (path, function) = conversion.id.rsplit_once(':').expect("an id");
            let Some(changed) = converted.changed.iter().find(|it| it.path == path) else {
                continue;
            };
            let function = function.split('~').next().unwrap_or(function);
            let body = |text: &str| {
                let start = text.find(&format!("{function}(void *")).expect("the function");
                let end = text[start..].find("\n}\n").expect("its end");
                text[start..start + end].to_owned()
            };
            assert_eq!(body(text(&changed.before)), body(changed.text()), "{}", conversion.id);
        }
    }
    assert!(refused > 20, "only {refused}");
}
