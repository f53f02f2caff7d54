//! Random functions, plain and with the attribute, have the same effects and results, whatever their
//! inputs and whenever they are stopped.
//!
//! By hand, for more of them: `KTHREAD_DIFFERENTIAL=functions=5000,seed=7,scripts=6`.

#![cfg(not(any(loom, shuttle)))]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test says by it what went wrong")]
#![allow(clippy::format_push_string, reason = "a text is easier to read as it will be")]
#![allow(clippy::similar_names, clippy::struct_excessive_bools, reason = "flags of one writer")]

mod expressions;
mod generate;
mod heads;
mod planted;
mod project;
mod rng;
mod statements;

use project::{Pair, Project};

struct Settings {
    functions: usize,
    seed: u64,
    scripts: u64,
}

impl Settings {
    fn read() -> Self {
        let mut settings = Self { functions: 300, seed: 1, scripts: 4 };
        let given = std::env::var("KTHREAD_DIFFERENTIAL").unwrap_or_default();
        for part in given.split(',').filter(|part| !part.is_empty()) {
            let (name, value) = part.split_once('=').unwrap();
            match name {
                "functions" => settings.functions = value.parse().unwrap(),
                "seed" => settings.seed = value.parse().unwrap(),
                "scripts" => settings.scripts = value.parse().unwrap(),
                other => panic!("there is no setting `{other}`"),
            }
        }
        settings
    }
}

/// Functions in a crate: a compiler's time grows faster than their number.
const AT_ONCE: usize = 500;
/// Functions that something is planted in, beside those of the first crate.
const PLANTED_IN: usize = 30;

#[test]
fn both_forms_do_the_same() {
    let settings = Settings::read();
    let project = Project::new();
    let (mut runs, mut boundary, mut faults) = (0, 0, Vec::new());
    let mut found: Vec<&str> = Vec::new();
    for first in (0..settings.functions).step_by(AT_ONCE) {
        let numbers = first..settings.functions.min(first + AT_ONCE);
        let function = |number| generate::function(settings.seed, number);
        let mut pairs: Vec<Pair> =
            numbers.map(|number| Pair { function: function(number), planted: None }).collect();
        for number in (0..PLANTED_IN).filter(|_| first == 0) {
            for kind in planted::KINDS {
                let function = function(number);
                if let Some(text) = planted::planted(&function.text, kind) {
                    pairs.push(Pair { function, planted: Some((kind, text)) });
                }
            }
        }
        let outcome = project.run(&pairs, settings.seed, settings.scripts);
        runs += outcome.runs;
        boundary += outcome.boundary;
        for (at, how) in outcome.differences {
            match &pairs[at].planted {
                Some((kind, _)) => found.push(kind),
                None => faults.push((pairs[at].function.text.clone(), how)),
            }
        }
        for (at, how) in outcome.refused.into_iter().chain(outcome.skipped) {
            faults.push((pairs[at].function.text.clone(), how));
        }
    }
    for (text, how) in &faults {
        println!("seed {}: {how}\n{}", settings.seed, indented(text));
    }
    println!(
        "{} functions, {runs} runs, {boundary} stops seen at a boundary, {} faults",
        settings.functions,
        faults.len()
    );
    for kind in planted::KINDS {
        let count = found.iter().filter(|other| **other == kind).count();
        println!("planted, {kind}: found in {count}");
        assert!(count > 0, "what is planted is not found: {kind}");
    }
    assert!(boundary > 0, "no stop was seen");
    assert!(faults.is_empty(), "{} functions differ; see above", faults.len());
}

/// For who reads it.
fn indented(text: &str) -> String {
    let mut depth = 0_usize;
    let mut all = String::new();
    for line in text.lines().filter(|line| !line.is_empty()) {
        let closes = line.chars().take_while(|c| *c == '}').count();
        all += &"    ".repeat(depth.saturating_sub(closes));
        all += line;
        all.push('\n');
        let count = |of| line.matches(of).count();
        depth = (depth + count('{')).saturating_sub(count('}'));
    }
    all
}
