//! A sample of the converted files that reaches everything that the conversions do.

use std::collections::{BTreeMap, BTreeSet};

use crate::kernel::is_c;
use crate::overlay::Touched;
use crate::tool::{Conversion, Outcome};

/// How many files shall have each set of lifts.
const FILES_PER_LIFTS: usize = 2;

/// What such a set is called among the features.
const LIFTS: &str = "lifts ";

/// Words of C that tell what kind of line it is.
const WORDS: [&str; 24] = [
    "bool", "break", "case", "char", "const", "continue", "default", "do", "else", "for", "goto",
    "if", "int", "long", "return", "short", "sizeof", "static", "struct", "switch", "union",
    "unsigned", "void", "while",
];

/// What a file's conversion does, as far as its record and its patch tell: each with its files.
pub(crate) type Features = BTreeMap<String, BTreeSet<String>>;

/// The features of all files.
pub(crate) fn features(
    conversions: &[Conversion],
    files: &BTreeMap<String, Touched>,
    header: &[u8],
) -> Features {
    let mut features = Features::new();
    let mut add = |feature: String, path: &str| {
        features.entry(feature).or_default().insert(path.to_owned());
    };
    let mut loops: BTreeMap<&str, usize> = BTreeMap::new();
    for conversion in conversions.iter().filter(|it| it.result == Outcome::Converted) {
        for change in &conversion.files {
            add(format!("{LIFTS}{}", conversion.lifted()), &change.path);
            for step in &conversion.allowed {
                add(format!("allows {step}"), &change.path);
            }
            *loops.entry(&change.path).or_default() += 1;
            if conversion.place().0 != change.path {
                add("loop in another file".to_owned(), &change.path);
            }
        }
        if conversion.files.len() > 1 {
            add("several files".to_owned(), &conversion.files[0].path);
        }
    }
    for (path, _) in loops.iter().filter(|(_, count)| **count > 1) {
        add("several loops".to_owned(), path);
    }
    let header = String::from_utf8_lossy(header);
    let api: BTreeSet<&str> = words(&header).filter(|word| is_api(word)).collect();
    let mut shapes = Features::new();
    for (path, file) in files {
        if !is_c(path) {
            add("not a C file".to_owned(), path);
        }
        let patch = String::from_utf8_lossy(&file.patch);
        for call in calls_gone(&patch) {
            add(format!("no more {call}"), path);
        }
        for line in new_lines(&patch) {
            shapes.entry(shape(line, &api)).or_default().insert(path.clone());
        }
    }
    // Lines of one shape in two files are of one make; others are the files' own.
    shapes.retain(|shape, paths| paths.len() > 1 || words(shape).any(is_api));
    features.extend(shapes.into_iter().map(|(shape, paths)| (format!("line {shape}"), paths)));
    features
}

fn is_api(word: &str) -> bool {
    word.contains("kthread_iterant") || word.starts_with("KTI_")
}

fn is_in_word(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

/// The words of a text: names and numbers.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|letter| !is_in_word(letter)).filter(|word| !word.is_empty())
}

/// The lines that a patch removes, or adds, without their indentation.
fn lines(patch: &str, sign: char) -> impl Iterator<Item = &str> {
    let head: String = [sign; 3].iter().chain(&[' ']).collect();
    patch
        .lines()
        .filter(move |line| !line.starts_with(&head))
        .filter_map(move |line| line.strip_prefix(sign))
        .map(str::trim)
}

/// The lines that a patch adds and doesn't only move.
fn new_lines(patch: &str) -> Vec<&str> {
    let mut removed: BTreeMap<&str, usize> = BTreeMap::new();
    for line in lines(patch, '-') {
        *removed.entry(line).or_default() += 1;
    }
    let is_new = |line: &&str| match removed.get_mut(*line) {
        Some(count) if *count > 0 => {
            *count -= 1;
            false
        }
        _ => !line.is_empty(),
    };
    lines(patch, '+').filter(is_new).collect()
}

/// The functions that are called less often than before.
fn calls_gone(patch: &str) -> BTreeSet<String> {
    let mut counts: BTreeMap<&str, i64> = BTreeMap::new();
    for (sign, step) in [('+', 1), ('-', -1)] {
        for line in lines(patch, sign) {
            let before = line.match_indices('(').map(|(at, _)| &line[..at]);
            let calls = before.filter_map(|text| text.rsplit(|it| !is_in_word(it)).next());
            for call in calls.filter(|call| !call.is_empty()) {
                *counts.entry(call).or_default() += step;
            }
        }
    }
    counts.into_iter().filter(|(_, count)| *count < 0).map(|(call, _)| call.to_owned()).collect()
}

/// A line with `x` for each name that is the file's own, and `0` for each number.
fn shape(line: &str, api: &BTreeSet<&str>) -> String {
    let mut shape = String::new();
    let mut rest = line;
    while let Some(start) = rest.find(is_in_word) {
        let (between, word) = rest.split_at(start);
        let (word, behind) = word.split_at(word.find(|it| !is_in_word(it)).unwrap_or(word.len()));
        shape.push_str(between);
        shape.push_str(match word {
            _ if api.contains(word) || WORDS.contains(&word) => word,
            _ if word.starts_with(|letter: char| letter.is_ascii_digit()) => "0",
            _ => "x",
        });
        rest = behind;
    }
    shape.push_str(rest);
    shape
}

/// The smallest files that together have all features, but for those that only files to be left
/// out have: these features are the second part.
pub(crate) fn choose(
    features: &Features,
    files: &BTreeMap<String, Touched>,
    leave_out: &BTreeSet<String>,
) -> (BTreeSet<String>, Vec<String>) {
    let mut chosen = BTreeSet::new();
    let mut unreached = Vec::new();
    let mut wanted: Vec<_> = features
        .iter()
        .map(|(feature, paths)| {
            let mut paths: Vec<&String> =
                paths.iter().filter(|path| !leave_out.contains(*path)).collect();
            paths.sort_by_key(|path| {
                (files.get(*path).map_or(usize::MAX, |file| file.before.len()), *path)
            });
            (feature, paths)
        })
        .collect();
    // A rare feature leaves no choice, and its file often has the common ones as well.
    wanted.sort_by_key(|(_, paths)| paths.len());
    for (feature, paths) in wanted {
        let count = if feature.starts_with(LIFTS) { FILES_PER_LIFTS } else { 1 };
        if paths.is_empty() {
            unreached.push(feature.clone());
        }
        let mut missing =
            count.saturating_sub(paths.iter().filter(|path| chosen.contains(**path)).count());
        for path in paths {
            if missing == 0 {
                break;
            }
            missing -= usize::from(chosen.insert(path.clone()));
        }
    }
    unreached.sort();
    (chosen, unreached)
}
