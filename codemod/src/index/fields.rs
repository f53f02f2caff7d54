//! Thread functions in the fields of structures.

use super::facts::{Mention, Owner};
use super::flow::{Leaf, field_write, leaves};
use super::resolve::Run;
use super::sinks::Path;
use super::types::member_position;
use crate::kernel::creators;
use crate::report::schema::Role;
use crate::source::{FileId, Loc, Span};
use crate::syntax::lex::{Kind, Token, lex_range};
use crate::syntax::skeleton::split;

impl Run<'_> {
    /// A structure with a thread function in a field.
    pub(super) fn percpu(&mut self, file: FileId, call: Mention, argument: &[Token], path: &Path) {
        let field = creators::PERCPU_FIELD.as_bytes().to_vec();
        for leaf in leaves(self.db, file, call.owner, argument) {
            match leaf {
                Leaf::Name(name, span) => {
                    let variable = self.db.facts(file).skeleton.variables.iter();
                    let found = variable
                        .filter(|variable| {
                            self.db.bytes(file, variable.name) == name && !variable.init.is_empty()
                        })
                        .map(|variable| variable.init)
                        .next();
                    match found {
                        Some(init) => self.field_in(file, init, &field, path),
                        None => self.lost(
                            Loc { file, span },
                            format!(
                                "the structure `{}` is not in this file",
                                String::from_utf8_lossy(&name)
                            ),
                        ),
                    }
                }
                Leaf::Param(index) => self.forward(file, call.owner, index, path),
                _ => self.lost(
                    Loc { file, span: call.span },
                    "the structure that names the thread function is not followed".into(),
                ),
            }
        }
    }

    pub(super) fn field_in(&mut self, file: FileId, init: Span, field: &[u8], path: &Path) {
        let writes: Vec<Mention> = self
            .db
            .facts(file)
            .assigns_of(self.db.text(file), field)
            .filter(|mention| init.covers(mention.span))
            .collect();
        for mention in writes {
            if let Some(write) = field_write(self.db, file, mention.owner, mention.span) {
                for leaf in leaves(self.db, file, Owner::File, &write.value) {
                    self.leaf(file, Owner::File, leaf, path);
                }
            }
        }
    }

    /// Every write of a field that may hold the thread function.
    pub(super) fn field(
        &mut self,
        tag: Option<&[u8]>,
        field: &[u8],
        home: FileId,
        path: &Path,
        callback: bool,
    ) {
        let private = tag.is_some_and(|tag| {
            let homes = self.db.structs_for(tag);
            !homes.is_empty()
                && homes.iter().all(|(file, _)| *file == home && !self.db.is_header(*file))
        });
        let mut writes: Vec<(FileId, Owner, Vec<Leaf>)> = Vec::new();
        let mut filled = false;
        for file in self.db.files().collect::<Vec<_>>() {
            if (private || tag.is_none()) && file != home {
                continue;
            }
            let mentions: Vec<Mention> =
                self.db.facts(file).assigns_of(self.db.text(file), field).collect();
            for mention in mentions {
                let Some(write) = field_write(self.db, file, mention.owner, mention.span) else {
                    continue;
                };
                let fits = match (tag, write.tag.as_deref()) {
                    (Some(one), Some(two)) => one == two && self.db.same_struct(home, file, one),
                    _ => file == home,
                };
                if !fits {
                    continue;
                }
                writes.push((
                    file,
                    mention.owner,
                    leaves(self.db, file, mention.owner, &write.value),
                ));
            }
            if !callback && let Some(tag) = tag {
                filled |= self.positional(file, tag, field, path);
            }
        }
        if writes.is_empty() && !filled && path.role == Role::Thread {
            let field = String::from_utf8_lossy(field);
            let why = format!(
                "the thread function is in the field `{field}`, which nothing is seen to fill"
            );
            self.lost(path.call, why);
        }
        // A field is a hook only where a registration fills it from its own parameter.
        let registered =
            writes.iter().any(|(_, _, all)| all.iter().any(|leaf| matches!(leaf, Leaf::Param(_))));
        if callback && !registered {
            return;
        }
        if let Some(tag) = tag
            && !private
        {
            self.want(field, Some(tag));
        }
        for (file, owner, all) in writes {
            for leaf in all {
                if callback && let Leaf::Name(_, span) = leaf {
                    // Filled without a registration: the place itself names the body.
                    let mut path = path.clone();
                    path.call = Loc { file, span };
                    path.chain = vec![String::from_utf8_lossy(field).into_owned()];
                    self.leaf(file, owner, leaf, &path);
                } else {
                    self.leaf(file, owner, leaf, path);
                }
            }
        }
    }

    /// `static struct T table[] = { { "a", fn } };`
    fn positional(&mut self, file: FileId, tag: &[u8], field: &[u8], path: &Path) -> bool {
        let variables: Vec<Span> = self
            .db
            .facts(file)
            .skeleton
            .variables
            .iter()
            .filter(|variable| {
                !variable.init.is_empty() && self.db.bytes(file, variable.type_name) == tag
            })
            .map(|variable| variable.init)
            .collect();
        if variables.is_empty() {
            return false;
        }
        let Some(position) = member_position(self.db, tag, field) else { return false };
        for init in variables {
            let tokens: Vec<Token> = lex_range(self.db.text(file), init)
                .into_iter()
                .filter(|token| !matches!(token.kind, Kind::Directive(_)))
                .collect();
            self.rows(file, &tokens, position, path, 0);
        }
        true
    }

    fn rows(&mut self, file: FileId, tokens: &[Token], position: usize, path: &Path, depth: u32) {
        let inside = match tokens {
            [open, inside @ .., close] if open.is(b'{') && close.is(b'}') => inside,
            _ => return,
        };
        let parts = split(inside);
        if depth == 0 && parts.iter().all(|part| part.first().is_some_and(|first| first.is(b'{'))) {
            for part in parts {
                self.rows(file, part, position, path, 1);
            }
            return;
        }
        if parts.iter().any(|part| part.first().is_some_and(|first| first.is(b'.'))) {
            return;
        }
        if let Some(part) = parts.get(position) {
            for leaf in leaves(self.db, file, Owner::File, part) {
                self.leaf(file, Owner::File, leaf, path);
            }
        }
    }
}
