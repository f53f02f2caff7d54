//! What can move from a loop into the driver, one file each.

pub mod exits;
pub mod freeze;
pub mod locals;
pub mod park;
pub mod sleep;
pub mod stop;

use crate::analysis::function::Reader;
use crate::analysis::helpers::Helpers;
use crate::analysis::liveness::LoopLocals;
use crate::kernel::calls::{self, LockEffect, StateEffect};
use crate::model::cfg::{Call, Event, Graph, Loop, Node, NodeId, NodeKind};
use crate::source::{FileId, Span};
use crate::syntax::lex::Token;
use crate::verify;

/// The main loop in one variant of its function.
#[derive(Debug, Clone, Copy)]
pub struct View<'a> {
    /// The file's text.
    pub text: &'a [u8],
    /// The function's visible tokens.
    pub tokens: &'a [Token],
    /// The function's graph.
    pub graph: &'a Graph,
    /// The loop.
    pub main: &'a Loop,
    /// The file.
    pub file: FileId,
    /// Over what a stop test may move.
    pub reach: Reach,
    /// What reads other functions.
    pub reader: &'a Reader<'a>,
    /// What called functions do.
    pub helpers: &'a Helpers<'a>,
    /// What outlives an iteration.
    pub live: &'a LoopLocals,
}

impl<'a> View<'a> {
    /// The visible tokens of a span.
    pub fn slice(&self, span: Span) -> &'a [Token] {
        let first = self.tokens.partition_point(|token| token.span.start < span.start);
        let last = self.tokens.partition_point(|token| token.span.end <= span.end);
        self.tokens.get(first..last).unwrap_or_default()
    }

    /// A node.
    pub fn node(&self, id: NodeId) -> &'a Node {
        &self.graph.nodes[id]
    }

    /// The one call that a statement is.
    pub fn statement_call(&self, id: NodeId) -> Option<verify::Called<'a>> {
        let node = self.node(id);
        if node.kind != NodeKind::Statement {
            return None;
        }
        let tokens = self.slice(node.span);
        let tokens = match tokens {
            [head @ .., last] if last.is(b';') => head,
            _ => tokens,
        };
        verify::call(self.text, tokens)
    }

    /// Whether a condition is kthread_should_stop() and nothing else.
    pub fn is_plain_stop(&self, id: NodeId) -> bool {
        let node = self.node(id);
        node.kind == NodeKind::Branch
            && verify::call(self.text, verify::unwrap(self.text, self.slice(node.span)))
                .is_some_and(|call| call.name == b"kthread_should_stop")
    }

    /// Whether a condition is try_to_freeze().
    fn is_freeze_test(&self, id: NodeId) -> bool {
        verify::call(self.text, verify::unwrap(self.text, self.slice(self.node(id).span)))
            .is_some_and(|call| call.name == b"try_to_freeze")
    }

    /// Whether nothing happens in a node.
    pub fn is_silent(&self, id: NodeId) -> bool {
        let node = self.node(id);
        matches!(node.kind, NodeKind::Join | NodeKind::Label | NodeKind::Jump | NodeKind::Entry)
            && node.events.is_empty()
            && node.next.len() == 1
            || self.is_bare_declaration(id)
    }

    /// A declaration without initialisers.
    fn is_bare_declaration(&self, id: NodeId) -> bool {
        let node = self.node(id);
        node.kind == NodeKind::Statement
            && !node.events.is_empty()
            && node.events.iter().all(|event| matches!(event, Event::Declare(_)))
    }

    /// From the first node of an iteration along everything silent: the nodes that follow without a
    /// choice, and that nothing else leads to. Passes the stop tests of `lifted`.
    pub fn head_chain(&self, lifted: &[NodeId]) -> Vec<NodeId> {
        let mut reached = vec![false; self.graph.nodes.len()];
        for node in self.graph.order() {
            reached[node] = true;
        }
        let predecessors = self.graph.predecessors();
        let mut out = Vec::new();
        let mut at = self.main.header;
        for _ in 0..1024 {
            let node = self.node(at);
            let next = if lifted.contains(&at) {
                // Where the thread need not stop.
                self.stays(at)
            } else if self.is_silent(at) {
                node.next.first().copied()
            } else {
                out.push(at);
                return out;
            };
            out.push(at);
            match next {
                Some(next)
                    if self.main.contains(next)
                        && next != self.main.header
                        && predecessors[next]
                            .iter()
                            .all(|from| !reached[*from] || out.contains(from)) =>
                {
                    at = next;
                }
                _ => return out,
            }
        }
        out
    }

    /// Whether a node leads to another with nothing between them.
    pub fn leads_to(&self, mut at: NodeId, target: NodeId) -> bool {
        for _ in 0..64 {
            if at == target {
                return true;
            }
            match self.node(at).next.first() {
                Some(next) if self.is_silent(at) => at = *next,
                _ => return false,
            }
        }
        false
    }

    /// Whether a node leads to where the loop's end leads too, with nothing between them.
    pub fn leaves(&self, mut at: NodeId) -> bool {
        for _ in 0..64 {
            if self.leads_to(self.main.exit, at) {
                return true;
            }
            match self.node(at).next.first() {
                Some(next) if self.is_silent(at) => at = *next,
                _ => return false,
            }
        }
        false
    }

    /// Of what is lifted the way that stays in the loop.
    pub fn stays(&self, branch: NodeId) -> Option<NodeId> {
        if self.node(branch).next.len() == 1 {
            return self.node(branch).next.first().copied();
        }
        if self.is_freeze_test(branch) {
            return self.node(branch).next.get(1).copied();
        }
        let outcome = self.graph.decided_by_stop.iter().find(|(node, _)| *node == branch);
        let (_, under_stop) = outcome?;
        self.node(branch).next.get(usize::from(*under_stop)).copied()
    }

    /// Whether nothing happens between the end of a node and the next iteration, on any way. Passes
    /// the stop tests of `lifted`.
    pub fn is_tail(&self, id: NodeId, lifted: &[NodeId]) -> bool {
        let mut work: Vec<NodeId> = self.node(id).next.clone();
        let mut seen = Vec::new();
        while let Some(at) = work.pop() {
            if at == self.main.header || seen.contains(&at) {
                continue;
            }
            seen.push(at);
            if !self.main.contains(at) {
                return false;
            }
            if lifted.contains(&at) {
                work.extend(self.stays(at));
            } else if self.is_silent(at) {
                work.extend(self.node(at).next.iter().copied());
            } else {
                return false;
            }
        }
        true
    }

    /// Whether the loop sets the task's state to another than running.
    pub fn sets_state(&self) -> bool {
        self.main.nodes.iter().flat_map(|node| &self.node(*node).events).any(|event| {
            matches!(event, Event::Call(call)
                if matches!(calls::state_effect(&call.name), StateEffect::Sets(_)))
        })
    }

    /// Whether an object of the loop's body, whose address was given away, lives at a place: while the
    /// thread waits there others may use it.
    pub fn is_exposed(&self, at: Span) -> bool {
        let body = self.main.parts.body;
        let lives = |begun: Span, scope: Span| {
            body.covers(begun) && scope.covers(at) && begun.start < at.start
        };
        self.graph.variables.iter().enumerate().any(|(var, variable)| {
            lives(variable.span, variable.scope)
                && !variable.is_static
                && self.graph.nodes.iter().any(|node| node.events.contains(&Event::Address(var)))
        }) || self.graph.literals.iter().any(|(begun, scope)| lives(*begun, *scope))
    }

    /// Whether every way around the loop passes a node.
    pub fn every_turn_passes(&self, id: NodeId) -> bool {
        let mut work: Vec<NodeId> = vec![self.main.header];
        let mut seen = vec![false; self.graph.nodes.len()];
        while let Some(at) = work.pop() {
            for next in &self.node(at).next {
                if *next == self.main.header {
                    return false;
                }
                if *next != id && self.main.contains(*next) && !seen[*next] {
                    seen[*next] = true;
                    work.push(*next);
                }
            }
        }
        true
    }

    /// Whether a node does nothing, but perhaps pass time or set the task's state, once stop is asked
    /// for. Gives what it leaves behind, of what it found.
    pub fn idles(&self, id: NodeId, found: &Idle) -> Option<Idle> {
        let mut out = found.clone();
        let is_stop = |name: &[u8]| self.helpers.is_stop_value(self.file, name);
        let far = self.reach == Reach::Far;
        let is_quiet = |name: &[u8]| match self.reach {
            Reach::Near | Reach::Alone | Reach::Nowhere => self.helpers.is_pure(self.file, name),
            Reach::Far => self.reader.is_quiet(self.file, name),
        };
        for event in &self.node(id).events {
            match event {
                Event::Store => return None,
                Event::Call(call) if call.indirect => return None,
                Event::Call(call) => match calls::state_effect(&call.name) {
                    StateEffect::Sets(0) => {
                        calls::state_name(call.arguments.first()?).clone_into(&mut out.state);
                    }
                    _ if is_sleep(call) => {
                        if out.state != "interruptible" {
                            return None;
                        }
                        "running".clone_into(&mut out.state);
                    }
                    _ if calls::checkpoints(&call.name).contains(&calls::Checkpoint::Freeze)
                        && !calls::sleeps(&call.name) => {}
                    effect if verify::idle_under_stop(call, &is_stop, &is_quiet) => {
                        if effect == StateEffect::Runs {
                            "running".clone_into(&mut out.state);
                        }
                    }
                    _ => match calls::lock_of(call).filter(|_| far)? {
                        (LockEffect::Takes, lock) => out.locks.push(lock),
                        (_, lock) => {
                            let at = out.locks.iter().rposition(|known| *known == lock)?;
                            out.locks.remove(at);
                        }
                    },
                },
                // Who reads it behind the loop would miss it.
                Event::Write { var, .. } if self.live.read_after.contains(var) => return None,
                Event::Read(_) | Event::Write { .. } | Event::Address(_) | Event::Declare(_) => {}
            }
        }
        Some(out)
    }
}

/// Over what a stop test may move to the beginning of an iteration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Over nothing: no stop test, and nothing else, leaves the loop.
    Nowhere,
    /// What only waits and looks; nothing but a stop test leaves the loop.
    Alone,
    /// What only waits and looks.
    Near,
    /// Locks in pairs and quiet functions of the tree too. Whether that is right is for the check to
    /// say.
    Far,
}

/// How things stand on a way on which nothing is done but waiting and looking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Idle {
    /// The task's state.
    pub state: String,
    /// The locks that were taken on the way.
    pub locks: Vec<Vec<u8>>,
}

impl Idle {
    /// At the beginning of an iteration.
    pub fn running() -> Self {
        Self { state: "running".to_owned(), locks: Vec::new() }
    }
}

fn is_sleep(call: &Call) -> bool {
    matches!(call.name.as_slice(), b"schedule" | b"schedule_timeout")
}

/// A part of the text that a lift takes away, or puts something else in the place of.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Change {
    /// The bytes.
    pub span: Span,
    /// What stands there instead; nothing where whole lines go.
    pub with: Option<String>,
}
