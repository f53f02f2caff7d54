//! Timeouts that are not 0: the driver takes 0 for no sleep at all, schedule_timeout(0) waits a tick.

use super::facts::Facts;
use super::label::{Label, Storage, Tok};

/// Whether a timeout is other than 0 for certain; `types` are those of the locals.
pub fn is_nonzero(label: &Label, facts: &Facts, types: &[Vec<u8>]) -> bool {
    match label.toks.as_slice() {
        [Tok::Place(local)] => {
            facts.is_nonzero(*local) && types.get(*local).is_some_and(|kind| fits_long(kind))
        }
        toks => {
            let words: Option<Vec<&[u8]>> = toks
                .iter()
                .map(|tok| match tok {
                    Tok::Text(text) => Some(&**text),
                    Tok::Place(_) | Tok::Sized(_) => None,
                })
                .collect();
            words.is_some_and(|words| is_nonzero_constant(&words))
        }
    }
}

/// Whether a type's values stay what they are in a `long`, however narrow that is: of a wider one that
/// is not 0 the lower half may be.
pub fn fits_long(kind: &[u8]) -> bool {
    let words: Vec<&[u8]> = kind
        .split(u8::is_ascii_whitespace)
        .filter(|word| !word.is_empty() && !matches!(*word, b"const" | b"int"))
        .collect();
    let (sign, rest) = match words.as_slice() {
        [b"signed" | b"unsigned", rest @ ..] => (true, rest),
        rest => (false, rest),
    };
    match rest {
        [] | [b"long" | b"short" | b"char"] => true,
        [word] if !sign => matches!(
            *word,
            b"bool"
                | b"size_t"
                | b"ssize_t"
                | b"u8"
                | b"u16"
                | b"u32"
                | b"s8"
                | b"s16"
                | b"s32"
                | b"__u8"
                | b"__u16"
                | b"__u32"
                | b"__s8"
                | b"__s16"
                | b"__s32"
        ),
        _ => false,
    }
}

/// The lowest HZ that a kernel is built with.
const MIN_HZ: u64 = 24;

/// Whether a constant expression is other than 0, whatever HZ is.
pub fn is_nonzero_constant(words: &[&[u8]]) -> bool {
    match words {
        [b"(", inner @ .., b")"] => is_nonzero_constant(inner),
        [b"HZ" | b"MAX_SCHEDULE_TIMEOUT"] => true,
        [b"HZ", b"*", rest] | [rest, b"*", b"HZ"] => number(rest).is_some_and(|value| value > 0),
        [b"HZ", b"/", rest] => number(rest).is_some_and(|value| (1..=MIN_HZ).contains(&value)),
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
    fn what_is_wider_than_a_long_may_lose_its_upper_half() {
        for yes in ["long", "unsigned long", "int", "unsigned", "u32", "const unsigned long int"] {
            assert!(fits_long(yes.as_bytes()), "{yes}");
        }
        for no in ["u64", "long long", "unsigned long long", "ktime_t", "double", "struct x *"] {
            assert!(!fits_long(no.as_bytes()), "{no}");
        }
    }

    #[test]
    fn only_what_is_certain_counts() {
        for yes in ["HZ", "( HZ )", "10 * HZ", "HZ / 10", "1", "msecs_to_jiffies ( 5 )", "0x10UL"] {
            assert!(constant(yes), "{yes}");
        }
        for no in ["0", "HZ / 1000", "HZ / 50", "x", "msecs_to_jiffies ( 0 )", "HZ - HZ", "0 * HZ"]
        {
            assert!(!constant(no), "{no}");
        }
    }
}
