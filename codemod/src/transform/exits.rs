//! The ways out of the loop, and on to the next iteration.

use super::View;
use crate::model::cfg::{NodeId, NodeKind};
use crate::source::Span;

/// Where a jump in the loop leads.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum To {
    /// To the next iteration.
    Next,
    /// There too, where the other arm of an `if` follows.
    NextArm,
    /// Behind the loop.
    Behind,
    /// Behind the loop, because the thread should stop.
    Stopped,
    /// To a label outside of the loop.
    Label(String),
    /// Out of the function, with this value: its text, and where it stands.
    Return(String, Option<Span>),
}

/// A jump that must change.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Exit {
    /// The statement.
    pub span: Span,
    /// Where it leads.
    pub to: To,
}

/// A jump that can't be made from a function of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Impossible {
    /// The statement.
    pub span: Span,
    /// Why.
    pub why: &'static str,
}

/// All jumps of the loop that must change; `stop` is whether the driver tests stop.
///
/// # Errors
/// The first that can't.
pub fn exits(view: &View<'_>, stop: bool) -> Result<Vec<Exit>, Impossible> {
    let mut out = Vec::new();
    let predecessors = view.graph.predecessors();
    for &id in &view.main.nodes {
        let node = view.node(id);
        if node.kind != NodeKind::Jump || !view.main.parts.body.covers(node.span) {
            continue;
        }
        let tokens = view.slice(node.span);
        let Some(word) = tokens.first() else { continue };
        let Some(&next) = node.next.first() else { continue };
        let to = match word.bytes(view.text) {
            b"break" if next == view.main.exit => {
                if stop && because_of_stop(view, &predecessors, id) {
                    To::Stopped
                } else {
                    To::Behind
                }
            }
            b"continue" if next == view.main.continues => To::Next,
            b"goto" => {
                let label = view.node(next);
                if view.main.parts.body.covers(label.span) {
                    continue;
                }
                if begins_again(view, next) {
                    To::Next
                } else if label.span.start > view.main.span.start {
                    let name = tokens.get(1).map_or(&b""[..], |token| token.bytes(view.text));
                    To::Label(String::from_utf8_lossy(name).into_owned())
                } else {
                    let why = "this goto leads back to before the loop";
                    return Err(Impossible { span: node.span, why });
                }
            }
            b"return" => {
                let value = &tokens[1..tokens.len().saturating_sub(1).max(1)];
                let inner = view.graph.uses.iter().any(|(span, var)| {
                    node.span.covers(*span)
                        && view.main.parts.body.covers(view.graph.variables[*var].span)
                });
                if inner {
                    let why = "this return gives back a local of the loop's body";
                    return Err(Impossible { span: node.span, why });
                }
                if node
                    .events
                    .iter()
                    .any(|event| !matches!(event, crate::model::cfg::Event::Read(_)))
                {
                    let why = "what this return gives back has an effect or reads memory";
                    return Err(Impossible { span: node.span, why });
                }
                let span = value
                    .first()
                    .zip(value.last())
                    .map(|(first, last)| Span::new(first.span.start, last.span.end));
                let bytes = span.map_or(&b""[..], |span| &view.text[span.range()]);
                To::Return(String::from_utf8_lossy(bytes).into_owned(), span)
            }
            _ => continue,
        };
        let to = if to == To::Next && before_else(view, node.span) { To::NextArm } else { to };
        out.push(Exit { span: node.span, to });
    }
    Ok(out)
}

/// Whether a jump is the last thing before an `else` that tests nothing: there a `return` would not
/// be the kernel's style.
fn before_else(view: &View<'_>, jump: Span) -> bool {
    let at = view.tokens.partition_point(|token| token.span.start < jump.end);
    let mut rest = view.tokens.get(at..).unwrap_or_default();
    if let [close, more @ ..] = rest
        && close.is(b'}')
    {
        rest = more;
    }
    matches!(rest, [other, next, ..]
        if other.is_word(view.text, "else") && !next.is_word(view.text, "if"))
}

/// Whether a label stands right before the loop and leads into it.
fn begins_again(view: &View<'_>, mut at: NodeId) -> bool {
    if view.main.parts.init.is_some() || view.main.continues != view.main.header {
        return false;
    }
    for _ in 0..64 {
        if at == view.main.header {
            return true;
        }
        match view.node(at).next.first() {
            Some(next) if view.is_silent(at) => at = *next,
            _ => return false,
        }
    }
    false
}

/// Whether a break is only reached where kthread_should_stop() was true.
fn because_of_stop(view: &View<'_>, predecessors: &[Vec<NodeId>], break_at: NodeId) -> bool {
    let mut at = break_at;
    for _ in 0..256 {
        let [from] = predecessors[at][..] else { return false };
        if view.is_plain_stop(from) {
            return view.node(from).next.first() == Some(&at);
        }
        if view.node(from).kind == NodeKind::Branch || view.node(from).next.len() != 1 {
            return false;
        }
        at = from;
    }
    false
}
