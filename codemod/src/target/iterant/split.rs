//! The callbacks form: what becomes of the parts of a thread function before and behind its loop.

use super::plan::{Link, Obstacle, Plan};
use crate::analysis::liveness::live_behind;
use crate::analysis::thread::is_recomputed;
use crate::model::cfg::{Event, NodeId, NodeKind, VarId};
use crate::source::Span;
use crate::syntax::skeleton::Function;
use crate::transform::View;
use crate::transform::exits::{Impossible, To};
use crate::transform::locals::{self, Class, Local};

/// A part that becomes a callback.
#[derive(Debug, Clone)]
pub(super) struct Part {
    /// Its bytes.
    pub(super) region: Span,
    /// The locals that it gets at from outside, and those that it declares itself.
    pub(super) locals: Vec<Local>,
    /// Declarators that it does not need.
    pub(super) dropped: Vec<Span>,
}

/// What stands around the loop, as callbacks.
#[derive(Debug, Clone, Default)]
pub(super) struct Split {
    /// What stands before the loop, unless it only declares.
    pub(super) init: Option<Part>,
    /// What stands behind the loop, unless it only gives back a value.
    pub(super) destroy: Option<Part>,
    /// Locals that the thread function itself computes from its argument and puts into the context.
    pub(super) computed: Vec<Local>,
    /// What the thread function declares for that, in the order of the declarations.
    pub(super) declared: Vec<Local>,
    /// Locals that an init puts into the context.
    pub(super) filled: Vec<Local>,
    /// The value that the thread gives back, where that is not 0.
    pub(super) value: Option<Span>,
}

impl Split {
    /// That what is copied into the context, or out of it, can be a field there.
    ///
    /// # Errors
    /// Those that can't.
    pub(super) fn fits(&self, plan: &Plan) -> Result<(), Vec<Obstacle>> {
        let parts = self.init.iter().chain(&self.destroy).flat_map(|part| &part.locals);
        let all = plan.locals.iter().chain(&self.computed).chain(&self.filled).chain(parts);
        let mut odd: Vec<&Local> = all
            .filter(|local| matches!(local.class, Class::Copy | Class::Value) && !local.fits)
            .collect();
        odd.sort_by_key(|local| local.declared);
        odd.dedup_by_key(|local| local.declared);
        let failed: Vec<Obstacle> =
            odd.into_iter().map(Local::unnamed).map(Obstacle::Local).collect();
        if failed.is_empty() { Ok(()) } else { Err(failed) }
    }
}

/// Where a local is used.
#[allow(clippy::struct_excessive_bools, reason = "independent facts")]
#[derive(Debug, Clone, Copy, Default)]
struct Usage {
    before: bool,
    inside: bool,
    behind: bool,
    /// Its address is taken before the loop, or behind it.
    given_away: bool,
    /// What the loop leaves in it is read behind the loop.
    live: bool,
    /// It is computed from the argument, and never written again.
    computed: bool,
    /// It is the argument, and never written.
    argument: bool,
}

/// Splits the function. `plan` is that of the loop; its locals and link are changed to fit.
///
/// # Errors
/// What stands against it.
pub(super) fn split(
    views: &[View<'_>],
    function: &Function,
    plan: &mut Plan,
) -> Result<Split, Vec<Obstacle>> {
    let Some(view) = views.first() else { return Err(Vec::new()) };
    let main = view.main.span;
    let before = Span::new(function.body.start + 1, main.start);
    let behind = Span::new(main.end, function.body.end - 1);
    let use_init = views.iter().any(|view| has_statement(view, before));
    // A value that the thread gives back goes with the parts that know it.
    let use_destroy = views.iter().any(|view| {
        !only_returns(view, behind)
            || (use_init && view.graph.uses.iter().any(|(span, _)| behind.covers(*span)))
    });
    if !use_init && !use_destroy {
        return Ok(Split::default());
    }
    let jump = |span, why| Err(vec![Obstacle::Jump(Impossible { span, why })]);
    if !at_top(view, function) {
        return jump(main, "the loop stands in a block, or behind a condition, of its function");
    }
    for view in views {
        if let Some(at) = leaves(view, before, use_init) {
            return jump(
                at,
                "the function can end, or go on behind the loop, before the loop begins",
            );
        }
        if let Some(at) = enters(view, before, behind) {
            return jump(at, "a goto behind the loop leads back to before it");
        }
    }
    if use_destroy && !plan.detours.is_empty() {
        let leaving =
            plan.exits.iter().find(|exit| matches!(exit.to, To::Label(_) | To::Return(..)));
        let at = leaving.map_or(main, |exit| exit.span);
        return jump(at, "this way out skips a part of what stands behind the loop");
    }
    let mut out = Split::default();
    let mut failed = Vec::new();
    let mut inits: Vec<Local> = Vec::new();
    let mut destroys: Vec<Local> = Vec::new();
    let mut loops: Vec<Local> = Vec::new();
    let mut dropped_before: Vec<Span> = Vec::new();
    for local in shared(views, plan, before) {
        let usage = usage(views, &local, plan, before, behind, use_init, use_destroy);
        let place = |class: Class, into: &mut Vec<Local>| {
            into.push(Local { class, ..local.clone() });
        };
        let parts = [usage.before && use_init, usage.inside, usage.behind && use_destroy];
        let used = parts.iter().filter(|used| **used).count();
        if usage.argument || (usage.computed && !local.variable.is_static) {
            // Whoever needs it gets a copy.
            if used > 0 {
                out.computed.push(local.clone());
            }
            for (used, into) in parts.into_iter().zip([&mut inits, &mut loops, &mut destroys]) {
                if used {
                    place(Class::Copy, into);
                }
            }
            if use_init && !local.parameter {
                dropped_before.push(local.variable.shape.declarator);
            }
            continue;
        }
        let odd = local.variable.is_static || local.variable.made_by.is_some();
        let in_loop = plan.locals.iter().find(|own| own.declared == local.declared);
        let moves = used > 1 || in_loop.is_some_and(|own| own.class != Class::Scratch);
        if !use_init {
            // The thread function keeps what stands before the loop.
            if let Some(own) = in_loop {
                loops.push(own.clone());
            }
            if usage.behind && use_destroy {
                let points = in_loop.is_some_and(|own| own.class == Class::Pointer);
                if odd || usage.given_away || points {
                    failed.push(given_away(&local));
                } else if usage.live || local.set_before {
                    place(Class::Copy, &mut destroys);
                    if in_loop.is_none_or(|own| own.class == Class::Scratch) {
                        out.computed.push(local.clone());
                    }
                } else {
                    place(Class::Scratch, &mut destroys);
                }
            }
            continue;
        }
        if local.variable.is_static && used == 1 && usage.before && !usage.inside {
            // It is kept where it is declared.
            continue;
        }
        if usage.given_away || (odd && (used > 0)) {
            failed.push(given_away(&local));
            continue;
        }
        if !moves {
            // One part alone has it, and nothing of it outlives that.
            if usage.inside {
                place(Class::Scratch, &mut loops);
                dropped_before.push(local.variable.shape.declarator);
            } else if usage.behind && use_destroy {
                if local.init.is_some() || usage.live {
                    place(Class::Copy, &mut destroys);
                    out.filled.push(local.clone());
                } else {
                    place(Class::Scratch, &mut destroys);
                    dropped_before.push(local.variable.shape.declarator);
                }
            }
            continue;
        }
        if let Some(own) = in_loop {
            let class = match own.class {
                Class::Pointer => {
                    failed.push(given_away(&local));
                    continue;
                }
                Class::Recompute => Class::Copy,
                class => class,
            };
            place(class, &mut loops);
        }
        let class = in_loop.map(|own| own.class);
        if usage.behind && use_destroy {
            let carried = usage.live || (local.set_before && !usage.inside);
            place(if carried { Class::Copy } else { Class::Scratch }, &mut destroys);
            if carried && class.is_none_or(|class| class == Class::Scratch) && !local.set_before {
                failed.push(given_away(&local));
            }
        }
        let needed = class.is_some_and(|class| class != Class::Scratch)
            || (usage.behind && use_destroy && (usage.live || !usage.inside));
        if local.set_before && needed {
            out.filled.push(local.clone());
        } else if !usage.before {
            dropped_before.push(local.variable.shape.declarator);
        }
    }
    if !failed.is_empty() {
        return Err(failed);
    }
    if use_destroy {
        out.value = last_value(views, behind, &mut failed);
        if !failed.is_empty() {
            return Err(failed);
        }
    }
    for (list, region, slot) in [
        (inits, before, use_init.then_some(&mut out.init)),
        (destroys, behind, use_destroy.then_some(&mut out.destroy)),
    ] {
        if let Some(slot) = slot {
            let dropped =
                if region == before { std::mem::take(&mut dropped_before) } else { Vec::new() };
            *slot = Some(Part { region, locals: list, dropped });
        }
    }
    if use_init && !use_destroy && !plan.gives_back {
        // An init's error is the thread's result.
        plan.result = super::plan::zero_behind(view);
        plan.gives_back = plan.result.is_some();
    }
    out.declared = needed(views, &out.computed);
    plan.locals = loops;
    plan.link = Link::Context;
    Ok(out)
}

/// Locals and what their initialisers read, without the parameter, in the order of declarations.
fn needed(views: &[View<'_>], computed: &[Local]) -> Vec<Local> {
    let mut out: Vec<Local> = Vec::new();
    let mut work: Vec<Local> = computed.to_vec();
    while let Some(local) = work.pop() {
        if local.parameter || out.iter().any(|known| known.declared == local.declared) {
            continue;
        }
        for view in views {
            let variables = view.graph.variables.iter().enumerate();
            let read = variables.filter(|(_, variable)| local.init_reads.contains(&variable.span));
            work.extend(read.map(|(var, _)| locals::local(view, var)));
        }
        out.push(local);
    }
    out.sort_by_key(|local| local.declared);
    out
}

fn given_away(local: &Local) -> Obstacle {
    Obstacle::Local(locals::Impossible {
        span: local.declared,
        name: local.name.clone(),
        why: if local
            .variable
            .made_by
            .as_deref()
            .is_some_and(crate::kernel::calls::declares_wait_entry)
        {
            locals::Why::WaitEntry
        } else {
            locals::Why::Address
        },
    })
}

/// The function's own locals and its parameter: those that the plan knows, and the others.
fn shared(views: &[View<'_>], plan: &Plan, before: Span) -> Vec<Local> {
    let mut out: Vec<Local> = Vec::new();
    for view in views {
        for (var, variable) in view.graph.variables.iter().enumerate() {
            let top = variable.parameter
                || (before.covers(variable.span) && is_outermost(view, before, variable.span));
            if !top || out.iter().any(|known| known.declared == variable.span) {
                continue;
            }
            let known = plan.locals.iter().find(|local| local.declared == variable.span);
            out.push(match known {
                Some(local) => local.clone(),
                None => locals::local(view, var),
            });
        }
    }
    out.sort_by_key(|local| local.declared);
    out
}

/// Whether a place stands in no block inside of `region`.
fn is_outermost(view: &View<'_>, region: Span, at: Span) -> bool {
    let mut depth = 0_i32;
    for token in view.slice(Span::new(region.start, at.start)) {
        depth += i32::from(token.is(b'{')) - i32::from(token.is(b'}'));
    }
    depth == 0
}

fn usage(
    views: &[View<'_>],
    local: &Local,
    plan: &Plan,
    before: Span,
    behind: Span,
    use_init: bool,
    use_destroy: bool,
) -> Usage {
    let mut out = Usage { computed: true, argument: local.parameter, ..Usage::default() };
    let mut seen = false;
    for view in views {
        let graph = view.graph;
        let Some(var) = graph.variables.iter().position(|own| own.span == local.declared) else {
            continue;
        };
        seen = true;
        for (span, at) in graph.uses.iter().chain(&graph.captured) {
            if *at != var || *span == local.declared {
                continue;
            }
            out.before |= before.covers(*span) && !in_dropped_value(view, *span);
            out.behind |= behind.covers(*span);
            out.inside |= locals::in_loop(view, &plan.rest, *span);
        }
        for node in &graph.nodes {
            let outside =
                (use_init && before.covers(node.span)) || (use_destroy && behind.covers(node.span));
            out.given_away |= outside && node.events.contains(&Event::Address(var));
        }
        out.live |= live_behind(graph, view.main)[var];
        out.computed &= !local.parameter && is_computed(view, var, 0);
        out.argument &= writes(view, var) <= 1;
        // Something with an effect in its initialiser keeps it where it is.
        out.before |= local.init.is_some()
            && !out.computed
            && !local.parameter
            && use_init
            && initialiser_acts(view, var);
    }
    out.computed &= seen;
    out
}

/// Whether a use stands in the initialiser of a local that is computed from the argument.
fn in_dropped_value(view: &View<'_>, span: Span) -> bool {
    view.graph.variables.iter().enumerate().any(|(var, variable)| {
        variable.init.is_some_and(|init| init.covers(span)) && is_computed(view, var, 0)
    })
}

/// Whether a local is computed from the argument and constants alone, and never written again.
fn is_computed(view: &View<'_>, var: VarId, depth: u32) -> bool {
    let variables = &view.graph.variables;
    depth < 16
        && is_recomputed(view.helpers, view.graph, var)
        && variables[var].init_locals.iter().all(|read| {
            if variables[*read].parameter {
                writes(view, *read) <= 1
            } else {
                is_computed(view, *read, depth + 1)
            }
        })
}

fn writes(view: &View<'_>, var: VarId) -> usize {
    let events = view.graph.nodes.iter().flat_map(|node| &node.events);
    events
        .filter(|event| match event {
            Event::Write { var: at, .. } | Event::Address(at) => *at == var,
            _ => false,
        })
        .count()
}

fn initialiser_acts(view: &View<'_>, var: VarId) -> bool {
    let variable = &view.graph.variables[var];
    variable.init_reads_memory || !variable.init_calls.iter().all(|name| view.helpers.is_pure(name))
}

/// Whether a region does more than to declare.
fn has_statement(view: &View<'_>, region: Span) -> bool {
    view.graph.nodes.iter().any(|node| {
        let declares = view.graph.variables.iter().any(|variable| variable.statement == node.span);
        region.covers(node.span)
            && !node.span.is_empty()
            && !declares
            && matches!(node.kind, NodeKind::Statement | NodeKind::Branch | NodeKind::Jump)
    })
}

/// Whether a region is one return, or nothing.
fn only_returns(view: &View<'_>, region: Span) -> bool {
    view.graph.nodes.iter().all(|node| {
        !region.covers(node.span)
            || node.span.is_empty()
            || match node.kind {
                NodeKind::Jump => {
                    view.slice(node.span)
                        .first()
                        .is_some_and(|word| word.is_word(view.text, "return"))
                        && !node.events.iter().any(|event| matches!(event, Event::Call(_)))
                }
                NodeKind::Statement | NodeKind::Branch | NodeKind::Label => false,
                NodeKind::Entry | NodeKind::Exit | NodeKind::Join => true,
            }
    })
}

/// Whether the loop is a statement of the function's own block.
fn at_top(view: &View<'_>, function: &Function) -> bool {
    let body = Span::new(function.body.start + 1, view.main.span.start);
    let tokens = view.slice(body);
    let depth: i32 =
        tokens.iter().map(|token| i32::from(token.is(b'{')) - i32::from(token.is(b'}'))).sum();
    depth == 0 && tokens.last().is_none_or(|last| last.is(b';') || last.is(b'}') || last.is(b':'))
}

/// A jump before the loop that an init can't make: only giving back a negative error ends it.
fn leaves(view: &View<'_>, before: Span, use_init: bool) -> Option<Span> {
    view.graph.nodes.iter().find_map(|node| {
        if !use_init || node.kind != NodeKind::Jump || !before.covers(node.span) {
            return None;
        }
        let tokens = view.slice(node.span);
        let error = matches!(tokens, [word, minus, name, end]
            if word.is_word(view.text, "return")
                && minus.is(b'-')
                && end.is(b';')
                && !name.bytes(view.text).iter().any(u8::is_ascii_lowercase));
        let target = node.next.first().map(|next| view.node(*next).span);
        let inside = target.is_some_and(|target| {
            before.covers(target) && !(target.is_empty() && target.start == view.main.span.start)
        });
        (!error && !inside).then_some(node.span)
    })
}

/// A jump behind the loop that leads to before it, or into it.
fn enters(view: &View<'_>, before: Span, behind: Span) -> Option<Span> {
    let leads = |to: &NodeId| {
        let span = view.node(*to).span;
        view.node(*to).kind == NodeKind::Label
            && (before.covers(span) || view.main.span.covers(span))
    };
    view.graph
        .nodes
        .iter()
        .filter(|node| behind.covers(node.span) && node.kind == NodeKind::Jump)
        .find(|node| node.next.iter().any(leads))
        .map(|node| node.span)
}

/// The value that the thread gives back; every return behind the loop must be the last statement, or
/// give back 0.
fn last_value(views: &[View<'_>], behind: Span, failed: &mut Vec<Obstacle>) -> Option<Span> {
    let mut out = None;
    for view in views {
        let last = view.slice(behind).last().map(|token| token.span.end);
        for node in &view.graph.nodes {
            let tokens = view.slice(node.span);
            let returns = node.kind == NodeKind::Jump
                && behind.covers(node.span)
                && tokens.first().is_some_and(|word| word.is_word(view.text, "return"));
            if !returns {
                continue;
            }
            let value = tokens.get(1..tokens.len().saturating_sub(1)).unwrap_or_default();
            let zero = matches!(value, [only] if only.bytes(view.text) == b"0");
            if zero || value.is_empty() {
                continue;
            }
            let effect = node.events.iter().any(|event| !matches!(event, Event::Read(_)));
            if Some(node.span.end) != last || effect {
                let why = "this return gives back a value, and is not the last statement";
                failed.push(Obstacle::Jump(Impossible { span: node.span, why }));
                continue;
            }
            let first = value.first().map_or(node.span.start, |token| token.span.start);
            let end = value.last().map_or(node.span.end, |token| token.span.end);
            out = Some(Span::new(first, end));
        }
    }
    out
}
