//! Park: the driver parks at the beginning of a turn.
//!
//! An `if (kthread_should_park()) kthread_parkme();` that every iteration begins or ends with.

use super::{Change, View};
use crate::model::cfg::{NodeId, NodeKind};
use crate::source::Span;
use crate::verify;

/// What the driver does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lift {
    /// The test.
    pub node: NodeId,
    /// The bytes that go.
    pub change: Change,
}

/// Whether parking can be lifted; `stop` are the stop tests that are, `freeze` the freeze.
pub fn lift(view: &View<'_>, stop: &[NodeId]) -> Option<Lift> {
    let chain = view.head_chain(stop);
    if let Some(found) = chain.last().and_then(|node| parks(view, *node)) {
        return Some(found);
    }
    view.main
        .nodes
        .iter()
        .filter(|node| view.main.parts.update.is_none() && view.every_turn_passes(**node))
        .filter_map(|node| parks(view, *node))
        .filter(|found| !view.is_exposed(view.node(found.node).span))
        .find(|found| {
            let node = view.node(found.node);
            node.next.get(1).is_some_and(|next| {
                *next == view.main.header || (view.is_silent(*next) && view.is_tail(*next, stop))
            })
        })
}

fn parks(view: &View<'_>, node: NodeId) -> Option<Lift> {
    let it = view.node(node);
    if it.kind != NodeKind::Branch {
        return None;
    }
    let call = verify::call(view.text, verify::unwrap(view.text, view.slice(it.span)))?;
    let at = view.tokens.partition_point(|token| token.span.start < it.span.start);
    let word = view.tokens.get(at.checked_sub(1)?)?;
    let behind = view.tokens.partition_point(|token| token.span.end <= it.span.end);
    let rest = view.tokens.get(behind..)?;
    let length = match rest {
        [call, open, close, end, ..]
            if call.is_word(view.text, "kthread_parkme")
                && open.is(b'(')
                && close.is(b')')
                && end.is(b';') =>
        {
            4
        }
        [brace, call, open, close, end, last, ..]
            if brace.is(b'{')
                && call.is_word(view.text, "kthread_parkme")
                && open.is(b'(')
                && close.is(b')')
                && end.is(b';')
                && last.is(b'}') =>
        {
            6
        }
        _ => return None,
    };
    if call.name != b"kthread_should_park"
        || !word.is_word(view.text, "if")
        || rest.get(length).is_some_and(|next| next.is_word(view.text, "else"))
    {
        return None;
    }
    let span = Span::new(word.span.start, rest[length - 1].span.end);
    Some(Lift { node, change: Change { span, with: None } })
}
