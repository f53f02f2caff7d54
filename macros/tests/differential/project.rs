//! The crate that the functions are written into: its files, its build, its run.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::generate::Function;

/// A function in two forms.
pub(crate) struct Pair {
    pub(crate) function: Function,
    /// The kind of what is planted in the other form, and its text; if none, that is the attribute's.
    pub(crate) planted: Option<(&'static str, String)>,
}

/// What came of a crate.
#[derive(Default)]
pub(crate) struct Outcome {
    pub(crate) runs: u64,
    pub(crate) boundary: u64,
    /// Pairs that differed, and how.
    pub(crate) differences: Vec<(usize, String)>,
    /// Pairs of which only the plain form compiles, and what the compiler says.
    pub(crate) refused: Vec<(usize, String)>,
    /// Pairs that don't compile at all: faults of the generator.
    pub(crate) skipped: Vec<(usize, String)>,
}

const MANIFEST: &str = "[package]\nname = \"differential-cases\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
    [workspace]\n\n[profile.dev]\ndebug = false\nincremental = false\n\n[dependencies]\n";

pub(crate) struct Project {
    root: PathBuf,
}

impl Project {
    pub(crate) fn new() -> Self {
        let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("differential");
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        fs::create_dir_all(root.join("src")).unwrap();
        let runtime = here.join("../runtime").canonicalize().unwrap();
        let manifest = format!("{MANIFEST}kthread = {{ path = '{}' }}\n", runtime.display());
        fs::write(root.join("Cargo.toml"), manifest).unwrap();
        // The same versions as the workspace's, which are there.
        fs::copy(here.join("../Cargo.lock"), root.join("Cargo.lock")).unwrap();
        fs::write(root.join("src/main.rs"), include_str!("program.rs")).unwrap();
        Self { root }
    }

    /// Builds the pairs, without those that don't compile, and runs them.
    pub(crate) fn run(&self, pairs: &[Pair], seed: u64, scripts: u64) -> Outcome {
        let mut outcome = Outcome::default();
        let mut left: Vec<usize> = (0..pairs.len()).collect();
        // The compiler tells some errors only when there are none of other kinds.
        for _ in 0..12 {
            let (plain, other) = self.write(pairs, &left);
            let Some(errors) = self.build() else {
                self.execute(pairs, &left, seed, scripts, &mut outcome);
                return outcome;
            };
            let at_fault = |file: &str, lines: &[usize]| -> Vec<(usize, String)> {
                let of_line = |line: usize| lines.partition_point(|start| *start <= line);
                let mut seen = BTreeSet::new();
                let found = errors.lines().filter_map(|error| {
                    let (line, _) = error.strip_prefix(file)?.split_once(':')?;
                    let at = left[of_line(line.parse().ok()?).checked_sub(1)?];
                    (error.contains(" error") && seen.insert(at)).then(|| (at, error.to_owned()))
                });
                found.collect()
            };
            let skipped = at_fault("src/plain.rs:", &plain);
            let mut refused = at_fault("src/other.rs:", &other);
            refused.retain(|(at, _)| skipped.iter().all(|(other, _)| other != at));
            assert!(skipped.len() + refused.len() > 0, "the crate doesn't build: {errors}");
            let gone: BTreeSet<usize> = skipped.iter().chain(&refused).map(|(at, _)| *at).collect();
            left.retain(|at| !gone.contains(at));
            // What is planted needs not compile.
            let (planted, refused): (Vec<_>, Vec<_>) =
                refused.into_iter().partition(|(at, _)| pairs[*at].planted.is_some());
            drop(planted);
            outcome.skipped.extend(skipped);
            outcome.refused.extend(refused);
        }
        panic!("the crate still has errors");
    }

    /// Writes the sources; where each pair begins in both files.
    fn write(&self, pairs: &[Pair], left: &[usize]) -> (Vec<usize>, Vec<usize>) {
        let head = "#![allow(warnings)]\nuse crate::support::*;\n";
        let (mut plain, mut other) = (head.to_owned(), head.to_owned());
        other += "use kthread::{freezable_should_stop, should_stop};\n";
        let mut table = "use crate::*;\npub const CASES: &[Case] = &[\n".to_owned();
        let (mut plain_lines, mut other_lines) = (Vec::new(), Vec::new());
        for at in left {
            let Pair { function, planted } = &pairs[*at];
            plain_lines.push(plain.lines().count() + 1);
            other_lines.push(other.lines().count() + 1);
            let module = format!("mod p{at} {{ use super::*;\n");
            let exported = format!("}}\npub use p{at}::{} as p{at};\n", function.name);
            plain.extend([&module, &function.text, &exported].map(String::as_str));
            let (kind, text) = match planted {
                Some((kind, text)) => (*kind, text.clone()),
                None => ("", with_attribute(function, *at)),
            };
            other.extend([&module, &text, &exported].map(String::as_str));
            writeln!(
                table,
                "Case {{ name: \"{at}\", planted: {kind:?}, stops: {}, plain: || format!(\"{{:?}}\", plain::p{at}()), other: || format!(\"{{:?}}\", other::p{at}()) }},",
                function.stops,
            )
            .unwrap();
        }
        table += "];\n";
        for (file, text) in [("plain", plain), ("other", other), ("table", table)] {
            fs::write(self.root.join(format!("src/{file}.rs")), text).unwrap();
        }
        (plain_lines, other_lines)
    }

    fn target(&self) -> PathBuf {
        self.root.join("target")
    }

    /// The errors, if there are any.
    fn build(&self) -> Option<String> {
        let mut cargo = Command::new(env!("CARGO"));
        cargo.current_dir(&self.root).args(["build", "--offline", "--message-format=short"]);
        cargo.arg("--target-dir").arg(self.target());
        let (done, errors) = watched(&mut cargo, &self.root.join("errors"), 600);
        (!done).then_some(errors)
    }

    fn execute(
        &self,
        pairs: &[Pair],
        left: &[usize],
        seed: u64,
        scripts: u64,
        outcome: &mut Outcome,
    ) {
        let mut program = Command::new(self.target().join("debug/differential-cases"));
        program.args([seed.to_string(), scripts.to_string()]);
        let (done, said) = watched(&mut program, &self.root.join("said"), 600);
        let mut lines = said.lines().peekable();
        while let Some(line) = lines.next() {
            let words: Vec<&str> = line.split(' ').collect();
            match words[..] {
                ["DIFFERENCE", number, ..] => {
                    let at: usize = number.parse().unwrap();
                    let mut how = line.to_owned();
                    while let Some(more) = lines.next_if(|more| more.starts_with("  ")) {
                        how = how + "\n" + more;
                    }
                    outcome.differences.push((at, how));
                }
                ["SUM", runs, boundary] => {
                    (outcome.runs, outcome.boundary) =
                        (runs.parse().unwrap(), boundary.parse().unwrap());
                }
                _ => {}
            }
        }
        assert!(done && outcome.runs > 0, "{} of {} ran: {said}", left.len(), pairs.len());
    }
}

fn with_attribute(function: &Function, number: usize) -> String {
    // Without a stop test nothing else says which of several loops is meant.
    let marked = number.is_multiple_of(2) || !function.stops;
    let mark = if marked { "#[kthread_main]" } else { "" };
    let options = ["", "(freezable = false)", "(parkable)"][number % 3];
    format!("#[kthread::kthread_iterant{options}]\n{}", function.text.replace("/*main*/", mark))
}

/// Runs a command, and ends it when it takes too long. What it says goes through a file: nobody has to
/// read it meanwhile.
fn watched(command: &mut Command, said: &Path, seconds: u64) -> (bool, String) {
    let file = fs::File::create(said).unwrap();
    let other = file.try_clone().unwrap();
    let mut child = command.stdin(Stdio::null()).stdout(file).stderr(other).spawn().unwrap();
    let end = Instant::now() + Duration::from_secs(seconds);
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        if Instant::now() > end {
            child.kill().unwrap();
            child.wait().unwrap();
            panic!("{command:?} takes too long: {}", fs::read_to_string(said).unwrap());
        }
        std::thread::sleep(Duration::from_millis(20));
    };
    (status.success(), fs::read_to_string(said).unwrap())
}
