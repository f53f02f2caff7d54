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

impl Usage {
    /// Whether any part uses it.
    fn used(self) -> bool {
        self.before || self.inside || self.behind
    }
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
    let regions = Regions { before, behind, use_init, use_destroy };
    if let Some(jump) = jumps(views, function, plan, &regions) {
        return Err(vec![Obstacle::Jump(jump)]);
    }
    for view in views {
        if let Some(at) = ends_early(view, &regions) {
            return Err(vec![Obstacle::EndOfScope(at)]);
        }
    }
    let mut parts = Parts::default();
    for local in shared(views, plan, before) {
        let usage = usage(views, &local, plan, &regions);
        if local.parameter && use_init && !usage.argument && usage.used() {
            let why = "the function's parameter gets another value, and its parts would not know";
            return Err(vec![Obstacle::Odd(local.declared, why)]);
        }
        parts.place(&regions, plan, &local, usage);
    }
    let Parts { mut out, mut failed, inits, destroys, loops, dropped } = parts;
    let all = inits.iter().chain(&destroys).chain(&loops);
    failed.extend(all.filter_map(Local::unnameable).map(Obstacle::Local));
    failed.dedup();
    if !failed.is_empty() {
        return Err(failed);
    }
    if use_destroy {
        out.value = last_value(views, behind, &mut failed);
        if !failed.is_empty() {
            return Err(failed);
        }
        out.destroy = Some(Part { region: behind, locals: destroys, dropped: Vec::new() });
    }
    if use_init {
        out.init = Some(Part { region: before, locals: inits, dropped });
    }
    if use_init && !use_destroy && !plan.gives_back {
        // An init's error is the thread's result.
        plan.result = super::plan::zero_behind(view);
        plan.gives_back = plan.result.is_some();
    }
    out.declared = needed(views, &out.computed);
    plan.locals = loops;
    let parts = out.init.iter().chain(&out.destroy).flat_map(|part| &part.locals);
    let shared = |local: &Local| matches!(local.class, Class::Copy | Class::Value | Class::Pointer);
    plan.link = if plan.locals.iter().chain(parts).any(shared) {
        Link::Context
    } else if plan.ends || !plan.sleeps.is_empty() || out.value.is_some() {
        Link::Iterant
    } else {
        Link::Argument
    };
    Ok(out)
}

/// What an init would end too early: a guard, a local with a cleanup, an object without a name.
fn ends_early(view: &View<'_>, regions: &Regions) -> Option<Span> {
    let before = regions.before;
    if !regions.use_init {
        return None;
    }
    let undone = view.graph.nodes.iter().find(|node| {
        node.kind == NodeKind::Undo
            && before.covers(node.span)
            && is_outermost(view, before, node.span)
    });
    let literal = view
        .graph
        .literals
        .iter()
        .find(|(at, scope)| before.covers(*at) && scope.covers(view.main.span));
    undone.map(|node| node.span).or(literal.map(|(at, _)| *at))
}

/// A jump, or the place of the loop, that keeps the function in one piece.
fn jumps(
    views: &[View<'_>],
    function: &Function,
    plan: &Plan,
    regions: &Regions,
) -> Option<Impossible> {
    let view = views.first()?;
    let main = view.main.span;
    let Regions { before, behind, use_init, use_destroy } = *regions;
    let no = |span, why| Some(Impossible { span, why });
    if !at_top(view, function) {
        return no(main, "the loop stands in a block, or behind a condition, of its function");
    }
    for view in views {
        if let Some(at) = leaves(view, before, use_init) {
            return no(
                at,
                "the function can end, or go on behind the loop, before the loop begins",
            );
        }
        if let Some(at) = enters(view, before, behind) {
            return no(at, "a goto behind the loop leads back to before it");
        }
    }
    if use_destroy && !plan.detours.is_empty() {
        let leaving =
            plan.exits.iter().find(|exit| matches!(exit.to, To::Label(_) | To::Return(..)));
        let at = leaving.map_or(main, |exit| exit.span);
        return no(at, "this way out skips a part of what stands behind the loop");
    }
    None
}

/// What stands around the loop, and what of it becomes a function.
#[derive(Clone, Copy)]
struct Regions {
    before: Span,
    behind: Span,
    use_init: bool,
    use_destroy: bool,
}

/// The locals by the part that gets at them.
#[derive(Default)]
struct Parts {
    out: Split,
    failed: Vec<Obstacle>,
    inits: Vec<Local>,
    loops: Vec<Local>,
    destroys: Vec<Local>,
    dropped: Vec<Span>,
}

fn as_class(local: &Local, class: Class) -> Local {
    Local { class, ..local.clone() }
}

impl Parts {
    /// Decides where one local lives.
    fn place(&mut self, regions: &Regions, plan: &Plan, local: &Local, usage: Usage) {
        if usage.argument || (usage.computed && !local.variable.is_static) {
            self.copied(regions, local, usage);
            return;
        }
        let in_loop = plan.locals.iter().find(|own| own.declared == local.declared);
        if regions.use_init {
            self.moved(regions, local, usage, in_loop);
        } else {
            self.kept(regions, local, usage, in_loop);
        }
    }

    /// What never changes: whoever needs it gets a copy.
    fn copied(&mut self, regions: &Regions, local: &Local, usage: Usage) {
        let parts = regions.parts(usage);
        if parts.contains(&true) {
            self.out.computed.push(local.clone());
        }
        let lists = [&mut self.inits, &mut self.loops, &mut self.destroys];
        let class = local.copied();
        for (used, into) in parts.into_iter().zip(lists) {
            if used {
                into.push(as_class(local, class));
            }
        }
        if regions.use_init && !local.parameter {
            self.dropped.push(local.variable.shape.declarator);
        }
    }

    /// The thread function keeps what stands before the loop.
    fn kept(&mut self, regions: &Regions, local: &Local, usage: Usage, in_loop: Option<&Local>) {
        let behind = usage.behind && regions.use_destroy;
        let lives = usage.live || local.set_before || is_odd(local);
        let pinned = is_odd(local) || usage.given_away || !local.by_value;
        let shared = behind && lives && pinned;
        let class = in_loop.map(|own| own.class);
        let own = match class {
            // One field can't be both.
            Some(Class::Copy | Class::Pointer) if shared => Class::Pointer,
            Some(Class::Value) if shared => {
                self.failed.push(given_away(local));
                return;
            }
            Some(Class::Pointer) if behind && lives => Class::Pointer,
            _ if shared => Class::Pointer,
            _ => Class::Copy,
        };
        self.loops.extend(in_loop.map(|it| match it.class {
            Class::Copy if own == Class::Pointer => as_class(it, own),
            _ => it.clone(),
        }));
        if !behind {
            return;
        }
        if !lives {
            self.destroys.push(as_class(local, Class::Scratch));
            return;
        }
        self.destroys.push(as_class(local, own));
        if class.is_none_or(|class| class == Class::Scratch) {
            self.out.computed.push(local.clone());
        }
    }

    /// What stands before the loop becomes an init, and its locals with it.
    fn moved(&mut self, regions: &Regions, local: &Local, usage: Usage, in_loop: Option<&Local>) {
        let used = regions.parts(usage).into_iter().filter(|used| *used).count();
        if local.variable.is_static && used == 1 && usage.before && !usage.inside {
            // It is kept where it is declared.
            return;
        }
        if usage.given_away || (is_odd(local) && used > 0) {
            self.failed.push(given_away(local));
        } else if used > 1 || in_loop.is_some_and(|own| own.class != Class::Scratch) {
            self.carried(regions, local, usage, in_loop);
        } else {
            self.alone(regions, local, usage);
        }
    }

    /// One part alone has it, and nothing of it outlives that.
    fn alone(&mut self, regions: &Regions, local: &Local, usage: Usage) {
        if usage.inside {
            self.loops.push(as_class(local, Class::Scratch));
            self.dropped.push(local.variable.shape.declarator);
        } else if usage.behind && regions.use_destroy {
            if (local.init.is_some() || usage.live) && !local.by_value {
                self.failed.push(given_away(local));
            } else if local.init.is_some() || usage.live {
                self.destroys.push(as_class(local, Class::Copy));
                self.out.filled.push(local.clone());
            } else {
                self.destroys.push(as_class(local, Class::Scratch));
                self.dropped.push(local.variable.shape.declarator);
            }
        }
    }

    /// Several parts have it: it goes through the context.
    fn carried(&mut self, regions: &Regions, local: &Local, usage: Usage, in_loop: Option<&Local>) {
        let class = in_loop.map(|own| own.class);
        match class {
            Some(Class::Pointer) => {
                self.failed.push(given_away(local));
                return;
            }
            Some(Class::Recompute) => self.loops.push(as_class(local, Class::Copy)),
            Some(class) => self.loops.push(as_class(local, class)),
            None => {}
        }
        let behind = usage.behind && regions.use_destroy;
        if behind {
            let carried = usage.live || (local.set_before && !usage.inside);
            let own = if carried { Class::Copy } else { Class::Scratch };
            self.destroys.push(as_class(local, own));
            if carried && class.is_none_or(|class| class == Class::Scratch) && !local.set_before {
                self.failed.push(given_away(local));
            }
        }
        let needed = class.is_some_and(|class| class != Class::Scratch)
            || (behind && (usage.live || !usage.inside));
        let carried = class.is_some_and(|class| class == Class::Copy || class == Class::Recompute);
        if !local.by_value && ((local.set_before && needed) || carried || (behind && usage.live)) {
            self.failed.push(given_away(local));
        } else if local.set_before && needed {
            self.out.filled.push(local.clone());
        } else if !usage.before {
            self.dropped.push(local.variable.shape.declarator);
        }
    }
}

impl Regions {
    /// Whether init, func and destroy use a local.
    fn parts(&self, usage: Usage) -> [bool; 3] {
        [usage.before && self.use_init, usage.inside, usage.behind && self.use_destroy]
    }
}

/// Whether a local can't be given a value as a whole because of what makes it.
fn is_odd(local: &Local) -> bool {
    local.variable.is_static || local.variable.made_by.is_some()
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

fn usage(views: &[View<'_>], local: &Local, plan: &Plan, regions: &Regions) -> Usage {
    let Regions { before, behind, use_init, use_destroy } = *regions;
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
        && is_recomputed(view.helpers, view.file, view.graph, var)
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
    variable.init_reads_memory
        || !variable.init_calls.iter().all(|name| view.helpers.is_pure(view.file, name))
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
                NodeKind::Statement | NodeKind::Branch | NodeKind::Label | NodeKind::Undo => false,
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
