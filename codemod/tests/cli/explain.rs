//! `explain`.

use super::run;

#[test]
fn lists_the_codes() {
    let run = run(&["explain"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    let codes = kthread_codemod::explain::codes();
    assert_eq!(run.stdout.lines().count(), codes.len());
    for (code, name) in codes {
        assert!(run.stdout.contains(code) && run.stdout.contains(name));
    }
}

#[test]
fn shows_each_page_by_code_and_by_name() {
    for (code, name) in kthread_codemod::explain::codes() {
        let page = kthread_codemod::explain::page(code).expect("a page for each code");
        for asked in [code, name, &code.to_lowercase()] {
            let run = run(&["explain", asked]);
            assert_eq!((run.code, run.stdout.trim_end()), (0, page.trim_end()), "{asked}");
        }
    }
}

#[test]
fn an_unknown_code_is_an_error_that_lists_the_known_ones() {
    let unknown = run(&["explain", "nothing-like-it"]);
    assert_eq!((unknown.code, unknown.stdout.as_str()), (2, ""));
    assert!(unknown.stderr.starts_with("error: there is no code `nothing-like-it`\n"));
    for (code, _) in kthread_codemod::explain::codes() {
        assert!(unknown.stderr.contains(code));
        let near = run(&["explain", &format!("{code}x")]);
        assert_eq!(near.code, 2);
        assert!(near.stderr.contains("did you mean "), "{}", near.stderr);
    }
}
