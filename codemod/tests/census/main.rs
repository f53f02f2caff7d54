//! The census proof: what `check` says of Linux 6.1 against a census of its kernel threads.
//!
//! Run it by `corpus/kernel/census.sh`, which fetches the tree and sets `KERNEL_SRC`.

mod census;
mod compare;
mod control;
mod notes;
mod ours;
mod print;
mod tables;
mod unit;

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use census::{Record, SUBLEVEL};
use compare::{Lines, compare};
use notes::Notes;
use ours::Ours;
use print::{Detail, Outcome, render};

/// At most so many things that matter may remain not understood.
const NOT_UNDERSTOOD_AT_MOST: usize = 6;

/// The inputs of the proof.
#[derive(Debug)]
struct Inputs {
    census: Vec<Record>,
    notes: Notes,
    ours: Ours,
    sublevel: u32,
}

impl Inputs {
    fn load() -> Result<Self, String> {
        let (census, notes) = facts()?;
        let tree = std::env::var_os("KERNEL_SRC").ok_or(
            "KERNEL_SRC is not set: run corpus/kernel/census.sh, or set it to a Linux 6.1 tree",
        )?;
        let tree = PathBuf::from(tree);
        let sublevel = sublevel(&tree)?;
        let ours = Ours::of_tree(&tree)?;
        Ok(Self { census, notes, ours, sublevel })
    }

    fn lines(&self) -> Lines {
        if self.sublevel == SUBLEVEL { Lines::Exact } else { Lines::Shifted }
    }
}

/// Census and notes, as the repository holds them.
fn facts() -> Result<(Vec<Record>, Notes), String> {
    let corpus = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../corpus/kernel"));
    let read = |name: &str| {
        let path = corpus.join(name);
        std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))
    };
    let census = census::parse(&read("census-6.1.jsonl")?)?;
    let notes = Notes::parse(&read("notes-6.1.toml")?)?;
    Ok((census, notes))
}

/// The tree's `SUBLEVEL`; an error where it is no Linux 6.1.
fn sublevel(tree: &Path) -> Result<u32, String> {
    let makefile = tree.join("Makefile");
    let text = std::fs::read_to_string(&makefile)
        .map_err(|error| format!("KERNEL_SRC: {}: {error}", makefile.display()))?;
    let field = |name: &str| {
        text.lines().find_map(|line| {
            let (key, value) = line.split_once('=')?;
            (key.trim() == name).then(|| value.trim().parse::<u32>().ok())?
        })
    };
    if (field("VERSION"), field("PATCHLEVEL")) != (Some(6), Some(1)) {
        return Err(format!("KERNEL_SRC: {} is not of Linux 6.1", makefile.display()));
    }
    field("SUBLEVEL").ok_or_else(|| format!("KERNEL_SRC: no SUBLEVEL in {}", makefile.display()))
}

/// The tool runs once for all tests.
fn inputs() -> &'static Inputs {
    static INPUTS: OnceLock<Result<Inputs, String>> = OnceLock::new();
    match INPUTS.get_or_init(Inputs::load) {
        Ok(inputs) => inputs,
        #[expect(clippy::panic, reason = "a proof without its inputs has failed")]
        Err(error) => panic!("{error}"),
    }
}

#[test]
fn census_6_1() {
    let inputs = inputs();
    let Inputs { census, notes, ours, sublevel } = inputs;
    let lines = inputs.lines();
    let found = compare(census, ours, notes, lines);
    let tables = tables::tables(census, ours, notes, &found);
    let outcome = Outcome { ours, notes, found: &found, tables: &tables };
    println!("{}", render(outcome, Detail::All));

    ours.keeps_contract().expect("output that keeps the contract");
    assert_eq!(
        (found.functions.found, found.functions.of),
        (census.len(), census.len()),
        "a thread function is missing; see the list above"
    );
    if lines == Lines::Shifted {
        println!("******************************************************************************");
        println!("This tree is Linux 6.1.{sublevel}; the census is of 6.1.{SUBLEVEL}.");
        println!("Lines have moved: only the recall of functions was asserted, not the snapshot.");
        println!("******************************************************************************");
        return;
    }
    assert!(found.problems.is_empty(), "problems, listed above: {:#?}", found.problems);
    assert_eq!(found.loops.found + found.loops_noted, found.loops.of, "main loops");
    let matters = ours.not_understood.iter().filter(|what| what.matters).count();
    assert!(
        matters <= NOT_UNDERSTOOD_AT_MOST,
        "{matters} things that matter were not understood; {NOT_UNDERSTOOD_AT_MOST} may be"
    );

    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/../snapshots"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!("census_6_1", render(outcome, Detail::Facts)));
}

#[test]
fn three_falsified_records_are_reported_and_nothing_else() {
    let inputs = inputs();
    let result = control::check(&inputs.census, &inputs.ours, &inputs.notes, inputs.lines());
    result.expect("exactly the falsified records");
}
