//! Macros of other files that thread functions call: what they do with the locals that they are told
//! of. Nothing but that is kept of them.

use rustc_hash::FxHashSet;

use crate::index::db::Db;
use crate::index::resolve::Found;
use crate::kernel::words;
use crate::syntax::lex::{Kind, lex_range};

/// Which names were asked for.
#[derive(Debug, Default)]
pub(super) struct Macros {
    begun: bool,
    asked: FxHashSet<Vec<u8>>,
}

impl Macros {
    /// Names of macros whose definitions are missing, sorted: those that these thread functions may
    /// call, then those that these use.
    pub(super) fn take(&mut self, db: &Db, found: impl FnOnce() -> Vec<Found>) -> Vec<String> {
        let mut names: Vec<Vec<u8>> = Vec::new();
        if std::mem::replace(&mut self.begun, true) {
            names.extend(db.foreign_names());
        } else {
            for id in found().into_iter().map(|found| found.function) {
                let text = db.text(id.file);
                let tokens = lex_range(text, db.function(id).body);
                let calls = tokens
                    .windows(2)
                    .filter(|pair| pair[0].kind == Kind::Ident && pair[1].is(b'('))
                    .map(|pair| pair[0].bytes(text));
                for name in calls {
                    names.push(name.to_vec());
                    for definition in db.definitions_of(id.file, name).all {
                        names.extend(definition.names().map(<[u8]>::to_vec));
                    }
                }
            }
        }
        let mut out: Vec<String> = names
            .into_iter()
            .filter(|name| !words::is_keyword(name) && self.asked.insert(name.clone()))
            .filter_map(|name| String::from_utf8(name).ok())
            .collect();
        out.sort();
        out
    }

    /// Whether a name was asked for.
    pub(super) fn wants(&self, name: &[u8]) -> bool {
        self.asked.contains(name)
    }
}
