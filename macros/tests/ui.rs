//! What the attribute accepts, compiled and run, and what it refuses, with its words.

#[cfg(not(any(loom, shuttle)))]
mod ui {
    use std::fs;
    use std::path::Path;
    use std::process::Command;

    /// The messages are pinned to this one: others word theirs in other ways.
    const TOOLCHAIN: &str = "rustc 1.95.";

    /// What `rustc --version` says; nothing if it can't be run.
    fn version() -> String {
        let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
        let told = Command::new(rustc).arg("--version").output();
        told.map(|told| String::from_utf8_lossy(&told.stdout).into_owned()).unwrap_or_default()
    }

    /// One of trybuild at a time: all share a project.
    #[test]
    fn ui() {
        let cases = trybuild::TestCases::new();
        cases.pass("tests/pass/*.rs");
        // The pages for users are made of these.
        cases.pass("tests/rules/*.rs");
        let version = version();
        if version.starts_with(TOOLCHAIN) {
            cases.compile_fail("tests/fail/*.rs");
        } else {
            eprintln!(
                "tests/fail is skipped: its messages are those of {TOOLCHAIN}x, this is {version}"
            );
        }
    }

    /// Callers of older editions, each a crate of its own.
    #[test]
    fn editions() {
        let macros = Path::new(env!("CARGO_MANIFEST_DIR"));
        for edition in ["e2018", "e2021"] {
            let caller = macros.join("tests/editions").join(edition);
            // The same versions as here, which are there without a network.
            fs::copy(macros.join("../Cargo.lock"), caller.join("Cargo.lock")).unwrap();
            let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
            let status = Command::new(cargo)
                .args(["run", "--quiet", "--offline", "--target-dir"])
                .arg(macros.join(env!("CARGO_TARGET_TMPDIR")).join("editions"))
                .current_dir(&caller)
                .status()
                .unwrap();
            assert!(status.success(), "{edition}");
        }
    }
}
