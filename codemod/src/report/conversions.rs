//! What `convert` says to people: a line for each thread that was not converted and each reason, then
//! the counts.

use std::io;

use super::schema::{Outcome, Report};
use super::text::one_line;

/// Writes the lines, in the order of the threads.
///
/// # Errors
/// Those of `out`.
pub fn write(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    let count = |result| report.conversions.iter().filter(|it| it.result == result).count();
    for conversion in &report.conversions {
        let severity = match conversion.result {
            Outcome::Refused => "refused",
            Outcome::FailedCheck => "failed check",
            Outcome::Converted | Outcome::Already | Outcome::NotWritten => continue,
        };
        for reason in &conversion.reasons {
            let path = one_line(&reason.path);
            let message = one_line(&reason.message);
            let code = reason.code;
            writeln!(out, "{path}:{}: {severity}: {message} [{code}]", reason.line)?;
        }
    }
    let moved = report
        .conversions
        .iter()
        .filter(|it| it.result == Outcome::Converted && it.lifts.is_empty())
        .count();
    let converted = count(Outcome::Converted) - moved;
    let (refused, already) = (count(Outcome::Refused), count(Outcome::Already));
    let failed = count(Outcome::FailedCheck);
    write!(out, "{converted} converted, {moved} moved as they are, {refused} refused")?;
    if already > 0 {
        write!(out, ", {already} converted already")?;
    }
    let not_written = count(Outcome::NotWritten);
    if not_written > 0 {
        write!(out, ", {not_written} could be converted and are not written")?;
    }
    if failed > 0 {
        write!(out, ", {failed} failed our own check: a fault of this tool, please report it")?;
    }
    writeln!(out)
}
