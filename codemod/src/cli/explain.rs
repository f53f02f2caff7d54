//! `explain`: the page of a code.

use std::fmt::Write;

use clap::Parser;

use super::{Exit, output};
use crate::explain;

/// How near a code must be to be suggested: as many letters may be wrong.
const NEAR: usize = 3;

/// Says what a code of the output means
///
/// Without a code it lists all of them.
#[derive(Debug, Parser)]
pub(super) struct Args {
    /// The code or the name of a finding or a reason
    code: Option<String>,
}

pub(super) fn run(args: &Args) -> Exit {
    let codes = explain::codes();
    let Some(asked) = &args.code else {
        return printed(&list(&codes));
    };
    let known = codes
        .iter()
        .find(|(code, name)| code.eq_ignore_ascii_case(asked) || name.eq_ignore_ascii_case(asked));
    if let Some(page) = explain::page(known.map_or(asked.as_str(), |(code, _)| code)) {
        return printed(&page);
    }
    output::complain(format_args!("there is no code `{asked}`"));
    let near = nearest(asked, &codes);
    if !near.is_empty() {
        output::note(format_args!("help: did you mean {}?", near.join(" or ")));
    }
    output::note("");
    output::note(list(&codes).trim_end());
    Exit::Failed
}

fn printed(text: &str) -> Exit {
    let end = if text.ends_with('\n') { "" } else { "\n" };
    if output::print(|out| write!(out, "{text}{end}")) { Exit::Fine } else { Exit::Failed }
}

fn list(codes: &[(&str, &str)]) -> String {
    let width = codes.iter().map(|(code, _)| code.len()).max().unwrap_or(0);
    codes.iter().fold(String::new(), |mut list, (code, name)| {
        let _ = writeln!(list, "{code:width$}  {name}");
        list
    })
}

fn nearest<'c>(asked: &str, codes: &[(&'c str, &str)]) -> Vec<&'c str> {
    let asked = asked.to_ascii_lowercase();
    let distance = |text: &str| strsim::damerau_levenshtein(&asked, &text.to_ascii_lowercase());
    let mut near: Vec<_> = codes
        .iter()
        // Of a short code less may be wrong, or everything would be near it.
        .filter_map(|(code, name)| {
            let by_code = Some(distance(code)).filter(|far| *far < NEAR.min(code.len()));
            let by_name = Some(distance(name)).filter(|far| *far <= NEAR.min(name.len() / 2));
            by_code.into_iter().chain(by_name).min().map(|far| (far, *code))
        })
        .collect();
    near.sort_unstable();
    near.into_iter().map(|(_, code)| code).take(3).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suggests_what_is_near_by_code_or_by_name() {
        let codes = [("KT001", "no-stop"), ("KT002", "state-lost"), ("XY", "other")];
        assert_eq!(nearest("KT01", &codes), ["KT001", "KT002"]);
        assert_eq!(nearest("kt002", &codes)[0], "KT002");
        assert_eq!(nearest("no-stap", &codes), ["KT001"]);
        assert!(nearest("something-else", &codes).is_empty());
    }

    #[test]
    fn lists_in_columns() {
        assert_eq!(list(&[("A", "x"), ("BCD", "y")]), "A    x\nBCD  y\n");
    }
}
