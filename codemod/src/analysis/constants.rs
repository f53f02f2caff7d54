//! Macros without parameters: which are constants.

use crate::index::db::Db;
use crate::kernel::words;
use crate::source::FileId;
use crate::syntax::lex::{Kind, lex_body};

/// Macros deep that are looked into.
const MAX_DEPTH: u32 = 5;

/// Whether `name` is, in `file`, a macro without parameters that is more than a constant: it reads
/// memory, calls or stores.
pub fn acts(db: &Db, file: FileId, name: &[u8]) -> bool {
    acts_within(db, file, name, MAX_DEPTH)
}

fn acts_within(db: &Db, file: FileId, name: &[u8], depth: u32) -> bool {
    db.macros_for(file, name).iter().filter(|(_, found)| found.params.is_empty()).any(
        |(at, found)| {
            let text = db.text(*at);
            let tokens = lex_body(text, found.body);
            tokens.iter().enumerate().any(|(index, token)| {
                let word = token.bytes(text);
                match token.kind {
                    Kind::Ident if words::is_type_word(word) || words::is_tag_word(word) => false,
                    Kind::Ident if word == b"sizeof" || word == name => false,
                    Kind::Ident => {
                        let tag = index
                            .checked_sub(1)
                            .is_some_and(|it| words::is_tag_word(tokens[it].bytes(text)));
                        let calls = tokens.get(index + 1).is_some_and(|next| next.is(b'('));
                        !tag && (calls
                            || word.iter().any(u8::is_ascii_lowercase) && !word.ends_with(b"_t")
                            || depth == 0
                            || acts_within(db, *at, word, depth - 1))
                    }
                    Kind::OpAssign | Kind::IncDec | Kind::Arrow => true,
                    Kind::Punct(byte) => matches!(byte, b'=' | b'{' | b'}' | b';' | b'[' | b'.'),
                    _ => false,
                }
            })
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_only_computes_with_constants_is_one() {
        let does = |text: &str| {
            let mut db = Db::default();
            let file = db.sources.add("a.c".into(), text.as_bytes().into()).expect("small");
            db.index_new();
            acts(&db, file, b"M")
        };
        for no in [
            "#define M (5 * HZ)",
            "#define M N\n#define N ((u8_t)~0x10UL << 2)",
            "#define M(x) x++",
            "#define M sizeof(struct foo)",
            "",
        ] {
            assert!(!does(no), "{no}");
        }
        for yes in [
            "#define M jiffies",
            "#define M next()",
            "#define M N\n#define N (count++)",
            "#define M (*REG = 1)",
            "#define M TABLE[0]",
            "#define M do { } while (0)",
        ] {
            assert!(does(yes), "{yes}");
        }
    }
}
