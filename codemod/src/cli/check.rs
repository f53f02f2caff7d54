//! `check`: what is true of the threads of a tree.

use std::io;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::time::Instant;

use clap::{Parser, ValueEnum};
use miette::{
    GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteDiagnostic, NamedSource, Report,
};

use super::output::{Color, complain, note, print, width};
use super::progress::Bar;
use super::{Exit, STACK, corpus};
use crate::annotations::{AnnotationError, Annotations};
use crate::fs::host::{self, Outcome, Times};
use crate::fs::{Input, WalkOptions};
use crate::report::human::{self, HumanOptions};
use crate::report::schema::{self, Severity};
use crate::report::{json, short};

/// Finds the kernel threads of a C tree and says what is true of them
///
/// Exit code: 0 nothing at warning or above, 1 a finding at warning or above, 3 something that
/// matters was not understood, 2 wrong usage or something could not be read or written.
#[derive(Debug, Parser)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own on the command line")]
pub(super) struct Args {
    /// Files and folders; `-` is the standard input. The current directory where there is none
    paths: Vec<PathBuf>,
    /// The folder to which paths in the output are relative [default: the current directory]
    #[arg(long, value_name = "DIR")]
    root: Option<PathBuf>,
    /// How the output looks
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// What the tool should know of the tree, in TOML
    #[arg(long, value_name = "FILE")]
    annotations: Option<PathBuf>,
    /// Number of threads [default: as many as there are cores]
    #[arg(short, long, value_name = "N")]
    jobs: Option<NonZeroUsize>,
    /// Tell on stderr how long the parts took
    #[arg(long)]
    timing: bool,
    /// Read what .gitignore, .ignore and their kind leave out, too
    #[arg(long)]
    no_ignore: bool,
    /// Read hidden files and folders, too
    #[arg(long)]
    hidden: bool,
    /// Check the patterns that are built into the program
    #[arg(long, conflicts_with = "paths")]
    corpus: bool,
    /// The path by which the output names the standard input
    #[arg(long, value_name = "NAME")]
    stdin_path: Option<PathBuf>,
    /// When to colour the human format
    #[arg(long, value_enum, default_value_t)]
    color: Color,
}

/// How the output looks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// With the source, for people
    #[default]
    Human,
    /// A line each
    Short,
    /// A JSON object a line
    Json,
}

pub(super) fn run(args: Args) -> Exit {
    let Args { format, timing, color, .. } = args;
    let annotations = match annotations(args.annotations.as_deref(), color) {
        Ok(annotations) => annotations,
        Err(message) => {
            note(message.trim_end());
            return Exit::Failed;
        }
    };
    let walk = match walk(args) {
        Ok(walk) => walk,
        Err(usage) => {
            complain(usage);
            return Exit::Failed;
        }
    };
    // The threads of the engine. It is no harm where they are there already.
    let threads = rayon::ThreadPoolBuilder::new().num_threads(walk.jobs);
    let _ = threads.stack_size(STACK / 4).build_global();

    let bar = Bar::new();
    let outcome = host::run(&walk, annotations, &bar);
    drop(bar);
    let outcome = match outcome {
        Ok(outcome) => outcome,
        Err(error) => {
            complain(error);
            return Exit::Failed;
        }
    };
    let clock = Instant::now();
    let printed = report(&outcome, format, color);
    for warning in &outcome.warnings {
        note(format_args!("warning: {warning}"));
    }
    for error in &outcome.errors {
        complain(error);
    }
    if outcome.unread > 0 {
        complain(format_args!(
            "{} of the files and folders could not be read; the report lists them",
            outcome.unread
        ));
    }
    if timing {
        tell(&outcome.times, clock);
    }
    let exit = if printed && outcome.errors.is_empty() && outcome.unread == 0 {
        verdict(&outcome.report)
    } else {
        Exit::Failed
    };
    // The system takes the memory back faster than we would give it.
    std::mem::forget(outcome);
    exit
}

fn walk(args: Args) -> Result<WalkOptions, &'static str> {
    let standard = |path: &PathBuf| path == Path::new("-");
    if args.stdin_path.is_some() && !args.paths.iter().any(standard) {
        return Err("--stdin-path goes with the path `-`");
    }
    let inputs = if args.corpus {
        corpus::inputs()
    } else if args.paths.is_empty() {
        vec![Input::Path(".".into())]
    } else {
        let input = |path: PathBuf| {
            if standard(&path) {
                Input::Stdin { path: args.stdin_path.clone() }
            } else {
                Input::Path(path)
            }
        };
        args.paths.into_iter().map(input).collect()
    };
    let jobs = args.jobs.or_else(|| std::thread::available_parallelism().ok());
    Ok(WalkOptions {
        inputs,
        root: args.root,
        jobs: jobs.map_or(1, NonZeroUsize::get).min(MOST_JOBS),
        ignore_rules: !args.no_ignore,
        hidden: args.hidden,
    })
}

/// More threads than this would only take memory.
const MOST_JOBS: usize = 256;

fn annotations(path: Option<&Path>, color: Color) -> Result<Annotations, String> {
    let Some(path) = path else { return Ok(Annotations::default()) };
    let text = std::fs::read_to_string(path)
        .map_err(|error| format!("error: {}: {error}", path.display()))?;
    Annotations::parse(&text).map_err(|error| show(&error, path, text, color))
}

/// The place in the annotation file that can't be used, with its source.
fn show(error: &AnnotationError, path: &Path, text: String, color: Color) -> String {
    let mut diagnostic = MietteDiagnostic::new(error.message.clone())
        .with_help("the keys are: forwarder, iterator-macros, pure-functions, noreturn-functions");
    if let Some(span) = error.span.clone() {
        diagnostic = diagnostic.with_label(LabeledSpan::at(span, "here"));
    }
    let report =
        Report::from(diagnostic).with_source_code(NamedSource::new(path.to_string_lossy(), text));
    let color = color.on(&io::stderr());
    let theme = if color { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
    let mut shown = String::new();
    let handler = GraphicalReportHandler::new_themed(theme).with_links(false);
    match handler.render_report(&mut shown, report.as_ref()) {
        Ok(()) => shown,
        Err(_) => format!("error: {}: {error}", path.display()),
    }
}

fn report(outcome: &Outcome, format: Format, color: Color) -> bool {
    let Outcome { report, sources, .. } = outcome;
    print(|out| match format {
        Format::Json => json::write(report, out),
        Format::Short => short::write(report, sources, out),
        Format::Human => {
            let options = HumanOptions { color: color.on(&io::stdout()), width: width() };
            human::write(report, sources, options, out)
        }
    })
}

fn tell(times: &Times, printing: Instant) {
    let parts = [
        ("walk+scan", times.scan),
        ("index", times.index),
        ("analyse", times.analyse),
        ("report", printing.elapsed()),
    ];
    for (part, time) in parts {
        note(format_args!("time: {part:9} {:8.3} s", time.as_secs_f64()));
    }
    let all: f64 = parts.iter().map(|(_, time)| time.as_secs_f64()).sum();
    note(format_args!("time: {:9} {all:8.3} s", "all"));
}

fn verdict(report: &schema::Report) -> Exit {
    if report.not_understood.iter().any(|record| record.matters) {
        return Exit::NotUnderstood;
    }
    let counts = |severity| matches!(severity, Severity::Error | Severity::Warning);
    if report.findings.iter().any(|finding| counts(finding.severity)) {
        return Exit::Found;
    }
    Exit::Fine
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::schema::{Confidence, Finding, NotUnderstood, Report};
    use crate::source::{FileId, Loc, Span};

    fn finding(severity: Severity) -> Finding {
        Finding {
            code: "X",
            name: "x",
            severity,
            confidence: Confidence::High,
            path: String::new(),
            line: 1,
            column: 1,
            end_line: 1,
            end_column: 1,
            function: String::new(),
            message: String::new(),
            help: String::new(),
            at: Loc { file: FileId(0), span: Span::new(0, 0) },
            related: Vec::new(),
        }
    }

    fn lost(matters: bool) -> NotUnderstood {
        NotUnderstood { path: String::new(), line: 1, why: String::new(), matters }
    }

    #[test]
    fn the_highest_exit_code_that_applies() {
        use Severity::{Error, Info, Warning};
        let exit = |findings: &[Severity], lost_ones: &[bool]| {
            verdict(&Report {
                findings: findings.iter().copied().map(finding).collect(),
                not_understood: lost_ones.iter().copied().map(lost).collect(),
                ..Report::default()
            })
        };
        assert_eq!(exit(&[], &[]), Exit::Fine);
        assert_eq!(exit(&[Info, Info], &[false]), Exit::Fine);
        assert_eq!(exit(&[Info, Warning], &[]), Exit::Found);
        assert_eq!(exit(&[Error], &[false]), Exit::Found);
        assert_eq!(exit(&[], &[false, true]), Exit::NotUnderstood);
        assert_eq!(exit(&[Error], &[true]), Exit::NotUnderstood);
    }
}
