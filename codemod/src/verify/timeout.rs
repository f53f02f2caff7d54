//! Timeouts that are not 0: the driver takes 0 for no sleep at all, schedule_timeout(0) waits a tick.

use super::facts::Facts;
use super::label::{Label, Storage, Tok};

/// Whether a timeout is other than 0 for certain.
pub fn is_nonzero(label: &Label, facts: &Facts) -> bool {
    match label.toks.as_slice() {
        [Tok::Place(local)] => facts.is_nonzero(*local),
        toks => {
            let words: Option<Vec<&[u8]>> = toks
                .iter()
                .map(|tok| match tok {
                    Tok::Text(text) => Some(&**text),
                    Tok::Place(_) => None,
                })
                .collect();
            words.is_some_and(|words| is_nonzero_constant(&words))
        }
    }
}

/// Whether a constant expression is other than 0, whatever HZ is (100 at least).
pub fn is_nonzero_constant(words: &[&[u8]]) -> bool {
    match words {
        [b"(", inner @ .., b")"] => is_nonzero_constant(inner),
        [b"HZ" | b"MAX_SCHEDULE_TIMEOUT"] => true,
        [b"HZ", b"*", rest] | [rest, b"*", b"HZ"] => number(rest).is_some_and(|value| value > 0),
        [b"HZ", b"/", rest] => number(rest).is_some_and(|value| (1..=100).contains(&value)),
        [
            b"msecs_to_jiffies" | b"usecs_to_jiffies" | b"secs_to_jiffies",
            b"(",
            inner @ ..,
            b")",
        ] => {
            matches!(inner, [value] if number(value).is_some_and(|value| value > 0))
        }
        [value] => number(value).is_some_and(|value| value > 0),
        _ => false,
    }
}

fn number(word: &[u8]) -> Option<u64> {
    let text = std::str::from_utf8(word).ok()?;
    let text = text.trim_end_matches(['u', 'U', 'l', 'L']);
    match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        Some(hex) => u64::from_str_radix(hex, 16).ok(),
        None => text.parse().ok(),
    }
}

/// The local that a condition shows to be other than 0 where it has this outcome.
pub fn nonzero_where(label: &Label, outcome: bool) -> Option<Storage> {
    let (local, holds) = match label.toks.as_slice() {
        [Tok::Place(local)] => (*local, true),
        [Tok::Place(local), Tok::Text(op), Tok::Text(value)] => {
            let holds = match (&**op, &**value) {
                (b">" | b"!=", b"0") | (b">=", b"1") => true,
                (b"<=" | b"==", b"0") | (b"<", b"1") => false,
                _ => return None,
            };
            (*local, holds)
        }
        _ => return None,
    };
    (holds == outcome).then_some(local)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn constant(text: &str) -> bool {
        let words: Vec<&[u8]> = text.split(' ').map(str::as_bytes).collect();
        is_nonzero_constant(&words)
    }

    #[test]
    fn only_what_is_certain_counts() {
        for yes in ["HZ", "( HZ )", "10 * HZ", "HZ / 10", "1", "msecs_to_jiffies ( 5 )", "0x10UL"] {
            assert!(constant(yes), "{yes}");
        }
        for no in ["0", "HZ / 1000", "x", "msecs_to_jiffies ( 0 )", "HZ - HZ", "0 * HZ"] {
            assert!(!constant(no), "{no}");
        }
    }
}
