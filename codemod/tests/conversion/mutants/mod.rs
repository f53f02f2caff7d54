//! Planted faults: every change of what a converted thread does must be refused by the comparison.
//!
//! A mutant that passes must stand in a list, with the reason why it does the same as the original.

mod equivalent;
mod operators;
mod scan;
mod words;

use std::collections::BTreeMap;
use std::process::Command;

use memchr::memmem::find;

use super::{Changed, Form, Pattern, conversions, each, name, root};
use equivalent::EQUIVALENT;
use operators::mutants;

/// A converted text with one fault.
#[derive(Debug)]
struct Mutant {
    operator: &'static str,
    /// The line that was changed, trimmed.
    line: String,
    text: String,
}

/// A mutant of a file of the corpus.
struct Planted<'a> {
    pattern: &'a Pattern,
    changed: &'a Changed,
    /// For each thread of the file whether it passes without the fault.
    sound: &'a [bool],
    /// File, operator and line; numbered where that is not unique.
    id: String,
    form: Form,
    text: String,
}

/// For each thread of a file whether it passes the comparison with this text.
fn proved(pattern: &Pattern, changed: &Changed, text: &[u8]) -> Vec<bool> {
    let proved = pattern.engine(Form::Loop, None).prove(&changed.path, text);
    proved.iter().map(|thread| thread.result.is_ok()).collect()
}

impl Planted<'_> {
    /// Its name, with the form of the conversion.
    fn with_form(&self) -> String {
        format!("{} [{}]", self.id, name(self.form))
    }

    /// Whether no thread that passes without the fault is refused with it.
    fn passes(&self) -> bool {
        let with = proved(self.pattern, self.changed, self.text.as_bytes());
        assert_eq!(with.len(), self.sound.len(), "{}", self.id);
        self.sound.iter().zip(&with).all(|(before, now)| !before || *now)
    }
}

/// Whether these mutants of one file compile, each as a file of its own, by one run of the compiler
/// for each configuration.
fn compile(mutants: &[&Planted<'_>]) -> bool {
    let Some(first) = mutants.first() else { return true };
    let folder = tempfile::tempdir().expect("a folder");
    let mut files = Vec::new();
    for (index, mutant) in mutants.iter().enumerate() {
        let file = folder.path().join(format!("{index}.c"));
        std::fs::write(&file, &mutant.text).expect("writes");
        files.push(file);
    }
    let model = root().join(&first.changed.path);
    let sources = first.pattern.files.values();
    let configured = sources.into_iter().any(|text| find(text, b"CONFIG_MODEL").is_some());
    let configurations: &[Option<&str>] =
        if configured { &[None, Some("-DCONFIG_MODEL")] } else { &[None] };
    configurations.iter().all(|define| {
        let run = Command::new("cc")
            .args(["-std=gnu11", "-w", "-fsyntax-only", "-I"])
            .arg(root().join("corpus/include"))
            .arg("-iquote")
            .arg(model.parent().expect("a folder"))
            .args(*define)
            .args(&files)
            .output()
            .expect("a C compiler");
        run.status.success()
    })
}

/// What is converted, and how its threads do in the comparison.
fn converted() -> Vec<(Pattern, Form, Changed, Vec<bool>)> {
    let mut out = Vec::new();
    for (pattern, form, converted) in conversions() {
        for changed in converted.changed {
            let again = Pattern { name: pattern.name.clone(), ..pattern.clone() };
            let sound = proved(&again, &changed, &changed.after);
            out.push((again, form, changed, sound));
        }
    }
    out
}

fn planted(converted: &[(Pattern, Form, Changed, Vec<bool>)]) -> Vec<Planted<'_>> {
    let mut out = Vec::new();
    for (pattern, form, changed, sound) in converted {
        let mut count: BTreeMap<String, u32> = BTreeMap::new();
        let file = changed.path.rsplit('/').next().unwrap_or_default();
        for Mutant { operator, line, text } in mutants(changed.text()) {
            if text.as_bytes() == changed.after {
                continue;
            }
            let mut id = format!("{file} {operator}: {line}");
            let nth = count.entry(id.clone()).or_default();
            *nth += 1;
            if *nth > 1 {
                id = format!("{id} #{nth}");
            }
            out.push(Planted { pattern, changed, sound, id, form: *form, text });
        }
    }
    out
}

#[test]
fn planted_faults_are_refused() {
    let converted = converted();
    let planted = planted(&converted);
    let passes = each(&planted, Planted::passes);
    let known: Vec<&str> = EQUIVALENT.iter().flat_map(|(ids, _)| ids.iter().copied()).collect();
    let (mut passing, mut missed, mut refused) = (Vec::new(), Vec::new(), 0);
    for (mutant, passes) in planted.iter().zip(passes) {
        let with_form = mutant.with_form();
        let listed = known.contains(&mutant.id.as_str()) || known.contains(&with_form.as_str());
        if passes {
            passing.extend([mutant.id.clone(), with_form.clone()]);
        } else {
            refused += 1;
        }
        if passes != listed {
            let how = if passes { "taken" } else { "listed, but refused" };
            missed.push(format!("{how}: {with_form}"));
        }
    }
    // Shown by --nocapture.
    println!("{} planted, {refused} refused, {} the same", planted.len(), passing.len() / 2);
    let gone: Vec<&&str> = known.iter().filter(|id| !passing.iter().any(|it| it == *id)).collect();
    assert!(missed.is_empty(), "{missed:#?}");
    assert!(gone.is_empty(), "listed, but not planted: {gone:#?}");
    assert!(refused >= 4000, "only {refused}");
}

/// The control of the test above: without a fault every conversion passes.
#[test]
fn without_a_fault_all_pass() {
    let mut threads = 0;
    for (pattern, form, changed, sound) in converted() {
        let done = pattern.convert(form).conversions;
        let done = done
            .iter()
            .filter(|it| it.id.starts_with(&format!("{}:", changed.path)) && !it.files.is_empty())
            .count();
        let passed = sound.iter().filter(|passed| **passed).count();
        assert_eq!(passed, done, "{}", changed.path);
        threads += done;
    }
    assert!(threads > 80, "only {threads}");
}

/// A mutant that does not compile would be no fault that anybody could make.
#[test]
fn planted_faults_compile() {
    let converted = converted();
    let planted = planted(&converted);
    let by_file = planted.chunk_by(|one, two| std::ptr::eq(one.changed, two.changed));
    let batches: Vec<Vec<&Planted<'_>>> =
        by_file.flat_map(|file| file.chunks(64)).map(|batch| batch.iter().collect()).collect();
    let broken: Vec<String> = each(&batches, |batch| {
        // Only of a batch that fails it is asked which ones do.
        let fails = if compile(batch) { &[][..] } else { batch.as_slice() };
        fails.iter().filter(|mutant| !compile(&[mutant])).map(|mutant| mutant.with_form()).collect()
    })
    .into_iter()
    .flat_map(|broken: Vec<String>| broken)
    .collect();
    assert!(broken.is_empty(), "{broken:#?}");
}

/// The control of the test above.
#[test]
fn a_broken_mutant_does_not_compile() {
    let converted = converted();
    let planted = planted(&converted);
    let first = planted.first().expect("a mutant");
    let broken = Planted { text: format!("{}}}\n", first.text), id: String::new(), ..*first };
    assert!(compile(&[first]) && !compile(&[first, &broken]));
}
