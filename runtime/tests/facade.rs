//! Nothing outside `src/sync` names std's threads and locks. Clippy sees types that are used; this sees
//! what is only written, in any configuration.

#![allow(clippy::expect_used, clippy::panic, reason = "a test may fail")]

use std::fs;
use std::path::{Path, PathBuf};

const FORBIDDEN: [&str; 5] =
    ["std::sync", "std::thread", "core::sync", "alloc::sync", "Instant::now"];

/// What a group of imports may hide, and what only std has under such a name.
const HIDDEN: [&str; 8] =
    ["use std::{", "use core::{", "OnceLock", "Condvar", "RwLock", "Barrier", "mpsc", "use std as"];

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("the folder is there") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// Lines of code, without comments, that name what is forbidden.
fn faults(text: &str) -> Vec<&str> {
    text.lines()
        .filter(|line| {
            let code = line.split("//").next().unwrap_or_default();
            FORBIDDEN.iter().chain(&HIDDEN).any(|name| code.contains(name))
        })
        .collect()
}

#[test]
fn only_the_facade_names_std() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    sources(&folder, &mut found);
    assert!(found.len() > 20, "the sources were not found");
    let (facade, others): (Vec<_>, Vec<_>) =
        found.iter().partition(|path| path.starts_with(folder.join("sync")));
    for path in others {
        let text = fs::read_to_string(path).expect("a source is text");
        assert_eq!(faults(&text), Vec::<&str>::new(), "in {}", path.display());
    }
    // The control: where it must be named, it is found.
    assert!(
        facade
            .iter()
            .any(|path| !faults(&fs::read_to_string(path).expect("a source is text")).is_empty())
    );
}
