//! What stands before a thread function's name, and what of it its parts get.

use kthread_codemod::report::schema::Form;

use super::written;

const BODY: &str = "\tg();\n\twhile (!kthread_should_stop())\n\t\tf();\n\th();\n\treturn 0;";

/// The head of the loop's function, up to its name, in both forms, where the thread function keeps its
/// own head.
#[track_caller]
fn split_off(head: &str) -> String {
    let own = head.rsplit_once(";\n").map_or(head, |(_, own)| own);
    let of = |form| {
        let (out, report) = written(head, BODY, form);
        assert!(!out.is_empty(), "{head}: {:?}", report.conversions[0].reasons);
        assert!(out.contains(&format!("\n\n{own}\n{{\n\tstruct ")), "{out}");
        let at = out.find("t_iterate(void *").expect("the loop's function");
        out[..at].lines().last().expect("a line").to_owned()
    };
    let looped = of(Form::Loop);
    assert_eq!(of(Form::Callbacks), looped);
    looped.trim_start_matches("static void").trim().to_owned()
}

#[test]
fn attributes_that_say_how_code_is_made_go_with_it() {
    for (head, wanted) in [
        ("static int t(void *d)", ""),
        ("static int __init t(void *d)", "__init"),
        ("static noinline int t(void *d)", "noinline"),
        ("static int __attribute__((noinline)) t(void *d)", "__attribute__((noinline))"),
        ("__attribute__((__cold__)) static int t(void *d)", "__attribute__((__cold__))"),
        (
            "static int\n__attribute__((section(\".text.slow\"), cold))\nt(void *d)",
            "__attribute__((section(\".text.slow\"), cold))",
        ),
        ("static __section(\".text.slow\") int t(void *d)", "__section(\".text.slow\")"),
        (
            "static int __attribute__((unused, noinline, aligned(16))) t(void *d)",
            "__attribute__((noinline))",
        ),
        ("static int __attribute__((unused)) t(void *d)", ""),
        (
            "static int __maybe_unused __no_sanitize(\"thread\") t(void *d)",
            "__no_sanitize(\"thread\")",
        ),
        ("static int t(void *d)\n\t__acquires(lock)", ""),
        ("static int t(void *d) __must_hold(lock)", ""),
    ] {
        assert_eq!(split_off(head), wanted, "{head}");
    }
}

#[test]
fn heads_are_written_in_many_ways() {
    for head in [
        "static int\nt(void *d)",
        "static\nint\nt (void *d)",
        "int t(\n\tvoid *d\n)",
        "static int t(void *d __attribute__((unused)))",
        "static int t(void *d __maybe_unused)",
        "static int t(void __user *d)",
        "static irqreturn_t t(void *d)",
        "static unsigned long int t(void *d)",
        "static typeof(int) t(void *d)",
        "static struct it *t(void *d)",
    ] {
        assert_eq!(split_off(head), "", "{head}");
    }
}

#[test]
fn a_declaration_counts_as_well() {
    for (head, wanted) in [
        ("static int __init t(void *d);\nstatic int t(void *d)", "__init"),
        ("static int __init t(void *d);\nstatic int __init t(void *d)", "__init"),
        (
            "static int t(void *d) __attribute__((cold));\nstatic int t(void *d)",
            "__attribute__((cold))",
        ),
    ] {
        assert_eq!(split_off(head), wanted, "{head}");
    }
}

#[test]
fn a_macro_is_what_it_stands_for() {
    for (head, wanted) in [
        ("#define SLOW __attribute__((cold))\nint x;\nstatic int SLOW t(void *d)", "SLOW"),
        ("#define STATIC static\nint x;\nSTATIC int t(void *d)", ""),
        ("#define NONE\nint x;\nstatic int NONE t(void *d)", ""),
        ("#define A B\n#define B noinline\nint x;\nstatic A int t(void *d)", "A"),
    ] {
        assert_eq!(split_off(head), wanted, "{head}");
    }
}

#[test]
fn what_is_not_known_is_refused_at_its_place() {
    for (head, line, says) in [
        ("static int\nFAST t(void *d)", 4, "`FAST` in the function's head is not known"),
        ("static FAST some_t t(void *d)", 3, "`FAST` in the function's head is not known"),
        ("static int __attribute__((swift)) t(void *d)", 3, "`swift` is not known"),
        ("static int FAST(1) t(void *d)", 3, "is not understood"),
        ("[[gnu::cold]] static int t(void *d)", 3, "is not understood"),
        (
            "#define STATIC static noinline\nint x;\nSTATIC int t(void *d)",
            5,
            "`STATIC` is more than",
        ),
        (
            "static int t(void *d) __attribute__((noreturn));\nstatic int t(void *d)",
            4,
            "never to return",
        ),
        ("__attribute__((noreturn)) static int t(void *d)", 3, "never to return"),
    ] {
        let (out, report) = written(head, BODY, Form::Loop);
        assert!(out.is_empty(), "{out}");
        let reasons = &report.conversions[0].reasons;
        assert!(
            reasons.iter().any(|it| it.line == line && it.message.contains(says)),
            "{reasons:?}"
        );
    }
}

/// A parameter goes on without its attributes, whatever becomes of it.
#[test]
fn a_parameter_keeps_its_type() {
    let body =
        "\tint n = 0;\n\n\twhile (!kthread_should_stop() && f(d))\n\t\tn += g(&d);\n\treturn n;";
    for head in [
        "static int t(void *d __attribute__((unused)))",
        "static int t(__attribute__((unused)) void *d)",
        "static int t(void *d __maybe_unused)",
        "static int t(__maybe_unused void *d)",
    ] {
        let (out, report) = written(head, body, Form::Loop);
        assert!(out.contains("\tvoid **d;\n"), "{out}{:?}", report.conversions[0].reasons);
    }
    let (out, report) = written("static int t(void __iomem *d __maybe_unused)", body, Form::Loop);
    assert!(out.contains("\tvoid __iomem **d;\n"), "{out}{:?}", report.conversions[0].reasons);
}
