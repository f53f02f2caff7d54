//! Where the comments go of what does not stay.

use kthread_codemod::report::schema::Form;

use super::{HEAD, looped, written};

/// In one line a text may have any comment; the iterant is filled in lines of its own.
#[track_caller]
fn has(out: &str, wanted: &str) {
    assert!(out.contains(wanted), "{wanted}\nis not in\n{out}");
}

#[test]
fn of_a_lifted_statement_above_the_request() {
    let out = looped(
        HEAD,
        "\tfor (;;) {\n\t\t/*\n\t\t * The module may go away now.\n\t\t */\n\
         \t\tif (kthread_should_stop()) /* so do we */\n\t\t\tbreak; // out\n\n\
         \t\ttry_to_freeze();\t/* for suspend */\n\t\tf();\n\t}\n\treturn 0;",
    );
    has(
        &out,
        "iterant = {\n\t\t/*\n\t\t * The module may go away now.\n\t\t */\n\t\t/* so do we */\n\
         \t\t// out\n\t\t/* for suspend */\n\t\t.type = KTI_STOP | KTI_FREEZE",
    );
    assert!(!out.contains("/*\n\t * The"), "{out}");
}

#[test]
fn of_a_head_with_what_was_its_block() {
    let out = looped(
        HEAD,
        "\twhile (!kthread_should_stop()) { /* for ever */\n\t\tf();\n\t}\n\treturn 0;",
    );
    has(&out, "{\n\t/* for ever */\n\tf();\n}\n");
    let out = looped(
        HEAD,
        "\t/* Works. */\n\twhile (!kthread_should_stop()) /* for ever */\n\t\tf();\n\treturn 0;",
    );
    has(&out, "\t\t/* for ever */\n\t\t.type");
    has(&out, "\n\t/* Works. */\n\tkthread_iterant_run_here(");
}

#[test]
fn of_a_state_before_its_sleep() {
    let body = "\twhile (!kthread_should_stop()) {\n\t\tf();\n\t\t/* until there is more */\n\
                \t\tset_current_state(TASK_INTERRUPTIBLE); /* no lost wake-up */\n\
                \t\tschedule(); /* nap */\n\t}\n\treturn 0;";
    has(
        &looped(HEAD, body),
        "\t/* until there is more */\n\t/* no lost wake-up */\n\
         \tset_kthread_iterant_int_sleep(iterant); /* nap */\n",
    );
}

#[test]
fn of_a_declaration_with_the_local() {
    let body = "\tint turns = 0; /* so far */\n\t/* what is to be done */\n\tint n, m; // now\n\
                \tint last = g(); /* stays */\n\n\tf(turns, last);\n\twhile (!kthread_should_stop()) {\n\
                \t\tn = m = g();\n\t\tf(n, m, turns++);\n\t}\n\treturn last;";
    let out = looped(HEAD, body);
    has(&out, "\n\t/* what is to be done */\n\tint n, m; // now\n\n");
    assert_eq!(out.matches("/* so far */").count(), 1, "{out}");
    has(&out, "\tint last = g(); /* stays */\n");
}

#[test]
fn of_a_label_or_a_result_in_the_thread_function() {
    let body = "\tfor (;;) {\n\t\tf();\n\t\tif (kthread_should_stop())\n\t\t\tgoto out;\n\t\th();\n\t}\n\
                \t/* All is done. */\nout: /* or not */\n\tg();\n\treturn 0; /* fine */";
    let out = looped(HEAD, body);
    has(
        &out,
        "run_here(&iterant);\n\t/* All is done. */\n\t/* or not */\n\tg();\n\treturn 0; /* fine */\n",
    );
    let (out, _) = written(HEAD, body, Form::Callbacks);
    has(&out, "{\n\t/* All is done. */\n\t/* or not */\n\tg();\n}\n");
    has(&out, "\t/* fine */\n\treturn kthread_iterant_run_here(");
}
