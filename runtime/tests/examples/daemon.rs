//! The daemon, with real signals.

use std::time::Duration;

use rustix::process::Signal;

use crate::child::Child;
use crate::{ended, start};

fn daemon() -> Child {
    let mut daemon = start("daemon");
    daemon.line("ready", |line| line.starts_with("daemon: ready, as process "));
    works(&mut daemon);
    daemon
}

#[track_caller]
fn works(daemon: &mut Child) {
    daemon.line("a job", |line| line.starts_with("daemon: worker does job "));
}

/// What it says on its way out, after the signal.
#[track_caller]
fn stops_cleanly(mut daemon: Child) -> Vec<String> {
    for line in ["stopping 3 threads", "intake ended", "worker ended", "keeper ended"] {
        daemon.says(&format!("daemon: {line}"));
    }
    daemon.line("the balance", |line| line.ends_with(" jobs"));
    daemon.says("daemon: stopped cleanly");
    ended(daemon)
}

#[test]
fn it_stops_cleanly() {
    for signal in [Signal::TERM, Signal::INT] {
        let daemon = daemon();
        daemon.signal(signal);
        let lines = stops_cleanly(daemon);
        assert_eq!(lines.last().map(String::as_str), Some("daemon: stopped cleanly"));
    }
}

#[test]
fn it_freezes_and_goes_on() {
    let mut daemon = daemon();
    daemon.signal(Signal::TSTP);
    daemon.says("daemon: frozen");
    std::thread::sleep(Duration::from_millis(150));
    daemon.signal(Signal::CONT);
    daemon.says("daemon: thawed");
    works(&mut daemon);
    daemon.signal(Signal::TERM);
    let lines = stops_cleanly(daemon);
    // In 150 milliseconds it would have done 15 jobs, and said so once at least.
    let at = |what: &str| lines.iter().position(|line| line == what).expect("it was said");
    assert_eq!(at("daemon: frozen") + 1, at("daemon: thawed"), "{lines:#?}");
}

#[test]
fn it_stops_cleanly_though_it_is_frozen() {
    let mut daemon = daemon();
    daemon.signal(Signal::TSTP);
    daemon.says("daemon: frozen");
    daemon.signal(Signal::TERM);
    stops_cleanly(daemon);
}

#[test]
fn it_rereads_its_settings() {
    let mut daemon = daemon();
    daemon.signal(Signal::HUP);
    daemon.line("the handler", |line| line.starts_with("daemon: keeper rereads its settings"));
    daemon.signal(Signal::TERM);
    let lines = stops_cleanly(daemon);
    assert!(lines.iter().any(|line| line == "daemon: SIGHUP for 1 threads"), "{lines:#?}");
}

/// The control: what can't be caught ends it otherwise, and is told apart.
#[test]
fn it_is_killed() {
    let daemon = daemon();
    daemon.signal(Signal::KILL);
    let (status, lines) = daemon.end();
    assert_eq!(status.code(), None);
    assert!(!lines.iter().any(|line| line == "daemon: stopped cleanly"), "{lines:#?}");
}
