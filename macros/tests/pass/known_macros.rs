//! Macros of std with `?`, `break`, `continue` and `return` in their arguments.
#![deny(warnings)]

#[macro_use]
#[path = "../common/mod.rs"]
mod common;

#[allow(unused_imports)]
use common::*;

use std::fmt::Write as _;

twice! { []
    pub fn run(texts: &[&str]) -> Result<String, Box<dyn std::error::Error>> {
        let mut out = String::new();
        let mut rounds = 0;
        for text in texts {
            rounds += 1;
            let _round = Guard("round");
            write!(out, "{}{:>w$} ", text.parse::<u32>()?, rounds, w = 2)?;
            let list = vec![if *text == "7" { break } else { 1 }, 2];
            let many = vec![text.parse::<u32>()?; list.len()];
            assert_eq!(many.len(), if *text == "8" { continue } else { 2 }, "of {text}");
            assert!(matches!(Some(text.len()), Some(n) if n == "9".parse::<usize>()? - 8), "{text}");
            say(format!("{}-{rounds}", match *text { "3" => return Ok("three".into()), other => other }));
            if *text == "6" {
                panic!("{}", if rounds > 0 { return Ok(out) } else { "" });
            }
        }
        Ok(out)
    }
}

fn show(result: Result<String, Box<dyn std::error::Error>>) -> Result<String, String> {
    result.map_err(|error| error.to_string())
}

fn main() {
    for (texts, expected) in [
        (&["1", "2"][..], "1-1 | drop round | 2-2 | drop round | -> Ok(\"1 1 2 2 \")"),
        (&["7", "1"], "drop round | -> Ok(\"7 1 \")"),
        (&["8", "1"], "drop round | 1-2 | drop round | -> Ok(\"8 1 1 2 \")"),
        (&["3"], "drop round | -> Ok(\"three\")"),
        (&["6"], "6-1 | drop round | -> Ok(\"6 1 \")"),
        (&["x"], "drop round | -> Err(\"invalid digit found in string\")"),
    ] {
        assert_eq!(traced(|| show(driven::run(texts))), expected, "{texts:?}");
        assert_eq!(traced(|| show(plain::run(texts))), expected, "plain {texts:?}");
    }
}
