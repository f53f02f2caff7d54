//! What becomes of the locals that the loop shares with the rest of its function.

use super::View;
use crate::analysis::thread::is_recomputed;
use crate::model::cfg::{Event, Node, NodeId, VarId, Variable};
use crate::source::Span;

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
    /// Its initialiser.
    pub init: Option<Span>,
    /// What its initialiser reads: where those are declared.
    pub init_reads: Vec<Span>,
    /// Whether its initialiser reads the parameter.
    pub reads_param: bool,
    /// Whether a field of the context can be of its type.
    pub fits: bool,
    /// The variable, for its type.
    pub variable: Variable,
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

impl Local {
    /// That no field can be of its type.
    pub fn unnamed(&self) -> Impossible {
        Impossible { span: self.declared, name: self.name.clone(), why: Why::Type }
    }
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
            address_in: takes_address(view, var, true),
            address_out: takes_address(view, var, false),
            set_before: set_before(view, var),
        };
        let mut class = class(view, var, &shared, read_after);
        if class == Class::Scratch && keeps_a_part(view, var) {
            // What is not written of it is as it was an iteration before.
            let copied = is_copied(view, variable)
                && (shared.set_before == Some(false)
                    || (shared.set_before.is_some() && !is_struct(variable)));
            class = if copied { Class::Value } else { Class::Pointer };
        }
        if class == Class::Scratch && only_written_outside(view, var) {
            // Nobody would read it there any more, and the compiler would say so.
            class = if is_copied(view, variable) { Class::Value } else { Class::Pointer };
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
        if class != Class::Scratch
            && class != Class::Recompute
            && !has_a_type(view, variable, class)
        {
            if class == Class::Copy && has_a_type(view, variable, Class::Pointer) && !captured {
                class = Class::Pointer;
            } else {
                fail(Why::Type);
                continue;
            }
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
        init: variable.init,
        init_reads: reads(false).map(|at| graph.variables[*at].span).collect(),
        reads_param: reads(true).next().is_some(),
        fits: has_a_type(view, variable, Class::Copy),
        variable: variable.clone(),
    }
}

#[allow(clippy::struct_excessive_bools, reason = "independent facts")]
struct Shared {
    live: bool,
    constant: bool,
    outside: bool,
    address_in: bool,
    address_out: bool,
    /// Some(true): on every way; Some(false): on none.
    set_before: Option<bool>,
}

fn class(view: &View<'_>, var: VarId, shared: &Shared, read_after: bool) -> Class {
    let variable = &view.graph.variables[var];
    if variable.is_static || variable.made_by.is_some() {
        return Class::Pointer;
    }
    let by_value = is_copied(view, variable) || variable.parameter;
    let address = shared.address_in || shared.address_out;
    if address {
        // One place for good: a field, if only the loop knows it, else where it is.
        let moves = !shared.address_out && !read_after && !variable.parameter;
        let whole = by_value || shared.set_before == Some(false);
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
        if is_recomputed(view.helpers, view.graph, var) {
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
    variable.init_reads_memory || !variable.init_calls.iter().all(|name| view.helpers.is_pure(name))
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

/// Whether the type can be written outside of the function.
fn has_a_type(view: &View<'_>, variable: &Variable, class: Class) -> bool {
    if variable.parameter {
        return true;
    }
    if let Some(made_by) = &variable.made_by {
        return crate::kernel::calls::declared_type(made_by).is_some();
    }
    let specifiers = view.text.get(variable.shape.specifiers.range()).unwrap_or_default();
    let plain = !specifiers.contains(&b'{')
        && !specifiers.contains(&b'#')
        && memchr::memmem::find(specifiers, b"typeof").is_none()
        && memchr::memmem::find(specifiers, b"__auto_type").is_none();
    let shape = &variable.shape;
    let written = shape.plain || shape.qualified.is_some() || shape.array.is_some();
    let words = crate::syntax::lex::lex_range(view.text, shape.specifiers);
    let is_const = words.iter().any(|word| word.is_word(view.text, "const"));
    let filled = is_copied(view, variable) || (shape.array.is_some() && !is_const);
    plain && written && (class == Class::Pointer || filled)
}

/// Whether a field of the context can be of its type, and be given its value.
fn is_copied(view: &View<'_>, variable: &Variable) -> bool {
    let volatile = |pointer: Span| {
        let words = crate::syntax::lex::lex_range(view.text, pointer);
        let behind = words.iter().rev().take_while(|word| !word.is(b'*'));
        behind.into_iter().any(|word| word.is_word(view.text, "volatile"))
    };
    variable.shape.plain || variable.shape.qualified.is_some_and(|pointer| !volatile(pointer))
}
