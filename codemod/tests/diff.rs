//! Diffs as `git apply` and `patch -p1` read them: what they make of the old text is the new one.
//!
//! Both programs must be there. Where one is missing, the tests fail.

#![allow(clippy::expect_used, clippy::panic, reason = "a test may fail")]

use std::path::Path;
use std::process::{Command, Output, Stdio};

use kthread_codemod::edit::unified;

/// A small generator of our own, so that a failure is the same everywhere.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % (sides.max(1) as u64)).expect("small")
    }

    fn pick<'a>(&mut self, items: &[&'a [u8]]) -> &'a [u8] {
        items[self.roll(items.len())]
    }
}

/// A path, its text before and its text after.
type Change = (String, Vec<u8>, Vec<u8>);

/// A program that applies a diff from its standard input in the folder where it runs.
struct Tool {
    name: &'static str,
    arguments: &'static [&'static str],
}

const GIT: Tool = Tool { name: "git", arguments: &["apply", "--whitespace=nowarn"] };
const PATCH: Tool =
    Tool { name: "patch", arguments: &["-p1", "--fuzz=0", "--no-backup-if-mismatch"] };

impl Tool {
    fn apply(&self, folder: &Path, diff: &[u8]) -> Output {
        let file = tempfile::NamedTempFile::new().expect("a file beside the folder");
        std::fs::write(file.path(), diff).expect("writes");
        Command::new(self.name)
            .args(self.arguments)
            .current_dir(folder)
            // Whoever runs the tests may have settings of their own, and a repository around.
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_CEILING_DIRECTORIES", folder.parent().expect("a parent"))
            .env("LC_ALL", "C")
            .env_remove("POSIXLY_CORRECT")
            .stdin(Stdio::from(file.reopen().expect("opens")))
            .output()
            .unwrap_or_else(|error| panic!("this test needs `{}`: {error}", self.name))
    }
}

#[track_caller]
fn applies(changes: &[Change], tools: &[&Tool]) {
    let diff: Vec<u8> =
        changes.iter().flat_map(|(path, before, after)| unified(path, before, after)).collect();
    for tool in tools {
        let tree = tempfile::tempdir().expect("folder");
        for (path, before, _) in changes {
            let path = tree.path().join(path);
            std::fs::create_dir_all(path.parent().expect("parent")).expect("folders");
            std::fs::write(path, before).expect("writes");
        }
        let output = tool.apply(tree.path(), &diff);
        let said = |bytes| String::from_utf8_lossy(bytes).into_owned();
        assert!(
            output.status.success(),
            "{}: {}{}\n{}",
            tool.name,
            said(&output.stdout),
            said(&output.stderr),
            said(&diff)
        );
        for (path, before, after) in changes {
            let found = std::fs::read(tree.path().join(path)).expect("still there");
            let shown = unified(path, before, after);
            assert!(found == *after, "{} made something else of\n{}", tool.name, said(&shown));
        }
        let left = walk(tree.path());
        assert_eq!(left, changes.len(), "{}: rejects or backups are left", tool.name);
    }
}

fn walk(folder: &Path) -> usize {
    let entries = std::fs::read_dir(folder).expect("folder").map(|entry| entry.expect("entry"));
    entries.map(|entry| if entry.path().is_dir() { walk(&entry.path()) } else { 1 }).sum()
}

fn change(path: &str, before: impl AsRef<[u8]>, after: impl AsRef<[u8]>) -> Change {
    (path.to_owned(), before.as_ref().to_owned(), after.as_ref().to_owned())
}

#[test]
fn ends_of_lines_and_files() {
    let text = "int f(void)\n{\n\treturn 1;\n}\n";
    let crlf = text.replace('\n', "\r\n");
    let mixed = text.replace(";\n", ";\r\n");
    let changes = [
        change("same.c", text, text),
        change("plain.c", text, text.replace('1', "2")),
        change("end-lost.c", text, text.trim_end()),
        change("end-won.c", text.trim_end(), text),
        change("no-end.c", text.trim_end(), text.replace('1', "2").trim_end()),
        change("crlf.c", &crlf, crlf.replace('1', "2")),
        change("crlf-no-end.c", crlf.trim_end(), crlf.replace('1', "2").trim_end()),
        change("to-crlf.c", text, &crlf),
        change("from-crlf.c", &crlf, text),
        change("mixed.c", &mixed, mixed.replace('1', "2")),
        change("cr.c", "a\rb\rc", "a\rB\rc"),
        change("filled.c", "", text),
        change("filled-no-end.c", "", text.trim_end()),
        change("emptied.c", text, ""),
        change("blank.c", "\n\n\n", "\n\n"),
        change("latin.c", b"/* \xe9\xff */\nint x;\n", b"/* \xe9\xff */\nint \xfc;\n"),
        change("sub/folder/deep.c", text, format!("/* new */\n{text}")),
        change("diff.c", "--- a\n+++ b\n@@ -1 +1 @@\n-x\n", "--- a\n+++ b\n@@ -1 +1 @@\n-y\n"),
    ];
    applies(&changes, &[&GIT, &PATCH]);
    for one in changes.into_iter().filter(|(_, before, after)| before != after) {
        applies(&[one], &[&GIT, &PATCH]);
    }
}

#[test]
fn odd_paths() {
    let names = [
        "with space.c",
        "two  spaces and a folder/x y.c",
        " leading.c",
        "trailing ",
        "a\tb.c",
        "quote\".c",
        "back\\slash.c",
        "\u{e9}\u{20ac}.c",
        "\u{e9} \u{20ac}.c",
        "bell\u{7}.c",
        "single'.c",
        "a b/a b",
        "$x;&.c",
    ];
    let changes: Vec<Change> = names.iter().map(|name| change(name, "a\nb\n", "a\nc\n")).collect();
    for one in &changes {
        applies(std::slice::from_ref(one), &[&GIT, &PATCH]);
    }
    applies(&changes, &[&GIT, &PATCH]);
    // `patch` refuses such a name, however it is written.
    applies(&[change("new\nline.c", "a\n", "b\n"), change("return\r.c", "a\n", "b\n")], &[&GIT]);
}

const LINES: &[&[u8]] = &[
    b"int f(void)\n",
    b"{\n",
    b"}\n",
    b"\n",
    b"\treturn 0;\n",
    b"\t\tx++;\n",
    b"out:\n",
    b"crlf();\r\n",
    b"\r\n",
    b"   \n",
    b"\xe9\xff\n",
    b"--- a/x\n",
    b"+++ b/x\n",
    b"@@ -1,2 +3,4 @@\n",
    b"\\ No newline at end of file\n",
    b"diff --git a/x b/x\n",
    b"-\n",
    b"+\n",
    b" \n",
    b"-- \n",
];

#[test]
fn whatever_is_done_to_whatever_text() {
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    for round in 0..40 {
        let changes: Vec<Change> = (0..25)
            .map(|at| {
                let (before, after) = mutated(&mut dice);
                (format!("d{round}/f{at}.c"), before, after)
            })
            .collect();
        applies(&changes, &[&GIT, &PATCH]);
    }
}

fn mutated(dice: &mut Dice) -> (Vec<u8>, Vec<u8>) {
    // Few kinds of lines make many places where a change could stand.
    let (kinds, length) = (1 + dice.roll(LINES.len()), dice.roll(60));
    let mut line = || dice.pick(&LINES[..kinds]);
    let mut before: Vec<&[u8]> = (0..length).map(|_| line()).collect();
    let mut after = before.clone();
    for _ in 0..=dice.roll(6) {
        let at = dice.roll(after.len() + 1);
        match dice.roll(4) {
            0 if at < after.len() => drop(after.remove(at)),
            1 if at < after.len() => after[at] = dice.pick(&LINES[..kinds]),
            2 => {
                let end = (at + dice.roll(8)).min(after.len());
                let moved: Vec<&[u8]> = after.drain(at..end).collect();
                let to = dice.roll(after.len() + 1);
                after.splice(to..to, moved);
            }
            _ => after.insert(at, dice.pick(&LINES[..kinds])),
        }
    }
    for side in [&mut before, &mut after] {
        if dice.roll(3) == 0 {
            side.push(b"no newline");
        }
    }
    (before.concat(), after.concat())
}

#[test]
fn a_diff_of_a_large_file_is_small() {
    let line = |at: usize| match at % 10 {
        0 => format!("static int function_{}(void)\n", at / 10),
        1 => "{\n".to_owned(),
        8 => "}\n".to_owned(),
        9 => "\n".to_owned(),
        _ => format!("\tcall({});\n", at % 7),
    };
    let lines: Vec<String> = (0..30_000).map(line).collect();
    let mut changed = lines.clone();
    for at in (5..30_000).step_by(1000) {
        changed[at].push_str("\tmore();\n");
    }
    let (before, after) = (lines.concat(), changed.concat());
    let diff = unified("large.c", before.as_bytes(), after.as_bytes());
    assert_eq!(diff.split(|byte| *byte == b'\n').count() - 1, 3 + 30 * 8);
    applies(&[change("large.c", &before, &after)], &[&GIT, &PATCH]);

    // Nothing stays in place: it must end all the same.
    let reversed: String = lines.iter().rev().map(String::as_str).collect();
    applies(&[change("reversed.c", &before, &reversed)], &[&GIT, &PATCH]);
}

#[test]
fn a_wrong_diff_would_be_seen() {
    let tree = tempfile::tempdir().expect("folder");
    std::fs::write(tree.path().join("a.c"), "1\n2\n3\n4\n5\n6\n7\n8\n").expect("writes");
    let diff = unified("a.c", b"1\n2\n3\n4\n5\n6\n7\n8\n", b"1\n2\n3\n4\nx\n6\n7\n8\n");
    let text = String::from_utf8(diff).expect("ASCII");
    for wrong in [text.replace("-5", "-6"), text.replace("@@ -2,7", "@@ -2,6")] {
        assert_ne!(wrong, text);
        for tool in [GIT, PATCH] {
            let output = tool.apply(tree.path(), wrong.as_bytes());
            assert!(!output.status.success(), "{} took\n{wrong}", tool.name);
        }
    }
}
