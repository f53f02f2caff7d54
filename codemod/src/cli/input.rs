//! What a command reads: the arguments that all of them share.

use std::io;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use clap::Args;
use miette::{
    GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteDiagnostic, NamedSource, Report,
};

use super::output::{Color, complain, note};
use super::progress::Bar;
use super::{STACK, corpus};
use crate::annotations::{AnnotationError, Annotations};
use crate::fs::host::{self, Outcome};
use crate::fs::{FsError, Input, WalkOptions};
use crate::pipeline::Options;
use crate::report::schema::Form;

/// What to read, and how.
#[derive(Debug, Args)]
pub(super) struct InputArgs {
    /// Files and folders; `-` is the standard input. The current directory where there is none
    paths: Vec<PathBuf>,
    /// The folder to which paths in the output are relative [default: the current directory]
    #[arg(long, value_name = "DIR")]
    pub(super) root: Option<PathBuf>,
    /// What the tool should know of the tree, in TOML
    #[arg(long, value_name = "FILE")]
    annotations: Option<PathBuf>,
    /// Number of threads [default: as many as there are cores]
    #[arg(short, long, value_name = "N")]
    jobs: Option<NonZeroUsize>,
    /// Read what .gitignore, .ignore and their kind leave out, too
    #[arg(long)]
    no_ignore: bool,
    /// Read hidden files and folders, too
    #[arg(long)]
    hidden: bool,
    /// Take the patterns that are built into the program
    #[arg(long, conflicts_with = "paths")]
    pub(super) corpus: bool,
    /// The path by which the output names the standard input
    #[arg(long, value_name = "NAME")]
    stdin_path: Option<PathBuf>,
}

impl InputArgs {
    /// Whether the standard input is among the inputs.
    pub(super) fn has_stdin(&self) -> bool {
        self.paths.iter().any(|path| path == Path::new("-"))
    }

    /// Reads and analyses. `None` where nothing could be done; the user knows why. Before something is
    /// read that is going to be written, what interrupted runs left is put right.
    pub(super) fn run(self, form: Form, writes: bool, color: Color) -> Option<Outcome> {
        let annotations = match annotations(self.annotations.as_deref(), color) {
            Ok(annotations) => annotations,
            Err(message) => {
                note(message.trim_end());
                return None;
            }
        };
        let walk = match walk(self) {
            Ok(walk) => WalkOptions { writes, ..walk },
            Err(usage) => {
                complain(usage);
                return None;
            }
        };
        // The threads of the engine. It is no harm where they are there already.
        let threads = rayon::ThreadPoolBuilder::new().num_threads(walk.jobs);
        let _ = threads.stack_size(STACK / 4).build_global();

        let bar = Bar::new();
        let options = Options { annotations, form, ..Options::default() };
        let mut outcome = host::run(&walk, options.clone(), &bar);
        if let (true, Err(FsError::Unsettled(runs))) = (writes, &outcome) {
            if !super::recover::all(runs) {
                return None;
            }
            outcome = host::run(&walk, options, &bar);
        }
        drop(bar);
        outcome.map_err(complain).ok()
    }
}

/// Tells what could not be read. Whether all of it was.
pub(super) fn complete(outcome: &Outcome) -> bool {
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
    outcome.errors.is_empty() && outcome.unread == 0
}

fn walk(args: InputArgs) -> Result<WalkOptions, &'static str> {
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
        writes: false,
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
