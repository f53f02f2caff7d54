//! The files of `corpus/traces`, and running many of them.

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use super::creator::run_script;
use super::parse::parse;
use super::run::{Driver, Verdict};
use super::script::Script;

/// How long a wait may last.
pub(crate) const LIMIT: Duration = Duration::from_secs(10);

#[derive(Clone, Debug)]
pub(crate) struct Trace {
    /// The file's name without `.trace`.
    pub(crate) name: String,
    pub(crate) script: Script,
}

/// All traces, by name; or why one can't be read.
pub(crate) fn traces() -> Result<Vec<Trace>, String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../corpus/traces");
    let unreadable = |error| format!("{}: {error}", folder.display());
    let mut traces = Vec::new();
    for entry in fs::read_dir(&folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if path.extension().is_some_and(|extension| extension == "trace") {
            let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            let text = fs::read_to_string(&path).map_err(unreadable)?;
            let script = parse(&text).map_err(|broken| format!("{name}: {broken}"))?;
            named_as_it_is(&name, &script)?;
            traces.push(Trace { name, script });
        }
    }
    traces.sort_by(|one, other| one.name.cmp(&other.name));
    if traces.is_empty() { Err(format!("no trace in {}", folder.display())) } else { Ok(traces) }
}

/// The name says the first rule, and whether it is a control.
fn named_as_it_is(name: &str, script: &Script) -> Result<(), String> {
    let rule = name.split('-').next().and_then(|number| number.parse::<u32>().ok());
    let first = rule.is_some_and(|rule| script.rules.contains(&rule));
    let control = name.split('-').nth(1) == Some("control");
    if first && control == script.control {
        Ok(())
    } else {
        Err(format!("{name}: the name does not say its rule, or whether it is a control"))
    }
}

/// One script to run.
#[derive(Clone, Debug)]
pub(crate) struct Job<'a> {
    pub(crate) script: &'a Script,
    pub(crate) driver: Driver,
    pub(crate) limit: Duration,
}

/// Runs them, so many at a time; the verdicts are in their order. Most of the time all of them wait.
pub(crate) fn run_all(jobs: &[Job<'_>], at_a_time: usize) -> Vec<Verdict> {
    let next = AtomicUsize::new(0);
    let verdicts = Mutex::new(vec![None; jobs.len()]);
    thread::scope(|scope| {
        for _ in 0..at_a_time.min(jobs.len()) {
            scope.spawn(|| {
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    let Some(job) = jobs.get(at) else { return };
                    let verdict = run_script(job.script, job.driver, job.limit);
                    verdicts.lock().unwrap_or_else(PoisonError::into_inner)[at] = Some(verdict);
                }
            });
        }
    });
    let verdicts = verdicts.into_inner().unwrap_or_else(PoisonError::into_inner);
    verdicts.into_iter().flatten().collect()
}
