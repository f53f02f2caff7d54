//! What the back edge of a loop carries besides locals: the task's state and held locks.

use std::collections::BTreeSet;

use crate::kernel::calls::{
    LockEffect, StateEffect, lock_effect, lock_family, state_effect, state_name,
};
use crate::model::cfg::{Call, Event, Graph, Loop, NodeId};

/// What may hold at a place: states of the task, and locks, each as `family(argument)`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Carried {
    /// States other than running.
    pub state: BTreeSet<String>,
    /// Locks.
    pub locks: BTreeSet<String>,
}

fn lock_name(call: &Call) -> String {
    let argument = call.arguments.first().map(|text| String::from_utf8_lossy(text).into_owned());
    match (lock_family(&call.name), argument) {
        (family @ ("rcu" | "irq" | "bh" | "preempt" | "cpus" | "rtnl" | "kernel"), _)
        | (family, None) => family.to_owned(),
        (family, Some(argument)) => format!("{family}({argument})"),
    }
}

fn apply(graph: &Graph, node: NodeId, carried: &mut Carried) {
    for event in &graph.nodes[node].events {
        let Event::Call(call) = event else { continue };
        if call.indirect {
            continue;
        }
        match state_effect(&call.name) {
            StateEffect::Sets(index) => {
                let state = call.arguments.get(index).map_or("other", |text| state_name(text));
                if !call.conditional {
                    carried.state.clear();
                }
                if state != "running" {
                    carried.state.insert(state.to_owned());
                }
            }
            StateEffect::Runs => {
                if !call.conditional {
                    carried.state.clear();
                }
            }
            StateEffect::None => {}
        }
        match lock_effect(&call.name) {
            LockEffect::Takes => {
                carried.locks.insert(lock_name(call));
            }
            LockEffect::Drops => {
                carried.locks.remove(&lock_name(call));
            }
            LockEffect::None => {}
        }
    }
}

/// What may hold when an iteration begins again.
pub fn back_edge(graph: &Graph, found: &Loop) -> Carried {
    let order = graph.order();
    let mut at: Vec<Option<Carried>> = vec![None; graph.nodes.len()];
    at[graph.entry] = Some(Carried::default());
    let mut ends: Vec<Carried> = vec![Carried::default(); graph.nodes.len()];
    let mut changed = true;
    while changed {
        changed = false;
        for &node in &order {
            let Some(mut now) = at[node].clone() else { continue };
            apply(graph, node, &mut now);
            if ends[node] != now {
                ends[node] = now.clone();
            }
            for next in &graph.nodes[node].next {
                let slot = &mut at[*next];
                let before = slot.clone();
                let joined = slot.get_or_insert_with(Carried::default);
                joined.state.extend(now.state.iter().cloned());
                joined.locks.extend(now.locks.iter().cloned());
                changed |= before.as_ref() != slot.as_ref();
            }
        }
    }
    let mut out = Carried::default();
    for latch in &found.latches {
        if at[*latch].is_some() {
            out.state.extend(ends[*latch].state.iter().cloned());
            out.locks.extend(ends[*latch].locks.iter().cloned());
        }
    }
    out
}
