//! `check`: what is true of the threads of a tree.

use std::io;
use std::time::Instant;

use clap::{Parser, ValueEnum};

use super::Exit;
use super::input::{InputArgs, complete};
use super::output::{Color, note, print, width};
use crate::fs::host::{Outcome, Times};
use crate::report::human::{self, HumanOptions};
use crate::report::schema::{self, Form, Severity};
use crate::report::{json, short};

/// Finds the kernel threads of a C tree and says what is true of them
///
/// Exit code: 0 nothing at warning or above, 1 a finding at warning or above, 3 something that
/// matters was not understood, 2 wrong usage or something could not be read or written.
#[derive(Debug, Parser)]
pub(super) struct Args {
    #[command(flatten)]
    input: InputArgs,
    /// How the output looks
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Tell on stderr how long the parts took
    #[arg(long)]
    timing: bool,
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
    let Args { input, format, timing, color } = args;
    let Some(outcome) = input.run(Form::Loop, false, color) else { return Exit::Failed };
    let clock = Instant::now();
    let printed = report(&outcome, format, color);
    let complete = complete(&outcome);
    if timing {
        tell(&outcome.times, clock);
    }
    let exit = if printed && complete { verdict(&outcome.report) } else { Exit::Failed };
    // The system takes the memory back faster than we would give it.
    std::mem::forget(outcome);
    exit
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
