//! The table, in Markdown, as it stands in `docs/figures.md`.

use crate::harness::{Figures, Row, Unit, median, percentile};

/// Prints the figures of all runs: medians and spread of the samples of all of them, and how far the
/// ratio of the medians goes from run to run.
pub(crate) fn print(runs: &[Vec<Figures>]) {
    println!("| | median | p10 | p90 | ratio | by round | runs | target |");
    println!("|---|--:|--:|--:|--:|--:|--:|--:|");
    for group in 0..runs.first().map_or(0, Vec::len) {
        println!("| **{}** | | | | | | | |", runs[0][group].group);
        for row in 0..runs[0][group].rows.len() {
            let of_runs: Vec<(&Row, &Row)> =
                runs.iter().map(|run| (&run[group].rows[row], &run[group].rows[0])).collect();
            print_row(&of_runs, runs[0][group].unit, row == 0);
        }
    }
}

fn print_row(runs: &[(&Row, &Row)], unit: Unit, is_reference: bool) {
    let show = |value| match unit {
        Unit::Nanoseconds => time(value),
        Unit::Bytes => format!("{value:.0} bytes"),
    };
    let mut samples: Vec<f64> =
        runs.iter().flat_map(|(row, _)| row.samples.iter().copied()).collect();
    let mut ratios: Vec<f64> = runs.iter().map(|(row, reference)| row.ratio(reference)).collect();
    let mut paired: Vec<f64> = runs.iter().map(|(row, reference)| row.paired(reference)).collect();
    let name = runs.first().map_or("", |(row, _)| row.name);
    let target = runs.first().and_then(|(row, _)| row.target);
    let (ratio, paired, range) = if is_reference {
        ("1".to_owned(), "1".to_owned(), String::new())
    } else {
        let range =
            format!("{:.2}–{:.2}", percentile(&mut ratios, 0), percentile(&mut ratios, 100));
        (format!("{:.2}", median(&mut ratios)), format!("{:.2}", median(&mut paired)), range)
    };
    println!(
        "| {name} | {} | {} | {} | {ratio} | {paired} | {range} | {} |",
        show(percentile(&mut samples, 50)),
        show(percentile(&mut samples, 10)),
        show(percentile(&mut samples, 90)),
        target.map_or_else(String::new, |target| format!("{target}")),
    );
}

/// Nanoseconds, in a unit that fits.
fn time(nanos: f64) -> String {
    match nanos {
        _ if nanos < 10.0 => format!("{nanos:.3} ns"),
        _ if nanos < 100.0 => format!("{nanos:.1} ns"),
        _ if nanos < 1e3 => format!("{nanos:.0} ns"),
        _ if nanos < 1e6 => format!("{:.2} µs", nanos / 1e3),
        _ => format!("{:.2} ms", nanos / 1e6),
    }
}
