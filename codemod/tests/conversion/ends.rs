//! Lines and their ends: the models with other line ends than they have, and with blanks where there
//! should be none.

use std::collections::BTreeMap;

use kthread_codemod::edit::unified;

use super::text::applied;
use super::{Converted, FORMS, Pattern, conversions, name};

/// A pattern with other texts.
fn with(pattern: &Pattern, change: impl Fn(&[u8]) -> Vec<u8>) -> Pattern {
    let files = pattern.files.iter().map(|(path, text)| (path.clone(), change(text))).collect();
    Pattern { files, ..pattern.clone() }
}

fn crlf(text: &[u8]) -> Vec<u8> {
    let text = String::from_utf8(text.to_vec()).expect("models are text");
    text.replace('\n', "\r\n").into_bytes()
}

/// Every line for which `is` holds of its number.
fn some_crlf(text: &[u8], is: impl Fn(usize) -> bool) -> Vec<u8> {
    let lines = text.split_inclusive(|byte| *byte == b'\n').enumerate();
    lines.flat_map(|(at, line)| if is(at) { crlf(line) } else { line.to_vec() }).collect()
}

fn texts(converted: &Converted) -> BTreeMap<&str, &[u8]> {
    converted.changed.iter().map(|it| (it.path.as_str(), it.after.as_slice())).collect()
}

#[test]
fn lines_end_as_those_of_the_file() {
    for form in FORMS {
        for pattern in Pattern::all() {
            let plain = pattern.convert(form);
            let other = with(&pattern, crlf).convert(form);
            let wanted: BTreeMap<&str, Vec<u8>> =
                texts(&plain).into_iter().map(|(path, text)| (path, crlf(text))).collect();
            let found = texts(&other);
            assert_eq!(found.len(), wanted.len(), "{} {}", pattern.name, name(form));
            for (path, text) in found {
                let (text, wanted) =
                    (String::from_utf8_lossy(text), String::from_utf8_lossy(&wanted[path]));
                assert_eq!(text, wanted, "{path} {}", name(form));
            }
        }
    }
}

#[test]
fn git_and_patch_take_them() {
    for pattern in Pattern::all() {
        for changed in with(&pattern, crlf).convert(FORMS[0]).changed {
            let git = applied("git", &["apply", "--whitespace=nowarn"], &changed);
            assert_eq!(git, changed.after, "{}", changed.path);
            for arguments in [&["-p1", "-s"][..], &["-p1", "-s", "--binary"]] {
                let patch = applied("patch", arguments, &changed);
                assert_eq!(patch, changed.after, "{}", changed.path);
            }
        }
    }
}

/// What is written has the ends of most lines of its function; the rest of the file is not touched.
#[test]
fn mixed_ends_change_nothing_else() {
    for pattern in Pattern::all() {
        let plain = pattern.convert(FORMS[0]);
        for (part, is) in [(0, 3), (1, 3), (0, 2), (2, 7)]
            .map(|(at, of)| (at, move |line: usize| line % of == at))
        {
            let other = with(&pattern, |text| some_crlf(text, is)).convert(FORMS[0]);
            let found = texts(&other);
            assert_eq!(found.len(), plain.changed.len(), "{}", pattern.name);
            for changed in &plain.changed {
                let text = String::from_utf8_lossy(found[changed.path.as_str()]);
                assert_eq!(text.replace('\r', ""), changed.text(), "{} {part}", changed.path);
            }
        }
    }
}

#[test]
fn no_line_that_is_written_ends_with_a_blank() {
    let blanks = |text: &[u8]| {
        let text = String::from_utf8(text.to_vec()).expect("models are text");
        // Not where it would be another string or macro.
        let line = |line: &str| {
            if line.ends_with('\\') { line.to_owned() } else { line.to_owned() + " \t" }
        };
        text.lines().map(|it| line(it) + "\n").collect::<String>().into_bytes()
    };
    for (pattern, form, converted) in conversions() {
        let odd = with(&pattern, blanks).convert(form);
        assert_eq!(odd.changed.len(), converted.changed.len(), "{}", pattern.name);
        for changed in converted.changed.iter().chain(&odd.changed) {
            let diff = unified(&changed.path, &changed.before, &changed.after);
            let diff = String::from_utf8(diff).expect("text");
            for line in diff.lines().filter(|line| line.starts_with('+')).skip(1) {
                let is_string = line.ends_with("\" \t") && line.matches('"').count() % 2 == 1;
                assert!(!line.ends_with([' ', '\t']) || is_string, "{} {line:?}", changed.path);
            }
        }
    }
}
