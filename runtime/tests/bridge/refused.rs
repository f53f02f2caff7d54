//! Bridges that can't be.

use std::os::unix::process::ExitStatusExt;

use kthread::Signal;
use kthread::signal::{Bridge, BridgeError, Does};

use crate::play;

#[test]
fn a_signal_that_nobody_can_catch() {
    for (signal, name) in [
        (Signal::KILL, "SIGKILL"),
        (Signal::STOP, "SIGSTOP"),
        (Signal::SEGV, "SIGSEGV"),
        (Signal::ILL, "SIGILL"),
        (Signal::FPE, "SIGFPE"),
        // The C library's own.
        (Signal::new(32).expect("a number"), "signal 32"),
        (Signal::new(33).expect("a number"), "signal 33"),
    ] {
        let bridge = Bridge::empty().on(Signal::WINCH, Does::Forward).on(signal, Does::StopAll);
        let error = bridge.install().map(drop).expect_err("it can't be caught");
        let text = format!("{name} of the process can't be caught; leave it out of the bridge");
        assert_eq!(error.to_string(), text);
        assert!(matches!(error, BridgeError::Forbidden { signal: named } if named == signal));
    }
    // The control: the ends of what can be.
    for number in [34, 64] {
        let signal = Signal::new(number).expect("a number");
        drop(Bridge::empty().on(signal, Does::Forward).install().expect("it can be caught"));
    }
}

/// What was not installed catches nothing: the operating system's default is as before.
#[test]
fn nothing_is_caught_then() {
    for scene in ["forbidden", "no descriptors", "no threads"] {
        let mut child = play(scene);
        let error = child.line("an error", |line| line.starts_with("error: "));
        assert!(error.contains("can't be caught"), "{error}");
        child.signal(rustix::process::Signal::HUP);
        let (status, lines) = child.end();
        assert_eq!(
            status.signal(),
            Some(rustix::process::Signal::HUP.as_raw()),
            "{scene}: {lines:#?}"
        );
    }
}
