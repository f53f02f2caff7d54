//! What a thread function declares, in all shapes of C: the result compiles, or it is refused with a
//! reason.

use super::compile::{CONFIGURATIONS, compile};
use super::{FORMS, Form, converted, each};

const HEAD: &str = "#include <linux/delay.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/string.h>

struct it { int n; };
struct pair { int a; int b; };
typedef int four[4];

int f(void *d);
int g(int n);
int twice(int n);
void use(const void *p);
void put(void *p);
";
const FOOT: &str = "
struct task_struct *s(void *d);
struct task_struct *s(void *d)
{
	return kthread_run(t, d, \"t\");
}
";

/// A thread function that declares `declared`, runs `before`, `inside` in its loop, and `behind`.
fn text(declared: &str, before: &str, inside: &str, behind: &str) -> String {
    format!(
        "{HEAD}\nstatic int t(void *d)\n{{\n{declared}\n\t{before}\n\twhile (!kthread_should_stop()) {{\n\
         {inside}\n\t\tschedule_timeout_interruptible(HZ);\n\t}}\n\t{behind}\n\treturn 0;\n}}\n{FOOT}"
    )
}

#[track_caller]
fn compiles(text: &str) {
    for define in CONFIGURATIONS {
        let run = compile(text.as_bytes(), "t.c", define);
        let said = String::from_utf8_lossy(&run.stderr);
        assert!(run.status.success(), "{define:?}: {said}\n{text}");
    }
}

/// Declarations, what gives the last local of them a value, and what uses it.
const LOCALS: &[(&str, &str, &str)] = &[
    ("\tint buf[4] = { 0 };", "buf[0] = f(d);", "g(buf[1]);"),
    ("\tint buf[] = { 1, 2, 3 };", "buf[0] = f(d);", "g(buf[1]);"),
    ("\tchar buf[] = \"abc\";", "buf[0] = f(d);", "use(buf);"),
    ("\tint buf[2 * sizeof(struct it)] = { 0 };", "buf[0] = f(d);", "g(buf[1]);"),
    ("\tchar names[4][16] = { { 0 } };", "names[1][2] = f(d);", "use(names[1]);"),
    ("\tint cube[2][3][4] = { { { 0 } } };", "cube[1][1][1] = f(d);", "g(cube[0][1][1]);"),
    ("\tint (*row)[4] = d;", "row = (void *)(long)f(d);", "g((*row)[1]);"),
    ("\tstruct it *its[4] = { NULL };", "its[1] = d;", "use(its[1]);"),
    ("\tint (*does)(int) = g;", "does = f(d) ? g : twice;", "does(1);"),
    ("\tint (*all[2])(int) = { g, twice };", "all[f(d)] = g;", "all[1](1);"),
    ("\tint *const p = d;", "*p = f(d);", "g(*p);"),
    ("\tvolatile int v = 0;", "v = f(d);", "g(v);"),
    ("\tconst struct pair p = { 1, 2 };", "f(d);", "g(p.a);"),
    ("\tstruct pair p = { .a = 1, .b = 2 };", "p.a = f(d);", "g(p.b + p.a);"),
    ("\tfour v = { 1, 2 };", "v[0] = f(d);", "g(v[1]);"),
    ("\tfour v;\n\n\tv[1] = 0;", "v[0] = f(d);", "use(v);"),
    ("\tint n __aligned(8) = 0;", "n = f(d);", "g(n);"),
    ("\t__maybe_unused int n = 0;", "n = f(d);", "g(n);"),
    ("\tint n __maybe_unused = 0;", "n = f(d);", "g(n);"),
    ("\tint a = 0, *b = d, c[2] = { 0 };", "c[0] = a++;", "g(c[1] + *b + a);"),
    ("\tint iterant = 0;", "iterant = f(d);", "g(iterant);"),
    ("\tstruct own { int a; };\n\tstruct own o = { 0 };", "o.a = f(d);", "g(o.a);"),
    ("\tstruct own { int a; };\n\tstruct own *o = d;", "o = d;", "g(o->a);"),
    ("\tenum { ONE, TWO };\n\tint n = ONE;", "n = f(d) ? ONE : TWO;", "g(n == TWO);"),
    ("\tenum { ONE, TWO };\n\tint n[TWO + 1] = { 0 };", "n[ONE] = f(d);", "g(n[0]);"),
    ("\ttypedef unsigned int num;\n\tnum n = 0;", "n = f(d);", "g(n);"),
    ("\textern int far;\n\tint n = 0;", "n = far;", "g(n + far);"),
    ("\tstatic int n[2][2];", "n[0][1] = f(d);", "g(n[1][1]);"),
    ("\tstatic const int n[] = { 1, 2 };", "f(d);", "g(n[f(d) & 1]);"),
];

#[test]
fn every_declarator_compiles_wherever_its_local_goes() {
    let mut all: Vec<(String, Form)> = Vec::new();
    for (declared, set, used) in LOCALS {
        let both = format!("\t\t{used}\n\t\t{set}");
        let one = format!("\t\t{used}");
        for text in [
            text(declared, "f(d);", &both, "f(d);"),
            text(declared, "", &both, used),
            text(declared, set, &one, used),
            text(declared, "", &one, ""),
        ] {
            all.extend(FORMS.map(|form| (text.clone(), form)));
        }
    }
    let done = each(&all, |(text, form)| {
        compiles(text);
        match converted(text, *form) {
            Ok(text) => {
                compiles(&text);
                true
            }
            // An init can't leave an array, or what may be one, to the other parts.
            Err(codes) => {
                assert_eq!((codes.as_slice(), *form), (&["KR05"][..], Form::Callbacks), "{text}");
                false
            }
        }
    });
    let refused = done.iter().filter(|done| !**done).count();
    assert!(refused * 6 < done.len(), "{refused} of {}", done.len());
}

#[test]
fn what_an_if_hides_is_not_missed_in_the_other_configuration() {
    let only = |what: &str| format!("#ifdef CONFIG_MODEL\n{what}\n#endif\n\t\tg(1);");
    for (declared, before, inside, behind) in [
        ("", "", only("\t\tif (f(d))\n\t\t\tbreak;"), "f(d);"),
        ("", "", only("\t\tif (f(d))\n\t\t\treturn -1;"), ""),
        ("", "", only("\t\tif (f(d))\n\t\t\tgoto out;"), "f(d);\nout:\n\tput(d);"),
        ("", "", only("\t\tif (f(d))\n\t\t\tcontinue;\n\t\telse\n\t\t\tput(d);"), "f(d);"),
        ("\tstruct it *i = d;", "", only("\t\tput(i);"), "use(i);"),
        ("\tint n = 0;", "", only("\t\tn += f(d);\n\t\tg(n);"), "g(n);"),
        ("\tint n;", "n = f(d);\n\tg(n);", only("\t\tn = f(d);\n\t\tg(n);"), ""),
        ("", "", only("\t\tput(d);"), "put(d);"),
    ] {
        let text = text(declared, before, &inside, behind);
        for form in FORMS {
            match converted(&text, form) {
                Ok(text) => compiles(&text),
                Err(codes) => {
                    assert!(form == Form::Callbacks || codes == ["KR12"], "{codes:?} {text}");
                }
            }
        }
    }
    // A label that is not always there can't be gone to from a place that is.
    let label = "f(d);\n#ifdef CONFIG_MODEL\nout:\n#endif\n\tput(d);";
    let text = text("", "", &only("\t\tif (f(d))\n\t\t\tgoto out;"), label);
    assert_eq!(converted(&text, Form::Loop), Err(vec!["KR12"]));
}

#[test]
fn what_keeps_a_function_in_one_piece_is_refused() {
    for (above, declared, inside, code) in [
        ("", "\tint sum(int x) { return x + 1; }", "\t\tg(sum(1));", "KR20"),
        ("", "", "\t\tint sum(int x) { return x + 1; }\n\t\tg(sum(1));", "KR20"),
        ("#define func 3", "\tint n = 0;", "\t\tg(n++);", "KR20"),
        ("", "\tstruct { int a; } o = { 0 };", "\t\tg(o.a++);", "KR19"),
        ("", "\tint n = 0;\n\ttypeof(n) m = 0;", "\t\tg(m++);", "KR19"),
        (
            "struct own { int b; };",
            "\tstruct own { int a; };",
            "\t\tg(((struct own *)d)->a);",
            "KR19",
        ),
        ("", "\tint own(void *);", "\t\tg(own(d));", "KR19"),
        ("", "\tint n[] = { 1, 2 };", "\t\tg(sizeof(n) + n[0]++);", "KR19"),
    ] {
        let text = text(declared, "", inside, "").replacen(
            "\nstatic int t(",
            &format!("{above}\n\nstatic int t("),
            1,
        );
        for form in FORMS {
            let codes = converted(&text, form).expect_err("is refused");
            assert!(codes.contains(&code), "{codes:?} {text}");
        }
    }
}

#[test]
fn new_names_keep_clear_of_others() {
    let inside = "\t\tif (f(d))\n\t\t\treturn 3;\n\t\tif (g(n++))\n\t\t\tbreak;";
    for name in ["context", "stop", "next", "leave", "t_iterate", "t_context"] {
        for above in [format!("#define {name} 5"), format!("extern int {name};")] {
            let text = text("\tint n = 0;", "", inside, "").replacen(
                "\nstatic int t(",
                &format!("{above}\n\nstatic int t("),
                1,
            );
            compiles(&text);
            compiles(&converted(&text, Form::Loop).expect("converts"));
        }
    }
    let label = "\t\tif (f(d))\n\t\t\tgoto leave;\n\t\tif (g(n++))\n\t\t\treturn 3;";
    let text = text("\tint n = 0;", "", label, "g(n);\nleave:\n\tput(d);");
    compiles(&converted(&text, Form::Loop).expect("converts"));
}

/// What an array of a named type held before the loop is not lost.
#[test]
fn an_array_of_a_named_type_is_one() {
    for used in ["g(v[1]);", "use(v);"] {
        let text = text("\tfour v;\n", "v[1] = f(d);", &format!("\t\t{used}"), "");
        let out = converted(&text, Form::Loop).expect("converts");
        assert!(out.contains("\tcontext.v = &v;\n"), "{out}");
        compiles(&out);
    }
}

#[test]
fn a_type_goes_before_its_users_with_its_comment() {
    let declared =
        "\t/* how far it is */\n\tenum far {\n\t\tNEAR,\n\t\tFAR,\n\t};\n\tenum far far = NEAR;";
    let text = text(declared, "", "\t\tif (far == NEAR && f(d))\n\t\t\tfar = FAR;", "g(far);");
    let out = converted(&text, Form::Loop).expect("converts");
    let wanted = "/* how far it is */\nenum far {\n\tNEAR,\n\tFAR,\n};\n\nstruct t_context {";
    assert!(out.contains(wanted), "{out}");
    assert_eq!(out.matches("NEAR,").count(), 1);
    compiles(&out);
}
