//! What a macro does with its arguments, through the macros that it passes them on to.

use crate::index::db::Db;
use crate::index::params::{First, ParamUse};
use crate::kernel::calls;
use crate::model::Argument;
use crate::source::FileId;

/// Macros deep that are looked into.
const MAX_DEPTH: u32 = 5;

/// What the macros that `name` can mean in `file` do with an argument; nothing where there is no such
/// macro. One that only looks like a macro may do anything.
pub fn argument(db: &Db, file: FileId, name: &[u8], index: usize) -> Option<Argument> {
    let found = follow(db, file, name, index, MAX_DEPTH);
    let guess = || {
        let is_function =
            !db.functions_for(file, name).is_empty() || !db.functions_aside(file, name).is_empty();
        let anything = Argument { value: true, written: true, addressed: true, ..<_>::default() };
        (!is_function && calls::may_be_a_macro(name)).then_some(anything)
    };
    found.or_else(guess)
}

fn follow(db: &Db, file: FileId, name: &[u8], index: usize, depth: u32) -> Option<Argument> {
    let found = db.definitions_of(file, name);
    if found.all.is_empty() {
        return None;
    }
    let mut out = Argument::default();
    if depth == 0 {
        // Too deep to tell: everything may happen.
        return Some(Argument { value: true, written: true, addressed: true, ..out });
    }
    let (mut params, mut aliases) = (ParamUse::default(), Vec::new());
    for definition in &found.all {
        if let Some(param) = definition.argument(index) {
            params.merge(param);
        }
        aliases.extend(definition.alias.iter());
    }
    out.value = params.value;
    out.written = params.written;
    out.addressed = params.addressed;
    out.pasted = params.pasted;
    // What the kernel's own macros make a string of is printed, and no more.
    out.named = params.pasted || params.member || (params.quoted && found.near);
    let passed = params.passed.iter().map(|(callee, at)| (callee, *at));
    let targets: Vec<(&Vec<u8>, usize)> =
        passed.chain(aliases.iter().map(|alias| (*alias, index))).collect();
    let assigns = |callee: &[u8], at: usize| {
        follow(db, file, callee, at, depth - 1).is_some_and(|inner| inner.fresh)
    };
    out.fresh = aliases.iter().all(|alias| assigns(alias, index))
        && match params.first {
            First::Assigned => true,
            First::Passed => params.passed.first().is_some_and(|(name, at)| assigns(name, *at)),
            First::Nothing => !aliases.is_empty(),
            First::Read => false,
        };
    let mut is_macro = found.all.iter().any(|definition| definition.alias.is_none());
    for (callee, at) in targets {
        if callee == name {
            // A macro's own name in it is the function of that name.
            out.value = true;
            continue;
        }
        match follow(db, file, callee, at, depth - 1) {
            Some(inner) => {
                out.merge(inner);
                is_macro = true;
            }
            None => out.value = true,
        }
        out.written |= calls::output_arguments(callee).iter().any(|(output, _)| *output == at);
    }
    is_macro.then_some(out)
}
