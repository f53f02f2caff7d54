//! Names that a text calls, defines or assigns, found without a parser.

/// How far a look back over an index or a comment goes, and over how many of them: so that no text
/// takes more than linear time.
const REACH: usize = 256;
const HOPS: usize = 8;

const OTHER: u8 = 0;
const WORD: u8 = 1;
const BLANK: u8 = 2;

/// What a byte is to the look back. A backslash is blank, for the continued lines of a macro.
static CLASS: [u8; 256] = {
    let mut class = [OTHER; 256];
    let mut byte = 0;
    while byte < 256 {
        class[byte] = match byte as u8 {
            b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'_' | b'$' | 0x80.. => WORD,
            b' ' | b'\t'..=b'\r' | b'\\' => BLANK,
            _ => OTHER,
        };
        byte += 1;
    }
    class
};

/// Hands `take` every name that stands before `(` or before `=` (and not `==`), until it says
/// `false`, and whether it is a macro's that is defined there. A name may be handed over more than once.
///
/// Blanks and a comment may lie between, an index before `=`, a parenthesis around a pointer before
/// `(`. Comments and strings are not left out: a name too many costs a look at a file, a name too
/// few an answer.
pub(super) fn each_name<'t>(text: &'t [u8], mut take: impl FnMut(&'t [u8], bool) -> bool) {
    for at in memchr::memchr2_iter(b'(', b'=', text) {
        let call = text[at] == b'(';
        if !call && text.get(at + 1) == Some(&b'=') {
            continue;
        }
        let before = without_blanks(&text[..at]);
        let name = match before.last() {
            Some(last) if CLASS[*last as usize] == WORD => last_word(before),
            Some(b'/' | b']' | b')') => behind(before, call),
            _ => continue,
        };
        let is_name = name.first().is_some_and(|first| !first.is_ascii_digit());
        // Nothing stands between a macro's name and its parameters.
        let defined = call && before.len() == at && is_defined(&before[..at - name.len()]);
        if is_name && !take(name, defined) {
            return;
        }
    }
}

/// Whether what stands before a name defines it.
fn is_defined(before: &[u8]) -> bool {
    let blank = before.last().is_some_and(|last| CLASS[*last as usize] == BLANK);
    blank && without_blanks(before).ends_with(b"define")
}

/// The name at the end of a text that does not end in one: behind a comment, an index, or the
/// parenthesis around a pointer. Empty where there is none.
#[cold]
fn behind(mut text: &[u8], call: bool) -> &[u8] {
    let mut call = call;
    for _ in 0..HOPS {
        let start = match text.last() {
            Some(b'/') => comment_start(text),
            Some(b']') if !call => index_start(text),
            Some(b')') if call => Some(text.len() - 1),
            Some(last) if CLASS[*last as usize] == WORD => return last_word(text),
            _ => None,
        };
        let Some(start) = start else { break };
        // Between the parentheses there may be an index, but no further call.
        call &= text[start] != b')';
        text = without_blanks(&text[..start]);
    }
    &[]
}

fn last_word(text: &[u8]) -> &[u8] {
    let other = text.iter().rposition(|byte| CLASS[*byte as usize] != WORD);
    &text[other.map_or(0, |other| other + 1)..]
}

fn without_blanks(text: &[u8]) -> &[u8] {
    let last = text.iter().rposition(|byte| CLASS[*byte as usize] != BLANK);
    &text[..last.map_or(0, |last| last + 1)]
}

/// Where the index at the end of a text begins.
fn index_start(text: &[u8]) -> Option<usize> {
    let first = text.len().saturating_sub(REACH);
    let mut depth = 0_usize;
    for at in (first..text.len()).rev() {
        match text[at] {
            b']' => depth += 1,
            b'[' if depth == 1 => return Some(at),
            b'[' => depth -= 1,
            _ => {}
        }
    }
    None
}

/// Where the comment at the end of a text begins.
fn comment_start(text: &[u8]) -> Option<usize> {
    let first = text.len().saturating_sub(REACH);
    let body = text[first..].strip_suffix(b"*/")?;
    memchr::memmem::rfind(body, b"/*").map(|at| first + at)
}

/// A hash of a name: two multiplied words, which for the lengths that names have see every byte or
/// nearly so. It need not resist anyone: a clash costs a look at a file.
pub(super) fn hash(name: &[u8]) -> u32 {
    const A: u64 = 0x9E37_79B9_7F4A_7C15;
    const B: u64 = 0xD6E8_FEB8_6659_FD93;
    let length = name.len();
    let (first, last) = if length >= 8 {
        let middle = if length > 16 { word(name, (length - 8) / 2) } else { 0 };
        (word(name, 0) ^ middle.rotate_left(23), word(name, length - 8))
    } else if length >= 4 {
        (half(name, 0), half(name, length - 4))
    } else {
        let byte = |at: usize| u64::from(name.get(at).copied().unwrap_or(0));
        (byte(0) << 8 | byte(1), byte(2))
    };
    let product = u128::from(first ^ A) * u128::from(last ^ B ^ length as u64);
    let folded = product as u64 ^ (product >> 64) as u64;
    (folded ^ folded >> 32) as u32
}

fn word(name: &[u8], at: usize) -> u64 {
    name[at..].first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes))
}

fn half(name: &[u8], at: usize) -> u64 {
    name[at..].first_chunk().map_or(0, |bytes| u64::from(u32::from_le_bytes(*bytes)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<&str> {
        let mut names = Vec::new();
        each_name(text.as_bytes(), |name, _| {
            names.push(std::str::from_utf8(name).expect("ASCII"));
            true
        });
        names
    }

    #[test]
    fn definitions_of_macros_are_told_apart() {
        let mut defined = Vec::new();
        let text = b"#define f(x) g(x)\n# define\th(x)\n#define k (x)\nmydefine(x); f(x)";
        each_name(text, |name, is_defined| {
            if is_defined {
                defined.push(std::str::from_utf8(name).expect("ASCII"));
            }
            true
        });
        assert_eq!(defined, ["f", "h"]);
    }

    #[test]
    fn calls_and_definitions() {
        assert_eq!(names("int main(void) { run (x); if(a) return; }"), ["main", "run", "if"]);
        assert_eq!(names("static int\nworker\n(void *data)"), ["worker"]);
        assert_eq!(names("#define spawn \\\n (x)"), ["spawn"]);
        assert_eq!(names("(*ops->run)(x); (*go) (y)"), ["run", "go"]);
        assert_eq!(names("f/* why */(x); g /* a */ /* b */ (y)"), ["f", "g"]);
    }

    #[test]
    fn assignments() {
        assert_eq!(names(".thread_fn = a, .x=b"), ["thread_fn", "x"]);
        assert_eq!(names("t[i] = 1; u[a[2]][3]\t= 2; v[] = {}"), ["t", "u", "v"]);
        assert_eq!(names("x /* y */ = z"), ["x"]);
    }

    #[test]
    fn nothing_else() {
        let none = "a == b; a != b; a <= b; a >= b; a += b; 3(x); ((y)); (=";
        assert_eq!(names(none), Vec::<&str>::new());
        assert_eq!(names("] = a"), Vec::<&str>::new());
        assert_eq!(names("*/ (a"), Vec::<&str>::new());
        assert_eq!(names(")("), Vec::<&str>::new());
        assert_eq!(names(""), Vec::<&str>::new());
    }

    #[test]
    fn stops_when_told() {
        let mut seen = 0;
        each_name(b"a(b(c(", |_, _| {
            seen += 1;
            seen < 2
        });
        assert_eq!(seen, 2);
    }

    #[test]
    fn deep_nests_take_linear_time() {
        for unit in ["(", "]=", "*/(", ")(", " ", "=[", "])=", "/**/(*/", "[]="] {
            let text = unit.repeat(600_000 / unit.len());
            each_name(text.as_bytes(), |_, _| true);
        }
    }

    #[test]
    fn hash_sees_every_length() {
        let text = b"abcdefghijklmnopqrstuvwxyz";
        let mut all: Vec<u32> = (0..=text.len()).map(|n| hash(&text[..n])).collect();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), text.len() + 1);
        assert_ne!(hash(b"ab"), hash(b"ba"));
    }
}
