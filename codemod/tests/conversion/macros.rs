//! What a macro, a name or an initialiser does with a local unseen: each was converted wrongly once.

use super::{Form, converted_and_compiled};

/// What becomes of a thread function of this body, below these definitions: the text, or the codes of
/// the reasons.
fn convert(above: &str, body: &str, form: Form) -> Result<String, String> {
    let text = format!(
        "#include <linux/kthread.h>\n#include <linux/list.h>\n#include <linux/sched.h>\n\
         struct item {{ struct list_head list; int count; void *priv; }};\n{above}\n\
         extern int take(void);\nextern void use(int n);\nextern void note(void *p);\n\n\
         static int t(void *d)\n{{\n{body}\treturn 0;\n}}\n\n\
         void s(void *d)\n{{\n\tkthread_run(t, d, \"t\");\n}}\n"
    );
    converted_and_compiled(&text, form)
}

#[track_caller]
fn has(result: &Result<String, String>, what: &str) {
    let text = result.as_ref().unwrap_or_else(|codes| panic!("refused: {codes}"));
    assert!(text.contains(what), "no {what} in {text}");
}

#[track_caller]
fn lacks(result: &Result<String, String>, what: &str) {
    let text = result.as_ref().unwrap_or_else(|codes| panic!("refused: {codes}"));
    assert!(!text.contains(what), "{what} in {text}");
}

#[test]
fn what_points_to_itself_is_not_copied() {
    for init in ["LIST_HEAD_INIT(head)", "{ &head, &head }"] {
        let body = format!(
            "\tstruct list_head head = {init};\n\n\twhile (!kthread_should_stop()) {{\n\
             \t\tlist_add(&((struct item *)d)->list, &head);\n\t\tschedule();\n\t}}\n"
        );
        let out = convert("", &body, Form::Loop);
        has(&out, "context.head = &head;");
        lacks(&out, "context.head = head;");
        let out = convert("", &body, Form::Callbacks);
        assert!(out.as_ref().is_ok_and(|text| !text.contains("head = head;")) || out.is_err());
    }
    // Of one that only the loop fills a copy is as good.
    let body = "\tstruct item own = { .count = 1 };\n\n\twhile (!kthread_should_stop()) {\n\
                \t\tnote(&own);\n\t\tschedule();\n\t}\n";
    has(&convert("", body, Form::Loop), "context.own = own;");
}

#[test]
fn a_macro_may_give_its_argument_a_value() {
    let body = "\tint n = 0;\n\n\twhile (!kthread_should_stop()) {\n\t\tuse(n);\n\t\tGET(n);\n\
                \t\tschedule();\n\t}\n";
    for define in [
        "#define GET(x) ((x) = take())",
        "#define GET(x) (*&(x) = take())",
        "#define GET(x) GET2(x)\n#define GET2(x) ((x)++)",
        "#define GET GET2\n#define GET2(x) ((x) += 2)",
    ] {
        // Its value outlives the iteration.
        lacks(&convert(define, body, Form::Loop), "int n = 0;\n\n\tuse(n);");
    }
    let reads = convert("#define GET(x) use(x)", body, Form::Loop);
    has(&reads, "\tint n = 0;\n\n\tuse(n);");
}

#[test]
fn a_macro_may_take_the_address_of_its_argument() {
    let body = "\tstruct item own;\n\n\twhile (!kthread_should_stop()) {\n\t\tPUT(own);\n\
                \t\tschedule();\n\t}\n";
    // It must not lie on the stack of a function that returns.
    lacks(&convert("#define PUT(x) note(&(x))", body, Form::Loop), "\tstruct item own;\n\n\tPUT");
    lacks(
        &convert("#define PUT(x) note(&x.list)", body, Form::Loop),
        "\tstruct item own;\n\n\tPUT",
    );
    // Nobody has seen what it is.
    let unseen = body.replace("PUT", "ADD_TO_LIST");
    let out = convert("extern void ADD_TO_LIST(struct item own);", &unseen, Form::Loop);
    lacks(&out, "\tstruct item own;\n\n\tADD");
    let body = "\tstruct item own;\n\n\twhile (!kthread_should_stop()) {\n\t\tPUT();\n\
                \t\tuse(own.count);\n\t\tschedule();\n\t}\n";
    let out = convert("#define PUT() note(&own)", body, Form::Loop);
    assert_eq!(out.as_ref().map_err(String::as_str), Err("KR18"));
}

#[test]
fn a_definition_that_was_read_beats_a_name() {
    let body = "\tstruct item *own = take_priv(d);\n\n\twhile (!kthread_should_stop()) {\n\
                \t\tuse(own->count);\n\t\tschedule();\n\t}\n";
    let define = |value: &str| {
        format!(
            "#include <linux/container_of.h>\nextern void *make(void *d);\n\
             static inline struct item *take_priv(void *d)\n{{\n\treturn {value};\n}}"
        )
    };
    for form in [Form::Loop, Form::Callbacks] {
        let out = convert(&define("make(d)"), body, form);
        assert_eq!(out.expect("converts").matches("take_priv(d)").count(), 1);
        let unseen = "extern struct item *take_priv(void *d);";
        let out = convert(unseen, body, form);
        assert_eq!(out.expect("converts").matches("take_priv(d)").count(), 1);
    }
    let pure = convert(&define("(struct item *)((char *)d + 8)"), body, Form::Loop);
    has(&pure, "t_iterate(void *d)\n{\n\tstruct item *own = take_priv(d);");
}

#[test]
fn what_depends_on_the_cpu_or_on_memory_is_copied() {
    for call in ["this_cpu_ptr(d)", "dev_get_drvdata(d)", "per_cpu(d, 0)", "kthread_data(current)"]
    {
        let name = call.split('(').next().expect("a name");
        let body = format!(
            "\tstruct item *own = {call};\n\n\twhile (!kthread_should_stop()) {{\n\
             \t\tuse(own->count);\n\t\tschedule();\n\t}}\n"
        );
        let above = format!("#ifndef {name}\nextern void *{name}();\n#endif");
        let out = convert(&above, &body, Form::Loop).expect("converts");
        assert_eq!(out.matches(call).count(), 1, "{out}");
    }
}

#[test]
fn what_a_macro_needs_by_name_keeps_its_name() {
    let body = "\tint count = 0;\n\n\twhile (!kthread_should_stop()) {\n\t\tcount++;\n\
                \t\tSHOW(count);\n\t\tschedule();\n\t}\n";
    let code = |define: &str| convert(define, body, Form::Loop).expect_err("must be refused");
    assert_eq!(code("#define SHOW(x) printk(#x \" %d\", x)"), "KR18");
    assert_eq!(code("#define SHOW(x) use(x##er + x)\nextern int counter;"), "KR18");
    assert_eq!(code("#define SHOW(x) (((struct item *)d)->x = x)"), "KR18");
    // A member's name is no use of the local.
    let member = convert("#define SHOW(x) (((struct item *)d)->x = 1)", body, Form::Loop);
    has(&member, "SHOW(count);");
    has(&member, "context->count++;");
    // Neither is a name that the macro makes of it, unless that is a local's.
    let body = "\tint my_count = 0;\n\n\twhile (!kthread_should_stop()) {\n\t\tmy_count++;\n\
                \t\tSHOW(count);\n\t\tschedule();\n\t}\n";
    let out = convert("#define SHOW(x) use(my_##x)", body, Form::Loop);
    assert_eq!(out.as_ref().map_err(String::as_str), Err("KR18"));
    has(&convert("#define SHOW(x) use(5)", body, Form::Loop), "context->my_count++;");
}

#[test]
fn an_address_behind_a_pointer_that_is_reached_through_a_pointer() {
    let above = "#define KEEP(x) note(&(x))";
    let body = "\tstruct item *own = d;\n\n\tKEEP(own);\n\twhile (!kthread_should_stop()) {\n\
                \t\tnote(&own->list);\n\t\tschedule();\n\t}\n";
    has(&convert(above, body, Form::Loop), "note(&(*context->own)->list);");
}
