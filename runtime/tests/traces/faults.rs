//! The control of the traces: drivers that are broken on purpose.

use std::collections::BTreeSet;
use std::time::Duration;

use super::corpus::{Job, LIMIT, Trace, run_all, traces};
use super::left_out;
use super::run::Driver;
use super::script::Condition;

/// What is wrong with the driver of `mini.rs`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    // Of the thread, its beginning and its end.
    RunsUnasked,
    RunsThoughStopped,
    IgnoresCpu,
    MakesFreezable,
    CallsFuncAfterError,
    DestroysAfterError,
    LosesResult,
    DoesNotWait,
    WaitsBusily,
    WaitsWithoutParking,
    LeavesDataBehind,
    // Of the checkpoints.
    AlwaysTestsStop,
    TestsStopFirst,
    NeverTestsStopFirst,
    TestsStopBeforePark,
    ParksBeforeFreezing,
    ParksBeforeSignals,
    ParksAfterFunc,
    NeverFreezes,
    RunsFrozen,
    FreezesThoughStopped,
    GoesOnAfterEnd,
    PassesCheckpointsAfterEnd,
    // Of the sleep.
    SetsRunning,
    SetsStateLate,
    IgnoresCancel,
    SleepsUnasked,
    SleepsAfterEnd,
    SleepsWhenStopped,
    SleepsWhenParked,
    LeavesState,
    SleepsForNoTime,
    IgnoresLimit,
    // Of the signals.
    TakesSignalsUnasked,
    TakesSignalsThoughStopped,
    TakesSignalsThoughFreezing,
    TakesNoSignals,
    IgnoresHandlers,
    IgnoresNothing,
    KeepsSignals,
    StopsThoughStopped,
}

/// How long a wait may last with a broken driver, which lets many of them last so long.
const SHORT: Duration = Duration::from_secs(2);

/// Each fault, a trace that finds it, and the event that comes in place of what is expected.
const FOUND: [(Fault, &str, &str); 47] = [
    (Fault::RunsUnasked, "01-never-run", "init"),
    (Fault::RunsThoughStopped, "01-stop-of-frozen", "init"),
    (Fault::IgnoresCpu, "14-on-cpu", "cpu 0"),
    (Fault::MakesFreezable, "13-not-made-freezable", "freezable"),
    (Fault::CallsFuncAfterError, "02-init-fails-in-place", "func 1"),
    (Fault::DestroysAfterError, "02-init-fails", "destroy"),
    (Fault::DestroysAfterError, "02-init-fails-in-place", "destroy"),
    (Fault::LosesResult, "08-over-a-stop", "stop 0"),
    (Fault::LosesResult, "08-in-place", "stop 0"),
    (Fault::DoesNotWait, "09-stays", "timeout"),
    (Fault::WaitsBusily, "09-stays-with-signals", "not asleep"),
    (Fault::WaitsWithoutParking, "09-freezes-and-parks", "timeout"),
    (Fault::LeavesDataBehind, "12-done", "still in use"),
    (Fault::AlwaysTestsStop, "04-none", "destroy"),
    (Fault::AlwaysTestsStop, "10-no-signal-at-all", "destroy"),
    (Fault::TestsStopFirst, "05-test-after", "destroy"),
    (Fault::NeverTestsStopFirst, "05-test-first", "func 1"),
    (Fault::TestsStopBeforePark, "03-park-before-stop", "func 2"),
    (Fault::ParksBeforeFreezing, "03-freeze-before-park", "timeout"),
    (Fault::ParksBeforeSignals, "03-signal-before-park", "park 0"),
    (Fault::ParksAfterFunc, "05-park-before-first-func", "func 1"),
    (Fault::NeverFreezes, "03-freeze-asleep", "func 2"),
    (Fault::NeverFreezes, "03-stop-of-frozen", "func 2"),
    (Fault::RunsFrozen, "05-stop-of-frozen", "func 1"),
    (Fault::FreezesThoughStopped, "03-freeze-does-not-delay-stop-in-place", "timeout"),
    (Fault::GoesOnAfterEnd, "08-in-place", "func 3"),
    (Fault::PassesCheckpointsAfterEnd, "08-no-checkpoint-after", "handler USR1"),
    (Fault::PassesCheckpointsAfterEnd, "08-no-freeze-after-end", "timeout"),
    (Fault::SetsRunning, "06-state-is-left-alone", "state running"),
    (Fault::SetsStateLate, "07-state-at-once", "state running"),
    (Fault::SetsStateLate, "07-wake-after-request", "timeout"),
    (Fault::IgnoresCancel, "07-cancel", "timeout"),
    (Fault::SleepsUnasked, "06-no-sleep-unasked", "timeout"),
    (Fault::SleepsAfterEnd, "08-ends-by-itself", "timeout"),
    (Fault::SleepsWhenStopped, "03-stop-beats-sleep", "timeout"),
    (Fault::SleepsWhenParked, "03-park-beats-sleep", "timeout"),
    (Fault::LeavesState, "03-stop-beats-sleep", "state idle"),
    (Fault::SleepsForNoTime, "07-timeout-0", "timeout"),
    (Fault::IgnoresLimit, "07-timeout", "timeout"),
    (Fault::TakesSignalsUnasked, "04-none", "handler USR1"),
    (Fault::TakesSignalsThoughStopped, "10-leaves-for-a-stop", "handler USR1"),
    (Fault::TakesSignalsThoughFreezing, "10-leaves-for-a-freeze", "handler USR1"),
    (Fault::TakesNoSignals, "10-handler", "func 2"),
    (Fault::IgnoresHandlers, "10-handled-kill", "destroy"),
    (Fault::IgnoresNothing, "10-ignored-by-default", "destroy"),
    (Fault::KeepsSignals, "10-fatal", "pending"),
    (Fault::StopsThoughStopped, "11-signal-after-stop", "timeout"),
];

/// What a driver on the public calls can't do.
fn is_beyond_mini(trace: &Trace) -> bool {
    // No such call stops the calling thread for a signal.
    trace.script.asks_for(Condition::Stopped)
        // `try_to_freeze()` is ended by a stop, whatever the caller's mask.
        || trace.name == "03-freeze-without-stop"
}

#[test]
fn the_mini_driver_without_a_fault_passes() {
    let traces = traces().unwrap_or_else(|error| panic!("{error}"));
    let (beyond, within): (Vec<_>, Vec<_>) = traces
        .iter()
        .filter(|trace| left_out(&trace.script).is_none())
        .partition(|trace| is_beyond_mini(trace));
    assert!(beyond.len() * 10 < within.len(), "nearly all are within it: {beyond:?}");
    let driver = Driver::Mini(None);
    let jobs: Vec<_> =
        within.iter().map(|trace| Job { script: &trace.script, driver, limit: LIMIT }).collect();
    let verdicts = run_all(&jobs, 16);
    assert_eq!(verdicts.len(), within.len());
    for (trace, verdict) in within.iter().zip(verdicts) {
        assert_eq!(verdict.is_same(), !trace.script.control, "{}: {verdict}", trace.name);
    }
}

#[test]
fn each_fault_is_found_by_the_traces_that_are_named() {
    let traces = traces().unwrap_or_else(|error| panic!("{error}"));
    let mut covered = BTreeSet::new();
    let mut found = Vec::new();
    let mut jobs = Vec::new();
    for (fault, name, got) in FOUND {
        let trace = traces.iter().find(|trace| trace.name == name);
        let trace = trace.unwrap_or_else(|| panic!("{fault:?}: there is no trace {name}"));
        covered.extend(&trace.script.rules);
        if left_out(&trace.script).is_none() {
            found.push((fault, name, got));
            let driver = Driver::Mini(Some(fault));
            jobs.push(Job { script: &trace.script, driver, limit: SHORT });
        }
    }
    assert_eq!(covered, (1..=14).collect(), "each rule has a fault that its traces find");
    let verdicts = run_all(&jobs, jobs.len());
    assert_eq!(verdicts.len(), found.len());
    for ((fault, name, got), verdict) in found.into_iter().zip(verdicts) {
        assert_eq!(verdict.wrong(), Some(got), "{fault:?}, {name}: {verdict}");
    }
}
