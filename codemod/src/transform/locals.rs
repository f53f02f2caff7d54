//! What becomes of the locals that the loop shares with the rest of its function.

use super::View;
use crate::analysis::thread::is_recomputed;
use crate::kernel;
use crate::model::cfg::{Event, Node, NodeId, VarId, Variable};
use crate::source::Span;
use crate::syntax::lex::{Kind, Token};
use crate::verify::is_storage_word;

/// How the loop's function gets at a local; the later, the more it takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// It has one of its own: nothing outlives an iteration.
    Scratch,
    /// It computes it again.
    Recompute,
    /// It copies it, because only the thread function writes it.
    Copy,
    /// It is a field of the context.
    Value,
    /// It is reached through a pointer in the context.
    Pointer,
}

/// One local.
#[allow(clippy::struct_excessive_bools, reason = "independent facts")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Local {
    /// Its name.
    pub name: String,
    /// Where it is declared.
    pub declared: Span,
    /// What becomes of it.
    pub class: Class,
    /// Whether it has a value when the loop begins.
    pub set_before: bool,
    /// Whether the rest of the function reads it behind the loop, as the loop left it.
    pub read_after: bool,
    /// Whether it is a parameter.
    pub parameter: bool,
    /// Whether it can be given its value as a whole, wherever it is.
    pub by_value: bool,
    /// Whether its type can be written outside of the function.
    pub nameable: bool,
    /// Its initialiser.
    pub init: Option<Span>,
    /// What its initialiser reads: where those are declared.
    pub init_reads: Vec<Span>,
    /// Whether its initialiser reads the parameter.
    pub reads_param: bool,
    /// The variable, for its type.
    pub variable: Variable,
}

impl Local {
    /// How another function gets at its value where it never changes.
    pub fn copied(&self) -> Class {
        if self.by_value { Class::Copy } else { Class::Pointer }
    }

    /// What stands against writing its type elsewhere, if that is needed.
    pub fn unnameable(&self) -> Option<Impossible> {
        let written = matches!(self.class, Class::Copy | Class::Value | Class::Pointer);
        (written && !self.nameable).then(|| Impossible {
            span: self.declared,
            name: self.name.clone(),
            why: Why::Type,
        })
    }
}

/// A local that nothing can be done with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Impossible {
    /// Where it is declared.
    pub span: Span,
    /// What it is called.
    pub name: String,
    /// Why.
    pub why: Why,
}

/// Why a local can't be reached from another function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// Its length is computed.
    VariableLength,
    /// A macro names it.
    Captured,
    /// Its type can't be written elsewhere.
    Type,
    /// Its address is given away in a part that becomes another function.
    Address,
    /// It is an entry of a wait queue.
    WaitEntry,
}

/// The parts of the text that go into the loop's function.
pub fn in_loop(view: &View<'_>, rest: &[Span], at: Span) -> bool {
    view.main.parts.body.covers(at)
        || view.main.parts.update.is_some_and(|update| update.covers(at))
        || rest.iter().any(|rest| rest.covers(at))
}

/// All locals that the loop uses and does not declare; `rest` is what is left of its condition,
/// `given_back` the statements whose locals the thread function reads behind the loop.
///
/// # Errors
/// Those that nothing can be done with.
pub fn locals(
    view: &View<'_>,
    rest: &[Span],
    given_back: &[Span],
) -> Result<Vec<Local>, Vec<Impossible>> {
    let (graph, found) = (view.graph, view.live);
    let (mut out, mut failed) = (Vec::new(), Vec::new());
    for (var, variable) in graph.variables.iter().enumerate() {
        if in_loop(view, rest, variable.span) {
            continue;
        }
        let used = |inside: bool| {
            graph.uses.iter().chain(&graph.captured).any(|(span, at)| {
                *at == var && *span != variable.span && in_loop(view, rest, *span) == inside
            })
        };
        if !used(true) {
            continue;
        }
        let captured =
            graph.captured.iter().any(|(span, at)| *at == var && in_loop(view, rest, *span));
        let mut fail = |why| {
            failed.push(Impossible { span: variable.span, name: variable.name.clone(), why });
        };
        if variable.variable_length {
            fail(Why::VariableLength);
            continue;
        }
        let given = graph
            .uses
            .iter()
            .any(|(span, at)| *at == var && given_back.iter().any(|back| back.covers(*span)));
        let read_after = found.read_after.contains(&var) || given;
        let shared = Shared {
            live: found.carried.contains(&var) || read_after,
            constant: found.constant.contains(&var),
            outside: used(false),
            behind: graph.uses.iter().chain(&graph.captured).any(|(span, at)| {
                *at == var && span.start >= view.main.span.end && !in_loop(view, rest, *span)
            }),
            address_in: takes_address(view, var, true),
            address_out: takes_address(view, var, false),
            set_before: set_before(view, var),
        };
        let mut class = class(view, var, &shared, read_after);
        if class == Class::Scratch && keeps_a_part(view, var) {
            // What is not written of it is as it was an iteration before.
            let copied = by_value(view, var)
                && (shared.set_before == Some(false)
                    || (shared.set_before.is_some() && !is_struct(variable)));
            class = if copied { Class::Value } else { Class::Pointer };
        }
        if class == Class::Scratch && only_written_outside(view, var) {
            // Nobody would read it there any more, and the compiler would say so.
            class = if by_value(view, var) { Class::Value } else { Class::Pointer };
        }
        if captured && class == Class::Value {
            // Perhaps the macro only reads it, but then nothing carries it over either.
            fail(Why::Captured);
            continue;
        }
        if captured && class == Class::Pointer {
            fail(Why::Captured);
            continue;
        }
        let stays = matches!(class, Class::Scratch | Class::Recompute);
        if matches!(class, Class::Value | Class::Pointer) && types_another(view, rest, var) {
            fail(Why::Type);
            continue;
        }
        if names_locals(view, var)
            || (!stays && !has_a_type(view, variable))
            || (class == Class::Pointer && is_register(view, variable))
            || (is_bare_array(view, variable) && class == Class::Pointer && wants_size(view, var))
        {
            fail(Why::Type);
            continue;
        }
        out.push(Local {
            class,
            set_before: shared.set_before != Some(false),
            read_after,
            ..local(view, var)
        });
    }
    if failed.is_empty() { Ok(out) } else { Err(failed) }
}

/// What is known of a local wherever it is used; it is scratch as long as nobody says otherwise.
pub fn local(view: &View<'_>, var: VarId) -> Local {
    let graph = view.graph;
    let variable = &graph.variables[var];
    let reads = |parameter: bool| {
        let of_kind = move |at: &&VarId| graph.variables[**at].parameter == parameter;
        variable.init_locals.iter().filter(of_kind)
    };
    Local {
        name: variable.name.clone(),
        declared: variable.span,
        class: Class::Scratch,
        set_before: set_before(view, var) != Some(false),
        read_after: false,
        parameter: variable.parameter,
        by_value: by_value(view, var),
        nameable: has_a_type(view, variable) && !names_locals(view, var),
        init: variable.init,
        init_reads: reads(false).map(|at| graph.variables[*at].span).collect(),
        reads_param: reads(true).next().is_some(),
        variable: variable.clone(),
    }
}

#[allow(clippy::struct_excessive_bools, reason = "independent facts")]
struct Shared {
    live: bool,
    constant: bool,
    outside: bool,
    /// Whether it is used behind the loop.
    behind: bool,
    address_in: bool,
    address_out: bool,
    /// Some(true): on every way; Some(false): on none.
    set_before: Option<bool>,
}

fn class(view: &View<'_>, var: VarId, shared: &Shared, read_after: bool) -> Class {
    let variable = &view.graph.variables[var];
    if variable.is_static || variable.undone || variable.made_by.is_some() {
        return Class::Pointer;
    }
    let by_value = by_value(view, var);
    let address = shared.address_in || shared.address_out;
    if address {
        // One place for good: a field, if only the loop knows it, else where it is.
        let moves = !(shared.address_out || shared.behind || read_after || variable.parameter);
        let whole =
            by_value || (shared.set_before == Some(false) && !has_attributes(view, variable));
        return if moves && whole && (shared.set_before.is_some() || !shared.outside) {
            Class::Value
        } else {
            Class::Pointer
        };
    }
    if shared.live {
        return if by_value && !is_struct(variable) && shared.set_before.is_some() {
            Class::Value
        } else {
            Class::Pointer
        };
    }
    if shared.constant {
        if is_recomputed(view.helpers, view.file, view.graph, var) {
            return Class::Recompute;
        }
        return if by_value { Class::Copy } else { Class::Pointer };
    }
    Class::Scratch
}

fn is_struct(variable: &Variable) -> bool {
    variable.shape.stars == 0
        && ["struct ", "union "].iter().any(|tag| variable.type_text.starts_with(tag))
}

/// Whether an initialiser is more than a value that could be computed anywhere.
fn acts(view: &View<'_>, variable: &Variable) -> bool {
    variable.init_reads_memory
        || !variable.init_calls.iter().all(|name| view.helpers.is_pure(view.file, name))
}

/// Whether an iteration may write a part of a local, or only perhaps write it, before all of it.
fn keeps_a_part(view: &View<'_>, var: VarId) -> bool {
    let mut seen = vec![false; view.graph.nodes.len()];
    let mut work = vec![view.main.header];
    while let Some(at) = work.pop() {
        if !view.main.contains(at) || std::mem::replace(&mut seen[at], true) {
            continue;
        }
        let first = view.node(at).events.iter().find_map(|event| match event {
            Event::Write { var: written, whole } if *written == var => Some(*whole),
            Event::Declare(declared) if *declared == var => Some(true),
            _ => None,
        });
        match first {
            Some(false) => return true,
            Some(true) => {}
            None => work.extend(view.node(at).next.iter().copied()),
        }
    }
    false
}

/// Whether what is left outside of the loop gives a local values, and nothing there reads them.
fn only_written_outside(view: &View<'_>, var: VarId) -> bool {
    let variable = &view.graph.variables[var];
    let (mut written, mut read) = (false, false);
    let outside = |(id, _): &(NodeId, &Node)| !view.main.contains(*id);
    for (_, node) in view.graph.nodes.iter().enumerate().filter(outside) {
        for event in &node.events {
            match event {
                Event::Write { var: at, .. } if *at == var => {
                    written |= node.span != variable.statement || acts(view, variable);
                }
                Event::Read(at) | Event::Address(at) if *at == var => read = true,
                _ => {}
            }
        }
    }
    written && !read
}

fn takes_address(view: &View<'_>, var: VarId, inside: bool) -> bool {
    view.graph.nodes.iter().enumerate().any(|(id, node)| {
        view.main.contains(id) == inside && node.events.contains(&Event::Address(var))
    })
}

/// Whether a local has a value when the loop begins: always, never, or it depends.
fn set_before(view: &View<'_>, var: VarId) -> Option<bool> {
    let graph = view.graph;
    let variable = &graph.variables[var];
    if variable.parameter || variable.is_static || variable.made_by.is_some() {
        return Some(true);
    }
    let effect = |node: NodeId| {
        let mut out = None;
        for event in &graph.nodes[node].events {
            match event {
                Event::Write { var: at, .. } | Event::Address(at) if *at == var => out = Some(true),
                Event::Declare(at) if *at == var => out = Some(false),
                _ => {}
            }
        }
        out
    };
    // What may hold at the loop's first iteration, on some way.
    let (mut set, mut unset) = (false, false);
    let mut seen = vec![[false; 2]; graph.nodes.len()];
    let mut work = vec![(graph.entry, false)];
    while let Some((at, before)) = work.pop() {
        if at == view.main.header {
            set |= before;
            unset |= !before;
            continue;
        }
        if std::mem::replace(&mut seen[at][usize::from(before)], true) {
            continue;
        }
        let after = effect(at).unwrap_or(before);
        work.extend(graph.nodes[at].next.iter().map(|next| (*next, after)));
    }
    match (set, unset) {
        (true, false) => Some(true),
        (false, _) => Some(false),
        (true, true) => None,
    }
}

/// Whether a local can be given its value as a whole, wherever it is.
pub fn by_value(view: &View<'_>, var: VarId) -> bool {
    let variable = &view.graph.variables[var];
    let array = !variable.parameter && (variable.shape.array || may_be_array(view, var));
    let shape = &variable.shape;
    // A constant one is copied into what is none, unless its qualifier stands within parentheses.
    let simple = !view.slice(shape.bare).iter().any(|token| token.is(b'(') || token.is(b'['));
    !(array || (is_const(view, variable) && !simple) || has_attributes(view, variable))
}

/// Whether a local's type is a name that may stand for an array: nothing gives it a value as a whole.
fn may_be_array(view: &View<'_>, var: VarId) -> bool {
    let variable = &view.graph.variables[var];
    let shape = &variable.shape;
    let first = view.slice(shape.specifiers).iter().find(|token| {
        let word = token.bytes(view.text);
        token.kind == Kind::Ident && !is_storage_word(word) && !is_qualifier(word)
    });
    let known = first.is_none_or(|first| {
        let word = first.bytes(view.text);
        kernel::words::is_type_word(word) || kernel::words::is_tag_word(word)
    });
    if known || !shape.plain || shape.stars > 0 {
        return false;
    }
    let init = variable.init.and_then(|init| view.slice(init).first());
    let whole = init.is_some_and(|first| !first.is(b'{') && first.kind != Kind::Str);
    let changes = |token: Option<&Token>| {
        token.is_some_and(|token| {
            token.is(b'=')
                || token.kind == Kind::OpAssign
                || matches!(token.bytes(view.text), b"++" | b"--")
        })
    };
    let assigned = view.graph.uses.iter().any(|(span, at)| {
        let next = view.tokens.partition_point(|token| token.span.start < span.end);
        *at == var && *span != variable.span && changes(view.tokens.get(next))
    });
    !whole && !assigned
}

fn is_qualifier(word: &[u8]) -> bool {
    matches!(word, b"const" | b"volatile")
}

/// Whether the local itself, and not only what it points to, is constant.
fn is_const(view: &View<'_>, variable: &Variable) -> bool {
    let shape = &variable.shape;
    let before = view.slice(Span::new(shape.bare.start, variable.span.start));
    let own = before.iter().rposition(|token| token.is(b'*'));
    let words = match own {
        Some(star) => &before[star + 1..],
        None if variable.parameter => {
            let whole = view.slice(variable.span);
            let star = whole.iter().rposition(|token| token.is(b'*'));
            star.and_then(|star| whole.get(star + 1..)).unwrap_or_default()
        }
        None => view.slice(shape.specifiers),
    };
    words.iter().any(|word| word.is_word(view.text, "const"))
}

/// Whether attributes say of a local how it is kept.
pub fn has_attributes(view: &View<'_>, variable: &Variable) -> bool {
    let shape = &variable.shape;
    let kept = |token: &Token| {
        let word = token.bytes(view.text);
        token.kind == Kind::Ident && !is_storage_word(word)
    };
    let attribute = |token: &Token| {
        matches!(token.bytes(view.text), b"__attribute__" | b"__attribute" | b"__aligned")
    };
    view.slice(shape.attributes).iter().any(kept)
        || view.slice(shape.specifiers).iter().any(attribute)
        || view.slice(shape.bare).iter().any(attribute)
}

/// Whether an attribute makes another type of the one that is written.
fn changes_type(view: &View<'_>, variable: &Variable) -> bool {
    let shape = &variable.shape;
    [shape.specifiers, shape.bare, shape.attributes].into_iter().any(|part| {
        view.slice(part).iter().any(|token| {
            matches!(
                token.bytes(view.text),
                b"mode" | b"__mode__" | b"vector_size" | b"__vector_size__"
            )
        })
    })
}

fn is_register(view: &View<'_>, variable: &Variable) -> bool {
    view.slice(variable.shape.specifiers).iter().any(|word| word.is_word(view.text, "register"))
}

/// Whether only an initialiser says how long an array is.
fn is_bare_array(view: &View<'_>, variable: &Variable) -> bool {
    let behind = view.slice(Span::new(variable.span.end, variable.shape.bare.end));
    variable.shape.array && matches!(behind, [open, close, ..] if open.is(b'[') && close.is(b']'))
}

/// Whether the loop may ask how long an array is: it does other things than to index it or to pass it
/// to a function.
fn wants_size(view: &View<'_>, var: VarId) -> bool {
    view.graph.uses.iter().any(|(span, at)| {
        if *at != var || !view.main.span.covers(*span) {
            return false;
        }
        let index = view.tokens.partition_point(|token| token.span.start < span.start);
        if view.tokens.get(index + 1).is_some_and(|next| next.is(b'[')) {
            return false;
        }
        let callee = index.checked_sub(2).and_then(|at| view.tokens.get(at..at + 2));
        let plain = |name: &Token| {
            let word = name.bytes(view.text);
            name.kind == Kind::Ident
                && !kernel::words::is_keyword(word)
                && word.iter().any(u8::is_ascii_lowercase)
        };
        !matches!(callee, Some([name, before])
            if (before.is(b'(') && plain(name)) || (before.is(b',') && name.kind == Kind::Ident))
    })
}

/// Whether a local's type says something of other locals: `typeof(other)`, `char copy[sizeof(other)]`.
fn names_locals(view: &View<'_>, var: VarId) -> bool {
    let variable = &view.graph.variables[var];
    let shape = &variable.shape;
    view.graph.uses.iter().any(|(span, _)| {
        *span != variable.span && (shape.specifiers.covers(*span) || shape.bare.covers(*span))
    })
}

/// Whether a local that the loop declares has its type from this one: `typeof(this) copy`.
fn types_another(view: &View<'_>, rest: &[Span], var: VarId) -> bool {
    let own = |span: Span| {
        view.graph
            .variables
            .iter()
            .any(|other| in_loop(view, rest, other.span) && other.shape.specifiers.covers(span))
    };
    view.graph.uses.iter().any(|(span, at)| *at == var && own(*span))
}

/// Whether the type can be written outside of the function.
fn has_a_type(view: &View<'_>, variable: &Variable) -> bool {
    if variable.parameter {
        return true;
    }
    if let Some(made_by) = &variable.made_by {
        return kernel::calls::declared_type(made_by).is_some();
    }
    if changes_type(view, variable) {
        return false;
    }
    let specifiers = view.text.get(variable.shape.specifiers.range()).unwrap_or_default();
    !specifiers.contains(&b'{')
        && !specifiers.contains(&b'#')
        && memchr::memmem::find(specifiers, b"typeof").is_none()
        && memchr::memmem::find(specifiers, b"__auto_type").is_none()
}
