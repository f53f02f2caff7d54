//! The loop around the engine: read, add, ask what else it wants, until it wants no more.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use crate::pipeline::{Engine, Options, defines};
use crate::report::schema::{NotUnderstood, Report};
use crate::source::SourceSet;

use super::commit::State;
use super::error::{FsError, Problem};
use super::options::{Input, WalkOptions};
use super::progress::{Phase, Progress};
use super::{Loaded, commit, survey};

/// Files read on demand before the engine has its say: it keeps few of those that hold a common
/// name, and memory must not depend on how common it is.
const AT_ONCE: usize = 128;

/// Files that may mention a function for its definition to be looked for: what more of them call is
/// no part of a driver.
const RARE: usize = 32;

/// How long the parts took.
#[derive(Debug, Clone, Copy, Default)]
pub struct Times {
    /// Walk and scan of the inputs.
    pub scan: Duration,
    /// Texts taken in and files looked up on demand.
    pub index: Duration,
    /// Verdicts.
    pub analyse: Duration,
}

/// What came out.
#[derive(Debug)]
pub struct Outcome {
    /// The report; what could not be read is among its not-understood records.
    pub report: Report,
    /// The texts that the report speaks of.
    pub sources: SourceSet,
    /// What the user named and could not be read.
    pub errors: Vec<FsError>,
    /// How many files and folders the system refused to read, besides those that the user named.
    pub unread: usize,
    /// What the user should know of.
    pub warnings: Vec<String>,
    /// How long it took.
    pub times: Times,
}

/// Reads the inputs, analyses them and reports.
///
/// # Errors
/// Where there is no root, or where a run that writes is not over. An input that can't be read is in [`Outcome::errors`], and the report is
/// about the others.
pub fn run(
    walk: &WalkOptions,
    options: Options,
    progress: &dyn Progress,
) -> Result<Outcome, FsError> {
    let mut times = Times::default();
    let mut clock = Instant::now();

    // The triggers are needed before the walk, the names of iterator macros come from it.
    let mut options = Options { jobs: walk.jobs, ..options };
    let triggers = Engine::new(options.clone()).triggers();
    let mut survey = survey(walk, &triggers, progress)?;
    settled(walk, survey.take_journals())?;
    options.iterator_macros = survey.iterator_macros().to_vec();
    times.scan = lap(&mut clock);

    progress.phase(Phase::Index);
    let mut engine = Engine::new(options);
    let mut problems = Vec::new();
    add(&mut engine, survey.take_selected(), &mut problems);
    loop {
        let wants = engine.wants();
        if wants.is_empty() {
            break;
        }
        for files in survey.look_up(&wants).chunks(AT_ONCE) {
            let loaded = survey.load(files, &wants, walk.jobs, &|text| engine.needs(text));
            add(&mut engine, loaded, &mut problems);
        }
    }
    for name in engine.definitions() {
        let names = [name];
        let files = survey.look_up(&names);
        if files.len() > RARE {
            continue;
        }
        let needed = |text: &[u8]| defines(text, names[0].as_bytes());
        for Loaded { path, text } in survey.load(&files, &names, walk.jobs, &needed) {
            if let Err(error) = engine.add_definition(path.clone(), text) {
                problems.push(Problem { path, why: error.to_string(), unread: true });
            }
        }
    }
    loop {
        let includes = engine.includes();
        if includes.is_empty() {
            break;
        }
        for include in includes {
            if let Some(Loaded { path, text }) = survey.header(&include.from, &include.name)
                && let Err(error) = engine.add_header(&include, path.clone(), text)
            {
                problems.push(Problem { path, why: error.to_string(), unread: true });
            }
        }
    }
    loop {
        let macros = engine.macros();
        if macros.is_empty() {
            break;
        }
        for files in survey.look_up_macros(&macros).chunks(AT_ONCE) {
            for Loaded { path, text } in survey.load_macros(files, &macros, walk.jobs) {
                engine.add_macros(&path, &text);
            }
        }
    }
    times.index = lap(&mut clock);

    progress.phase(Phase::Analyse);
    let (files_seen, files_read) = (survey.files_seen(), survey.files_read());
    problems.append(&mut survey.take_problems());
    let (errors, warnings) = (survey.take_errors(), survey.take_warnings());
    drop(survey);
    let (mut report, sources) = engine.finish();
    report.summary.files_seen = files_seen;
    report.summary.files_read = files_read;
    let unread = problems.iter().filter(|problem| problem.unread).count();
    tell(&mut report, problems);
    times.analyse = lap(&mut clock);
    Ok(Outcome { report, sources, errors, unread, warnings, times })
}

/// # Errors
/// Where a run that writes is not over.
fn settled(walk: &WalkOptions, journals: Vec<PathBuf>) -> Result<(), FsError> {
    let path = |input: &Input| match input {
        Input::Path(path) => Some(path.clone()),
        Input::Stdin { .. } | Input::Text { .. } => None,
    };
    let inputs: Vec<PathBuf> = walk.inputs.iter().filter_map(path).collect();
    let mut unsettled = commit::unsettled(journals, &inputs);
    unsettled.retain(|run| walk.writes || !matches!(run.state, State::Whole));
    if unsettled.is_empty() { Ok(()) } else { Err(FsError::Unsettled(unsettled)) }
}

fn lap(clock: &mut Instant) -> Duration {
    let now = Instant::now();
    now.duration_since(std::mem::replace(clock, now))
}

fn add(engine: &mut Engine, texts: Vec<Loaded>, problems: &mut Vec<Problem>) {
    for Loaded { path, text } in texts {
        if let Err(error) = engine.add(path.clone(), text) {
            problems.push(Problem { path, why: error.to_string(), unread: true });
        }
    }
}

/// Nothing that nobody asked for by name matters for the exit code; but it is told.
fn tell(report: &mut Report, problems: Vec<Problem>) {
    let record = |Problem { path, why, .. }| NotUnderstood { path, line: 0, why, matters: false };
    report.not_understood.extend(problems.into_iter().map(record));
    report.not_understood.sort();
    report.summary.not_understood = report.not_understood.len();
}
