//! What the back edge of a loop carries besides locals: the task's state and held locks.

use crate::kernel::calls::{
    LockEffect, StateEffect, lock_effect, lock_family, state_effect, state_name,
};
use crate::model::cfg::{Call, Event, Graph, Loop};

/// What may hold at a place, sorted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Carried {
    /// States of the task other than running.
    pub state: Vec<String>,
    /// Locks, each as `family(argument)`.
    pub locks: Vec<String>,
}

/// Locks of one function that are followed.
const MAX_LOCKS: usize = 127;

/// A set of states and locks, by their position in [`Names`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Held {
    states: u32,
    locks: u128,
}

impl Held {
    fn join(self, other: Self) -> Self {
        Self { states: self.states | other.states, locks: self.locks | other.locks }
    }
}

#[derive(Debug, Default)]
struct Names {
    states: Vec<&'static str>,
    locks: Vec<String>,
}

impl Names {
    fn state(&mut self, name: &'static str) -> u32 {
        let at = self.states.iter().position(|known| *known == name);
        1 << at.unwrap_or_else(|| {
            self.states.push(name);
            self.states.len() - 1
        })
    }

    /// The last place stands for all locks above the bound.
    fn lock(&mut self, name: String) -> u128 {
        let at = self.locks.iter().position(|known| *known == name);
        1 << at.unwrap_or_else(|| {
            if self.locks.len() < MAX_LOCKS {
                self.locks.push(name);
                return self.locks.len() - 1;
            }
            if self.locks.len() == MAX_LOCKS {
                self.locks.push("a lock that is not followed: there are too many".to_owned());
            }
            MAX_LOCKS
        })
    }
}

fn lock_name(call: &Call) -> String {
    let argument = call.arguments.first().map(|text| String::from_utf8_lossy(text).into_owned());
    match (lock_family(&call.name), argument) {
        (family @ ("rcu" | "irq" | "bh" | "preempt" | "cpus" | "rtnl" | "kernel"), _)
        | (family, None) => family.to_owned(),
        (family, Some(argument)) => format!("{family}({argument})"),
    }
}

/// What a node does: keeps some of what held, and adds to it.
#[derive(Debug, Clone, Copy)]
struct Effect {
    keeps: Held,
    adds: Held,
}

fn effect(events: &[Event], names: &mut Names) -> Effect {
    let all = Held { states: u32::MAX, locks: u128::MAX };
    let mut out = Effect { keeps: all, adds: Held::default() };
    for event in events {
        let Event::Call(call) = event else { continue };
        if call.indirect {
            continue;
        }
        let state = state_effect(&call.name);
        if state != StateEffect::None && !call.conditional {
            out.keeps.states = 0;
            out.adds.states = 0;
        }
        if let StateEffect::Sets(index) = state {
            let state = call.arguments.get(index).map_or("other", |text| state_name(text));
            if state != "running" {
                out.adds.states |= names.state(state);
            }
        }
        match lock_effect(&call.name) {
            LockEffect::Takes => out.adds.locks |= names.lock(lock_name(call)),
            LockEffect::Drops => {
                let lock = names.lock(lock_name(call));
                out.keeps.locks &= !lock;
                out.adds.locks &= !lock;
            }
            LockEffect::None => {}
        }
    }
    out
}

/// What may hold when an iteration begins again.
pub fn back_edge(graph: &Graph, found: &Loop) -> Carried {
    let mut names = Names::default();
    let effects: Vec<Effect> =
        graph.nodes.iter().map(|node| effect(&node.events, &mut names)).collect();
    let order = graph.order();
    let mut at: Vec<Option<Held>> = vec![None; graph.nodes.len()];
    at[graph.entry] = Some(Held::default());
    let after = |held: Held, node: usize| Held {
        states: held.states & effects[node].keeps.states | effects[node].adds.states,
        locks: held.locks & effects[node].keeps.locks | effects[node].adds.locks,
    };
    let mut changed = true;
    while changed {
        changed = false;
        for &node in &order {
            let Some(held) = at[node] else { continue };
            let now = after(held, node);
            for next in &graph.nodes[node].next {
                let joined = at[*next].unwrap_or_default().join(now);
                changed |= at[*next] != Some(joined);
                at[*next] = Some(joined);
            }
        }
    }
    let mut held = Held::default();
    for latch in &found.latches {
        if let Some(before) = at[*latch] {
            held = held.join(after(before, *latch));
        }
    }
    let mut out = Carried {
        state: (0..names.states.len())
            .filter(|at| held.states & (1 << at) != 0)
            .map(|at| names.states[at].to_owned())
            .collect(),
        locks: (0..names.locks.len())
            .filter(|at| held.locks & (1 << at) != 0)
            .map(|at| names.locks[at].clone())
            .collect(),
    };
    out.state.sort();
    out.locks.sort();
    out
}
