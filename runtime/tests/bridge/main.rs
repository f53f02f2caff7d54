//! The bridge from the process's signals to its kthreads. Signals are the whole process's, so each test
//! starts this program once more, as a child that plays one of the scenes.

#![allow(clippy::expect_used, clippy::panic, reason = "a test may fail")]
#![allow(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    reason = "real threads; no model checker runs this"
)]
#![cfg(not(any(loom, shuttle)))]

#[path = "../common/child.rs"]
#[allow(dead_code, reason = "each test crate uses some of it")]
mod child;
#[path = "../common/until.rs"]
#[allow(dead_code, reason = "each test crate uses some of it")]
mod until;

mod refused;
mod scenes;

use std::os::unix::process::ExitStatusExt;
use std::process::Command;

use rustix::process::Signal;

use self::child::Child;

/// Starts a scene, and waits until its threads run and its signals are caught.
fn play(scene: &str) -> Child {
    let this = std::env::current_exe().expect("this program");
    let mut command = Command::new(this);
    command.args(["--exact", "scenes::child", "--nocapture"]).env(scenes::CHILD, scene);
    let mut child = Child::start(&mut command);
    child.says("ready");
    child
}

/// It ended by itself, without an error.
#[track_caller]
fn ended(child: Child) -> Vec<String> {
    let (status, lines) = child.end();
    assert!(status.success(), "{status}: {lines:#?}");
    lines
}

#[test]
fn a_signal_of_termination_stops_all() {
    for signal in [Signal::TERM, Signal::INT] {
        let mut child = play("daemon");
        child.signal(signal);
        child.says("event: Stopping(3)");
        child.says("asked: 3");
        child.says("is stopping: true");
        for thread in ["hup", "usr1", "deaf"] {
            child.says(&format!("{thread}: Ok(Stopped(0))"));
        }
        ended(child);
    }
}

#[test]
fn a_stop_of_the_terminal_freezes_and_a_continuation_thaws() {
    let mut child = play("daemon");
    for _ in 0..3 {
        child.signal(Signal::TSTP);
        child.says("event: Frozen(Ok(()))");
        child.says("states: [Frozen, Frozen, Frozen]");
        child.signal(Signal::CONT);
        child.says("event: Thawed");
        child.says("all go on");
    }
    // A process that is frozen is stopped as any.
    child.signal(Signal::TSTP);
    child.says("states: [Frozen, Frozen, Frozen]");
    child.signal(Signal::TERM);
    child.says("event: Stopping(3)");
    child.says("deaf: Ok(Stopped(0))");
    let lines = ended(child);
    // What the threads say of a turn they say before a freeze or after the thaw.
    let mut frozen = false;
    for line in lines {
        frozen = match line.as_str() {
            "event: Frozen(Ok(()))" => true,
            "event: Thawed" | "event: Stopping(3)" => false,
            "turn" => {
                assert!(!frozen, "a turn in a frozen process");
                false
            }
            _ => frozen,
        };
    }
}

#[test]
fn a_hangup_reaches_who_allows_it() {
    let mut child = play("daemon");
    child.signal(Signal::HUP);
    child.says("hup takes SIGHUP");
    child.signal(Signal::USR1);
    child.says("usr1 takes SIGUSR1");
    child.signal(Signal::HUP);
    child.says("hup takes SIGHUP");
    child.signal(Signal::TERM);
    child.says("is stopping: true");
    let lines = ended(child);
    let taken: Vec<_> = lines.iter().filter(|line| line.contains(" takes ")).collect();
    assert_eq!(taken, ["hup takes SIGHUP", "usr1 takes SIGUSR1", "hup takes SIGHUP"]);
    let events: Vec<_> = lines.iter().filter(|line| line.contains("Forwarded")).collect();
    assert_eq!(
        events,
        [
            "event: Forwarded(SIGHUP, 1)",
            "event: Forwarded(SIGUSR1, 1)",
            "event: Forwarded(SIGHUP, 1)"
        ]
    );
}

#[test]
fn who_refuses_to_freeze_is_named() {
    let mut child = play("stubborn");
    child.signal(Signal::TSTP);
    child.says("event: Frozen(Err(Refused { refused: [\"stubborn/1\", \"stubborn/2\"] }))");
    child.says("all go on");
    child.signal(Signal::TERM);
    child.says("event: Stopping(3)");
    ended(child);
}

/// Only what the map says, and only in the bridge's domain.
#[test]
fn a_map_of_ones_own() {
    let mut child = play("own map");
    child.signal(Signal::USR2);
    child.says("event: Frozen(Ok(()))");
    child.says("states: [Frozen, Sleeping]");
    child.signal(Signal::WINCH);
    child.says("event: Thawed");
    // Not in the map: the operating system does what it did before.
    child.signal(Signal::TERM);
    let (status, lines) = child.end();
    assert_eq!(status.signal(), Some(Signal::TERM.as_raw()), "{lines:#?}");
}

#[test]
fn a_bridge_that_is_gone() {
    let mut child = play("gone");
    child.signal(Signal::TERM);
    child.signal(Signal::HUP);
    child.go_on();
    child.says("alive");
    let lines = ended(child);
    assert!(!lines.iter().any(|line| line.starts_with("event")), "{lines:#?}");
}

/// A report that panics is told on stderr; the next signal is taken as any.
#[test]
fn a_report_that_panics() {
    let mut child = play("panics");
    child.signal(Signal::HUP);
    child.says("event: Forwarded(SIGHUP, 0)");
    child.signal(Signal::TERM);
    child.says("event: Stopping(0)");
    child.says("stopped");
    ended(child);
}

#[test]
fn two_bridges() {
    let mut child = play("two");
    child.signal(Signal::HUP);
    child.says("one: Forwarded(SIGHUP, 0)");
    child.signal(Signal::HUP);
    child.says("other: Forwarded(SIGHUP, 0)");
    child.go_on();
    child.says("only one");
    child.signal(Signal::HUP);
    child.says("one: Forwarded(SIGHUP, 0)");
    child.signal(Signal::TERM);
    ended(child);
}
