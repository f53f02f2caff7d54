//! What outlives an iteration, case by case: each case has a sibling that differs in one place and
//! gives another answer.

#![allow(clippy::expect_used, clippy::panic, reason = "a test may fail")]

use kthread_codemod::pipeline::{Engine, Options};
use kthread_codemod::report::schema::Thread;

/// The thread whose function has this body.
fn thread(body: &str) -> Thread {
    let text = format!(
        "static int t(void *data)\n{{\n{body}\nreturn 0;\n}}\nvoid s(void) {{ kthread_run(t, 0, \"t\"); }}\n"
    );
    let mut engine = Engine::new(Options { jobs: 1, ..Options::default() });
    engine.add("a.c".into(), text.as_bytes().into()).expect("small");
    while !engine.wants().is_empty() {}
    let (mut report, _) = engine.finish();
    assert!(report.not_understood.is_empty(), "{body}: {:?}", report.not_understood);
    assert_eq!(report.threads.len(), 1, "{body}");
    report.threads.pop().expect("one")
}

fn in_loop(declarations: &str, body: &str) -> Thread {
    thread(&format!("{declarations}\nwhile (!kthread_should_stop()) {{ {body} msleep(1); }}"))
}

#[track_caller]
fn carried(declarations: &str, body: &str, wanted: &[&str]) {
    assert_eq!(in_loop(declarations, body).locals.carried, wanted, "{declarations} {body}");
}

#[test]
fn a_first_write_on_every_path_ends_the_old_value() {
    carried("int n;", "n = f(); g(n);", &[]);
    carried("int n = 0;", "if (f()) n = 1; g(n);", &["n"]);
    carried("int n;", "if (f()) n = 1; else n = 2; g(n);", &[]);
    carried("int n = 0;", "g(n); n = f();", &["n"]);
    carried("int n = 0;", "n++;", &["n"]);
    carried("int n = 0;", "n += f();", &["n"]);
    carried("int n;", "switch (f()) { case 1: n = 1; break; default: n = 2; } g(n);", &[]);
    carried("int n = 0;", "switch (f()) { case 1: n = 1; break; } g(n);", &["n"]);
    carried("int n = 0;", "f() && (n = 1); g(n);", &["n"]);
    carried("int n;", "(n = f()) && g(n);", &[]);
    carried("int n = 0;", "f() ? (n = 1) : 0; g(n);", &["n"]);
    carried("int n = 0;", "if (f()) continue; n = 1; g(n);", &[]);
    carried("int n = 0;", "g(n); if (f()) continue; n = 1;", &["n"]);
    carried("int n = 0;", "if (f()) { n = 1; continue; } g(n); n = 0;", &["n"]);
    carried("int n = 0;", "do { n = f(); } while (0); g(n);", &[]);
    carried("int n = 0;", "while (h()) n = f(); g(n);", &["n"]);
    carried("int n;", "do { n = f(); } while (h()); g(n);", &[]);
    carried("int n;", "for (n = 0; n < 3; n++) f(n);", &[]);
    carried("int n = 0;", "for (; n < 3; n++) f(n);", &["n"]);
    carried("int n = 0;", "if (f()) goto out; n = 1; out: g(n);", &["n"]);
    carried("int n;", "if (f()) { n = 2; goto out; } n = 1; out: g(n);", &[]);
}

#[test]
fn scopes_and_statics() {
    carried("int n = 0;", "{ int n = 1; n++; }", &[]);
    carried("int n = 0;", "{ int m = n; m++; } n++;", &["n"]);
    carried("", "int n = 0; n++;", &[]);
    carried("static int n;", "n++;", &[]);
    carried("int n = 0;", "for (int n = 0; n < 3; n++) f(n);", &[]);
}

#[test]
fn parts_and_addresses() {
    carried("struct s x;", "x.a = 1; g(x.a, x.b);", &["x"]);
    carried("struct s x;", "x = f(); g(x.a);", &[]);
    carried("int a[3];", "a[0] = 1; g(a[1]);", &["a"]);
    carried("struct s *p = data;", "p->a = 1; g(p->a);", &[]);
    carried("int n = 0;", "f(&n);", &["n"]);
    // Whether f fills n is not known here; where nobody reads n itself, nothing is kept.
    carried("int n;", "f(&n); g(n);", &["n"]);
    carried("int n;", "f(&n);", &[]);
    carried(
        "unsigned long flags;",
        "spin_lock_irqsave(&l, flags); f(); spin_unlock_irqrestore(&l, flags);",
        &[],
    );
    carried("int n = 0;", "f(sizeof(n)); n = 1;", &[]);
}

#[test]
fn iterators_write_their_cursor() {
    carried("struct s *p;", "list_for_each_entry(p, &head, node) g(p);", &[]);
    carried("struct s *p, *q;", "list_for_each_entry_safe(p, q, &head, node) { g(p); }", &[]);
    carried(
        "struct s *p, *last = NULL;",
        "list_for_each_entry(p, &head, node) last = p; g(last);",
        &["last"],
    );
}

#[test]
fn what_is_set_before_the_loop_only() {
    let locals = in_loop(
        "struct s *p = data; struct q *q = f(); struct r *r = container_of(data, struct r, m);",
        "g(p, q, r);",
    )
    .locals;
    assert_eq!(locals.recomputed, ["p", "r"]);
    assert_eq!(locals.constant, ["q"]);
    assert!(locals.carried.is_empty());
    // The same local, once written in the loop, is no longer constant.
    let locals = in_loop("struct s *p = data;", "g(p); p = h(p);").locals;
    assert_eq!(locals.carried, ["p"]);
    assert!(locals.recomputed.is_empty());
}

#[test]
fn what_is_read_after_the_loop() {
    let after = |body: &str, behind: &str| {
        thread(&format!(
            "int n = 0; while (!kthread_should_stop()) {{ {body} msleep(1); }} {behind}"
        ))
        .locals
        .read_after
    };
    assert_eq!(after("n = f();", "g(n);"), ["n"]);
    assert!(after("n = f();", "n = 0; g(n);").is_empty());
    assert!(after("g(n);", "g(n);").is_empty());
    assert_eq!(after("n = f(); if (n) break;", "return n;"), ["n"]);
}

#[test]
fn the_state_that_the_back_edge_carries() {
    let state = |body: &str| {
        thread(&format!("while (!kthread_should_stop()) {{ {body} }}")).back_edge.state
    };
    assert!(state("set_current_state(TASK_INTERRUPTIBLE); schedule(); f();").is_empty());
    assert_eq!(state("schedule(); f(); set_current_state(TASK_INTERRUPTIBLE);"), ["interruptible"]);
    assert_eq!(state("if (f()) set_current_state(TASK_IDLE); else schedule();"), ["idle"]);
    assert!(
        state(
            "set_current_state(TASK_IDLE); if (f()) schedule(); __set_current_state(TASK_RUNNING);"
        )
        .is_empty()
    );
    assert_eq!(
        state("prepare_to_wait(&q, &w, TASK_UNINTERRUPTIBLE); if (f()) schedule();"),
        ["uninterruptible"]
    );
    assert!(state("prepare_to_wait(&q, &w, TASK_UNINTERRUPTIBLE); if (f()) schedule(); finish_wait(&q, &w);").is_empty());
}

#[test]
fn the_locks_that_the_back_edge_carries() {
    let locks = |before: &str, body: &str| {
        thread(&format!("{before} while (!kthread_should_stop()) {{ {body} }}")).back_edge.locks
    };
    let over = "spin_unlock(&x->lock); schedule(); spin_lock(&x->lock);";
    assert_eq!(locks("spin_lock(&x->lock);", over), ["spin(&x->lock)"]);
    assert!(locks("", "spin_lock(&x->lock); f(); spin_unlock(&x->lock); schedule();").is_empty());
    assert_eq!(
        locks("", "mutex_lock(&a); if (f()) continue; mutex_unlock(&a); schedule();"),
        ["mutex(&a)"]
    );
    assert!(
        locks(
            "",
            "mutex_lock(&a); if (f()) { mutex_unlock(&a); continue; } mutex_unlock(&a); schedule();"
        )
        .is_empty()
    );
    assert!(
        locks("", "if (!mutex_trylock(&a)) continue; mutex_unlock(&a); schedule();").is_empty()
    );
}
