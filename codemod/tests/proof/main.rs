//! The kernel proof: what `convert` makes of Linux 6.1 compiles, without a new warning, and
//! checkpatch.pl reports nothing new.
//!
//! Run it by `corpus/kernel/proof.sh`, which fetches the tree, prepares a build directory and sets
//! `KERNEL_SRC`, `KERNEL_BUILD` and `KERNEL_RESULTS`. No object of the kernel is built: make tells
//! how it would compile a file, and that command compiles original and converted text.

mod absent;
mod cache;
mod clock;
mod compile;
mod control;
mod kbuild;
mod kernel;
mod overlay;
mod print;
mod prove;
mod sample;
mod scripts;
mod tool;
mod unit;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use absent::Absent;
use cache::Cache;
use clock::Clock;
use kernel::{Kernel, RELEASE, is_c};
use overlay::Overlay;
use print::Proof;
use prove::{Build, Prover, Verdict, is_seen};
use tool::{Converted, Form};

/// Which of the converted files are compiled. All are converted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Extent {
    /// Enough to reach everything that a conversion does.
    Sample,
    All,
}

/// The notes in the repository.
fn absent() -> Result<Absent, String> {
    let corpus = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../corpus/kernel"));
    let path = corpus.join("not-on-x86-6.1.toml");
    let text =
        std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    Absent::parse(&text)
}

/// Converts, compiles and compares.
fn prove(kernel: &Kernel, form: Form, extent: Extent, absent: &Absent) -> Result<Proof, String> {
    let word = if extent == Extent::All { "all files" } else { "a sample" };
    let title =
        format!("Linux {}, {}, form {}, {word}", kernel.release, kernel.compiler, form.name());
    println!("\n{title}");
    let mut clock = Clock::start();
    let converted = Converted::of_tree(kernel, form)?;
    clock.lap("convert");
    let overlay = Overlay::of_patch(&kernel.tree, &converted.patch, &converted.header)?;
    let mut contradictions = tool::contradictions(&converted.conversions, &overlay);
    clock.lap("apply the patch");
    let cache = Cache::of_environment();
    let prover = Prover::new(kernel, &overlay, &cache)?;
    clock.lap("ask make for commands");
    let (verdicts, unreached) = match extent {
        Extent::Sample => prove_sample(&prover, &converted, &overlay, absent.paths())?,
        Extent::All => (prover.files(overlay.files.keys())?, Vec::new()),
    };
    clock.lap("compile and judge");
    if kernel.is_exact() {
        contradictions.extend(absent.contradictions(&verdicts));
    }
    if !verdicts.values().any(|verdict| matches!(verdict.build, Build::Compiled(_))) {
        contradictions.push("nothing was compiled".to_owned());
    }
    let (touched, header) = (overlay.files.len(), prover.header()?);
    let conversions = converted.conversions;
    Ok(Proof { title, conversions, verdicts, touched, header, unreached, contradictions })
}

/// Proves files until everything that can be reached is, and says what can't. A file that does not
/// show the compiler its converted loop reaches nothing, so others must.
fn prove_sample(
    prover: &Prover<'_>,
    converted: &Converted,
    overlay: &Overlay,
    mut leave_out: BTreeSet<String>,
) -> Result<(BTreeMap<String, Verdict>, Vec<String>), String> {
    let Converted { conversions, header, .. } = converted;
    let features = sample::features(conversions, &overlay.files, header);
    let mut verdicts = BTreeMap::new();
    loop {
        let (chosen, unreached) = sample::choose(&features, &overlay.files, &leave_out);
        let missing: Vec<_> = chosen.iter().filter(|path| !verdicts.contains_key(*path)).collect();
        if missing.is_empty() {
            return Ok((verdicts, unreached));
        }
        let new = prover.files(missing)?;
        let not_built = |path: &&String| matches!(new[*path].build, Build::NotBuilt(_));
        leave_out.extend(new.keys().filter(not_built).cloned());
        let hidden = conversions.iter().filter(|it| is_seen(it, &new) == Some(false));
        leave_out.extend(hidden.flat_map(|it| &it.files).map(|change| change.path.clone()));
        verdicts.extend(new);
    }
}

/// Proves one form, and says what is wrong.
fn passes(form: Form, extent: Extent) -> Result<(), String> {
    let kernel = Kernel::of_environment()?;
    let absent = absent()?;
    let proof = prove(&kernel, form, extent, &absent)?;
    println!("{}", print::table(&proof));
    let problems = proof.problems();
    if !problems.is_empty() {
        return Err(format!("{} problems, listed above", problems.len()));
    }
    if !kernel.is_exact() {
        println!("******************************************************************************");
        println!("This tree is Linux {}; the snapshots are of {RELEASE}.", kernel.release);
        println!("They were not compared.");
        println!("******************************************************************************");
        return Ok(());
    }
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/../snapshots"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| {
        let name = format!("convert_6_1_{}", form.name());
        insta::assert_snapshot!(name, print::conversions(&proof.conversions));
        if extent == Extent::All {
            let name = format!("proof_6_1_{}", form.name());
            insta::assert_snapshot!(name, print::verdicts(&proof, &absent));
        }
    });
    Ok(())
}

/// Breaks the smallest converted file that compiles.
fn breaks() -> Result<Vec<String>, String> {
    let kernel = Kernel::of_environment()?;
    let absent = absent()?;
    let converted = Converted::of_tree(&kernel, Form::Loop)?;
    let overlay = Overlay::of_patch(&kernel.tree, &converted.patch, &converted.header)?;
    let mut candidates: Vec<_> = overlay
        .files
        .iter()
        .filter(|(path, _)| is_c(path) && !absent.files.contains_key(*path))
        .collect();
    candidates.sort_by_key(|(path, file)| (file.before.len(), *path));
    let Some((path, file)) = candidates.first() else {
        return Err("no converted file is built on x86".to_owned());
    };
    let alone = [((*path).clone(), (*file).clone())].into();
    let overlay = Overlay::of_files(alone, &overlay.header)?;
    let cache = Cache::none();
    let prover = Prover::new(&kernel, &overlay, &cache)?;
    control::unnoticed(&prover, &kernel.tree, &overlay, path)
}

#[test]
fn sample_of_form_loop() {
    passes(Form::Loop, Extent::Sample).expect("the proof");
}

#[test]
fn sample_of_form_callbacks() {
    passes(Form::Callbacks, Extent::Sample).expect("the proof");
}

#[test]
#[ignore = "takes many minutes: corpus/kernel/proof.sh --all"]
fn all_of_form_loop() {
    passes(Form::Loop, Extent::All).expect("the proof");
}

#[test]
#[ignore = "takes many minutes: corpus/kernel/proof.sh --all"]
fn all_of_form_callbacks() {
    passes(Form::Callbacks, Extent::All).expect("the proof");
}

#[test]
fn whatever_is_broken_on_purpose_is_reported() {
    assert_eq!(breaks().expect("the control"), Vec::<String>::new());
}
