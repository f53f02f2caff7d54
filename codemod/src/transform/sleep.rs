//! Sleep: a schedule_timeout() that an iteration ends with becomes a request to the driver.
//!
//! Only with a timeout that is not 0 for certain: the driver takes 0 for no sleep, schedule_timeout(0)
//! waits for a tick.

use super::View;
use crate::model::cfg::{Event, NodeId, NodeKind, VarId};
use crate::source::Span;
use crate::verify;

/// A sleep that moves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lift {
    /// The statement of the sleep.
    pub span: Span,
    /// The statement that set the state, where the sleep does not do it.
    pub sets: Option<Span>,
    /// The state's name.
    pub state: String,
    /// The timeout, if there is one.
    pub timeout: Option<Span>,
}

/// The sleeps that can move; `stop` are the stop tests that are lifted.
pub fn lift(view: &View<'_>, stop: &[NodeId]) -> Vec<Lift> {
    if view.main.parts.update.is_some() {
        return Vec::new();
    }
    view.main
        .nodes
        .iter()
        .filter(|node| view.is_tail(**node, stop) && !view.graph.nested(view.main, **node))
        .filter_map(|node| sleeps(view, *node))
        .collect()
}

fn sleeps(view: &View<'_>, node: NodeId) -> Option<Lift> {
    let call = view.statement_call(node)?;
    let span = view.node(node).span;
    if view.is_exposed(span) {
        return None;
    }
    let timeout = call
        .arguments
        .first()
        .and_then(|tokens| Some(Span::new(tokens.first()?.span.start, tokens.last()?.span.end)));
    if let Some(timeout) = timeout
        && !is_nonzero(view, node, timeout)
    {
        return None;
    }
    if let Some(state) = verify::sleeps_in(call.name) {
        let state = String::from_utf8_lossy(state).into_owned();
        return Some(Lift { span, sets: None, state, timeout: Some(timeout?) });
    }
    if !matches!(call.name, b"schedule" | b"schedule_timeout") {
        return None;
    }
    // The statement before it sets the state.
    let before: Vec<NodeId> = view
        .main
        .nodes
        .iter()
        .copied()
        .filter(|from| view.node(*from).next.contains(&node))
        .collect();
    let [setter] = before[..] else { return None };
    let set = view.statement_call(setter)?;
    if !matches!(set.name, b"set_current_state" | b"__set_current_state") {
        return None;
    }
    let [state] = set.arguments.as_slice() else { return None };
    let [state] = state else { return None };
    let adjacent = view.slice(Span::new(view.node(setter).span.start, span.end)).len()
        == view.slice(view.node(setter).span).len() + view.slice(span).len();
    adjacent.then(|| Lift {
        span,
        sets: Some(view.node(setter).span),
        state: String::from_utf8_lossy(state.bytes(view.text)).into_owned(),
        timeout: if call.name == b"schedule" { None } else { timeout },
    })
}

/// Whether a timeout is not 0: a constant, or a local that was tested since it was last written.
fn is_nonzero(view: &View<'_>, sleep: NodeId, timeout: Span) -> bool {
    let tokens = view.slice(timeout);
    if let [only] = tokens
        && let Some(var) = view.graph.used_at(only.span.start)
    {
        let variable = &view.graph.variables[var];
        return !variable.parameter
            && verify::fits_long(&verify::type_of(view.text, variable))
            && is_tested(view, sleep, var);
    }
    let words: Vec<&[u8]> = tokens.iter().map(|token| token.bytes(view.text)).collect();
    !tokens.iter().any(|token| view.graph.used_at(token.span.start).is_some())
        && verify::is_nonzero_constant(&words)
}

/// Whether every way from a write of a local to a node passes a test that shows it to be other than 0.
fn is_tested(view: &View<'_>, target: NodeId, var: VarId) -> bool {
    let graph = view.graph;
    let touches = |node: NodeId| {
        graph.nodes[node].events.iter().any(|event| match event {
            Event::Write { var: at, .. } | Event::Address(at) | Event::Declare(at) => *at == var,
            _ => false,
        })
    };
    let taken =
        graph.nodes.iter().flat_map(|node| &node.events).any(|event| *event == Event::Address(var));
    if taken {
        return false;
    }
    let mut work: Vec<NodeId> =
        (0..graph.nodes.len()).filter(|node| *node == graph.entry || touches(*node)).collect();
    let mut seen = vec![false; graph.nodes.len()];
    while let Some(at) = work.pop() {
        let shown = shows(view, at, var);
        for (index, next) in graph.nodes[at].next.iter().enumerate() {
            if shown == Some(index == 0) && graph.nodes[at].next.len() == 2 {
                continue;
            }
            if *next == target {
                return false;
            }
            if !seen[*next] {
                seen[*next] = true;
                work.push(*next);
            }
        }
    }
    true
}

/// The outcome of a condition that shows a local to be other than 0.
fn shows(view: &View<'_>, node: NodeId, var: VarId) -> Option<bool> {
    let it = view.node(node);
    if it.kind != NodeKind::Branch {
        return None;
    }
    let tokens = verify::unwrap(view.text, view.slice(it.span));
    let (tokens, negated) = match verify::split(view.text, tokens) {
        verify::Words::Not(inner) => (verify::unwrap(view.text, inner), true),
        _ => (tokens, false),
    };
    let first = tokens.first()?;
    if view.graph.used_at(first.span.start) != Some(var) {
        return None;
    }
    let rest: Vec<&[u8]> = tokens[1..].iter().map(|token| token.bytes(view.text)).collect();
    let holds = match rest.as_slice() {
        [] | [b">" | b"!=", b"0"] | [b">=", b"1"] => true,
        [b"<=" | b"==", b"0"] | [b"<", b"1"] => false,
        _ => return None,
    };
    Some(holds != negated)
}
