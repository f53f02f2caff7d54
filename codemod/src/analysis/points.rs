//! Where a thread sleeps, and where it can be stopped, frozen, parked and signalled.

use super::helpers::Helpers;
use crate::kernel::calls::{self, Checkpoint as Kind, StateEffect};
use crate::model::cfg::{Call, Event, Graph, Loop, NodeId, NodeKind};
use crate::report::schema::{Checkpoint, Checkpoints, How, Sleep, Where};
use crate::source::FileId;

/// What was found.
#[derive(Debug, Clone, Default)]
pub struct Points {
    /// Sleeps.
    pub sleeps: Vec<Sleep>,
    /// Checkpoints.
    pub checkpoints: Checkpoints,
}

/// Looks at every call of a graph.
pub fn points(
    helpers: &Helpers<'_>,
    file: FileId,
    line: &dyn Fn(u32) -> u32,
    graph: &Graph,
    main: Option<&Loop>,
) -> Points {
    let mut out = Points::default();
    let start = main.map(|main| main.span.start);
    for (node, call) in graph.calls() {
        let inside = main.is_some_and(|main| main.contains(node));
        let after = !inside && start.is_some_and(|start| call.span.start > start);
        let at = line(call.span.start);
        let kinds = if call.indirect { &[] } else { calls::checkpoints(&call.name) };
        for kind in kinds {
            let how = match kind {
                Kind::FreezeSetup | Kind::SignalSetup => How::Setup,
                _ => how(graph, main, node),
            };
            push(&mut out.checkpoints, *kind, Checkpoint { line: at, how });
        }
        if !call.indirect && calls::sleeps(&call.name) && !after {
            let place = match main {
                Some(main) if inside && is_tail(graph, main, node, call) => Where::Tail,
                Some(_) if inside => Where::Body,
                _ => Where::Prologue,
            };
            out.sleeps.push(Sleep { call: text(&call.name), line: at, place });
        }
        if !kinds.is_empty() {
            continue;
        }
        let sleeps = !call.indirect && calls::sleeps(&call.name);
        if sleeps && !calls::is_service(&call.name) {
            continue;
        }
        let inner = if sleeps {
            helpers.of_sleep(file, &call.name)
        } else {
            helpers.of_call(file, &call.name, call.indirect)
        };
        for kind in &inner.checkpoints {
            let how = match (kind, main) {
                (Kind::FreezeSetup | Kind::SignalSetup, _) => How::Setup,
                (Kind::Stop, Some(main))
                    if main.condition == Some(node)
                        && !call.indirect
                        && helpers.is_stop_predicate(file, &call.name) =>
                {
                    How::Head
                }
                (_, Some(_)) if !inside => How::Outside,
                _ => How::Helper,
            };
            push(&mut out.checkpoints, *kind, Checkpoint { line: at, how });
        }
        if !after && !sleeps {
            for sleep in &inner.sleeps {
                out.sleeps.push(Sleep { call: text(sleep), line: at, place: Where::Helper });
            }
        }
    }
    out
}

fn text(name: &[u8]) -> String {
    String::from_utf8_lossy(name).into_owned()
}

fn push(into: &mut Checkpoints, kind: Kind, point: Checkpoint) {
    match kind {
        Kind::Stop => into.stop.push(point),
        Kind::Freeze | Kind::FreezeSetup => into.freeze.push(point),
        Kind::Park => into.park.push(point),
        Kind::Signal | Kind::SignalSetup => into.signal.push(point),
    }
}

fn how(graph: &Graph, main: Option<&Loop>, node: NodeId) -> How {
    let Some(main) = main else { return How::Outside };
    if !main.contains(node) {
        How::Outside
    } else if main.condition == Some(node) {
        How::Head
    } else if graph.nested(main, node) {
        How::Nested
    } else {
        How::Body
    }
}

/// Whether nothing but the way back to the header follows a sleep.
fn is_tail(graph: &Graph, main: &Loop, node: NodeId, call: &Call) -> bool {
    if graph.nested(main, node) {
        return false;
    }
    // Nothing may follow in the same statement either, but the write of its result.
    let events = &graph.nodes[node].events;
    let behind =
        events.iter().skip_while(|event| !matches!(event, Event::Call(at) if at == call)).skip(1);
    for event in behind {
        if matches!(event, Event::Call(_)) {
            return false;
        }
    }
    let mut work: Vec<NodeId> = graph.nodes[node].next.clone();
    let mut seen: Vec<NodeId> = Vec::new();
    while let Some(at) = work.pop() {
        if at == main.header || seen.contains(&at) {
            continue;
        }
        seen.push(at);
        if !main.contains(at) {
            return false;
        }
        if Some(at) == main.condition {
            // do … while (!stop): the test belongs to the loop.
            continue;
        }
        let it = &graph.nodes[at];
        let quiet = it.events.iter().all(|event| match event {
            Event::Read(_) => true,
            Event::Call(call) => {
                !call.indirect
                    && calls::state_effect(&call.name) == StateEffect::Sets(0)
                    && call
                        .arguments
                        .first()
                        .is_some_and(|state| calls::state_name(state) == "running")
            }
            _ => false,
        });
        let plain = matches!(
            it.kind,
            NodeKind::Join | NodeKind::Jump | NodeKind::Label | NodeKind::Statement
        );
        if !quiet || !plain {
            return false;
        }
        work.extend(it.next.iter().copied());
    }
    !seen.is_empty() || graph.nodes[node].next.contains(&main.header)
}
