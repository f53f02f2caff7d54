//! The traces of `corpus/traces` against the crate's driver: the same files that the C header passes in
//! a booted kernel.
//!
//! `cargo test -p kthread --test traces -- --nocapture` prints the table.

#![allow(clippy::disallowed_types, clippy::disallowed_methods, reason = "a test uses std")]
#![allow(clippy::panic, reason = "a test may fail")]

mod body;
mod corpus;
mod creator;
mod faults;
mod make;
mod mini;
mod parse;
mod run;
mod script;
mod table;

use std::collections::BTreeMap;

use corpus::{Job, LIMIT, Trace, run_all, traces};
use kthread::TaskState;
use run::{Driver, Verdict};
use script::{BodyStep, Script};
use table::{Lacking, LeftOut, Table};

/// What the crate lacks.
const LACKS: [LeftOut; 3] = [
    LeftOut {
        word: "killed-creator",
        because: "nobody kills a single thread of a process, so creation has no such error",
        how: Lacking::NotRun,
    },
    LeftOut {
        word: "reference",
        because: "who holds a thread is counted by Rust, and nothing shows the count",
        how: Lacking::NotRun,
    },
    LeftOut {
        word: "stop-waits-for-thaw",
        because: "a stop ends a freeze, by design",
        how: Lacking::MustDiffer,
    },
];

/// What this machine may lack.
const CPUS: LeftOut = LeftOut {
    word: "cpu",
    because: "this process may not use both CPU 0 and CPU 1",
    how: Lacking::Machine,
};

fn has_cpus() -> bool {
    rustix::thread::sched_getaffinity(None).is_ok_and(|cpus| cpus.is_set(0) && cpus.is_set(1))
}

/// Why the crate's driver leaves a script out, if it does.
fn left_out(script: &Script) -> Option<&'static LeftOut> {
    let needs = |lacks: &&LeftOut| script.needs.iter().any(|need| need == lacks.word);
    LACKS.iter().find(needs).or_else(|| Some(&CPUS).filter(needs).filter(|_| !has_cpus()))
}

/// Whether a script says the same where a request for sleep is a step alone: no state is looked at, and
/// none makes a difference.
fn needs_no_state(script: &Script) -> bool {
    let deep = |state| !matches!(state, TaskState::Interruptible | TaskState::Running);
    let sleeps_deep = script
        .body
        .iter()
        .any(|(_, step)| matches!(step, BodyStep::Sleep(state, _) if deep(*state)));
    let by_need = script.needs.iter().any(|need| need == "task-state");
    !by_need && (script.signals.is_empty() || !sleeps_deep)
}

/// The table of what the driver does with these traces.
fn table_of(traces: &[Trace], driver: Driver) -> Table {
    let runs = |script| left_out(script).is_none_or(|it| it.how == Lacking::MustDiffer);
    let run: Vec<_> = traces.iter().filter(|trace| runs(&trace.script)).collect();
    let jobs: Vec<_> =
        run.iter().map(|trace| Job { script: &trace.script, driver, limit: LIMIT }).collect();
    let verdicts = run_all(&jobs, 16);
    assert_eq!(verdicts.len(), run.len());
    let verdicts: BTreeMap<_, _> = run.iter().map(|trace| &trace.name).zip(&verdicts).collect();

    let mut table = Table::default();
    for trace in traces {
        table.enter(trace, left_out(&trace.script), verdicts.get(&trace.name).copied());
    }
    table
}

#[test]
fn the_crates_driver_does_what_the_traces_say() {
    let traces = traces().unwrap_or_else(|error| panic!("{error}"));
    let table = table_of(&traces, Driver::Crate);
    println!("{table}");
    assert_eq!(table.wrong(), Vec::<String>::new());
}

#[test]
fn a_sleep_that_a_step_alone_asks_for_is_the_same() {
    let mut traces = traces().unwrap_or_else(|error| panic!("{error}"));
    traces.retain(|trace| needs_no_state(&trace.script));
    let wrong = table_of(&traces, Driver::CrateByStep).wrong();
    assert_eq!(wrong, Vec::<String>::new());
}

/// The control of the table: what is wrong with a verdict is seen.
#[test]
fn the_table_sees_what_is_wrong() {
    let traces = traces().unwrap_or_else(|error| panic!("{error}"));
    let same = Verdict::Same(3);
    let differs = Verdict::Differs { at: 0, expected: None, got: vec!["init".to_owned()] };
    // A whole run, with the verdict on one trace changed.
    let wrong = |changed: &str, to: Option<&Verdict>| {
        let mut table = Table::default();
        for trace in &traces {
            let left_out = left_out(&trace.script);
            let must_differ = trace.script.control || left_out.is_some();
            let right = Some(if must_differ { &differs } else { &same });
            table.enter(trace, left_out, if trace.name == changed { to } else { right });
        }
        table.wrong()
    };
    assert_eq!(wrong("none", None), Vec::<String>::new());
    for (changed, to, says) in [
        ("02-order", Some(&differs), "02-order: differs at event 1"),
        ("02-order", None, "02-order was not run"),
        ("02-control-destroy", Some(&same), "02-control-destroy is a control, and passes"),
        ("12-done", Some(&differs), "rule 12 is covered by no trace"),
        ("11-stop-of-stopped-and-frozen", Some(&same), "is left out for no reason"),
        ("11-stop-of-stopped-and-frozen", None, "is left out for no reason"),
    ] {
        let wrong = wrong(changed, to);
        assert!(wrong.iter().any(|it| it.contains(says)), "{says}: {wrong:?}");
    }
    assert_eq!(Table::default().wrong(), ["there are no traces", "there are no controls"]);
}
