//! The control: records falsified on purpose must be reported, and nothing else.

use std::collections::BTreeSet;

use crate::census::Record;
use crate::compare::{Comparison, Kind, Lines, Problem, compare};
use crate::notes::Notes;
use crate::ours::Ours;

/// What falsifying did and what must be reported.
#[derive(Debug)]
pub(crate) struct Falsified {
    pub(crate) census: Vec<Record>,
    /// Kind, path and function of each report that must come.
    pub(crate) expected: BTreeSet<(Kind, String, String)>,
}

/// Falsifies three records about which the census and the tool agree: one function gets another
/// name, one main loop another line, one record vanishes.
pub(crate) fn falsify(
    census: &[Record],
    ours: &Ours,
    notes: &Notes,
    found: &Comparison,
) -> Result<Falsified, String> {
    let good: Vec<usize> = found
        .pairs
        .iter()
        .map(|&(record, _)| record)
        .filter(|&record| is_good(&census[record], ours, notes, found))
        .collect();
    if good.len() < 3 {
        return Err(format!("only {} records agree: the control needs three", good.len()));
    }
    let (renamed, moved, removed) = (good[0], good[good.len() / 2], good[good.len() - 1]);
    let mut falsified = census.to_vec();
    let mut expected = BTreeSet::new();
    let mut expect = |kind, record: &Record| {
        expected.insert((kind, record.file.clone(), record.func.clone()));
    };
    // The tool still has the function under its true name.
    expect(Kind::UnexplainedExtra, &census[renamed]);
    falsified[renamed].func.push_str("_renamed_on_purpose");
    expect(Kind::MissedFunction, &falsified[renamed]);

    expect(Kind::MissedLoop, &census[moved]);
    falsified[moved].loop_line = census[moved].loop_line.map(|line| line + 1);

    expect(Kind::UnexplainedExtra, &census[removed]);
    falsified.remove(removed);
    Ok(Falsified { census: falsified, expected })
}

/// Whether the record is one that a lie about it can't hide behind another difference.
fn is_good(record: &Record, ours: &Ours, notes: &Notes, found: &Comparison) -> bool {
    let is = |path: &str, function: &str| path == record.file && function == record.func;
    let definitions =
        ours.threads.iter().filter(|thread| is(&thread.path, &thread.function)).count();
    record.counts()
        && record.main_loop().is_some()
        && definitions == 1
        && !notes.wrong.iter().any(|note| is(&note.path, &note.function))
        && !found.problems.iter().any(|problem| is(&problem.path, &problem.function))
}

/// What a comparison reports that another does not.
pub(crate) fn new_reports(
    before: &[Problem],
    after: &[Problem],
) -> BTreeSet<(Kind, String, String)> {
    let key = |problem: &Problem| (problem.kind, problem.path.clone(), problem.function.clone());
    let before: BTreeSet<_> = before.iter().map(key).collect();
    after.iter().map(key).filter(|key| !before.contains(key)).collect()
}

/// Falsifies, compares, and says what is wrong about the comparer.
pub(crate) fn check(
    census: &[Record],
    ours: &Ours,
    notes: &Notes,
    lines: Lines,
) -> Result<(), String> {
    let before = compare(census, ours, notes, lines);
    let falsified = falsify(census, ours, notes, &before)?;
    let after = compare(&falsified.census, ours, notes, lines);
    let reported = new_reports(&before.problems, &after.problems);
    if reported != falsified.expected {
        return Err(format!("falsified: {:#?}\nreported: {reported:#?}", falsified.expected));
    }
    let gone = new_reports(&after.problems, &before.problems);
    if !gone.is_empty() {
        return Err(format!("hidden by the falsified records: {gone:#?}"));
    }
    Ok(())
}
