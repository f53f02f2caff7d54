//! What is read, and what isn't.

use super::parse;

/// The line that a script is broken in; 0 if it isn't.
fn broken_in(text: &str) -> usize {
    parse(text).map_or_else(|broken| broken.line, |_| 0)
}

#[test]
fn what_is_known_is_read() {
    let lines = [
        "control",
        "needs cpu suspend",
        "made in-place freezable",
        "allow TERM KILL",
        "init return -12",
        "func 1 sleep idle 0",
        "func * elapsed 5",
        "\thandler  USR1   emit one\r",
        "destroy set running",
        "do begin park",
        "do await not frozen",
        "do await func 12",
        "expect stop -2147483648",
        "expect not elapsed 100",
        "",
        "  ",
        "# func 1 fly",
    ];
    for line in lines {
        let text = format!("rules 1 14\niterant default signal\n{line}\n");
        assert_eq!(broken_in(&text), 0, "{line}");
    }
}

#[test]
fn what_is_unknown_is_an_error_with_its_line() {
    let lines = [
        "rules 1",
        "iterant stop",
        "fly",
        "control of",
        "needs",
        "needs wings",
        "made",
        "made by-hand",
        "made created freezable",
        "made in-place done",
        "allow",
        "allow SIGTERM",
        "allow USR3",
        "init",
        "init fly",
        "init sleep idle",
        "func",
        "func 1",
        "func 0 pass",
        "func -1 pass",
        "func one pass",
        "func 1 return 0",
        "func 1 sleep",
        "func 1 sleep deeply",
        "func 1 sleep idle soon",
        "func 1 sleep idle 1 2",
        "func 1 until frozen",
        "func 1 raise USR3",
        "func 1 stop-current 2147483648",
        "func 1 pass on",
        "destroy cancel",
        "destroy wake",
        "handler USR1",
        "handler USR3 pass",
        "handler USR1 elapsed 1",
        "do",
        "do fly",
        "do run fast",
        "do run-on-cpu",
        "do create-on-cpu first",
        "do begin wake",
        "do begin join",
        "do begin join",
        "do signal TERM now",
        "do settle",
        "do await",
        "do await flying",
        "do await func one",
        "do check func 1",
        "do pass",
        "expect",
        "expect nothing",
        "expect func",
        "expect stop",
        "expect stop 0 1",
        "expect state asleep",
        "expect not func 1",
        " # a comment begins the line",
    ];
    for line in lines {
        let text = format!("# first\nrules 1\niterant stop\n\n{line}\nfunc 1 pass\n");
        assert_eq!(broken_in(&text), 5, "{line}");
    }
    for (line, text) in [
        (1, "rules\niterant stop\n"),
        (1, "rules 0\niterant stop\n"),
        (1, "rules 15\niterant stop\n"),
        (2, "rules 1\niterant\n"),
        (2, "rules 1\niterant stop fly\n"),
        (2, "rules 1\n"),
        (2, "iterant stop\n"),
        (3, "rules 1\ncontrol\ncontrol\niterant stop\n"),
        (4, "rules 1\niterant stop\nallow USR1\nhandler USR1 pass\n"),
        (4, "rules 1\niterant stop\nmade created\nmade created\n"),
    ] {
        assert_eq!(broken_in(text), line, "{text}");
    }
    assert_eq!(broken_in(&format!("rules 1\niterant stop\n#{}\n", "x".repeat(4096))), 1);
}
