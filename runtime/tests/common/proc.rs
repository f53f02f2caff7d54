//! What `/proc/self/task` says of a thread, and what the calling thread may do.

use std::collections::BTreeSet;
use std::fs;

use rustix::thread::CapabilitySet;

/// The name that the operating system shows.
pub(crate) fn comm(tid: i32) -> Option<String> {
    let bytes = fs::read(format!("/proc/self/task/{tid}/comm")).ok()?;
    let name = String::from_utf8_lossy(&bytes).into_owned();
    Some(name.strip_suffix('\n').map(ToOwned::to_owned).unwrap_or(name))
}

/// How the operating system schedules a thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sched {
    pub(crate) nice: i32,
    pub(crate) policy: i32,
    pub(crate) priority: i32,
}

/// Nice value, policy and real-time priority: fields 19, 41 and 40 of `stat`, see proc(5).
pub(crate) fn sched(tid: i32) -> Option<Sched> {
    let text = fs::read(format!("/proc/self/task/{tid}/stat")).ok()?;
    let text = String::from_utf8_lossy(&text).into_owned();
    // Field 2 is the name, which may hold blanks and parentheses.
    let fields: Vec<_> = text[text.rfind(')')? + 1..].split_whitespace().collect();
    let field = |number: usize| fields.get(number - 3)?.parse().ok();
    Some(Sched { nice: field(19)?, policy: field(41)?, priority: field(40)? })
}

/// The CPUs that a thread may run on.
pub(crate) fn cpus(tid: i32) -> Option<BTreeSet<usize>> {
    let text = fs::read(format!("/proc/self/task/{tid}/status")).ok()?;
    let text = String::from_utf8_lossy(&text).into_owned();
    let ranges = text.lines().find_map(|line| line.strip_prefix("Cpus_allowed_list:"))?;
    let mut set = BTreeSet::new();
    for range in ranges.trim().split(',') {
        let (first, last) = range.split_once('-').unwrap_or((range, range));
        set.extend(first.parse::<usize>().ok()?..=last.parse::<usize>().ok()?);
    }
    Some(set)
}

/// All threads of the process.
pub(crate) fn tids() -> BTreeSet<i32> {
    let entries = fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
    entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok()).collect()
}

/// The id of the calling thread.
pub(crate) fn me() -> i32 {
    rustix::thread::gettid().as_raw_pid()
}

/// Whether the calling thread may raise its priority. If it may not, `what` is left out, and says so.
pub(crate) fn has_the_right(what: &str) -> bool {
    let has = rustix::thread::capabilities(None)
        .is_ok_and(|sets| sets.effective.contains(CapabilitySet::SYS_NICE));
    if !has {
        say(&format!("{what}: left out, as this process has no CAP_SYS_NICE"));
    }
    has
}

/// The CPUs that the calling thread may use, if there are at least two. Otherwise `what` is left out,
/// and says so.
pub(crate) fn two_cpus(what: &str) -> Option<Vec<usize>> {
    let all: Vec<_> = cpus(me()).into_iter().flatten().collect();
    if all.len() < 2 {
        say(&format!("{what}: left out, as this process may use one CPU only, {all:?}"));
        return None;
    }
    Some(all)
}

/// Says something that is seen although the test passes.
pub(crate) fn say(what: &str) {
    use std::io::Write;
    let _ = writeln!(std::io::stderr(), "note: {what}");
}
