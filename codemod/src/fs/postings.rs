//! Postings: which names each file calls, defines or assigns, as hashes.
//!
//! A list of 32-bit hashes a file, 4 bytes a name: the whole kernel takes 18 MB, and a look-up goes
//! over all lists once, however many names it is for. A Bloom filter would be half as large but
//! would have to be asked for each name by itself, and would send the reader to more files in vain.

use std::ops::Range;

use rustc_hash::FxHashMap;

use super::names::{each_name, hash};

/// Slots of the table that drops repeated names; what it misses is only a hash too many.
const SLOTS: usize = 4096;

/// Makes another hash of that of a name, for the files that define a macro of the name.
const DEFINED: u32 = 0x5bd1_e995;

/// The hashes of one file: a range of [`Postings::hashes`].
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Posting {
    start: u32,
    end: u32,
}

/// The lists of the files that one thread read.
#[derive(Debug, Default)]
pub(super) struct Postings {
    hashes: Vec<u32>,
}

impl Postings {
    /// The hashes of a file.
    pub(super) fn of(&self, posting: Posting) -> &[u32] {
        let Range { start, end } = posting.start as usize..posting.end as usize;
        self.hashes.get(start..end).unwrap_or_default()
    }
}

/// Makes postings, one file after another.
#[derive(Debug)]
pub(super) struct PostingsBuilder {
    postings: Postings,
    /// Per slot the number of the file and the hash that came last.
    seen: Vec<u64>,
    file: u64,
}

impl PostingsBuilder {
    pub(super) fn new() -> Self {
        Self { postings: Postings::default(), seen: vec![0; SLOTS], file: 0 }
    }

    /// Reads the names off a text.
    pub(super) fn add(&mut self, text: &[u8]) -> Posting {
        let hashes = &mut self.postings.hashes;
        let start = hashes.len() as u32;
        self.file += 1;
        let file = self.file << 32;
        let mut put = |hash: u32| {
            if let Some(slot) = self.seen.get_mut(hash as usize % SLOTS)
                && *slot != file | u64::from(hash)
            {
                *slot = file | u64::from(hash);
                hashes.push(hash);
            }
        };
        each_name(text, |name, defined| {
            let hash = hash(name);
            put(hash);
            if defined {
                put(hash ^ DEFINED);
            }
            true
        });
        Posting { start, end: hashes.len() as u32 }
    }

    pub(super) fn finish(mut self) -> Postings {
        self.postings.hashes.shrink_to_fit();
        self.postings
    }
}

/// Names to look for.
#[derive(Debug)]
pub(super) struct Wanted<'n> {
    /// One bit for the low half of each hash: says no to nearly all others without a memory access
    /// outside the nearest cache.
    filter: Box<[u64; 1024]>,
    names: FxHashMap<u32, Vec<&'n [u8]>>,
    /// Whether only definitions of macros count.
    defined: bool,
}

impl<'n> Wanted<'n> {
    /// Wherever they are called, defined or assigned.
    pub(super) fn new(names: &'n [String]) -> Self {
        Self::of(names, false)
    }

    /// Where they are defined as macros with parameters.
    pub(super) fn macros(names: &'n [String]) -> Self {
        Self::of(names, true)
    }

    fn of(names: &'n [String], defined: bool) -> Self {
        let filter = Box::new([0; 1024]);
        let mut wanted = Self { filter, names: FxHashMap::default(), defined };
        for name in names {
            let hash = wanted.hash(name.as_bytes());
            let (word, bit) = Self::place(hash);
            wanted.filter[word] |= bit;
            wanted.names.entry(hash).or_default().push(name.as_bytes());
        }
        wanted
    }

    fn hash(&self, name: &[u8]) -> u32 {
        hash(name) ^ if self.defined { DEFINED } else { 0 }
    }

    const fn place(hash: u32) -> (usize, u64) {
        let low = hash as u16;
        ((low >> 6) as usize, 1 << (low & 63))
    }

    fn may_have(&self, hash: u32) -> bool {
        let (word, bit) = Self::place(hash);
        self.filter[word] & bit != 0
    }

    /// Whether a file with these hashes may hold one of the names. Never wrongly no.
    pub(super) fn may_be_in(&self, hashes: &[u32]) -> bool {
        hashes.iter().any(|hash| self.may_have(*hash) && self.names.contains_key(hash))
    }

    /// Whether the text calls, defines or assigns one of the names.
    pub(super) fn is_in(&self, text: &[u8]) -> bool {
        let mut found = false;
        each_name(text, |name, defined| {
            let hash = self.hash(name);
            found = (defined || !self.defined)
                && self.may_have(hash)
                && self.names.get(&hash).is_some_and(|names| names.contains(&name));
            !found
        });
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// xorshift64: random enough, and the same in every run.
    struct Random(u64);

    impl Random {
        fn below(&mut self, end: usize) -> usize {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            (self.0 % end as u64) as usize
        }

        fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
            from[self.below(from.len())]
        }

        fn name(&mut self) -> String {
            let first = self.pick(&["_", "a", "K", "$", "x"]).to_owned();
            let rest = self.below(40);
            (0..rest).fold(first, |name, _| name + self.pick(&["_", "b", "7", "Z", "\u{e9}"]))
        }
    }

    fn wanted(name: &str) -> Vec<String> {
        vec![name.to_owned()]
    }

    #[test]
    fn every_name_that_was_put_in_is_found() {
        let mut random = Random(0x5eed);
        let mut builder = PostingsBuilder::new();
        let mut files = Vec::new();
        for _ in 0..300 {
            let names: Vec<String> = (0..random.below(60)).map(|_| random.name()).collect();
            let text = names.iter().fold(String::new(), |text, name| {
                let before = random.pick(&["", " ", ".", "->", ";", "(", "/* c */", "\n", "\""]);
                let blank = random.pick(&["", " ", "\t", "\n", " \\\n", " /* c */ ", "[i] "]);
                let sign = random.pick(&["(", "=", "(("]);
                let blank = if sign == "=" { blank } else { blank.trim_start_matches("[i]") };
                text + before + " " + name + blank + sign + random.pick(&["x", " x", ")", ";"])
            });
            let posting = builder.add(text.as_bytes());
            files.push((names, text, posting));
        }
        let postings = builder.finish();
        for (names, text, posting) in &files {
            for name in names {
                let name = wanted(name);
                assert!(Wanted::new(&name).may_be_in(postings.of(*posting)), "{name:?}\n{text}");
                assert!(Wanted::new(&name).is_in(text.as_bytes()), "{name:?}\n{text}");
            }
        }
    }

    #[test]
    fn names_that_were_not_put_in_are_hardly_found() {
        let mut random = Random(7);
        let mut builder = PostingsBuilder::new();
        let text: String = (0..5000).map(|_| random.name() + "(").collect();
        let posting = builder.add(text.as_bytes());
        let postings = builder.finish();
        let others: Vec<String> = (0..5000).map(|at| format!("q{at}_{}", random.name())).collect();
        let wrong = others
            .iter()
            .filter(|name| Wanted::new(&wanted(name)).may_be_in(postings.of(posting)))
            .count();
        assert!(wrong <= 1, "{wrong} of 5000");
    }

    #[test]
    fn a_definition_is_found_and_a_call_is_none() {
        let mut builder = PostingsBuilder::new();
        let text = b"#define poll(x) wait(x)\n";
        let posting = builder.add(text);
        let postings = builder.finish();
        let (poll, wait) = (wanted("poll"), wanted("wait"));
        let may_be = |names| Wanted::macros(names).may_be_in(postings.of(posting));
        assert!(may_be(&poll) && Wanted::macros(&poll).is_in(text));
        assert!(!may_be(&wait) && !Wanted::macros(&wait).is_in(text));
        assert!(Wanted::new(&poll).is_in(text) && Wanted::new(&wait).is_in(text));
    }

    #[test]
    fn only_whole_words_count() {
        let poll = wanted("poll");
        let poll = Wanted::new(&poll);
        assert!(poll.is_in(b"x = poll(y)"));
        assert!(!poll.is_in(b"x = mypoll(y)"));
        assert!(!poll.is_in(b"x = poll_it(y)"));
        assert!(!poll.is_in(b"x = poll2(y); /* poll */"));
        assert!(!poll.is_in("x = \u{e9}poll(y)".as_bytes()));
    }

    #[test]
    fn a_file_without_a_name_has_an_empty_posting_and_others_are_kept_apart() {
        let mut builder = PostingsBuilder::new();
        let first = builder.add(b"a(a(a(");
        let empty = builder.add(b"int x;");
        let second = builder.add(b"b = 1; a()");
        let postings = builder.finish();
        assert_eq!(postings.of(first).len(), 1);
        assert!(postings.of(empty).is_empty());
        assert_eq!(postings.of(second).len(), 2);
        let b = wanted("b");
        assert!(!Wanted::new(&b).may_be_in(postings.of(first)));
        assert!(Wanted::new(&b).may_be_in(postings.of(second)));
    }
}
