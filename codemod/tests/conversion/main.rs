//! Conversions of the corpus: what they look like, that they compile, and that each planted fault
//! is found.

#![allow(clippy::expect_used, clippy::panic, reason = "a test may fail")]

mod compile;
mod declared;
mod ends;
mod macros;
mod mutants;
mod plain;
mod refused;
mod snapshots;
mod soundness;
mod text;
mod unseen;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use kthread_codemod::edit::unified;
use kthread_codemod::fs::for_each_macros;
use kthread_codemod::pipeline::{Engine, Options};
use kthread_codemod::report::schema::{Conversion, Form, Outcome};

const FORMS: [Form; 2] = [Form::Loop, Form::Callbacks];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

#[derive(Clone)]
/// A folder of the corpus: its C files by the path that reports give them, and its iterator macros.
struct Pattern {
    name: String,
    files: BTreeMap<String, Vec<u8>>,
    iterators: Vec<String>,
}

/// A file that a conversion changed.
struct Changed {
    path: String,
    before: Vec<u8>,
    after: Vec<u8>,
}

impl Changed {
    fn diff(&self) -> Vec<u8> {
        unified(&self.path, &self.before, &self.after)
    }

    fn text(&self) -> &str {
        std::str::from_utf8(&self.after).expect("models are text")
    }
}

/// What became of a pattern in one form.
struct Converted {
    conversions: Vec<Conversion>,
    changed: Vec<Changed>,
}

impl Pattern {
    /// All patterns, sorted.
    fn all() -> Vec<Self> {
        let mut out: Vec<Self> = std::fs::read_dir(root().join("corpus/patterns"))
            .expect("the corpus")
            .map(|folder| folder.expect("a folder").path())
            .filter(|folder| folder.is_dir())
            .map(|folder| Self::read(&folder))
            .collect();
        out.sort_by(|one, two| one.name.cmp(&two.name));
        assert!(out.len() >= 30, "only {} patterns", out.len());
        out
    }

    fn read(folder: &Path) -> Self {
        let name = folder.file_name().expect("a name").to_string_lossy().into_owned();
        let (mut files, mut iterators) = (BTreeMap::new(), Vec::new());
        for file in std::fs::read_dir(folder).expect("files") {
            let file = file.expect("a file").path();
            let text = std::fs::read(&file).expect("reads");
            if file.ends_with(".clang-format") {
                iterators = for_each_macros(&String::from_utf8_lossy(&text));
            } else if file.extension().is_some_and(|it| it == "c" || it == "h") {
                let base = file.file_name().expect("a name").to_string_lossy();
                files.insert(format!("corpus/patterns/{name}/{base}"), text);
            }
        }
        Self { name, files, iterators }
    }

    /// An engine that has all files of the pattern, of which one may have another text.
    fn engine(&self, form: Form, other: Option<(&str, &[u8])>) -> Engine {
        let options = Options {
            iterator_macros: self.iterators.clone(),
            jobs: 1,
            form,
            ..Options::default()
        };
        let mut engine = Engine::new(options);
        for (path, text) in &self.files {
            let text = other.filter(|(at, _)| at == path).map_or(text.as_slice(), |(_, text)| text);
            engine.add(path.clone(), text.into()).expect("fits");
        }
        // All files of the pattern are there already, so whatever is wanted has been answered.
        while !engine.wants().is_empty() {}
        engine
    }

    fn convert(&self, form: Form) -> Converted {
        let (report, _) = self.engine(form, None).finish();
        let changed = report
            .edits
            .files()
            .iter()
            .map(|edit| {
                let before = self.files[edit.path()].clone();
                let after = edit.apply(&before).expect("the text it was made for");
                Changed { path: edit.path().to_owned(), before, after }
            })
            .collect();
        Converted { conversions: report.conversions, changed }
    }
}

/// What becomes of a text: another text, or the codes of the reasons.
#[track_caller]
fn converted(text: &str, form: Form) -> Result<String, Vec<&'static str>> {
    let files = [("t.c".to_owned(), text.as_bytes().to_vec())].into();
    let pattern = Pattern { name: String::new(), files, iterators: Vec::new() };
    let converted = pattern.convert(form);
    let conversion = converted.conversions.first().expect("a thread");
    assert_ne!(conversion.result, Outcome::FailedCheck, "{text}\n{:?}", conversion.reasons);
    match converted.changed.first() {
        Some(changed) => Ok(changed.text().to_owned()),
        None => Err(conversion.reasons.iter().map(|reason| reason.code).collect()),
    }
}

/// The same of a text whose result must compile, with the codes in one.
#[track_caller]
fn converted_and_compiled(text: &str, form: Form) -> Result<String, String> {
    let out = converted(text, form).map_err(|codes| codes.join(" "))?;
    compile::compiles(out.as_bytes(), "corpus/patterns/none/t.c");
    Ok(out)
}

/// Each pattern with what became of it in each form.
fn conversions() -> impl Iterator<Item = (Pattern, Form, Converted)> {
    FORMS.into_iter().flat_map(|form| {
        Pattern::all().into_iter().map(move |pattern| {
            let converted = pattern.convert(form);
            (pattern, form, converted)
        })
    })
}

/// A form's name on the command line.
fn name(form: Form) -> &'static str {
    match form {
        Form::Loop => "loop",
        Form::Callbacks => "callbacks",
    }
}

/// Does something with each item, on all cores. Not by rayon: the engine has pools of its own, and a
/// thread that waits for one of them would take up the next item on the same stack.
fn each<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let next = AtomicUsize::new(0);
    let mut out: Vec<(usize, R)> = std::thread::scope(|scope| {
        let take = || {
            let mut done = Vec::new();
            while let at = next.fetch_add(1, Ordering::Relaxed)
                && let Some(item) = items.get(at)
            {
                done.push((at, work(item)));
            }
            done
        };
        let running: Vec<_> = (0..cores).map(|_| scope.spawn(take)).collect();
        running.into_iter().flat_map(|thread| thread.join().expect("no panic")).collect()
    });
    out.sort_by_key(|(at, _)| *at);
    out.into_iter().map(|(_, result)| result).collect()
}
