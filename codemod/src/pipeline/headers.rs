//! Headers of a thread function's file: a macro of theirs can name a local of the function.
//!
//! They are not looked for by a name, as everything else, but by where they are included: only those
//! that stand in quotes, for no macro of all the kernel names what it was not told of.

use std::sync::Arc;

use rustc_hash::FxHashSet;

use crate::index::db::Db;
use crate::index::resolve::Found;
use crate::syntax::lex::{Kind, lex_range};

/// How far from the file a header is included.
const MAX_DEPTH: u8 = 6;

/// A header that a file includes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Include {
    /// The path of the file that includes it.
    pub from: String,
    /// What stands between the quotes.
    pub name: String,
    depth: u8,
}

/// Which headers were asked for, and what makes one worth keeping.
#[derive(Debug, Default)]
pub(super) struct Headers {
    begun: bool,
    asked: FxHashSet<(String, String)>,
    pending: Vec<Include>,
    /// The names in thread functions, and in the macros that they use.
    words: FxHashSet<Vec<u8>>,
    /// Headers that define none of these so far.
    left: Vec<(String, Arc<[u8]>)>,
    seen: FxHashSet<String>,
}

impl Headers {
    /// Whether the files of the thread functions are known.
    pub(super) fn begun(&self) -> bool {
        self.begun
    }

    /// What to read next, sorted; the first time what the files of these thread functions include.
    pub(super) fn take(&mut self, db: &Db, found: &[Found]) -> Vec<Include> {
        if !std::mem::replace(&mut self.begun, true) {
            for id in found.iter().map(|found| found.function) {
                let text = db.text(id.file);
                for token in lex_range(text, db.function(id).body) {
                    if token.kind == Kind::Ident {
                        self.words.insert(token.bytes(text).to_vec());
                    }
                }
                self.follow(db.path(id.file), text, 0);
            }
        }
        let mut out = std::mem::take(&mut self.pending);
        out.sort();
        out
    }

    /// Notes what a file includes.
    fn follow(&mut self, path: &str, text: &[u8], depth: u8) {
        if depth >= MAX_DEPTH {
            return;
        }
        for line in lines(text) {
            let name = line.strip_prefix(b"include").map(<[u8]>::trim_ascii_start);
            let Some(name) = name.and_then(|name| name.strip_prefix(b"\"")) else { continue };
            let Some(end) = name.iter().position(|byte| *byte == b'"') else { continue };
            let Ok(name) = std::str::from_utf8(&name[..end]) else { continue };
            if self.asked.insert((path.to_owned(), name.to_owned())) {
                let (from, name) = (path.to_owned(), name.to_owned());
                self.pending.push(Include { from, name, depth });
            }
        }
    }

    /// Takes a header in; gives back those that are worth keeping, this one or others.
    pub(super) fn add(
        &mut self,
        from: &Include,
        path: String,
        text: Arc<[u8]>,
    ) -> Vec<(String, Arc<[u8]>)> {
        if !self.seen.insert(path.clone()) {
            return Vec::new();
        }
        self.follow(&path, &text, from.depth + 1);
        self.left.push((path, text));
        let mut out = Vec::new();
        while let Some(at) = self.left.iter().position(|(_, text)| self.defines_one(text)) {
            let (path, text) = self.left.swap_remove(at);
            self.learn(&text);
            out.push((path, text));
        }
        out
    }

    fn defines_one(&self, text: &[u8]) -> bool {
        lines(text).filter_map(defined).any(|name| self.words.contains(name))
    }

    /// The words of a header's macros that are used.
    fn learn(&mut self, text: &[u8]) {
        let used: Vec<Vec<u8>> = lines(text)
            .filter(|line| defined(line).is_some_and(|name| self.words.contains(name)))
            .flat_map(|line| line.split(|byte| !(byte.is_ascii_alphanumeric() || *byte == b'_')))
            .filter(|word| word.first().is_some_and(|byte| !byte.is_ascii_digit()))
            .map(<[u8]>::to_vec)
            .collect();
        self.words.extend(used);
    }
}

/// The directives of a text: what stands behind the `#`, over continued lines.
fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let rest = text.get(at..).filter(|rest| !rest.is_empty())?;
            let mut end = 0;
            let mut continued = true;
            while continued && end < rest.len() {
                let line = memchr::memchr(b'\n', &rest[end..]).unwrap_or(rest.len() - end);
                continued = rest[end..end + line].trim_ascii_end().ends_with(b"\\");
                end += line + 1;
            }
            let line = &rest[..end.min(rest.len())];
            at += end;
            if let Some(directive) = line.trim_ascii_start().strip_prefix(b"#") {
                return Some(directive.trim_ascii_start());
            }
        }
    })
}

/// The name that a directive defines.
fn defined(line: &[u8]) -> Option<&[u8]> {
    let rest = line.strip_prefix(b"define")?.trim_ascii_start();
    let end = rest.iter().position(|byte| !(byte.is_ascii_alphanumeric() || *byte == b'_'));
    Some(&rest[..end.unwrap_or(rest.len())])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directives_are_read_line_by_line() {
        let text = b"# include \"a.h\"\nint x;\n#define D(x) \\\n\tf(x, dev)\n#define E\n";
        let found: Vec<&[u8]> = lines(text).collect();
        assert_eq!(found.len(), 3);
        assert_eq!(defined(found[1]), Some(&b"D"[..]));
        assert_eq!(defined(found[2]), Some(&b"E"[..]));
        assert_eq!(lines(b"\\").count(), 0);
        assert_eq!(lines(b"#").count(), 1);
    }

    #[test]
    fn a_header_is_kept_if_a_macro_of_it_is_used_even_by_another() {
        let mut headers = Headers { begun: true, ..Headers::default() };
        headers.words.insert(b"D".to_vec());
        let from = Include { from: "d/a.c".into(), name: "x.h".into(), depth: 0 };
        let text = |text: &str| Arc::<[u8]>::from(text.as_bytes());
        assert!(headers.add(&from, "d/e.h".into(), text("#define E dev\n")).is_empty());
        let kept = headers.add(&from, "d/d.h".into(), text("#include \"e.h\"\n#define D E\n"));
        let paths: Vec<&str> = kept.iter().map(|(path, _)| path.as_str()).collect();
        assert_eq!(paths, ["d/d.h", "d/e.h"]);
        assert!(headers.add(&from, "d/d.h".into(), text("")).is_empty());
        let next = headers.take(&Db::default(), &[]);
        assert_eq!(next.len(), 1);
        assert_eq!((next[0].from.as_str(), next[0].name.as_str()), ("d/d.h", "e.h"));
    }
}
