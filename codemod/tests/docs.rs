//! The pages for users are made from the rules and reasons; this keeps the file in step.
//!
//! `BLESS=1 cargo test -p kthread-codemod --test docs` writes it anew.

#![allow(clippy::expect_used, clippy::panic, reason = "a test may fail")]

use std::path::Path;

use kthread_codemod::explain;

#[test]
fn the_pages_are_current() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/codes.md");
    let mut wanted = String::from(
        "# All codes\n\nMade from the sources; `kthread-codemod explain CODE` prints one page.\n\n",
    );
    for (code, name) in explain::codes() {
        wanted.push_str("- ");
        wanted.push_str(code);
        wanted.push(' ');
        wanted.push_str(name);
        wanted.push('\n');
    }
    for (code, _) in explain::codes() {
        let page = explain::page(code).expect("every code has a page");
        wanted.push('\n');
        // One level down: the file has a title of its own.
        for line in page.lines() {
            if line.starts_with('#') {
                wanted.push('#');
            }
            wanted.push_str(line);
            wanted.push('\n');
        }
    }
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&file, &wanted).expect("writes");
    }
    let found = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(found == wanted, "codemod/docs/codes.md is stale: run this test with BLESS=1");
}
