//! The printers, on reports made by hand.

#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test's helpers are tests too")]

use kthread_codemod::report::{self, human::HumanOptions};

#[path = "report/human.rs"]
mod human;
#[path = "report/json.rs"]
mod json;
#[path = "report/samples.rs"]
mod samples;
#[path = "report/short.rs"]
mod short;

/// Compares with a file of `snapshots/` at the root of the repository.
fn assert_snapshot(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/../snapshots"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(format!("report_{name}"), text));
}

/// A pipe whose reader has gone.
struct Closed;

impl std::io::Write for Closed {
    fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
        Err(std::io::ErrorKind::BrokenPipe.into())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_closed_pipe_is_reported_as_such() {
    let sources = samples::sources();
    let report = samples::report(&sources);
    let options = HumanOptions { color: false, width: 80 };
    let results = [
        report::json::write(&report, &mut Closed),
        report::short::write(&report, &sources, &mut Closed),
        report::human::write(&report, &sources, options, &mut Closed),
    ];
    for result in results {
        assert_eq!(result.unwrap_err().kind(), std::io::ErrorKind::BrokenPipe);
    }
}
