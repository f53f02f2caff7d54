//! A sample of the converted files that reaches everything that the conversions do.

use std::collections::{BTreeMap, BTreeSet};

use crate::kernel::is_c;
use crate::overlay::Touched;
use crate::tool::{Conversion, Outcome};

/// How many files shall have each set of lifts.
const FILES_PER_LIFTS: usize = 2;

/// What a file's conversion does, as far as its record and its patch tell.
pub(crate) type Features = BTreeMap<String, BTreeSet<String>>;

/// The features, each with its files.
pub(crate) fn features(conversions: &[Conversion], files: &BTreeMap<String, Touched>) -> Features {
    let mut features = Features::new();
    let mut add = |feature: String, path: &str| {
        features.entry(feature).or_default().insert(path.to_owned());
    };
    let mut loops: BTreeMap<&str, usize> = BTreeMap::new();
    for conversion in conversions.iter().filter(|it| it.result == Outcome::Converted) {
        for change in &conversion.files {
            add(format!("lifts {}", conversion.lifted()), &change.path);
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
    for (path, file) in files {
        if !is_c(path) {
            add("not a C file".to_owned(), path);
        }
        let words = words(&String::from_utf8_lossy(&file.patch));
        for (word, count) in words {
            let sign = if count > 0 { '+' } else { '-' };
            if count != 0 && is_telling(&word, sign) {
                add(format!("{sign}{word}"), path);
            }
        }
    }
    features
}

/// Whether a word that a patch adds or takes away tells what kind of change it is: statements of C,
/// what the header declares, and calls that go.
fn is_telling(word: &str, sign: char) -> bool {
    match word {
        "break" | "case" | "continue" | "do" | "else" | "for" | "goto" | "if" | "return"
        | "struct" | "switch" | "while" => true,
        _ if sign == '-' => word.ends_with('('),
        _ => word.contains("iterant") || word.starts_with("KTI_"),
    }
}

/// How often each word is added, less how often it is removed. A word before `(` keeps it.
fn words(patch: &str) -> BTreeMap<String, i64> {
    let mut counts = BTreeMap::new();
    for line in patch.lines() {
        let sign = match line.chars().next() {
            Some('+') if !line.starts_with("+++ ") => 1,
            Some('-') if !line.starts_with("--- ") => -1,
            _ => continue,
        };
        let is_word = |letter: char| letter.is_alphanumeric() || letter == '_';
        let mut rest = &line[1..];
        while let Some(start) = rest.find(is_word) {
            rest = &rest[start..];
            let end = rest.find(|letter| !is_word(letter)).unwrap_or(rest.len());
            let (word, behind) = rest.split_at(end);
            let call = behind.starts_with('(') && !word.contains("iterant");
            let word = if call { format!("{word}(") } else { word.to_owned() };
            *counts.entry(word).or_default() += sign;
            rest = behind;
        }
    }
    counts
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
        let count = if feature.starts_with("lifts ") { FILES_PER_LIFTS } else { 1 };
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
