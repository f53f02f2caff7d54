//! Three loops of the kernel.

use crate::{ended, start};

/// Says these lines in this order, perhaps others between them, and ends with 0.
#[track_caller]
fn says(name: &str, expected: &[&str]) -> Vec<String> {
    let mut child = start(name);
    for line in expected {
        child.says(line);
    }
    ended(child)
}

#[test]
fn jffs2() {
    let expected = [
        "gcd_store0 is up",
        "store0: 1 blocks are stale",
        "store0: 3 blocks are stale",
        "store0: collected a block, 2 are stale",
        "store0: collected a block, 1 are stale",
        "SIGSTOP",
        "gcd_store0 is stopped",
        "store0: 2 blocks are stale",
        "SIGCONT",
        "store0: collected a block, 1 are stale",
        "freeze",
        "gcd_store0 is frozen",
        "store0: 2 blocks are stale",
        "thaw",
        "store0: collected a block, 1 are stale",
        "SIGKILL",
        "gcd_store0 ended: Ok(None)",
        "gcd_store1 is up",
        "store1: 5 blocks are stale",
        "store1: collected a block, 4 are stale",
        "gcd_store1 ended: Ok(Some(NoSpace))",
        "a signal to nobody: None",
    ];
    // And nothing else.
    assert_eq!(says("jffs2", &expected), expected);
}

#[test]
fn khugepaged() {
    let lines = says(
        "khugepaged",
        &[
            "foldd is on",
            "nothing to do: foldd sleeps",
            "slot 1: 100 pages to scan",
            "slot 1: scanned",
            "slot 2: 1500 pages to scan",
            "slot 2: scanned",
            "frozen",
            "slot 3: 200 pages to scan",
            "0 pages while it was frozen",
            "thawed",
            "slot 3: scanned",
            "slot 4: 1000000 pages to scan",
            "foldd is off: Ok(())",
            "foldd is on",
            "slot 4: it goes on",
            "foldd is off: Ok(())",
        ],
    );
    // The tail ran both times, the second time with less to do.
    let left = |line: &String| {
        let rest = line.strip_prefix("slot 4: given back with ")?;
        rest.strip_suffix(" pages left")?.parse::<u32>().ok()
    };
    let left: Vec<_> = lines.iter().filter_map(left).collect();
    assert!(matches!(left[..], [first, second] if first < 1_000_000 && second < first), "{left:?}");
    assert_eq!(lines.len(), 18, "{lines:#?}");
}

#[test]
fn lockd() {
    let expected = [
        "lockd: up",
        "lockd: ann Lock mail: granted",
        "lockd: bob Lock mail: denied",
        "lockd: bob Unlock mail: not yours",
        "lockd: ann Unlock mail: unlocked",
        "lockd: bob Lock mail: granted",
        "lockd: idle",
        "lockd: SIGKILL, locks dropped: 1, grace begins",
        "lockd: ann Lock mail: denied, grace period",
        "lockd: ann Reclaim mail: nothing to reclaim",
        "lockd: bob Reclaim mail: granted",
        "lockd: grace is over",
        "lockd: ann Lock notes: granted",
        "frozen",
        "while it is frozen: no answer",
        "thaw",
        "lockd: ann Unlock notes: unlocked",
        "lockd: down, locks dropped: 1",
        "ended: Ok(())",
    ];
    let lines = says("lockd", &expected);
    // It may be idle more often than once, on a busy machine.
    let lines: Vec<_> = lines.iter().filter(|line| *line != "lockd: idle").collect();
    let expected: Vec<_> = expected.iter().filter(|line| **line != "lockd: idle").collect();
    assert_eq!(lines, expected);
}
