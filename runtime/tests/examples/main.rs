//! The examples as programs: what they say, in which order, and how they end.

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

mod daemon;
mod loops;

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::SystemTime;

use self::child::Child;

/// Starts an example. Cargo has built it before this test: it builds all examples for `cargo test`.
fn start(name: &str) -> Child {
    let this = std::env::current_exe().expect("this program");
    let built = this.parent().and_then(Path::parent).expect("its folder").join("examples");
    let program = built.join(name);
    let age = fs::metadata(&program).and_then(|metadata| metadata.modified());
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let own = root.join("examples").join(name);
    let own = newest(&own.with_extension("rs")).max(newest(&own));
    let newest = own.max(newest(&root.join("src"))).expect("a source");
    // With `--test examples` cargo builds no example.
    assert!(
        age.is_ok_and(|age| age >= newest),
        "{} is older than its source, or isn't there; build it: cargo build -p kthread --examples",
        program.display()
    );
    Child::start(&mut Command::new(program))
}

/// When the file, or the newest in the folder, was changed.
fn newest(path: &Path) -> Option<SystemTime> {
    let metadata = fs::metadata(path).ok()?;
    if metadata.is_dir() {
        let entries = fs::read_dir(path).ok()?.flatten();
        entries.filter_map(|entry| newest(&entry.path())).max()
    } else {
        metadata.modified().ok()
    }
}

/// It ended with 0.
#[track_caller]
fn ended(child: Child) -> Vec<String> {
    let (status, lines) = child.end();
    assert_eq!(status.code(), Some(0), "{status}: {lines:#?}");
    lines
}
