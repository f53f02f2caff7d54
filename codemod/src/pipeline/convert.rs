//! Conversions: each on its own first, then all of a run together, and no edit without a proof.

use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::analysis::function::{FunctionModel, Reader};
use crate::analysis::thread::ThreadModel;
use crate::edit::{EditSet, FileEdit, TextHash};
use crate::index::resolve::Found;
use crate::report::schema::{
    Allowed, ChangedFile, Conversion, Form, Judgement, Outcome, Reason, Report, Role, Target,
    Thread, Verdict,
};
use crate::source::{FileId, Loc};
use crate::target::{iterant, reasons};
use crate::transform::Reach;
use crate::verify::{self, Failure, Proof};

const FAILED: &str = reasons::FAILED_CHECK.code;

/// A thread's conversion on its own.
#[derive(Debug)]
pub(super) struct Attempt {
    /// The verdict.
    pub(super) judgement: Judgement,
    /// The edits, where they were proven.
    edit: Option<FileEdit>,
    /// What the check allowed.
    allowed: Vec<Allowed>,
}

/// An attempt with the function that it changes.
#[derive(Debug)]
pub(super) struct Made {
    pub(super) attempt: Attempt,
    /// The function that holds the main loop.
    pub(super) holder: FunctionModel,
}

/// Converts a thread, and checks the result against the original: first with a stop test that moves
/// far, then, if that can't be proven, with less and less that moves into the driver.
pub(super) fn attempt(
    reader: &Reader<'_>,
    thread: &ThreadModel<'_>,
    found: &Found,
    form: Form,
) -> Attempt {
    let with =
        |reach| checked(reader, thread, iterant::convert(reader, thread, found.makes, form, reach));
    let failed = |it: &Attempt| it.judgement.reasons.iter().any(|reason| reason.code == FAILED);
    let far = with(Reach::Far);
    if !failed(&far) {
        return far;
    }
    // The first failure is the one to tell of.
    let less = [Reach::Near, Reach::Alone, Reach::Nowhere].into_iter().map(with);
    less.into_iter().find(|less| less.edit.is_some()).unwrap_or(far)
}

fn checked(reader: &Reader<'_>, thread: &ThreadModel<'_>, done: iterant::Conversion) -> Attempt {
    let refused = |judgement| Attempt { judgement, edit: None, allowed: Vec::new() };
    let (Some(edit), Some(main)) = (done.edit, thread.main.first()) else {
        return refused(done.judgement);
    };
    let file = main.holder.id.file;
    let checked = apply(reader, file, &edit)
        .and_then(|text| prove(reader, main.holder, &verify::Reread::new(&text), &text));
    match checked {
        Ok(proof) => Attempt {
            judgement: done.judgement,
            edit: Some(edit),
            allowed: proof.allowed.into_iter().collect(),
        },
        Err(reason) => refused(failed(reason)),
    }
}

fn failed(reason: Reason) -> Judgement {
    Judgement { verdict: Verdict::Refused, lifts: Vec::new(), reasons: vec![reason] }
}

fn apply(reader: &Reader<'_>, file: FileId, edit: &FileEdit) -> Result<Vec<u8>, Reason> {
    let here = Loc { file, span: crate::source::Span::default() };
    edit.apply(reader.db.text(file)).map_err(|error| reason(reader, here, error.to_string()))
}

fn reason(reader: &Reader<'_>, at: Loc, message: String) -> Reason {
    Reason {
        code: reasons::FAILED_CHECK.code,
        path: reader.db.path(at.file).to_owned(),
        line: reader.db.line(at.file, at.span.start),
        message,
        at,
    }
}

/// Compares a function with what became of it.
fn prove(
    reader: &Reader<'_>,
    model: &FunctionModel,
    reread: &verify::Reread<'_>,
    text: &[u8],
) -> Result<Proof, Reason> {
    verify::check(reader, model, reread).map_err(|Failure { why, original, output }| {
        let file = model.id.file;
        let name = reader.db.function(model.id).name;
        let at = Loc { file, span: original.filter(|span| !span.is_empty()).unwrap_or(name) };
        let there = output.and_then(|span| text.get(span.range())).map(first_line);
        let there = there.filter(|line| !line.is_empty());
        let message = match there {
            Some(there) => format!("{why}; the output has `{there}` there"),
            None => why,
        };
        reason(reader, at, message)
    })
}

fn first_line(text: &[u8]) -> String {
    let line = text.split(|byte| *byte == b'\n').next().unwrap_or_default();
    String::from_utf8_lossy(line.trim_ascii()).into_owned()
}

/// Puts the edits of all threads together, checks them again where a file has several, and writes
/// down what became of each thread.
pub(super) fn together(
    reader: &Reader<'_>,
    made: &mut [(Thread, Made)],
    form: Form,
    out: &mut Report,
) {
    let mut by_file: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (index, (_, made)) in made.iter().enumerate() {
        if let Some(edit) = &made.attempt.edit {
            by_file.entry(edit.path().to_owned()).or_default().push(index);
        }
    }
    let shared: &[(Thread, Made)] = made;
    let files: Vec<(String, File)> = by_file
        .into_par_iter()
        .map(|(path, threads)| {
            let file = combine(reader, shared, &threads);
            (path, file)
        })
        .collect();
    let mut edits = Vec::new();
    let mut hashes: BTreeMap<String, ChangedFile> = BTreeMap::new();
    for (path, File { edit, failed: lost }) in files {
        for (index, why) in lost {
            let (thread, made) = &mut made[index];
            thread.iterant = failed(why);
            made.attempt.edit = None;
            made.attempt.allowed.clear();
        }
        let Some((edit, after)) = edit else { continue };
        let changed = ChangedFile {
            path: path.clone(),
            before: edit.before().to_string(),
            after: after.to_string(),
        };
        hashes.insert(path, changed);
        edits.push(edit);
    }
    // One edit a file: nothing is left that could be in conflict.
    out.edits = EditSet::new(edits).unwrap_or_default();
    out.conversions = made
        .iter()
        .filter(|(thread, _)| {
            thread.role != Role::Worker && thread.iterant.verdict != Verdict::NoLoop
        })
        .map(|(thread, made)| conversion(thread, made, form, &hashes))
        .collect();
}

/// The edits of one file.
struct File {
    edit: Option<(FileEdit, TextHash)>,
    /// Threads whose conversion does not go together with the others, with the reason.
    failed: Vec<(usize, Reason)>,
}

/// All conversions of one file in one edit. What does not go with those before it is left out.
fn combine(reader: &Reader<'_>, made: &[(Thread, Made)], threads: &[usize]) -> File {
    let mut out = File { edit: None, failed: Vec::new() };
    let mut taken: Vec<usize> = Vec::new();
    let mut edit: Option<FileEdit> = None;
    for &index in threads {
        let (thread, own) = &made[index];
        let Some(next) = &own.attempt.edit else { continue };
        let merged = match &edit {
            None => Ok(next.clone()),
            Some(edit) => edit.merged(next),
        };
        let merged = merged.map_err(|error| reason(reader, thread.at, error.to_string()));
        let checked = merged.and_then(|merged| {
            // One alone was checked already.
            if !taken.is_empty() {
                let text = apply(reader, own.holder.id.file, &merged)?;
                let reread = verify::Reread::new(&text);
                for &other in taken.iter().chain([&index]) {
                    prove(reader, &made[other].1.holder, &reread, &text)?;
                }
            }
            Ok(merged)
        });
        match checked {
            Ok(merged) => {
                edit = Some(merged);
                taken.push(index);
            }
            Err(why) => out.failed.push((index, why)),
        }
    }
    let file = taken.first().map(|index| made[*index].1.holder.id.file);
    out.edit = edit.zip(file).and_then(|(edit, file)| {
        let text = edit.apply(reader.db.text(file)).ok()?;
        Some((edit, TextHash::of(&text)))
    });
    out
}

fn conversion(
    thread: &Thread,
    made: &Made,
    form: Form,
    hashes: &BTreeMap<String, ChangedFile>,
) -> Conversion {
    let judgement = &thread.iterant;
    let result = match judgement.verdict {
        Verdict::Convertible => Outcome::Converted,
        Verdict::Already => Outcome::Already,
        _ if judgement.reasons.iter().any(|reason| reason.code == reasons::FAILED_CHECK.code) => {
            Outcome::FailedCheck
        }
        _ => Outcome::Refused,
    };
    let path = made.attempt.edit.as_ref().map(FileEdit::path);
    let files = path.and_then(|path| hashes.get(path)).cloned();
    Conversion {
        id: thread.id.clone(),
        target: Target::Iterant,
        form,
        result,
        lifts: judgement.lifts.clone(),
        reasons: judgement.reasons.clone(),
        allowed: made.attempt.allowed.clone(),
        files: files.into_iter().collect(),
        at: thread.at,
    }
}
