//! Stop: the driver tests it instead of the loop.
//!
//! `while (!kthread_should_stop())`, `do … while (!kthread_should_stop())`, and a test in mid-body
//! that leads out, where the way to it does nothing once stop is asked for.

use super::{Change, Idle, View};
use crate::model::cfg::{NodeId, NodeKind};
use crate::report::schema::LoopForm;
use crate::source::Span;
use crate::verify::{self, Words};

/// Steps that are followed from the beginning of an iteration.
const MAX_STEPS: usize = 2048;

/// What the driver does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lift {
    /// Whether it tests stop before the first turn.
    pub first: bool,
    /// Whether the loop's own test froze too.
    pub freezes: bool,
    /// The tests that it replaces.
    pub nodes: Vec<NodeId>,
    /// What is left of the condition: the sides of `&&`.
    pub rest: Vec<Span>,
    /// Statements that go.
    pub changes: Vec<Change>,
}

/// What is left of a condition that a loop keeps.
pub fn whole_condition(view: &View<'_>) -> Vec<Span> {
    match view.main.condition_span {
        Some(span) if view.main.condition.is_some() => vec![inner(view, span)],
        _ => Vec::new(),
    }
}

/// A condition without the parentheses around it.
fn inner(view: &View<'_>, span: Span) -> Span {
    let tokens = view.slice(span);
    match tokens {
        [open, .., close] if open.is(b'(') && close.is(b')') => {
            span_of(&tokens[1..tokens.len() - 1]).unwrap_or(span)
        }
        _ => span,
    }
}

fn span_of(tokens: &[crate::syntax::lex::Token]) -> Option<Span> {
    Some(Span::new(tokens.first()?.span.start, tokens.last()?.span.end))
}

/// Whether stop can be lifted, and how.
pub fn lift(view: &View<'_>) -> Option<Lift> {
    if let Some(found) = head(view) {
        return Some(found);
    }
    if idle_to_the_end(view) {
        return Some(middle(view));
    }
    tail(view)
}

/// The loop's own condition tests stop.
fn head(view: &View<'_>) -> Option<Lift> {
    let node = view.main.condition?;
    let tokens = verify::unwrap(view.text, view.slice(view.main.condition_span?));
    let sides = match verify::split(view.text, tokens) {
        Words::And(sides) => sides,
        _ => vec![tokens],
    };
    let mut out = Lift {
        first: view.main.form != LoopForm::DoWhile,
        freezes: false,
        nodes: vec![node],
        rest: Vec::new(),
        changes: Vec::new(),
    };
    let (mut found, mut behind_others, mut before_others) = (false, false, false);
    for side in sides {
        let tested = match verify::split(view.text, verify::unwrap(view.text, side)) {
            Words::Not(inner) => {
                verify::call(view.text, verify::unwrap(view.text, inner)).map(|call| call.name)
            }
            _ => None,
        };
        match tested {
            Some(b"kthread_should_stop") if !found => {
                found = true;
                behind_others = !out.rest.is_empty();
            }
            Some(b"kthread_freezable_should_stop") if !found && out.rest.is_empty() => {
                if !freezable_result_unread(view) {
                    return None;
                }
                found = true;
                out.freezes = true;
            }
            _ => {
                before_others |= found;
                out.rest.push(span_of(side)?);
            }
        }
    }
    // What the test moves over must only read: the driver tests stop before a turn, and so behind
    // what is left of the condition of a `do`.
    let over = if out.first { behind_others } else { before_others };
    let quiet = !over || view.idles(node, &Idle::running()).is_some();
    let writes = view
        .node(node)
        .events
        .iter()
        .any(|event| matches!(event, crate::model::cfg::Event::Write { .. }));
    (found && quiet && !(over && writes)).then_some(out)
}

/// kthread_freezable_should_stop(NULL), or with a local that nobody reads.
fn freezable_result_unread(view: &View<'_>) -> bool {
    view.graph.calls().filter(|(_, call)| call.name == b"kthread_freezable_should_stop").all(
        |(_, call)| {
            let argument = call.arguments.first().map_or(&b""[..], Vec::as_slice);
            argument == b"NULL"
        },
    )
}

/// Whether the way from the beginning of an iteration to the end of the loop does nothing once stop is
/// asked for.
fn idle_to_the_end(view: &View<'_>) -> bool {
    let graph = view.graph;
    let mut work = vec![(view.main.header, Idle::running())];
    let mut seen: Vec<(NodeId, Idle)> = Vec::new();
    let mut tested = false;
    while let Some((at, found)) = work.pop() {
        let inside = view.main.contains(at) || view.main.parts.body.covers(view.node(at).span);
        if !inside || at == view.main.exit {
            if !found.locks.is_empty() || !ends_well(view, at, &found.state) {
                return false;
            }
            continue;
        }
        if seen.iter().any(|(node, known)| *node == at && *known == found) || seen.len() > MAX_STEPS
        {
            // Round and round: it never gets out.
            if at == view.main.header || seen.len() > MAX_STEPS {
                return false;
            }
            continue;
        }
        let Some(after) = view.idles(at, &found) else { return false };
        seen.push((at, found));
        let node = view.node(at);
        if node.kind == NodeKind::Jump && text(view, at).starts_with(b"return") {
            return false;
        }
        let outcome = graph.decided_by_stop.iter().find(|(branch, _)| *branch == at);
        if let Some((_, outcome)) = outcome {
            tested = true;
            work.extend(node.next.get(usize::from(!*outcome)).map(|next| (*next, after.clone())));
        } else {
            if node.next.contains(&view.main.header) {
                return false;
            }
            work.extend(node.next.iter().map(|next| (*next, after.clone())));
        }
    }
    tested && !state_over_the_edge(view)
}

fn text<'a>(view: &View<'a>, at: NodeId) -> &'a [u8] {
    view.text.get(view.node(at).span.range()).unwrap_or_default()
}

/// Whether some way around the loop leaves the task in another state than running.
fn state_over_the_edge(view: &View<'_>) -> bool {
    !crate::analysis::carry::back_edge(view.graph, view.main).state.is_empty()
}

/// Whether it makes no difference in which state the loop is left: it is running, or the state is set
/// next, or the thread ends.
fn ends_well(view: &View<'_>, mut at: NodeId, state: &str) -> bool {
    if !view.leaves(at) {
        return false;
    }
    if state == "running" {
        return true;
    }
    for _ in 0..64 {
        let node = view.node(at);
        match node.kind {
            NodeKind::Exit => return true,
            NodeKind::Jump if text(view, at).starts_with(b"return") => return true,
            _ if view.is_silent(at) => match node.next.first() {
                Some(next) => at = *next,
                None => return true,
            },
            _ => {
                return view.statement_call(at).is_some_and(|call| {
                    matches!(call.name, b"set_current_state" | b"__set_current_state")
                });
            }
        }
    }
    false
}

/// Tests in mid-body stay where something lies before them; the first of an iteration goes.
fn middle(view: &View<'_>) -> Lift {
    let mut out = Lift {
        first: true,
        freezes: false,
        nodes: Vec::new(),
        rest: whole_condition(view),
        changes: Vec::new(),
    };
    if let Some((node, change)) = first_test(view) {
        out.nodes.push(node);
        out.changes.push(change);
    }
    out
}

/// `if (kthread_should_stop()) break;` that an iteration begins with.
fn first_test(view: &View<'_>) -> Option<(NodeId, Change)> {
    let mut node = *view.head_chain(&[]).last()?;
    if super::freeze::freezes(view, node).is_some() {
        // That goes before it.
        node = *view.head_chain(&[node]).last()?;
    }
    let change = plain_test(view, node)?;
    Some((node, change))
}

/// `if (kthread_should_stop()) break;` that an iteration ends with, and nothing else tests stop.
fn tail(view: &View<'_>) -> Option<Lift> {
    let found: Vec<(NodeId, Change)> = view
        .main
        .nodes
        .iter()
        .filter(|node| view.is_tail_test(**node))
        .filter_map(|node| Some((*node, plain_test(view, *node)?)))
        .collect();
    let [(node, change)] = found.as_slice() else { return None };
    if !view.every_turn_passes(*node)
        || view.main.parts.update.is_some()
        || state_over_the_edge(view)
        || (view.main.condition.is_some() && view.main.form == LoopForm::DoWhile)
    {
        return None;
    }
    Some(Lift {
        first: false,
        freezes: false,
        nodes: vec![*node],
        rest: whole_condition(view),
        changes: vec![change.clone()],
    })
}

impl View<'_> {
    /// Whether a stop test is the last thing of an iteration.
    fn is_tail_test(&self, node: NodeId) -> bool {
        self.is_plain_stop(node)
            && self.stays(node).is_some_and(|next| {
                next == self.main.header || (self.is_silent(next) && self.is_tail(next, &[]))
            })
    }
}

/// An `if` whose condition is kthread_should_stop() and whose only statement is a break, or a goto to
/// right behind the loop: its bytes.
fn plain_test(view: &View<'_>, node: NodeId) -> Option<Change> {
    if !view.is_plain_stop(node) {
        return None;
    }
    let condition = view.node(node).span;
    let at = view.tokens.partition_point(|token| token.span.start < condition.start);
    let word = view.tokens.get(at.checked_sub(1)?)?;
    if !word.is_word(view.text, "if") {
        return None;
    }
    let behind = view.tokens.partition_point(|token| token.span.end <= condition.end);
    let rest = view.tokens.get(behind..)?;
    let length = match rest {
        [stop, end, ..] if stop.is_word(view.text, "break") && end.is(b';') => 2,
        [stop, _, end, ..] if stop.is_word(view.text, "goto") && end.is(b';') => 3,
        [open, stop, _, end, close, ..]
            if open.is(b'{')
                && stop.is_word(view.text, "goto")
                && end.is(b';')
                && close.is(b'}') =>
        {
            5
        }
        [open, stop, end, close, ..]
            if open.is(b'{')
                && stop.is_word(view.text, "break")
                && end.is(b';')
                && close.is(b'}') =>
        {
            4
        }
        _ => return None,
    };
    if rest.get(length).is_some_and(|next| next.is_word(view.text, "else")) {
        return None;
    }
    // The jump must leave the main loop.
    let leaves = view.node(node).next.first().is_some_and(|arm| view.leaves(*arm));
    leaves
        .then(|| Change { span: Span::new(word.span.start, rest[length - 1].span.end), with: None })
}
