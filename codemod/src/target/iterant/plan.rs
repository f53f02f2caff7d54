//! What a conversion does, before any text is made.

use super::names::Names;
use crate::model::cfg::{Node, NodeId, NodeKind};
use crate::report::schema::Lift;
use crate::source::Span;
use crate::transform::exits::{Exit, To};
use crate::transform::locals::{Class, Local};
use crate::transform::{Change, Reach, View, exits, freeze, locals, park, sleep, stop};

/// How the loop's function gets at what it needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Link {
    /// It gets what the thread function got, or nothing.
    Argument,
    /// It gets the one local that it needs.
    Local,
    /// It gets the iterant.
    Iterant,
    /// It gets a context that holds the iterant.
    Context,
}

/// A way out of the loop that leads elsewhere than behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Detour {
    /// The label in the loop's function.
    pub(super) label: String,
    /// What the thread function does.
    pub(super) action: String,
    /// The value that the thread ends with, where the thread function does nothing but give back the
    /// driver's result.
    pub(super) value: Option<Span>,
}

/// The plan.
#[derive(Debug, Clone)]
pub(super) struct Plan {
    /// What moves into the driver.
    pub(super) lifts: Vec<Lift>,
    /// The iterant's type.
    pub(super) mask: Vec<&'static str>,
    /// Statements that go.
    pub(super) changes: Vec<Change>,
    /// Sleeps that become requests.
    pub(super) sleeps: Vec<sleep::Lift>,
    /// Jumps that change.
    pub(super) exits: Vec<Exit>,
    /// What is left of the loop's condition.
    pub(super) rest: Vec<Span>,
    /// The locals.
    pub(super) locals: Vec<Local>,
    /// How the function gets at them.
    pub(super) link: Link,
    /// Ways out that lead elsewhere, by their result less one.
    pub(super) detours: Vec<Detour>,
    /// Whether the loop's function asks to end.
    pub(super) ends: bool,
    /// A label right behind the loop that only the loop goes to.
    pub(super) label: Option<Span>,
    /// Labels before the loop that only the loop goes to.
    pub(super) labels_before: Vec<Span>,
    /// Whether the driver's result is the thread's.
    pub(super) gives_back: bool,
    /// The `return 0;` behind the loop that goes for that.
    pub(super) result: Option<Span>,
    /// New names.
    pub(super) names: Names,
}

/// Why there is no plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Obstacle {
    /// A jump.
    Jump(exits::Impossible),
    /// A local.
    Local(locals::Impossible),
    /// A text that can't be taken apart.
    Odd(Span, &'static str),
    /// What a scope's end undoes.
    EndOfScope(Span),
    /// Two variants want different things at a place.
    Variants(Span),
    /// Something else than a local that the function declares, by its name.
    Scoped(Span, String),
}

/// What all variants of a function agree upon.
pub(super) fn plan(views: &[View<'_>], mut names: Names) -> Result<Plan, Vec<Obstacle>> {
    let first = views.first().copied().ok_or_else(Vec::new)?;
    let stop = agreed_stop(views).filter(|_| first.reach != Reach::Nowhere);
    let others = matches!(first.reach, Reach::Far | Reach::Near);
    let stop_nodes =
        |index: usize| stop.as_ref().map_or_else(Vec::new, |lifts| lifts[index].nodes.clone());
    // What is left of a condition is tested behind the driver's checkpoints: none moves over it.
    let passed = |index: usize| {
        let left = stop.as_ref().is_some_and(|lifts| !lifts[index].rest.is_empty());
        let mut nodes = stop_nodes(index);
        nodes.retain(|node| !left || views[index].main.condition != Some(*node));
        nodes
    };
    // Where the loop's own test froze, the driver does so once, and another freeze stays.
    let frozen = stop.as_ref().is_some_and(|lifts| lifts[0].freezes);
    let freeze = agreed(views, |index, view| {
        freeze::lift(view, &passed(index)).filter(|_| others && !frozen).map(|it| it.change)
    });
    let park = agreed(views, |index, view| {
        // Behind the freeze, if that goes too.
        let mut passed = passed(index);
        if freeze.is_some() {
            passed.extend(freeze::lift(view, &passed).map(|it| it.node));
        }
        park::lift(view, &passed).filter(|_| others).map(|it| it.change)
    });
    let mut sleeps: Option<Vec<sleep::Lift>> = None;
    for (index, view) in views.iter().enumerate() {
        let found = sleep::lift(view, &passed(index));
        sleeps = Some(match sleeps {
            None => found,
            Some(known) => known.into_iter().filter(|it| found.contains(it)).collect(),
        });
    }
    let mut sleeps = sleeps.filter(|_| others).unwrap_or_default();
    let rest = match &stop {
        Some(lifts) => lifts[0].rest.clone(),
        None => stop::whole_condition(&first),
    };
    let (mut lifts, mut mask, mut changes) = (Vec::new(), Vec::new(), Vec::new());
    let mut freezes = freeze.is_some();
    if let Some(found) = &stop {
        lifts.push(Lift::Stop);
        mask.push("KTI_STOP");
        changes.extend(found.iter().flat_map(|lift| lift.changes.iter().cloned()));
        freezes |= found[0].freezes;
    }
    if freezes {
        lifts.push(Lift::Freeze);
        mask.push("KTI_FREEZE");
        changes.extend(freeze);
    }
    if let Some(change) = park {
        lifts.push(Lift::Park);
        mask.push("KTI_PARK");
        changes.push(change);
    }
    if stop.as_ref().is_some_and(|lifts| lifts[0].first) {
        mask.push("KTI_TEST_FIRST");
    }
    if stop.is_some() || freezes || lifts.contains(&Lift::Park) {
        // In the driver these beat a sleep; elsewhere they only wake an interruptible one.
        sleeps.retain(|sleep| sleep.state == "TASK_INTERRUPTIBLE");
    }
    if !sleeps.is_empty() {
        lifts.push(Lift::Sleep);
    }
    changes.sort();
    changes.dedup();

    let mut failed = Vec::new();
    let mut exits: Vec<Exit> = Vec::new();
    let mut shared: Vec<Local> = Vec::new();
    let values = |exits: &[Exit]| -> Vec<Span> {
        let given = |exit: &Exit| matches!(exit.to, To::Return(..)).then_some(exit.span);
        exits.iter().filter_map(given).collect()
    };
    for view in views {
        let mut back = Vec::new();
        // A driver that may sleep must find the task running, also where it only comes to test stop.
        let sleeps = freezes || lifts.contains(&Lift::Park);
        let running = !sleeps || !view.sets_state();
        match exits::exits(view, stop.is_some() && running) {
            Ok(found) => {
                if !gives_back(view, &found) {
                    back = values(&found);
                }
                exits.extend(found);
            }
            Err(jump) => failed.push(Obstacle::Jump(jump)),
        }
        match locals::locals(view, &rest, &back) {
            Ok(found) => {
                for local in found {
                    merge(&mut shared, local);
                }
            }
            Err(found) => failed.extend(found.into_iter().map(Obstacle::Local)),
        }
    }
    exits.sort();
    exits.dedup();
    // Before those go that a lift takes with it: nobody else may go to the label.
    let label = right_behind(views, &mut exits, &mut names);
    exits.retain(|exit| !changes.iter().any(|change| change.span.covers(exit.span)));
    exits.sort();
    exits.dedup();
    for pair in exits.windows(2) {
        if pair[0].span == pair[1].span {
            failed.push(Obstacle::Variants(pair[0].span));
        }
    }
    // The thread function goes there in every configuration.
    let somewhere_none = |exit: &&Exit| match &exit.to {
        To::Label(name) => !views.iter().all(|view| has_label(view, name)),
        _ => false,
    };
    failed.extend(exits.iter().filter(somewhere_none).map(|exit| Obstacle::Variants(exit.span)));
    // A field is not put under an #if.
    let somewhere_not = |local: &&Local| {
        let declared =
            |view: &View<'_>| view.graph.variables.iter().any(|own| own.span == local.declared);
        local.class != Class::Scratch && !views.iter().all(declared)
    };
    failed.extend(shared.iter().filter(somewhere_not).map(|it| Obstacle::Variants(it.declared)));
    if !failed.is_empty() {
        failed.dedup();
        return Err(failed);
    }
    shared.sort_by_key(|local| local.declared);
    let gives_back = gives_back(&first, &exits);
    let detours = detours(&first, &mut exits, gives_back, &names);
    for local in &mut shared {
        // With several ways out there is no one place to copy it back.
        if local.class == Class::Value && local.read_after && !detours.is_empty() {
            local.class = Class::Pointer;
        }
    }
    let ends = !rest.is_empty()
        || exits.iter().any(|exit| matches!(exit.to, To::Behind | To::Label(_) | To::Return(..)));
    let link = link(&mut shared, ends || !sleeps.is_empty());
    let unnamed: Vec<Obstacle> =
        shared.iter().filter_map(Local::unnameable).map(Obstacle::Local).collect();
    if !unnamed.is_empty() {
        return Err(unnamed);
    }
    let gives_back = gives_back && !detours.is_empty();
    let result = zero_behind(&first).filter(|_| gives_back);
    Ok(Plan {
        label,
        labels_before: only_of_the_loop(views),
        gives_back,
        result,
        lifts,
        mask,
        changes,
        sleeps,
        exits,
        rest,
        locals: shared,
        link,
        detours,
        ends,
        names,
    })
}

fn has_label(view: &View<'_>, name: &str) -> bool {
    view.graph.nodes.iter().any(|node| {
        node.kind == NodeKind::Label && view.text.get(node.span.range()) == Some(name.as_bytes())
    })
}

fn agreed_stop(views: &[View<'_>]) -> Option<Vec<stop::Lift>> {
    let found: Option<Vec<stop::Lift>> = views.iter().map(stop::lift).collect();
    let found = found.filter(|found| !found.is_empty())?;
    let same = |lift: &stop::Lift| {
        lift.first == found[0].first
            && lift.freezes == found[0].freezes
            && lift.rest == found[0].rest
    };
    found.iter().all(same).then_some(found)
}

fn agreed(views: &[View<'_>], lift: impl Fn(usize, &View<'_>) -> Option<Change>) -> Option<Change> {
    let mut all = views.iter().enumerate().map(|(index, view)| lift(index, view));
    let first = all.next()??;
    all.all(|other| other.as_ref() == Some(&first)).then_some(first)
}

fn merge(into: &mut Vec<Local>, local: Local) {
    match into.iter_mut().find(|known| known.declared == local.declared) {
        Some(known) => {
            if known.set_before != local.set_before && known.class.max(local.class) == Class::Value
            {
                known.class = Class::Pointer;
            }
            known.class = known.class.max(local.class);
            known.set_before |= local.set_before;
            known.read_after |= local.read_after;
        }
        None => into.push(local),
    }
}

/// A goto to a label right behind the loop only leaves it. Where the label has one name, it is the
/// loop's function that has it from now on; gives its place, if nothing else goes to it.
fn right_behind(views: &[View<'_>], exits: &mut [Exit], names: &mut Names) -> Option<Span> {
    let view = views.first()?;
    let label = |name: &str| {
        view.graph.nodes.iter().position(|node| {
            node.kind == NodeKind::Label
                && view.text.get(node.span.range()) == Some(name.as_bytes())
        })
    };
    let mut found: Vec<(String, NodeId)> = Vec::new();
    for exit in exits {
        let To::Label(name) = &exit.to else { continue };
        let Some(node) = label(name).filter(|node| view.leads_to(view.main.exit, *node)) else {
            continue;
        };
        found.push((name.clone(), node));
        exit.to = To::Behind;
    }
    found.sort();
    found.dedup();
    let [(name, node)] = found.as_slice() else { return None };
    names.stop.clone_from(name);
    let other = gotos(views, name.as_bytes(), false);
    with_colon(view, view.node(*node).span).filter(|_| !other)
}

/// Whether a goto in the loop's body, or outside of it, leads to a label.
fn gotos(views: &[View<'_>], name: &[u8], inside: bool) -> bool {
    views.iter().any(|view| {
        view.graph.nodes.iter().any(|jump| {
            let words = view.slice(jump.span);
            jump.kind == NodeKind::Jump
                && view.main.parts.body.covers(jump.span) == inside
                && words.first().is_some_and(|word| word.is_word(view.text, "goto"))
                && words.get(1).is_some_and(|word| word.bytes(view.text) == name)
        })
    })
}

/// A label with its colon.
fn with_colon(view: &View<'_>, label: Span) -> Option<Span> {
    let colon = view.tokens.iter().find(|token| token.span.start >= label.end)?;
    colon.is(b':').then(|| Span::new(label.start, colon.span.end))
}

/// The labels before the loop that nothing goes to once the loop's body is another function.
fn only_of_the_loop(views: &[View<'_>]) -> Vec<Span> {
    let mut out = Vec::new();
    for view in views {
        let before =
            |node: &&Node| node.kind == NodeKind::Label && node.span.end <= view.main.span.start;
        for node in view.graph.nodes.iter().filter(before) {
            let name = view.text.get(node.span.range()).unwrap_or_default();
            if gotos(views, name, true) && !gotos(views, name, false) {
                out.extend(with_colon(view, node.span));
            }
        }
    }
    out.sort();
    out.dedup();
    out
}

/// Numbers the ways out that lead elsewhere, and names their labels.
fn detours(view: &View<'_>, exits: &mut [Exit], as_result: bool, names: &Names) -> Vec<Detour> {
    let behind = behind(view).map(|(value, _)| value);
    let mut out: Vec<Detour> = Vec::new();
    let mut returns = 0;
    for exit in exits {
        let action = match &exit.to {
            To::Label(label) => format!("goto {label};"),
            To::Return(value, _) if Some(value) == behind.as_ref() => {
                exit.to = To::Behind;
                continue;
            }
            To::Return(value, _) if value.is_empty() => "return;".to_owned(),
            To::Return(value, _) => format!("return {value};"),
            _ => continue,
        };
        if out.iter().any(|known| known.action == action) {
            continue;
        }
        let label = if let To::Label(label) = &exit.to {
            label.clone()
        } else {
            returns += 1;
            names.way_out(returns)
        };
        let value = match &exit.to {
            To::Return(_, value) if as_result => *value,
            _ => None,
        };
        out.push(Detour { label, action, value });
    }
    out
}

/// What the function gives back where it does nothing else behind the loop, and the statement.
fn behind(view: &View<'_>) -> Option<(String, Span)> {
    let mut at = view.main.exit;
    for _ in 0..64 {
        let node = view.node(at);
        let words = view.slice(node.span);
        if words.first().is_some_and(|word| word.is_word(view.text, "return")) {
            let bytes = view.text.get(node.span.range())?;
            let value = bytes.strip_prefix(b"return")?.strip_suffix(b";")?.trim_ascii();
            return Some((String::from_utf8_lossy(value).into_owned(), node.span));
        }
        if !view.is_silent(at) {
            return None;
        }
        at = *node.next.first()?;
    }
    None
}

/// Whether all ways out only give back a value, and behind the loop stands `return 0;` or nothing that
/// is ever reached: then the driver's result is the thread's.
fn gives_back(view: &View<'_>, exits: &[Exit]) -> bool {
    exits.iter().all(|exit| !matches!(exit.to, To::Label(_)))
        && exits.iter().any(|exit| matches!(exit.to, To::Return(..)))
        && (zero_behind(view).is_some() || nothing_behind(view))
}

/// Whether nothing follows the loop, because it never ends.
pub(super) fn nothing_behind(view: &View<'_>) -> bool {
    let predecessors = view.graph.predecessors();
    let reached = |at: NodeId| predecessors[at].iter().any(|from| view.main.contains(*from));
    let mut at = view.main.exit;
    if reached(at) {
        return false;
    }
    for _ in 0..64 {
        if at == view.graph.exit {
            return true;
        }
        match view.node(at).next.first() {
            Some(next) if view.is_silent(at) => {
                let word = view.slice(view.node(at).span).first();
                if word.is_some_and(|word| word.is_word(view.text, "return")) {
                    return false;
                }
                at = *next;
            }
            _ => return false,
        }
    }
    false
}

/// `return 0;` right behind the loop.
pub(super) fn zero_behind(view: &View<'_>) -> Option<Span> {
    let (value, span) = behind(view)?;
    let next = view.tokens.iter().find(|token| token.span.start >= view.main.span.end)?;
    (value == "0" && next.span.start == span.start).then_some(span)
}

/// Decides how the function gets at its locals. Where it does not get the argument, what is computed
/// from that is copied instead.
fn link(shared: &mut [Local], needs_iterant: bool) -> Link {
    let of_param = |local: &Local| local.parameter && local.class == Class::Copy;
    let others = |shared: &[Local]| {
        shared
            .iter()
            .filter(|local| !of_param(local))
            .filter(|local| matches!(local.class, Class::Copy | Class::Value | Class::Pointer))
            .count()
    };
    for index in 0..shared.len() {
        if shared[index].class != Class::Recompute {
            continue;
        }
        // What it reads must be there too.
        let known = shared[index].init_reads.iter().all(|read| {
            shared.iter().any(|other| {
                other.declared == *read && matches!(other.class, Class::Recompute | Class::Copy)
            })
        });
        if !known {
            shared[index].class = shared[index].copied();
        }
    }
    let from_param =
        |shared: &[Local]| shared.iter().any(|local| of_param(local) || reads_param(local));
    if !needs_iterant && others(shared) == 0 {
        return Link::Argument;
    }
    if from_param(shared) || needs_iterant || others(shared) != 1 || !single(shared) {
        for local in &mut *shared {
            if reads_param(local) {
                local.class = local.copied();
            }
        }
        let any = shared
            .iter()
            .any(|local| matches!(local.class, Class::Copy | Class::Value | Class::Pointer));
        return if any { Link::Context } else { Link::Iterant };
    }
    Link::Local
}

fn reads_param(local: &Local) -> bool {
    local.class == Class::Recompute && local.reads_param
}

/// Whether the only local that is copied is a pointer that can be passed as `void *`.
fn single(shared: &[Local]) -> bool {
    shared.iter().all(|local| match local.class {
        Class::Copy => {
            local.variable.shape.stars > 0
                && local.variable.shape.plain
                && !local.variable.type_text.contains("const")
        }
        Class::Value | Class::Pointer => false,
        Class::Scratch | Class::Recompute => true,
    })
}
