//! The outcome as text: what the snapshots hold, and the table for the reader.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use crate::absent::Absent;
use crate::prove::{Build, Verdict, is_seen};
use crate::tool::{Conversion, Outcome};

/// Everything that is printed about.
#[derive(Debug)]
pub(crate) struct Proof {
    pub(crate) title: String,
    pub(crate) conversions: Vec<Conversion>,
    /// Of the files that were proved.
    pub(crate) verdicts: BTreeMap<String, Verdict>,
    /// How many files the patch touches.
    pub(crate) touched: usize,
    /// What the scripts say of the header.
    pub(crate) header: Vec<String>,
    /// Features that only files have which are not built.
    pub(crate) unreached: Vec<String>,
    /// What else is wrong.
    pub(crate) contradictions: Vec<String>,
}

/// A converted loop beside what became of its file.
struct Loop<'a> {
    conversion: &'a Conversion,
    build: Option<&'a Build>,
}

impl Proof {
    /// Whatever must not be, a line each.
    pub(crate) fn problems(&self) -> Vec<String> {
        let mut problems = self.contradictions.clone();
        for (path, verdict) in &self.verdicts {
            let lines = |kind: &'static str, texts: &[String]| {
                texts.iter().map(|text| format!("{path}: {kind}: {text}")).collect::<Vec<_>>()
            };
            match &verdict.build {
                Build::NotBuilt(_) => {}
                Build::Failed(errors) => problems.extend(lines("fails", errors)),
                Build::Compiled(object) => {
                    problems.extend(lines("new warning", &object.warnings));
                }
            }
            problems.extend(lines("new warning", &verdict.doc));
            problems.extend(lines("new report", &verdict.style));
        }
        problems.extend(self.header.iter().map(|text| format!("the header: {text}")));
        problems
    }

    fn converted(&self) -> impl Iterator<Item = Loop<'_>> {
        let converted = self.conversions.iter().filter(|it| it.result == Outcome::Converted);
        converted.map(|conversion| {
            let verdict = conversion.files.iter().find_map(|it| self.verdicts.get(&it.path));
            Loop { conversion, build: verdict.map(|verdict| &verdict.build) }
        })
    }
}

/// What the tool did, which no sample narrows: the first snapshot.
pub(crate) fn conversions(conversions: &[Conversion]) -> String {
    let mut out = String::new();
    counts(&mut out, conversions);
    let mut title = "";
    let mut sorted: Vec<&Conversion> = conversions.iter().collect();
    sorted.sort_by_key(|conversion| (conversion.result, conversion.word(), &conversion.id));
    for conversion in sorted {
        if conversion.word() != title {
            title = conversion.word();
            heading(&mut out, title);
        }
        let what = match conversion.result {
            Outcome::Converted if !conversion.lifts.is_empty() => conversion.lifted(),
            _ => codes(conversion).into_iter().collect::<Vec<_>>().join(" "),
        };
        line(&mut out, format!("{} {what}", conversion.id).trim_end());
    }
    out
}

/// What the compiler and the scripts said of all files: the second snapshot.
pub(crate) fn verdicts(proof: &Proof, absent: &Absent) -> String {
    let mut out = String::new();
    results(&mut out, proof);
    heading(&mut out, "Files");
    for (path, verdict) in &proof.verdicts {
        let what = match &verdict.build {
            Build::NotBuilt(_) => {
                let why = absent.files.get(path).map_or("not in the notes", String::as_str);
                format!("not built: {why}")
            }
            Build::Failed(_) => "FAILS".to_owned(),
            Build::Compiled(object) if object.through == *path => "compiled".to_owned(),
            Build::Compiled(object) => format!("compiled as a part of {}", object.through),
        };
        line(&mut out, &format!("{path}: {what}"));
    }
    out
}

/// The table for the reader.
pub(crate) fn table(proof: &Proof) -> String {
    let mut out = String::new();
    heading(&mut out, &proof.title);
    counts(&mut out, &proof.conversions);
    results(&mut out, proof);
    if !proof.unreached.is_empty() {
        heading(&mut out, "Not reached: only files that are not built have it");
        for feature in &proof.unreached {
            line(&mut out, feature);
        }
    }
    if proof.verdicts.len() < proof.touched {
        heading(&mut out, "The sample");
        for path in proof.verdicts.keys() {
            line(&mut out, path);
        }
    }
    let problems = proof.problems();
    heading(&mut out, &format!("Problems: {}", problems.len()));
    for problem in problems {
        line(&mut out, &problem);
    }
    out
}

fn counts(out: &mut String, conversions: &[Conversion]) {
    let mut by_word: BTreeMap<(Outcome, &str), usize> = BTreeMap::new();
    let mut by_code: BTreeMap<&str, usize> = BTreeMap::new();
    let mut by_lifts: BTreeMap<String, usize> = BTreeMap::new();
    for conversion in conversions {
        *by_word.entry((conversion.result, conversion.word())).or_default() += 1;
        if conversion.result == Outcome::Converted {
            *by_lifts.entry(conversion.lifted()).or_default() += 1;
        }
        for code in codes(conversion) {
            *by_code.entry(code).or_default() += 1;
        }
    }
    heading(out, &format!("Conversions: {}", conversions.len()));
    for ((_, word), count) in by_word {
        line(out, &format!("{count:5}  {word}"));
    }
    heading(out, "Lifted");
    for (lifts, count) in by_lifts {
        line(out, &format!("{count:5}  {lifts}"));
    }
    heading(out, "Threads with a reason against, by code");
    for (code, count) in by_code {
        line(out, &format!("{count:5}  {code}"));
    }
}

fn results(out: &mut String, proof: &Proof) {
    let (mut compiled, mut parts, mut failed, mut absent) = (0, 0, 0, 0);
    let (mut warnings, mut reports) = (0, 0);
    for (path, verdict) in &proof.verdicts {
        match &verdict.build {
            Build::NotBuilt(_) => absent += 1,
            Build::Failed(_) => failed += 1,
            Build::Compiled(object) => {
                compiled += 1;
                parts += usize::from(object.through != *path);
                warnings += object.warnings.len();
            }
        }
        warnings += verdict.doc.len();
        reports += verdict.style.len();
    }
    heading(out, &format!("Changed files: {}", proof.touched));
    line(out, &format!("{:5}  proved", proof.verdicts.len()));
    line(out, &format!("{compiled:5}  compiled, {parts} of them as a part of another file"));
    line(out, &format!("{absent:5}  not built on x86"));
    line(out, &format!("{failed:5}  failed"));
    line(out, &format!("{warnings:5}  new warnings"));
    line(out, &format!("{reports:5}  new reports of checkpatch.pl"));

    let mut seen = 0;
    let (mut unseen, mut elsewhere) = (Vec::new(), 0);
    for Loop { conversion, build } in proof.converted() {
        match is_seen(conversion, &proof.verdicts) {
            Some(true) => seen += 1,
            Some(false) => unseen.push(&conversion.id),
            None if build.is_some() => elsewhere += 1,
            None => {}
        }
    }
    heading(out, "Converted loops in these files");
    line(out, &format!("{seen:5}  seen by the compiler"));
    line(out, &format!("{elsewhere:5}  in a file that is not compiled"));
    line(out, &format!("{:5}  hidden by an #if", unseen.len()));
    for id in unseen {
        line(out, &format!("       {id}"));
    }
}

fn codes(conversion: &Conversion) -> BTreeSet<&str> {
    conversion.reasons.iter().map(|reason| reason.code.as_str()).collect()
}

fn heading(out: &mut String, text: &str) {
    let gap = if out.is_empty() { "" } else { "\n" };
    // Writing to a String can't fail.
    let _ = writeln!(out, "{gap}{text}");
}

fn line(out: &mut String, text: &str) {
    let _ = writeln!(out, "  {text}");
}
