//! Records and sources made by hand.

use std::sync::Arc;

use kthread_codemod::edit::EditSet;
use kthread_codemod::report::schema::{
    BackEdge, BySeverity, ByTarget, Checkpoint, Checkpoints, Confidence, Creation, Finding, How,
    Judgement, Lift, Locals, Loop, LoopForm, LoopHead, NotUnderstood, Reason, Report, Role,
    Severity, Site, Sleep, Summary, Thread, Verdict, Where,
};
use kthread_codemod::source::{FileId, Loc, SourceSet, Span};

pub(crate) const TAB: &str = "drivers/tab.c";
pub(crate) const CRLF: &str = "drivers/crlf.c";
pub(crate) const LATIN: &str = "drivers/latin.c";

/// A loop of kernel style, one in a file with CRLF, and one in Latin-1 with bytes that a terminal
/// acts on.
pub(crate) fn sources() -> SourceSet {
    let texts: [(&str, &[u8]); 3] = [
        (
            TAB,
            b"static int foo_thread(void *arg)\n{\n\tstruct foo *foo = arg;\n\n\
              \twhile (!kthread_should_stop()) {\n\t\tfoo_work(foo);\n\t\tschedule();\n\t}\n\
              \treturn 0;\n}\n\n\
              void foo_start(struct foo *foo)\n{\n\
              \tfoo->task = kthread_run(foo_thread, foo, \"foo\");\n\twake_up_process(foo->task);\n}\n\
              \nvoid foo_stop(struct foo *foo)\n{\n\tkthread_stop(foo->task);\n}",
        ),
        (
            CRLF,
            b"int bar(void *p)\r\n{\r\n\tfor (;;) {\r\n\t\tmsleep(1);\r\n\t}\r\n}\r\n",
        ),
        (
            LATIN,
            b"/* caf\xe9 \x1b[31m */ int baz(void *p)\n{\n\
              \tchar *s = \"\xfc\x00\"; do { /* \xe9 */\n\t} while (1);\n}\n",
        ),
    ];
    let mut sources = SourceSet::default();
    for (path, text) in texts {
        sources.add(path.to_owned(), Arc::from(text)).expect("a small text");
    }
    sources
}

/// The first place of `text` in the file.
pub(crate) fn at(sources: &SourceSet, path: &str, text: &str) -> Loc {
    let file = sources.find(path).expect("a file of the sample");
    let source = sources.file(file).text();
    let mut windows = source.windows(text.len());
    let start = windows.position(|window| window == text.as_bytes()).expect("the text") as u32;
    Loc { file, span: Span::new(start, start + text.len() as u32) }
}

/// From `at` to the end of its file.
pub(crate) fn to_end(at: Loc) -> Loc {
    Loc { span: Span { end: u32::MAX, ..at.span }, ..at }
}

/// A place in a file that no set holds.
pub(crate) const NOWHERE: Loc = Loc { file: FileId(u32::MAX), span: Span::new(7, 9) };

/// A place behind the end of the first file.
pub(crate) const BEHIND: Loc = Loc { file: FileId(0), span: Span::new(90_000, 90_010) };

pub(crate) fn judgement(verdict: Verdict, lifts: &[Lift], reasons: Vec<Reason>) -> Judgement {
    Judgement { verdict, lifts: lifts.to_vec(), reasons }
}

pub(crate) fn reason(code: &'static str, path: &str, line: u32, message: &str) -> Reason {
    Reason { code, path: path.into(), line, message: message.into(), at: NOWHERE }
}

pub(crate) fn site(path: &str, line: u32, call: &str, at: Loc) -> Site {
    Site { path: path.into(), line, call: call.into(), at }
}

pub(crate) fn creation(path: &str, line: u32, call: &str, chain: &[&str], at: Loc) -> Creation {
    Creation { path: path.into(), line, call: call.into(), chain: strings(chain), at }
}

pub(crate) fn a_loop(thread: &Thread, line: u32, form: LoopForm, head: LoopHead, at: Loc) -> Loop {
    let Thread { path, function, .. } = thread.clone();
    Loop { path, line, end_line: line + 3, function, form, head, main: false, at }
}

/// A thread of which nothing is known.
pub(crate) fn thread(path: &str, line: u32, function: &str, at: Loc) -> Thread {
    Thread {
        id: format!("{path}:{function}"),
        path: path.into(),
        line,
        function: function.into(),
        role: Role::Thread,
        creation: Vec::new(),
        loops: Vec::new(),
        sleeps: Vec::new(),
        checkpoints: Checkpoints::default(),
        locals: Locals::default(),
        back_edge: BackEdge::default(),
        wakes: Vec::new(),
        stops: Vec::new(),
        iterant: judgement(Verdict::NoLoop, &[], Vec::new()),
        worker: judgement(Verdict::NotImplemented, &[], Vec::new()),
        at,
    }
}

pub(crate) fn finding(
    severity: Severity,
    path: &str,
    line: u32,
    message: &str,
    at: Loc,
) -> Finding {
    Finding {
        code: "KT001",
        name: "stop-never-tested",
        severity,
        confidence: Confidence::High,
        path: path.into(),
        line,
        column: 2,
        end_line: line,
        end_column: 9,
        function: "foo_thread".into(),
        message: message.into(),
        help: "test kthread_should_stop() in the loop's condition".into(),
        at,
        related: Vec::new(),
    }
}

pub(crate) fn not_understood(path: &str, line: u32, why: &str, matters: bool) -> NotUnderstood {
    NotUnderstood { path: path.into(), line, why: why.into(), matters }
}

pub(crate) fn strings(all: &[&str]) -> Vec<String> {
    all.iter().map(|one| (*one).to_owned()).collect()
}

/// A report on [`sources`], small enough to read.
pub(crate) fn report(sources: &SourceSet) -> Report {
    let mut tab = thread(TAB, 1, "foo_thread", at(sources, TAB, "foo_thread"));
    let while_loop = to_end(at(sources, TAB, "while (!"));
    tab.loops =
        vec![Loop { main: true, ..a_loop(&tab, 5, LoopForm::While, LoopHead::Stop, while_loop) }];
    tab.creation = vec![creation(TAB, 14, "kthread_run", &[], at(sources, TAB, "kthread_run"))];
    let wake = at(sources, TAB, "wake_up_process");
    tab.wakes = (0..6).map(|_| site(TAB, 15, "wake_up_process", wake)).collect();
    tab.stops = vec![
        site(TAB, 20, "kthread_stop", at(sources, TAB, "kthread_stop")),
        site("drivers/gone.c", 7, "kthread_stop", NOWHERE),
    ];
    tab.sleeps = vec![Sleep { call: "schedule".into(), line: 7, place: Where::Tail }];
    tab.checkpoints.stop = vec![Checkpoint { line: 5, how: How::Head }];
    tab.checkpoints.freeze = vec![Checkpoint { line: 3, how: How::Setup }];
    tab.locals.recomputed = strings(&["foo"]);
    tab.back_edge.state = strings(&["TASK_INTERRUPTIBLE"]);
    tab.iterant = judgement(Verdict::Convertible, &[Lift::Stop, Lift::Sleep], Vec::new());
    tab.worker = judgement(
        Verdict::Refused,
        &[],
        vec![
            reason("KR07", TAB, 15, "the waker is also the waker of another thread, which waits"),
            reason("KR03", TAB, 7, "a bare schedule()"),
            reason("KR03", TAB, 7, "a bare schedule()"),
        ],
    );

    let mut crlf = thread(CRLF, 1, "bar", at(sources, CRLF, "bar"));
    crlf.id += "~2";
    crlf.role = Role::Callback;
    let endless = at(sources, CRLF, "for (;;) {\r\n\t\tmsleep(1);\r\n");
    crlf.loops =
        vec![Loop { main: true, ..a_loop(&crlf, 3, LoopForm::For, LoopHead::Endless, endless) }];
    let registration = at(sources, TAB, "kthread_run");
    crlf.creation =
        vec![creation(TAB, 14, "md_register_thread", &["md_start", "kthread_run"], registration)];
    crlf.iterant = judgement(Verdict::Already, &[], Vec::new());

    let mut worker = thread(LATIN, 1, "baz", at(sources, LATIN, "baz"));
    worker.role = Role::Worker;
    worker.loops = vec![a_loop(&worker, 3, LoopForm::DoWhile, LoopHead::Condition, NOWHERE)];

    let gone = thread("drivers/gone.c", 12, "gone", BEHIND);

    let mut never =
        finding(Severity::Error, CRLF, 3, "the loop never tests whether it should stop", endless);
    never.related = vec![
        (at(sources, TAB, "kthread_stop"), "kthread_stop() waits here for ever".into()),
        (BEHIND, "this one lies behind the end of its file".into()),
        (NOWHERE, "and this one nowhere".into()),
    ];
    let mut latin = finding(Severity::Warning, LATIN, 3, "do-while", at(sources, LATIN, "do {"));
    latin.column = 18;
    latin.confidence = Confidence::Moderate;
    let behind = finding(Severity::Info, TAB, 400, "behind the end\nof its file", BEHIND);

    Report {
        conversions: Vec::new(),
        edits: EditSet::default(),
        threads: vec![crlf, gone, worker, tab],
        findings: vec![never, latin, behind],
        not_understood: vec![
            not_understood(CRLF, 0, "not UTF-8, and the macros are unknown", false),
            not_understood(LATIN, 3, "an ERROR node that the parser left in a thread", true),
        ],
        summary: Summary {
            files_seen: 12,
            files_read: 4,
            files_parsed: 3,
            threads: 4,
            loops: 3,
            convertible: ByTarget { iterant: 1, worker: 0 },
            findings: BySeverity { error: 1, warning: 1, info: 1 },
            not_understood: 2,
        },
    }
}
