//! Freeze: the driver freezes at the beginning of a turn.
//!
//! A `try_to_freeze();` that every iteration begins or ends with.

use super::{Change, View};
use crate::model::cfg::{NodeId, NodeKind};
use crate::source::Span;
use crate::verify;

/// What the driver does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lift {
    /// The node that goes.
    pub node: NodeId,
    /// Its bytes.
    pub change: Change,
}

/// Whether freezing can be lifted; `stop` are the stop tests that are.
pub fn lift(view: &View<'_>, stop: &[NodeId]) -> Option<Lift> {
    let chain = view.head_chain(stop);
    if let Some(found) = chain.last().and_then(|node| freezes(view, *node)) {
        return Some(found);
    }
    view.main
        .nodes
        .iter()
        .filter(|node| view.main.parts.update.is_none() && view.is_tail(**node, stop))
        .filter(|node| view.every_turn_passes(**node) && !view.is_exposed(view.node(**node).span))
        .find_map(|node| freezes(view, *node).filter(|found| found.node == *node))
}

/// `try_to_freeze();`, `if (try_to_freeze()) continue;`, `if (freezing(current)) try_to_freeze();`
pub(super) fn freezes(view: &View<'_>, node: NodeId) -> Option<Lift> {
    if view.statement_call(node).is_some_and(|call| call.name == b"try_to_freeze") {
        let change = Change { span: view.node(node).span, with: None };
        return Some(Lift { node, change });
    }
    let it = view.node(node);
    if it.kind != NodeKind::Branch {
        return None;
    }
    let call = verify::call(view.text, verify::unwrap(view.text, view.slice(it.span)))?;
    let at = view.tokens.partition_point(|token| token.span.start < it.span.start);
    let word = view.tokens.get(at.checked_sub(1)?)?;
    let behind = view.tokens.partition_point(|token| token.span.end <= it.span.end);
    let rest = view.tokens.get(behind..)?;
    let continues = call.name == b"try_to_freeze"
        && matches!(rest, [word, end, next, ..]
            if word.is_word(view.text, "continue")
                && end.is(b';')
                && !next.is_word(view.text, "else"))
        && it.next.first().is_some_and(|arm| {
            view.node(*arm)
                .next
                .first()
                .is_some_and(|jump| view.node(*jump).next.first() == Some(&view.main.continues))
        });
    if !word.is_word(view.text, "if") || !continues || view.main.parts.update.is_some() {
        return None;
    }
    let change = Change { span: Span::new(word.span.start, rest[1].span.end), with: None };
    Some(Lift { node, change })
}
