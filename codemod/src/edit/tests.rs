use super::*;
use crate::source::Span;

const TEXT: &[u8] = b"0123456789";

fn file(edits: &[(u32, u32, &str)]) -> Result<FileEdit, EditError> {
    of("a.c", edits)
}

fn of(path: &str, edits: &[(u32, u32, &str)]) -> Result<FileEdit, EditError> {
    let edit =
        |(start, end, text): &(u32, u32, &str)| Edit::replace(Span::new(*start, *end), *text);
    FileEdit::new(path, TEXT, edits.iter().map(edit).collect())
}

fn after(edits: &[(u32, u32, &str)]) -> String {
    let text = file(edits).expect("valid").apply(TEXT).expect("the same text");
    String::from_utf8(text).expect("UTF-8")
}

#[test]
fn replaces_inserts_and_deletes() {
    assert_eq!(after(&[]), "0123456789");
    assert_eq!(after(&[(0, 0, "<"), (2, 4, "xyz"), (5, 7, ""), (10, 10, ">")]), "<01xyz4789>");
    assert_eq!(after(&[(0, 10, "")]), "");
    assert_eq!(after(&[(2, 4, "x"), (4, 6, "y")]), "01xy6789");
    assert_eq!(Edit::delete(Span::new(2, 3)), Edit::replace(Span::new(2, 3), ""));
}

#[test]
fn an_insertion_may_touch_a_replacement() {
    assert_eq!(after(&[(2, 2, "<"), (2, 4, "x"), (4, 4, ">")]), "01<x>456789");
}

#[test]
fn a_span_outside_the_text_is_refused_with_the_span() {
    for (start, end) in [(0, 11), (11, 11), (5, 4), (u32::MAX, u32::MAX)] {
        let span = Span { start, end };
        let outside = EditError::Outside { path: "a.c".into(), span, len: 10 };
        assert_eq!(file(&[(0, 1, ""), (start, end, "")]), Err(outside));
    }
    assert_eq!(
        file(&[(3, 11, "")]).expect_err("outside").to_string(),
        "a.c: bytes 3..11 do not lie in its 10 bytes"
    );
}

#[test]
fn edits_out_of_order_are_refused_with_their_spans() {
    for (first, second) in [
        ((4, 6), (1, 2)),
        ((4, 6), (5, 7)),
        ((4, 6), (5, 5)),
        ((4, 6), (4, 4)),
        ((4, 6), (4, 6)),
        ((4, 4), (4, 4)),
        ((4, 6), (4, 8)),
    ] {
        let span = |(start, end)| Span { start, end };
        let order =
            EditError::Order { path: "a.c".into(), first: span(first), second: span(second) };
        let edits = [(0, 1, "x"), (first.0, first.1, "y"), (second.0, second.1, "z")];
        assert_eq!(file(&edits), Err(order), "{first:?} {second:?}");
    }
}

#[test]
fn another_text_is_refused() {
    let edit = file(&[(0, 1, "x")]).expect("valid");
    let Err(EditError::OtherText { path, wanted, found }) = edit.apply(b"0123456780") else {
        panic!("applied to another text");
    };
    assert_eq!((path.as_str(), wanted, found), ("a.c", edit.before(), TextHash::of(b"0123456780")));
}

#[test]
fn what_is_in_both_is_done_once() {
    let one = file(&[(0, 0, "#include <a>\n"), (2, 3, "x")]).expect("valid");
    let two = file(&[(0, 0, "#include <a>\n"), (1, 2, ""), (2, 3, "x"), (8, 9, "y")]);
    let two = two.expect("valid");
    let wanted = file(&[(0, 0, "#include <a>\n"), (1, 2, ""), (2, 3, "x"), (8, 9, "y")]);
    assert_eq!(one.merged(&two), wanted);
    assert_eq!(two.merged(&one), wanted);
    assert_eq!(one.merged(&one).as_ref(), Ok(&one));
}

#[test]
fn contradictions_are_conflicts_in_either_order() {
    for (one, two) in [
        ((4, 6, "x"), (4, 6, "y")),
        ((4, 6, "x"), (5, 7, "x")),
        ((4, 6, "x"), (3, 8, "x")),
        ((4, 6, "x"), (5, 5, "x")),
        ((4, 4, "x"), (4, 4, "y")),
    ] {
        let first = file(&[(0, 1, "same"), one]).expect("valid");
        let second = file(&[(0, 1, "same"), two]).expect("valid");
        let conflict = first.merged(&second).expect_err("a conflict");
        assert!(matches!(conflict, EditError::Conflict { .. }), "{conflict}");
        assert_eq!(second.merged(&first), Err(conflict));
    }
    let other = FileEdit::new("a.c", b"another text", Vec::new()).expect("valid");
    let refused = file(&[]).expect("valid").merged(&other);
    assert!(matches!(refused, Err(EditError::OtherText { .. })));
}

#[test]
fn sets_are_sorted_and_a_conflict_leaves_them_as_they_were() {
    let part = |path, edits: &[(u32, u32, &str)]| of(path, edits).expect("valid");
    let mut set = EditSet::new(vec![
        part("b.c", &[(1, 2, "x")]),
        part("a.c", &[(3, 4, "x")]),
        part("b.c", &[(0, 0, "y")]),
    ])
    .expect("no conflict");
    let paths = |set: &EditSet| -> Vec<String> {
        set.files().iter().map(|file| file.path().to_owned()).collect()
    };
    assert_eq!(paths(&set), ["a.c", "b.c"]);
    assert_eq!(set.get("b.c"), Some(&part("b.c", &[(0, 0, "y"), (1, 2, "x")])));
    assert_eq!(set.get("c.c"), None);

    let old = set.clone();
    let wrong = EditSet::new(vec![part("0.c", &[]), part("b.c", &[(1, 2, "z")])]);
    let error = set.merge(&wrong.expect("alone it is right")).expect_err("a conflict");
    assert_eq!(
        error.to_string(),
        "b.c: two edits contradict each other, of bytes 1..2 and of bytes 1..2"
    );
    assert_eq!(set, old);

    let more = vec![part("aa.c", &[(1, 2, "z")]), part("a.c", &[(3, 4, "x"), (5, 5, "w")])];
    set.merge(&EditSet::new(more).expect("no conflict")).expect("no conflict");
    assert_eq!(paths(&set), ["a.c", "aa.c", "b.c"]);
    assert_eq!(set.get("a.c").map(|file| file.edits().len()), Some(2));
    assert!(!set.is_empty() && EditSet::default().is_empty());
    assert!(EditSet::new(vec![part("a.c", &[])]).expect("no conflict").is_empty());
}

mod diffs {
    use super::unified;

    fn shown(before: &str, after: &str) -> String {
        let diff = unified("a b.c", before.as_bytes(), after.as_bytes());
        let text = String::from_utf8(diff).expect("UTF-8");
        let header = "diff --git a/a b.c b/a b.c\n--- a/a b.c\t\n+++ b/a b.c\t\n";
        text.strip_prefix(header).unwrap_or_else(|| panic!("{text}")).to_owned()
    }

    #[test]
    fn of_equal_texts_is_empty() {
        assert_eq!(unified("a.c", b"x\n", b"x\n"), b"");
        assert_eq!(unified("a.c", b"", b""), b"");
    }

    #[test]
    fn three_lines_around_a_change_and_far_changes_apart() {
        let lines: Vec<String> = (1..=20).map(|line| format!("\t{line}\n")).collect();
        let before = format!("int f(void)\n{{\n{}}}\n", lines.concat());
        let after = before.replace("\t5\n", "\tfive\n").replace("\t12\n", "");
        assert_eq!(
            shown(&before, &after),
            "@@ -4,14 +4,13 @@ int f(void)\n \t2\n \t3\n \t4\n-\t5\n+\tfive\n \t6\n \t7\n \t8\n\
             \u{20}\t9\n \t10\n \t11\n-\t12\n \t13\n \t14\n \t15\n"
        );
        let after = before.replace("\t5\n", "\tfive\n").replace("\t13\n", "");
        let two = shown(&before, &after);
        let heads: Vec<&str> = two.lines().filter(|line| line.starts_with("@@")).collect();
        assert_eq!(heads, ["@@ -4,7 +4,7 @@ int f(void)", "@@ -12,7 +12,6 @@ int f(void)"]);
    }

    #[test]
    fn ends_of_files() {
        let none = "\\ No newline at end of file\n";
        assert_eq!(shown("", "x\n"), "@@ -0,0 +1 @@\n+x\n");
        assert_eq!(shown("x\n", ""), "@@ -1 +0,0 @@\n-x\n");
        assert_eq!(shown("x", "x\n"), format!("@@ -1 +1 @@\n-x\n{none}+x\n"));
        assert_eq!(shown("x\n", "y"), format!("@@ -1 +1 @@\n-x\n+y\n{none}"));
        assert_eq!(shown("x\ny", "z\ny"), format!("@@ -1,2 +1,2 @@\n-x\n+z\n y\n{none}"));
        assert_eq!(shown("x\r\n", "y\r\n"), "@@ -1 +1 @@\n-x\r\n+y\r\n");
    }

    #[test]
    fn a_new_function_is_shown_whole() {
        let one = "int a(void)\n{\n\treturn 1;\n}\n\n";
        let two = "int b(void)\n{\n\treturn 1;\n}\n\n";
        let three = "int c(void)\n{\n\treturn 1;\n}\n";
        let diff = shown(&format!("{one}{three}"), &format!("{one}{two}{three}"));
        let added: String = diff.lines().filter(|line| line.starts_with('+')).collect();
        assert_eq!(added, "+int b(void)+{+\treturn 1;+}+");
    }

    #[test]
    fn the_heading_is_no_label_and_not_too_long() {
        let lines = "\t1;\n\t2;\n\t3;\n\t4;\n";
        let heads = |head: &str| {
            let diff = shown(&format!("{head}\n{lines}old\n"), &format!("{head}\n{lines}new\n"));
            let line = diff.lines().next().unwrap_or_default().to_owned();
            line.strip_prefix("@@ -3,4 +3,4 @@").unwrap_or_else(|| panic!("{line}")).to_owned()
        };
        assert_eq!(heads("static int f(void)  \r"), " static int f(void)");
        assert_eq!(heads("out:"), "");
        assert_eq!(heads("#define X"), "");
        assert_eq!(heads(&"x".repeat(99)), format!(" {}", "x".repeat(80)));
        assert_eq!(heads(&format!("{}é", "x".repeat(79))), format!(" {}", "x".repeat(79)));
    }
}
