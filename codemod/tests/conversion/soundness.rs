//! What the comparison once took: conversions that look right and are not, each beside one that is.

use super::{Form, Pattern};

const HEAD: &str = "#include <linux/kthread.h>

int f(void *d);
void g(void *d, int *p);

static int t(void *d)
{
";
const FOOT: &str = "}

void s(void *d)
{
	kthread_run(t, d, \"t\");
}
";

/// A thread function of this body, and its conversion.
pub(super) fn convert(body: &str, form: Form) -> (Pattern, String) {
    let files = [("t.c".to_owned(), format!("{HEAD}{body}{FOOT}").into_bytes())].into();
    let pattern = Pattern { name: String::new(), files, iterators: Vec::new() };
    let converted = pattern.convert(form);
    let text = converted.changed.first().map(|changed| changed.text().to_owned());
    (pattern, text.unwrap_or_else(|| panic!("{:?}", converted.conversions)))
}

pub(super) fn proves(pattern: &Pattern, text: &str) -> bool {
    let proved = pattern.engine(Form::Loop, None).prove("t.c", text.as_bytes());
    assert_eq!(proved.len(), 1);
    proved[0].result.is_ok()
}

/// The text with each of these replaced once.
fn changed(text: &str, changes: &[(&str, &str)]) -> String {
    changes.iter().fold(text.to_owned(), |text, (from, to)| {
        assert_eq!(text.matches(from).count(), 1, "{from} in {text}");
        text.replace(from, to)
    })
}

/// The conversion passes, and does not after these changes.
#[track_caller]
pub(super) fn refuses(body: &str, form: Form, changes: &[(&str, &str)]) {
    let (pattern, text) = convert(body, form);
    assert!(proves(&pattern, &text), "{text}");
    let wrong = changed(&text, changes);
    assert!(!proves(&pattern, &wrong), "{wrong}");
}

const STOP: &str = "\tkthread_iterant_stop_current(&context->iterant, err);\n";

#[test]
fn a_result_is_what_it_was_when_it_was_told() {
    let body = "\tint err = 0;\n\n\twhile (!kthread_should_stop()) {\n\t\tif (f(d)) {\n\t\t\terr = f(d);\n\
                \t\t\treturn err;\n\t\t}\n\t\tschedule_timeout_interruptible(HZ);\n\t}\n\treturn 0;\n";
    let early = "\t\tkthread_iterant_stop_current(&context->iterant, err);\n\t\terr = f(d);\n";
    let changes = [(STOP, "\t;\n"), ("\t\terr = f(d);\n", early)];
    refuses(body, Form::Loop, &changes);
}

#[test]
fn memory_is_read_when_the_result_is_told() {
    let body = "\tint *p = d;\n\n\twhile (!kthread_should_stop()) {\n\t\tif (f(d)) {\n\t\t\tg(d, NULL);\n\
                \t\t\treturn *p;\n\t\t}\n\t\tschedule_timeout_interruptible(HZ);\n\t}\n\treturn 0;\n";
    let told = "\tkthread_iterant_stop_current(&context->iterant, *p);\n";
    let early = format!("{told}\t\tg(d, NULL);\n");
    refuses(body, Form::Loop, &[(told, "\t;\n"), ("\t\tg(d, NULL);\n", &early)]);
}

#[test]
fn a_time_is_what_it_was_when_it_was_asked_for() {
    let body = "\tlong left = HZ;\n\tint n = 0;\n\n\twhile (!kthread_should_stop()) {\n\
                \t\tset_current_state(TASK_INTERRUPTIBLE);\n\t\tleft = f(d) + n++;\n\
                \t\tif (left > 0)\n\t\t\tschedule_timeout(left);\n\t\telse\n\
                \t\t\t__set_current_state(TASK_RUNNING);\n\t}\n\tg(d, &n);\n\treturn left;\n";
    let (pattern, text) = convert(body, Form::Loop);
    let begin = text.find("\tset_current_state(").expect("the state");
    let end = begin + text[begin..].find("}\n").expect("the end");
    let with = |body: &str| format!("{}{body}{}", &text[..begin], &text[end..]);
    let ask = "set_kthread_iterant_int_sleep_timeout(&context->iterant, context->left);\n";
    let next = "\tcontext->left = f(d) + (*context->n)++;\n\tif (context->left > 0)\n\t\t";
    let right = format!(
        "\tset_current_state(TASK_INTERRUPTIBLE);\n{next}{ask}\telse\n\t\t__set_current_state(TASK_RUNNING);\n"
    );
    let late = "return;\n\t__set_current_state(TASK_RUNNING);\n\
                \tclear_kthread_iterant_sleep(&context->iterant);\n";
    assert!(proves(&pattern, &with(&right)), "{}", with(&right));
    let wrong = with(&format!("\t{ask}{next}{late}"));
    assert!(!proves(&pattern, &wrong), "{wrong}");
}

const ONCE: &str = "\tstatic int once = 1;\n\n\tif (once) {\n\t\tonce = 0;\n\t\tg(d, NULL);\n\t}\n\
                    \twhile (!kthread_should_stop()) {\n\t\tf(d);\n\
                    \t\tschedule_timeout_interruptible(HZ);\n\t}\n\treturn 0;\n";

#[test]
fn a_static_outlives_the_thread() {
    for form in super::FORMS {
        for change in [
            ("\t\tonce = 0;\n", ""),
            ("static int once = 1;", "int once = 1;"),
            ("static int once = 1;", "static int once = 0;"),
            ("static int once = 1;", "static int once = 1;\n\tstatic int other;"),
        ] {
            refuses(ONCE, form, &[change]);
        }
    }
}

/// What a thread counts for the next one is not lost because it is stopped.
#[test]
fn a_static_is_written_by_who_should_stop_too() {
    let body = "\tstatic int runs;\n\n\twhile (!kthread_should_stop()) {\n\t\tg(d, NULL);\n\
                \t\truns++;\n\t\tschedule_timeout_interruptible(HZ);\n\t}\n\treturn 0;\n";
    let count = "\t(*context->runs)++;\n";
    let tested = format!("\tif (kthread_should_stop())\n\t\treturn;\n{count}");
    refuses(body, Form::Loop, &[(count, &tested)]);
    refuses(body, Form::Loop, &[(count, "")]);
}

#[test]
fn what_others_have_the_address_of_is_written_for_them() {
    let body = "\tint flag = 0, last = 0;\n\n\tg(d, &flag);\n\twhile (!kthread_should_stop()) {\n\
                \t\tflag = 1;\n\t\tlast = f(d);\n\t\tschedule_timeout_interruptible(HZ);\n\
                \t\tflag = last;\n\t}\n\treturn 0;\n";
    refuses(body, Form::Loop, &[("\t(*context->flag) = 1;\n", "")]);
    refuses(body, Form::Loop, &[("\t(*context->flag) = last;\n", "")]);
    let late = "\tlast = f(d);\n\t(*context->flag) = 1;\n";
    refuses(body, Form::Loop, &[("\t(*context->flag) = 1;\n\tlast = f(d);\n", late)]);
}

#[test]
fn a_thread_ends_in_its_state() {
    let body = "\twhile (!kthread_should_stop()) {\n\t\tset_current_state(TASK_IDLE);\n\
                \t\tif (kthread_should_stop())\n\t\t\tbreak;\n\t\tschedule();\n\t}\n\
                \t__set_current_state(TASK_RUNNING);\n\treturn 0;\n";
    let running = "\t__set_current_state(TASK_RUNNING);\n";
    refuses(body, Form::Loop, &[(running, "")]);
    refuses(body, Form::Loop, &[(running, "\t__set_current_state(TASK_INTERRUPTIBLE);\n")]);
    refuses(body, Form::Callbacks, &[(running, "")]);
}

#[test]
fn neither_side_goes_on_for_ever() {
    let body = "\twhile (!kthread_should_stop()) {\n\t\tschedule_timeout_interruptible(HZ);\n\
                \t\tif (kthread_should_stop())\n\t\t\tcontinue;\n\t\tif (f(d))\n\t\t\tbreak;\n\t}\n\
                \twhile (!kthread_should_stop())\n\t\tschedule_timeout_interruptible(10);\n\
                \treturn 0;\n";
    refuses(body, Form::Loop, &[("KTI_STOP | KTI_TEST_FIRST", "0")]);
    refuses(body, Form::Loop, &[("\t\tschedule_timeout_interruptible(10);", "\t\t;")]);
    let wait = "\twhile (!kthread_should_stop())\n\t\tschedule_timeout_interruptible(10);\n";
    let never = "\tfor (;;)\n\t\tschedule_timeout_interruptible(10);\n";
    refuses(body, Form::Loop, &[(wait, never)]);
}

#[test]
fn who_should_stop_freezes_only_where_it_did() {
    let body = "\twhile (!kthread_should_stop()) {\n\t\tf(d);\n\t\tset_current_state(TASK_INTERRUPTIBLE);\n\
                \t\tif (kthread_should_stop())\n\t\t\t__set_current_state(TASK_RUNNING);\n\
                \t\tschedule();\n\t}\n\treturn 0;\n";
    let running = "\t\t__set_current_state(TASK_RUNNING);\n";
    let freezes = "{ __set_current_state(TASK_RUNNING); try_to_freeze(); }\n";
    refuses(body, Form::Loop, &[(running, freezes)]);
}

#[test]
fn a_state_in_a_local_is_compared() {
    let body = "\tlong state = TASK_IDLE;\n\n\twhile (!kthread_should_stop()) {\n\
                \t\tset_current_state(state);\n\t\tif (!f(d))\n\t\t\tschedule();\n\
                \t\t__set_current_state(TASK_RUNNING);\n\
                \t\tstate = f(d) ? TASK_INTERRUPTIBLE : TASK_IDLE;\n\t}\n\treturn 0;\n";
    let set = "\tset_current_state(context->state);\n";
    let reset = format!("\tcontext->state = TASK_IDLE;\n{set}");
    refuses(body, Form::Loop, &[(set, &reset)]);
    // A fresh local of the same name is the same text.
    let fresh = "\tlong state = TASK_IDLE;\n\tset_current_state(state);\n";
    refuses(body, Form::Loop, &[(set, fresh)]);
}

/// Where a stop is seen late, what was copied since the original's test is not yet copied there.
#[test]
fn a_copy_behind_a_stop_test_is_behind_it() {
    let body = "\tint last = 0, now;\n\n\tfor (;;) {\n\t\tnow = f(d);\n\t\tif (kthread_should_stop())\n\
                \t\t\tbreak;\n\t\tlast = now;\n\t\tg(d, NULL);\n\t}\n\treturn last;\n";
    let (pattern, text) = convert(body, Form::Loop);
    let late = changed(
        &text,
        &[(
            "\tcontext->last = now;\n",
            "\tcontext->last = now;\n\tif (kthread_should_stop())\n\t\tgoto stop;\n",
        )],
    );
    assert!(proves(&pattern, &text) && !proves(&pattern, &late), "{late}");
}

const COUNTS: &str = "\tint n = 0;\n\n\tset_freezable();\n\twhile (!kthread_should_stop()) {\n\
                      \t\tg(d, NULL);\n\t\tif (f(d) > n++)\n\t\t\tbreak;\n\
                      \t\tschedule_timeout_interruptible(HZ);\n\t}\n\treturn 0;\n";

#[test]
fn the_driver_is_told_of_its_iterant_and_by_func() {
    let run = "\tkthread_iterant_run_here(&context.iterant);\n";
    for told in [
        "\tkthread_iterant_stop_current(&context.iterant, 0);\n",
        "\tset_kthread_iterant_int_sleep(&context.iterant);\n",
        "\tclear_kthread_iterant_sleep(&context.iterant);\n",
    ] {
        refuses(COUNTS, Form::Loop, &[(run, &format!("{told}{run}"))]);
    }
    let other = "\tkthread_iterant_run_here(&other->iterant);\n";
    refuses(COUNTS, Form::Loop, &[(run, other)]);
    let asks = "set_kthread_iterant_int_sleep_timeout(&context->iterant, HZ);";
    refuses(COUNTS, Form::Loop, &[(asks, "set_kthread_iterant_int_sleep_timeout(d, HZ);")]);
    let ends = "kthread_iterant_stop_current(&context->iterant, 0);";
    refuses(COUNTS, Form::Loop, &[(ends, "kthread_iterant_stop_current(d, 0);")]);
    let init = "\tset_freezable();\n";
    let told = format!("{init}\tkthread_iterant_stop_current(&context->iterant, 0);\n");
    refuses(COUNTS, Form::Callbacks, &[(init, &told)]);
}

#[test]
fn nothing_is_hidden_in_what_the_iterant_is_filled_with() {
    let data = "\t\t\t.data = &context,\n";
    for more in [
        ".func = other,",
        ".destroy = f ? other : t_iterate,",
        ".actions = { { .sig = 9 } },",
        "NULL, other,",
    ] {
        refuses(COUNTS, Form::Loop, &[(data, &format!("{data}\t\t\t{more}\n"))]);
    }
}
