//! Odd texts: the program ends, does not crash, and does not call it an I/O error.

use super::{run_in, tree};

const TRIGGER: &str = "kthread_run(f, 0, \"f\");\n";
const TEN_MIB: usize = 10 << 20;

fn check(name: &str, text: &[u8]) {
    let tree = tree(&[("a.c", text)]);
    for format in ["human", "short", "json"] {
        let run = run_in(tree.path(), &["check", "--format", format, "."]);
        assert!(matches!(run.code, 0 | 1 | 3), "{name}: {} {}", run.code, run.stderr);
        assert_eq!(run.stderr, "", "{name}");
    }
}

#[test]
fn small_ones() {
    let thread = "static int f(void *p)\n{\n\twhile (!kthread_should_stop())\n\t\tg(p);\n\
                  \treturn 0;\n}\nvoid h(void) { kthread_run(f, 0, \"f\"); }\n";
    check("empty", b"");
    check("crlf", thread.replace('\n', "\r\n").as_bytes());
    check("cr", thread.replace('\n', "\r").as_bytes());
    check("no end of line", thread.trim_end().as_bytes());
    check("byte order mark", format!("\u{feff}{thread}").as_bytes());
    check("cut off", &thread.as_bytes()[..thread.len() / 2]);
    check("utf-16", &thread.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>());
    let latin = [b"/* \xe9\xff */ char *s = \"\xfc\";\n", thread.as_bytes()].concat();
    check("latin-1", &latin);
    let nul = thread.replace('(', "(\0").replace('\t', "\0\t");
    check("nul", nul.as_bytes());
    let binary: Vec<u8> =
        (0..1_000_000_u32).map(|at| (at.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    check("binary", &[TRIGGER.as_bytes(), &binary].concat());
}

#[test]
fn ten_megabytes_of_braces() {
    let half = TEN_MIB / 2;
    let nest = format!("{TRIGGER}void f(void) {}{}\n", "{".repeat(half), "}".repeat(half));
    deep(&nest);
    deep(&format!("{TRIGGER}{}", "{".repeat(TEN_MIB)));
}

#[test]
fn ten_megabytes_of_parentheses() {
    deep(&format!("{TRIGGER}{}", "(".repeat(TEN_MIB)));
    deep(&format!("{TRIGGER}int f(void) {{ return {}", "(".repeat(TEN_MIB)));
}

fn deep(text: &str) {
    let tree = tree(&[("a.c", text.as_bytes())]);
    let run = run_in(tree.path(), &["check", "--format", "json", "."]);
    assert!(matches!(run.code, 0 | 1 | 3), "{} {}", run.code, run.stderr);
}
