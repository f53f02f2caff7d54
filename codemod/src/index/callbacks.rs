//! Bodies that a thread function calls through a field of its own data: `thread->run(thread)`.
//!
//! Such a field is a *hook* where a registration fills it from one of its parameters; what the callers
//! of the registration hand in runs as a [`Callback`](crate::report::schema::Role::Callback).

use rustc_hash::FxHashMap;

use super::db::Db;
use super::facts::Owner;
use super::flow::{all_assigned, right_side};
use super::parts::parts;
use super::resolve::Found;
use super::types::type_of;
use crate::report::schema::Role;
use crate::source::Loc;
use crate::syntax::expr::{Value, values};
use crate::syntax::lex::{Kind, Token, lex_range};

/// A field of a thread's data through which the thread calls.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hook {
    /// The struct.
    pub tag: Vec<u8>,
    /// The field.
    pub field: Vec<u8>,
    /// The call through it.
    pub call: Loc,
}

/// Assignments to one local that are looked at.
const MAX_SOURCES: usize = 16;

/// The hooks of all thread functions.
pub fn hooks(db: &Db, found: &[Found]) -> Vec<Hook> {
    let mut out = Vec::new();
    let threads = found.iter().filter(|found| found.role == Role::Thread);
    let bodies = threads
        .flat_map(|thread| std::iter::once(thread.function).chain(parts(db, thread.function)));
    for id in bodies {
        let file = id.file;
        let function = db.function(id);
        let Some(data) = function.params.first().filter(|param| !param.name.is_empty()) else {
            continue;
        };
        let text = db.text(file);
        let tokens = lex_range(text, function.body);
        let owner = Owner::Function(id.index);
        let locals = Locals::new(text, &tokens);
        for (index, token) in tokens.iter().enumerate() {
            let Some((base, field)) = indirect(text, &tokens, index, &locals) else { continue };
            if !derived(text, &tokens, base, &data.name, 2, &locals) {
                continue;
            }
            if let Some(tag) = type_of(db, file, owner, base) {
                let call = Loc { file, span: token.span };
                out.push(Hook { tag, field: field.to_vec(), call });
            }
        }
    }
    out.sort();
    out.dedup_by(|one, two| one.tag == two.tag && one.field == two.field);
    out
}

/// `base->field(` at the field's token, or `local(` where the local holds such a field.
fn indirect<'t>(
    text: &'t [u8],
    tokens: &[Token],
    at: usize,
    locals: &Locals<'t>,
) -> Option<(&'t [u8], &'t [u8])> {
    let token = tokens[at];
    let called = tokens.get(at + 1)?.is(b'(')
        || (tokens.get(at + 1)?.is(b')') && tokens.get(at + 2).is_some_and(|next| next.is(b'(')));
    if token.kind != Kind::Ident || !called || at < 2 {
        return None;
    }
    let before = tokens[at - 1];
    if before.kind == Kind::Arrow || before.is(b'.') {
        let base = tokens[at - 2];
        let plain = base.kind == Kind::Ident
            && !at
                .checked_sub(3)
                .is_some_and(|at| tokens[at].kind == Kind::Arrow || tokens[at].is(b'.'));
        return plain.then(|| (base.bytes(text), token.bytes(text)));
    }
    // A local function pointer.
    locals.values(text, tokens, token.bytes(text)).find_map(|value| match value {
        Value::Member { base: Some(base), members } if members.len() == 1 => {
            Some((text.get(base.range())?, text.get(members[0].range())?))
        }
        _ => None,
    })
}

/// What is assigned to the locals of a function.
struct Locals<'t> {
    assigned: FxHashMap<&'t [u8], Vec<usize>>,
}

impl<'t> Locals<'t> {
    fn new(text: &'t [u8], tokens: &[Token]) -> Self {
        let mut assigned: FxHashMap<&'t [u8], Vec<usize>> = FxHashMap::default();
        for (name, value) in all_assigned(tokens) {
            let sources = assigned.entry(tokens[name].bytes(text)).or_default();
            if sources.len() < MAX_SOURCES {
                sources.push(value);
            }
        }
        Self { assigned }
    }

    fn values<'a>(
        &'a self,
        text: &'a [u8],
        tokens: &'a [Token],
        name: &[u8],
    ) -> impl Iterator<Item = Value> + 'a {
        let sources = self.assigned.get(name).into_iter().flatten();
        sources.flat_map(move |value| values(text, right_side(tokens, *value)))
    }
}

/// Whether `name` is the thread's data, or a member of it, by what is assigned to it.
fn derived(
    text: &[u8],
    tokens: &[Token],
    name: &[u8],
    data: &[u8],
    steps: u32,
    locals: &Locals<'_>,
) -> bool {
    if name == data {
        return true;
    }
    steps > 0
        && locals.values(text, tokens, name).any(|value| match value {
            Value::Name(span) | Value::Member { base: Some(span), .. } => {
                let base = text.get(span.range()).unwrap_or_default();
                base != name && derived(text, tokens, base, data, steps - 1, locals)
            }
            _ => false,
        })
}
