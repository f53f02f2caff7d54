//! What a thread function does without its text saying so at first sight: each case was converted
//! wrongly once.

use super::{Form, converted_and_compiled};

/// What becomes of a thread function of this body, below these definitions: the text, or the codes of
/// the reasons.
fn convert(above: &str, body: &str, form: Form) -> Result<String, String> {
    let text = format!(
        "#include <linux/kthread.h>\n#include <linux/list.h>\n#include <linux/sched.h>\n#include <linux/jiffies.h>\n#include <linux/delay.h>\n\
         #include <linux/freezer.h>\n#include <linux/wait.h>\n#include <linux/mutex.h>\n\
         struct item {{ struct list_head list; int count; int some[4]; struct item *next; }};\n\
         extern struct item *top, table[9];\nextern int take(void), here;\nextern void use(int n);\n\
         extern void note(const void *p);\nextern void undo(int *n), undo_pointer(void *p);\n\
         {above}\n\n\
         static int t(void *d)\n{{\n{body}\treturn 0;\n}}\n\n\
         void s(void *d)\n{{\n\tkthread_run(t, d, \"t\");\n}}\n"
    );
    converted_and_compiled(&text, form)
}

/// A loop of this head and body.
fn looped(before: &str, body: &str) -> String {
    format!("{before}\n\twhile (!kthread_should_stop()) {{\n{body}\t\tschedule();\n\t}}\n")
}

fn text(above: &str, body: &str, form: Form) -> String {
    convert(above, body, form).unwrap_or_else(|codes| panic!("refused: {codes}"))
}

fn refused(above: &str, body: &str, form: Form) -> String {
    convert(above, body, form).expect_err("must be refused")
}

/// How often something stands in the conversion.
#[track_caller]
fn count(above: &str, body: &str, form: Form, what: &str, times: usize) {
    let out = text(above, body, form);
    assert_eq!(out.matches(what).count(), times, "{what} in {out}");
}

#[test]
fn an_address_that_is_found_through_memory_is_copied() {
    for value in [
        "&top->count",
        "&table[here].count",
        "&top->next->count",
        "&(*&top)->count",
        "&top[1].count",
    ] {
        let body = looped(&format!("\tint *q = {value};\n"), "\t\tuse(*q);\n");
        for form in [Form::Loop, Form::Callbacks] {
            count("", &body, form, value, 1);
        }
    }
    // That of a member of what a local points to is no look at memory.
    let body = looped(
        "\tstruct item *own = d;\n\tint *q = &own->count;\n",
        "\t\tuse(*q);\n\t\tuse(own->count);\n",
    );
    let out = text("", &body, Form::Loop);
    assert!(out.contains("\tint *q = &own->count;\n\n\tuse(*q);"), "{out}");
}

#[test]
fn a_member_that_is_an_array_is_an_address() {
    for body in ["\t\tnote(own.some);\n", "\t\tuse(*own.some);\n\t\t*own.some += 1;\n"] {
        let body = looped("\tstruct item own = { .count = 1 };\n", body);
        let out = text("", &body, Form::Loop);
        assert!(out.contains("\tstruct item own;\n};"), "{out}");
    }
    // Read behind the loop, it is where it was.
    let body = looped("\tstruct item own;\n", "\t\tnote(own.some);\n") + "\tuse(own.some[0]);\n";
    let out = text("", &body, Form::Loop);
    assert!(out.contains("note(context->own->some);"), "{out}");
    let before = "\tstruct item own = { .count = 1 };\n\n\tnote(own.some);\n";
    let body = looped(before, "\t\tuse(own.count);\n");
    assert_eq!(refused("", &body, Form::Callbacks), "KR05");
    // One that is none stays a value.
    let body = looped("\tstruct item own = { .count = 1 };\n", "\t\tuse(own.count);\n");
    let out = text("", &body, Form::Loop);
    assert!(out.contains("\tstruct item own = { .count = 1 };\n\n\tuse(own.count);"), "{out}");
}

#[test]
fn an_object_without_a_name_is_one_object() {
    let body = looped("\tint *p = (int []){ 1, 2 };\n", "\t\tuse(p[0]++);\n");
    count("", &body, Form::Loop, "(int []){ 1, 2 }", 1);
    let body = looped("\tint *p;\n\n\tp = (int []){ 1, 2 };\n\tnote(p);\n", "\t\tuse(p[0]);\n");
    assert_eq!(refused("", &body, Form::Callbacks), "KR22");
}

#[test]
fn an_iterator_may_read_its_cursor() {
    let walk = "#define walk_for_each_next(root, at) \\\n\tfor ((at) = (root)->next; (at); (at) = (at)->next)\n\
                #define own_for_each_from(at) for (; (at); (at) = (at)->next)\n\
                #define unseen_for_each(at, n) for (; n > 0; n--)";
    // The first argument is read, the second written before it is read.
    let body = looped(
        "\tstruct item *root = d;\n\tstruct item *at;\n",
        "\t\twalk_for_each_next(root, at) {\n\t\t\tuse(at->count);\n\t\t}\n",
    );
    let out = text(walk, &body, Form::Loop);
    assert!(out.contains("\tstruct item *root = d"), "{out}");
    assert!(out.contains("\tstruct item *at;\n\n\twalk"), "{out}");
    let body = looped(
        "\tstruct item *at = d;\n",
        "\t\town_for_each_from(at) {\n\t\t\tuse(at->count);\n\t\t}\n",
    );
    let out = text(walk, &body, Form::Loop);
    assert!(out.contains("own_for_each_from(context->at)"), "{out}");
}

#[test]
fn another_name_for_a_local_is_the_local() {
    let body = looped("\tint n = 0;\n", "\t\tuse(n);\n\t\tN++;\n");
    for alias in ["#define N n", "#define N (n)", "#define N M\n#define M n"] {
        assert_eq!(refused(alias, &body, Form::Loop), "KR18");
    }
}

#[test]
fn a_macro_in_capitals_may_be_no_constant() {
    let body = looped("\tunsigned long start = NOW;\n", "\t\tuse(start);\n");
    for define in ["#define NOW jiffies", "#define NOW take()", "#define NOW (here++)"] {
        count(define, &body, Form::Loop, "start = NOW;", 1);
    }
    let out = text("#define NOW (5 * HZ)", &body, Form::Loop);
    assert!(out.contains("(void *data)\n{\n\tunsigned long start = NOW;"), "{out}");
}

const CLEANUP: &str = "#define __cleanup(f) __attribute__((cleanup(f)))\n\
    #define __free(f) __cleanup(undo_pointer)\n\
    static inline struct mutex *begin_guard(struct mutex *m)\n{\n\tmutex_lock(m);\n\treturn m;\n}\n\
    extern void end_guard(struct mutex **m);\nextern struct mutex own_mutex;\n\
    #define WITH_OWN struct mutex *own __cleanup(end_guard) = begin_guard(&own_mutex)\n\
    #define guard(name) struct mutex *scope __cleanup(end_guard) = begin_guard";

#[test]
fn what_a_scope_undoes_stays_in_its_scope() {
    for begin in [
        "\tint *p __free(kfree) = d;\n",
        "\t__attribute__((cleanup(undo_pointer))) int *p = d;\n",
        "\tint *p = d;\n\n\tguard(mutex)(&own_mutex);\n",
    ] {
        let body = looped(&format!("{begin}\n\tnote(p);\n"), "\t\tuse(*p);\n");
        let codes = refused(CLEANUP, &body, Form::Callbacks);
        assert_eq!(codes, "KR22", "{begin}");
        assert!(convert(CLEANUP, &body, Form::Loop).is_ok(), "{begin}");
    }
    // A carried one is changed where its cleanup finds it.
    let body = looped("\tint n __cleanup(undo) = 0;\n", "\t\tn++;\n");
    let out = text(CLEANUP, &body, Form::Loop);
    assert!(out.contains("(*context->n)++;"), "{out}");
}

#[test]
fn a_sleep_within_a_scope_is_not_moved_out_of_it() {
    let sleep = "\t\tschedule_timeout_interruptible(HZ);\n";
    let with = |scoped: &str| {
        let body =
            format!("\twhile (!kthread_should_stop()) {{\n{scoped}\t\tuse(1);\n{sleep}\t}}\n");
        text(CLEANUP, &body, Form::Loop).contains("set_kthread_iterant_int_sleep_timeout")
    };
    assert!(with(""));
    assert!(!with("\t\tint n __cleanup(undo) = 0;\n\n"));
    assert!(!with("\t\tguard(mutex)(&own_mutex);\n"));
    assert!(!with("\t\tWITH_OWN;\n"));
    assert!(with("\t\t{\n\t\t\tguard(mutex)(&own_mutex);\n\t\t\tuse(2);\n\t\t}\n"));
    let body = format!(
        "\twhile (!kthread_should_stop()) {{\n\t\tint n __cleanup(undo) = 0;\n\n\t\tif (take()) {{\n\
         \t{sleep}\t\t\tcontinue;\n\t\t}}\n\t\tschedule();\n\t}}\n"
    );
    assert!(!text(CLEANUP, &body, Form::Loop).contains("set_kthread_iterant"));
}

#[test]
fn who_was_told_of_an_object_finds_it_while_the_thread_sleeps() {
    let sleep = "\t\tschedule_timeout_interruptible(HZ);\n";
    let lifted = |inside: &str| {
        let body = format!("\twhile (!kthread_should_stop()) {{\n{inside}{sleep}\t}}\n");
        text("", &body, Form::Loop).contains("set_kthread_iterant_int_sleep_timeout")
    };
    assert!(lifted("\t\tuse(1);\n"));
    assert!(!lifted("\t\tstruct item own = { .count = 1 };\n\n\t\tnote(&own);\n"));
    assert!(!lifted("\t\tint some[2] = { 1 };\n\n\t\tnote(some);\n"));
    assert!(!lifted("\t\tDEFINE_WAIT(wait);\n\n\t\tnote(&wait);\n"));
    assert!(!lifted("\t\tnote(&(struct item){ .count = 1 });\n"));
    // What ended before is nobody's any more.
    assert!(lifted("\t\t{\n\t\t\tstruct item own = { .count = 1 };\n\n\t\t\tnote(&own);\n\t\t}\n"));
}

#[test]
fn memory_of_the_stack_and_second_returns_are_refused() {
    let alloca = "#define alloca __builtin_alloca";
    let body = looped("\tint *p = NULL;\n", "\t\tif (!p)\n\t\t\tp = alloca(4);\n\t\tuse(*p);\n");
    assert_eq!(refused(alloca, &body, Form::Loop), "KR09");
    let body = looped("\tint n;\n\n\tn = setjmp(d);\n", "\t\tuse(n);\n");
    assert_eq!(refused("extern int setjmp(void *);", &body, Form::Loop), "KR08");
}

#[test]
fn a_stop_test_does_not_move_over_hidden_effects() {
    let lifted = |above: &str, before: &str| {
        let body = format!(
            "\tfor (;;) {{\n{before}\t\tif (kthread_should_stop())\n\t\t\tbreak;\n\t\tuse(1);\n\t}}\n"
        );
        text(above, &body, Form::Loop).contains("KTI_STOP")
    };
    assert!(lifted("", "\t\tcond_resched();\n"));
    assert!(!lifted("#define BUMP here++", "\t\tBUMP;\n"));
    assert!(!lifted(
        "#define PEEK(x) ((x) + BUMP)\n#define BUMP here++",
        "\t\tint z = PEEK(3);\n\n\t\t(void)z;\n"
    ));
    assert!(!lifted("extern volatile int reg;", "\t\t(void)reg;\n"));
    assert!(!lifted(
        "struct regs { volatile unsigned int ack; };",
        "\t\t(void)((struct regs *)d)->ack;\n"
    ));
    assert!(!lifted("", "\t\t(void)*(volatile int *)d;\n"));
    let wait = "\t\twait_event_interruptible(queue, TAKE || kthread_should_stop());\n";
    let queue = "extern struct wait_queue_head queue;\n";
    assert!(lifted(&format!("{queue}#define TAKE here"), wait));
    assert!(!lifted(&format!("{queue}#define TAKE (here++)"), wait));
}

#[test]
fn a_state_that_is_set_by_hand_is_refused() {
    let body =
        looped("\tcurrent->__state = TASK_INTERRUPTIBLE;\n", "\t\tuse(1);\n\t\ttry_to_freeze();\n");
    let codes = refused("", &body, Form::Loop);
    assert_eq!(codes, "KR02");
}

#[test]
fn a_timeout_that_may_be_0_stays() {
    let lifted = |before: &str, timeout: &str| {
        let body = format!(
            "\twhile (!kthread_should_stop()) {{\n{before}\t\tschedule_timeout_interruptible({timeout});\n\t}}\n"
        );
        text("", &body, Form::Loop).contains("set_kthread_iterant_int_sleep_timeout")
    };
    assert!(lifted("", "HZ / 10"));
    assert!(!lifted("", "HZ / 50"));
    let tested = |kind: &str| format!("\t\t{kind} n = take();\n\n\t\tif (!n)\n\t\t\tcontinue;\n");
    assert!(lifted(&tested("long"), "n") || lifted(&tested("unsigned int"), "n"));
    assert!(!lifted(&tested("unsigned long long"), "n"));
}

#[test]
fn a_primitive_of_the_files_own_is_not_the_kernels() {
    let body = looped("", "\t\tuse(1);\n");
    let own = "#undef kthread_should_stop\n#define kthread_should_stop() here";
    assert_eq!(refused(own, &body, Form::Loop), "KR20");
}

#[test]
fn jumps_within_expressions_and_into_the_loop_are_refused() {
    let within = looped("", "\t\tint k = ({ if (take())\n\t\t\tbreak; 1; });\n\n\t\tuse(k);\n");
    assert_eq!(refused("", &within, Form::Loop), "KR08");
    let loops = looped(
        "",
        "\t\tint k = ({ while (take()) { if (here)\n\t\t\tbreak; } 1; });\n\n\t\tuse(k);\n",
    );
    assert!(convert("", &loops, Form::Loop).is_ok());
    let body = "\tswitch (take()) {\n\tcase 0:\n\t\twhile (!kthread_should_stop()) {\n\t\t\tuse(1);\n\
                \t\t\tschedule();\n\tcase 1:\n\t\t\tuse(2);\n\t\t}\n\t}\n";
    assert!(refused("", body, Form::Loop).contains("KR08"));
    let body =
        looped("\t__label__ out;\n", "\t\tif (take())\n\t\t\tgoto out;\nout:\n\t\tuse(1);\n");
    assert_eq!(refused("", &body, Form::Loop), "KR20");
}

#[test]
fn a_local_of_the_body_may_have_the_name_of_an_outer_one() {
    let body = looped("\tint n = take();\n", "\t\tint m = n;\n\t\tint n = m + 1;\n\n\t\tuse(n);\n");
    for form in [Form::Loop, Form::Callbacks] {
        let out = text("", &body, form);
        assert!(out.contains("\n\t{\n\t\tint m = n;\n"), "{out}");
    }
}

#[test]
fn a_thread_function_may_name_itself() {
    let body = looped("", "\t\tif (take())\n\t\t\tkthread_run(t, d, \"again\");\n");
    let out = text("", &body, Form::Loop);
    assert!(out.contains("\nstatic int t(void *d);\n\n"), "{out}");
    let out = text("static int t(void *d);", &body, Form::Loop);
    assert_eq!(out.matches("static int t(void *d);\n").count(), 1, "{out}");
}

#[test]
fn a_label_before_the_loop_goes_with_its_gotos() {
    let body = "again:\n\twhile (!kthread_should_stop()) {\n\t\tuse(1);\n\t\tif (take())\n\t\t\tgoto again;\n\
                \t\tschedule();\n\t}\n";
    for form in [Form::Loop, Form::Callbacks] {
        assert!(!text("", body, form).contains("again"));
    }
    let twice = "\tuse(0);\nagain:\n\twhile (!kthread_should_stop()) {\n\t\tif (take())\n\t\t\tgoto again;\n\
                 \t\tschedule();\n\t}\n\tif (here)\n\t\tgoto again;\n";
    assert!(text("", twice, Form::Loop).contains("\nagain:\n"));
}

#[test]
fn what_is_only_measured_is_not_read() {
    let body =
        looped("\tstruct item *own;\n\tint n = 0;\n", "\t\tuse(sizeof(*own) + sizeof(n) + n++);\n");
    let out = text("", &body, Form::Loop);
    assert!(out.contains("use(sizeof(*own) + sizeof(context->n) + context->n++);"), "{out}");
}

#[test]
fn what_was_given_away_is_written_behind_the_loop_where_it_is() {
    let body = "\tint n = 0;\n\n\twhile (!kthread_should_stop()) {\n\t\tnote(&n);\n\t\tschedule();\n\t}\n\
                \tn = 9;\n\tuse(n);\n";
    let out = text("", body, Form::Loop);
    assert!(out.contains("context.n = &n;"), "{out}");
}

#[test]
fn a_type_that_an_attribute_makes_is_refused() {
    let body = looped("\tint n __attribute__((mode(DI))) = 0;\n", "\t\tuse(n++);\n");
    assert_eq!(refused("", &body, Form::Loop), "KR19");
}

#[test]
fn new_names_are_none_that_a_macro_uses() {
    let above = "extern void *context;\n#define USE() note(context)";
    let body = looped("\tint n = 0;\n", "\t\tuse(n++);\n\t\tUSE();\n");
    let out = text(above, &body, Form::Loop);
    assert!(out.contains("context_2->n++"), "{out}");
    let body = looped("\tint n = 0;\n", "\t\tuse(n++);\n");
    assert!(text("#define USE(context) note(context)", &body, Form::Loop).contains("context->n++"));
}

#[test]
fn where_a_block_would_be_needed_the_loop_stays() {
    let body = "\tint n = 0;\n\n\tif (take())\n\t\twhile (!kthread_should_stop())\n\t\t\tuse(n++);\n\tuse(n);\n";
    assert_eq!(refused("", body, Form::Loop), "KR20");
    let body = "\tint n = 0;\n\n\td = top;\n\twhile (!kthread_should_stop()) {\n\t\tuse(n++);\n\t\tnote(d);\n\t}\n";
    assert_eq!(refused("", body, Form::Callbacks), "KR20");
    assert!(convert("", body, Form::Loop).is_ok());
}

#[test]
fn what_a_macro_defines_has_a_type_that_nobody_knows() {
    let above = "#define DEFINE_ITEM(name) struct item name = { .count = 1 }";
    for before in ["\tDEFINE_ITEM(own);\n", "\tstatic DEFINE_ITEM(own);\n"] {
        let body = looped(before, "\t\tnote(&own);\n");
        assert_eq!(refused(above, &body, Form::Loop), "KR19");
    }
}

#[test]
fn a_stop_test_that_tells_something_stays() {
    let above = "extern bool kthread_freezable_should_stop(bool *was_frozen);";
    let body = "\tbool frozen = false;\n\n\twhile (!kthread_freezable_should_stop(&frozen)) {\n\t\tuse(frozen);\n\
                \t\tmsleep(3);\n\t}\n\tuse(frozen);\n";
    let out = text(above, body, Form::Loop);
    assert!(out.contains(".type = 0,") && out.contains("kthread_freezable_should_stop("), "{out}");
}

#[test]
fn who_may_freeze_in_the_driver_comes_there_running() {
    let body = "\twhile (1) {\n\t\tif (kthread_should_stop())\n\t\t\tbreak;\n\t\tif (try_to_freeze())\n\
                \t\t\tcontinue;\n\t\tset_current_state(TASK_INTERRUPTIBLE);\n\t\tif (!here) {\n\
                \t\t\tif (kthread_should_stop())\n\t\t\t\tbreak;\n\t\t\tschedule();\n\t\t\tcontinue;\n\t\t}\n\
                \t\t__set_current_state(TASK_RUNNING);\n\t\tuse(1);\n\t}\n\t__set_current_state(TASK_RUNNING);\n";
    let out = text("", body, Form::Loop);
    assert!(out.contains("KTI_FREEZE") && out.contains("kthread_iterant_stop_current("), "{out}");
}

#[test]
fn a_wait_that_a_signal_does_not_end_is_not_left_out() {
    let lifted = |wait: &str| {
        let body = format!(
            "\tfor (;;) {{\n\t\t{wait};\n\t\tif (kthread_should_stop())\n\t\t\tbreak;\n\t\tuse(1);\n\t}}\n"
        );
        text("extern wait_queue_head_t queue;", &body, Form::Loop).contains("KTI_STOP")
    };
    assert!(lifted("msleep_interruptible(100)") && lifted("schedule_timeout_interruptible(HZ)"));
    assert!(!lifted("msleep(100)") && !lifted("schedule_timeout_uninterruptible(HZ)"));
    assert!(!lifted("wait_event_timeout(queue, here, HZ)"));
}

#[test]
fn a_head_that_begins_under_an_if_is_refused() {
    let text = "#include <linux/kthread.h>\nextern void use(int n);\n#ifdef CONFIG_MODEL\nstatic\n#endif\n\
                int t(void *d)\n{\n\twhile (!kthread_should_stop())\n\t\tuse(1);\n\treturn 0;\n}\n\
                void s(void *d)\n{\n\tkthread_run(t, d, \"t\");\n}\n";
    let out = converted_and_compiled(text, Form::Loop);
    assert_eq!(out.as_ref().map_err(String::as_str), Err("KR20"));
}

#[test]
fn the_type_of_a_local_that_moves_is_refused() {
    let body = looped(
        "\tunsigned int seq = 0;\n",
        "\t\ttypeof(seq) old = seq;\n\n\t\tuse(old + seq++);\n",
    );
    assert_eq!(refused("", &body, Form::Loop), "KR19");
}

#[test]
fn a_result_behind_the_loop_goes_with_its_line() {
    let body = "\twhile (!kthread_should_stop()) {\n\t\tif (take())\n\t\t\treturn -5;\n\t\tschedule();\n\t}\n";
    let out = text("", body, Form::Loop);
    assert!(out.contains("\treturn kthread_iterant_run_here(&iterant);\n}\n"), "{out}");
}

#[test]
fn a_row_of_an_array_is_an_address() {
    let body = looped("\tint rows[2][3] = { { 1 } };\n", "\t\tnote(rows[0]);\n");
    count("", &body, Form::Loop, "= { { 1 } }", 1);
    let body = looped("\tint row[3] = { 1 };\n", "\t\tuse(row[0]);\n\t\trow[0]++;\n");
    assert!(convert("", &body, Form::Loop).is_ok());
    let gives = "#define SOME(s) ((s).some)\n#define SAME(s) (s)";
    for value in ["SOME(own)", "SAME(own).some"] {
        let body =
            looped("\tstruct item own = { .count = 1 };\n", &format!("\t\tnote({value});\n"));
        let out = text(gives, &body, Form::Loop);
        let (func, thread) = out.split_once("static int t(").expect("both");
        assert!(!func.contains("= { .count = 1 }") && thread.contains("= { .count = 1 }"), "{out}");
    }
}

#[test]
fn a_predicate_that_does_more_than_look_stays() {
    let body = "\twhile (!over()) {\n\t\tuse(1);\n\t\tmsleep(3);\n\t}\n\tuse(here);\n";
    let lifted = |above: &str| text(above, body, Form::Loop).contains("KTI_STOP");
    let over = |inside: &str| {
        format!("static bool over(void)\n{{\n{inside}\treturn kthread_should_stop();\n}}")
    };
    for inside in ["\tif (kthread_should_stop())\n\t\there = 1;\n", "\tuse(3);\n"] {
        assert!(!lifted(&over(inside)), "{inside}");
    }
    assert!(!lifted("#define over() (here++, kthread_should_stop())"));
}

#[test]
fn a_macro_that_calls_a_value_is_not_quiet() {
    let lifted = |above: &str| {
        let body = "\tfor (;;) {\n\t\tint z = ASK();\n\n\t\tif (kthread_should_stop())\n\t\t\tbreak;\n\t\tuse(z);\n\t}\n";
        text(above, body, Form::Loop).contains("KTI_STOP")
    };
    let hook = "extern int (*hook)(int), (*hooks[2])(int);\n";
    assert!(!lifted(&format!("{hook}#define ASK() ((hook)(1) > 1)")));
    assert!(!lifted(&format!("{hook}#define ASK() hooks[0](1)")));
    assert!(lifted("#define ASK() ((int)(here) > 1)"));
}

#[test]
fn a_directive_in_the_loop_stays_there() {
    let body = "\tint v = LIM;\n\n\twhile (!kthread_should_stop()) {\n#undef LIM\n#define LIM 7\n\t\tuse(v + LIM);\n\
                \t\tschedule();\n\t}\n";
    assert_eq!(refused("#define LIM 6", body, Form::Loop), "KR20");
    let body =
        "\twhile (!kthread_should_stop()) {\n#define OWN 7\n\t\tuse(OWN);\n\t\tschedule();\n\t}\n";
    assert!(convert("", body, Form::Loop).is_ok());
}

#[test]
fn a_name_in_parentheses_is_needed_as_it_is() {
    let body = looped("\tint a = 0;\n", "\t\ta++;\n\t\tSHOW((a));\n");
    assert_eq!(refused("#define SHOW(x) (note(#x), use(x))", &body, Form::Loop), "KR18");
}
