//! Which of a function's loops is the thread's main loop.
//!
//! A main loop tests stop, or never ends, or sleeps. A loop that only waits to be stopped (set state,
//! test, schedule) is none, nor is one that counts through something. Of several the one that tests
//! stop wins, then the endless one, then the longer.

use super::helpers::Helpers;
use crate::kernel::calls::{self, Checkpoint, StateEffect};
use crate::model::cfg::{Event, Graph, Loop};
use crate::report::schema::{LoopForm, LoopHead};
use crate::source::FileId;

/// What a loop does.
#[allow(clippy::struct_excessive_bools, reason = "seven independent facts")]
#[derive(Debug, Clone, Default)]
pub struct Traits {
    /// Its condition tests stop.
    pub stop_head: bool,
    /// Its condition freezes too.
    pub freezable_head: bool,
    /// Stop is tested somewhere in it.
    pub stop: bool,
    /// Stop is tested by the loop's function itself, or by a predicate.
    pub stop_direct: bool,
    /// Something in it sleeps.
    pub sleeps: bool,
    /// The loop's function itself sleeps in it.
    pub sleeps_direct: bool,
    /// It does nothing but wait.
    pub only_waits: bool,
}

/// Looks at a loop.
pub fn traits(helpers: &Helpers<'_>, file: FileId, graph: &Graph, found: &Loop) -> Traits {
    let mut out = Traits { only_waits: true, ..Traits::default() };
    for &node in &found.nodes {
        let waits_here = graph.nodes[node]
            .events
            .iter()
            .any(|event| matches!(event, Event::Call(call) if calls::sleeps(&call.name)));
        for event in &graph.nodes[node].events {
            match event {
                Event::Call(call) => {
                    let direct = calls::checkpoints(&call.name);
                    let predicate = !call.indirect && helpers.is_stop_predicate(file, &call.name);
                    let head = Some(node) == found.condition;
                    out.stop |= predicate;
                    out.stop_direct |= predicate;
                    out.stop_head |= predicate && head;
                    out.freezable_head |= head && direct.contains(&Checkpoint::Freeze);
                    let sleeps = calls::sleeps(&call.name);
                    out.sleeps |= sleeps;
                    out.sleeps_direct |= sleeps;
                    let harmless = predicate
                        || (sleeps && !calls::is_service(&call.name))
                        || !direct.is_empty()
                        || (!sleeps && calls::state_effect(&call.name) != StateEffect::None)
                        || calls::only_yields(&call.name);
                    out.only_waits &= harmless;
                    if !harmless {
                        let inner = helpers.of_call(file, &call.name, call.indirect);
                        out.stop |= inner.has(Checkpoint::Stop);
                        out.sleeps |= !inner.sleeps.is_empty();
                    }
                }
                Event::Read(_) | Event::Address(_) | Event::Declare(_) => {}
                // A remaining time is part of waiting, a counter is not.
                Event::Write { .. } => out.only_waits &= waits_here,
                Event::Store => out.only_waits = false,
            }
        }
    }
    out
}

fn counts(found: &Loop) -> bool {
    found.form == LoopForm::For && found.condition.is_some()
}

fn score(found: &Loop, traits: &Traits) -> Option<u32> {
    if found.iterator.is_some() || (traits.only_waits && traits.stop) {
        return None;
    }
    let mut score = 0;
    if traits.stop {
        score += 100;
    }
    if traits.stop_direct {
        score += 20;
    }
    if found.endless {
        score += 60;
    }
    if traits.sleeps && !counts(found) {
        score += 30;
    }
    if traits.only_waits {
        score = score.min(10);
    }
    (score > 0).then(|| score * 10_000 + (found.span.len() as u32).min(9_999))
}

/// Whether a label and its goto only start a written loop over again.
fn restarts(helpers: &Helpers<'_>, file: FileId, graph: &Graph, outer: &Loop) -> bool {
    graph.loops.iter().any(|inner| {
        inner.form != LoopForm::Goto
            && inner.iterator.is_none()
            && outer.contains(inner.header)
            && {
                let traits = traits(helpers, file, graph, inner);
                // Where the thread sleeps outside of it, the written loop is only a part of the turn.
                if traits.stop { !traits.only_waits } else { traits.sleeps && inner.endless }
            }
    })
}

/// The main loop, by its index in the graph, with its score.
pub fn choose(helpers: &Helpers<'_>, file: FileId, graph: &Graph) -> Option<(usize, u32)> {
    let mut best: Option<(usize, u32)> = None;
    let mut whole: Option<(usize, u32)> = None;
    for (index, found) in graph.loops.iter().enumerate() {
        let inside = graph.loops.iter().any(|outer| {
            outer.span.covers(found.span)
                && outer.span != found.span
                && outer.form != LoopForm::Goto
                && outer.contains(found.header)
        });
        if inside {
            continue;
        }
        if found.form == LoopForm::Goto && restarts(helpers, file, graph, found) {
            continue;
        }
        let traits = traits(helpers, file, graph, found);
        let Some(score) = score(found, &traits) else {
            if traits.only_waits && traits.stop && nothing_before(graph, found) {
                whole = Some((index, 1));
            }
            continue;
        };
        if best.is_none_or(|(_, highest)| score > highest) {
            best = Some((index, score));
        }
    }
    // A thread that does nothing but wait has its wait for a main loop.
    best.or(whole)
}

/// Whether nothing with an effect stands before a loop.
fn nothing_before(graph: &Graph, found: &Loop) -> bool {
    graph.nodes.iter().filter(|node| node.span.end <= found.span.start).all(|node| {
        node.events.iter().all(|event| match event {
            Event::Call(call) => {
                !call.indirect
                    && (!calls::checkpoints(&call.name).is_empty()
                        || calls::state_effect(&call.name) != StateEffect::None
                        || calls::is_pure(&call.name))
            }
            Event::Store => false,
            _ => true,
        })
    })
}

/// What ends a loop at its head.
pub fn head(found: &Loop, traits: &Traits) -> LoopHead {
    if traits.stop_head {
        if traits.freezable_head { LoopHead::FreezableStop } else { LoopHead::Stop }
    } else if found.endless || (found.form == LoopForm::Goto && found.condition.is_none()) {
        LoopHead::Endless
    } else {
        LoopHead::Condition
    }
}
