//! The corpus, built into the program: what `check --corpus` reads.

use crate::fs::Input;

include!(concat!(env!("OUT_DIR"), "/corpus.rs"));

/// The corpus as inputs.
pub(super) fn inputs() -> Vec<Input> {
    let input = |(path, text): &(&str, &[u8])| Input::Text {
        path: (*path).to_owned(),
        text: (*text).into(),
    };
    CORPUS.iter().map(input).collect()
}
