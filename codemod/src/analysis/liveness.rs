//! Which locals outlive an iteration of a loop: liveness and reaching definitions over the graph.

use crate::model::cfg::{Event, Graph, Loop, NodeId, NodeKind, VarId};

/// The locals of a loop, by what they are to it; each list is sorted by variable.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LoopLocals {
    /// An iteration may read what an earlier one wrote.
    pub carried: Vec<VarId>,
    /// Set before the loop, read in it, not written in it.
    pub constant: Vec<VarId>,
    /// Written in the loop and read after it.
    pub read_after: Vec<VarId>,
    /// Their address is taken in the loop, or was before it.
    pub address_taken: Vec<VarId>,
}

type Set = Vec<bool>;

/// What one node does to liveness: read before any whole write; wholly written.
fn effect(graph: &Graph, node: NodeId, addresses_read: bool) -> (Vec<VarId>, Vec<VarId>) {
    let (mut uses, mut kills) = (Vec::new(), Vec::new());
    for event in &graph.nodes[node].events {
        match event {
            Event::Read(var) if !kills.contains(var) => uses.push(*var),
            Event::Address(var) if addresses_read && !kills.contains(var) => uses.push(*var),
            Event::Write { var, whole: true } | Event::Declare(var) => kills.push(*var),
            // A partial write keeps the rest: the old value lives on.
            Event::Write { .. }
            | Event::Read(_)
            | Event::Address(_)
            | Event::Call(_)
            | Event::Store => {}
        }
    }
    (uses, kills)
}

/// Live variables at the start of every node.
fn live(graph: &Graph, addresses_read: bool) -> Vec<Set> {
    let count = graph.variables.len();
    let mut live: Vec<Set> = vec![vec![false; count]; graph.nodes.len()];
    let effects: Vec<_> =
        (0..graph.nodes.len()).map(|node| effect(graph, node, addresses_read)).collect();
    let mut order = graph.order();
    order.reverse();
    let mut changed = true;
    while changed {
        changed = false;
        for &node in &order {
            let mut now = vec![false; count];
            for next in &graph.nodes[node].next {
                for (to, from) in now.iter_mut().zip(&live[*next]) {
                    *to |= from;
                }
            }
            let (uses, kills) = &effects[node];
            for var in kills {
                now[*var] = false;
            }
            for var in uses {
                now[*var] = true;
            }
            if now != live[node] {
                live[node] = now;
                changed = true;
            }
        }
    }
    live
}

/// The locals that are read behind a loop before they are written again; through an address too. What
/// a goto out of it leads to counts as well.
pub fn live_behind(graph: &Graph, found: &Loop) -> Vec<bool> {
    let live = live(graph, true);
    let mut out = live[found.exit].clone();
    let jumps = graph
        .nodes
        .iter()
        .filter(|node| node.kind == NodeKind::Jump && found.span.covers(node.span));
    for to in jumps.flat_map(|jump| &jump.next) {
        let label = &graph.nodes[*to];
        if label.kind == NodeKind::Label && !found.span.covers(label.span) {
            for (here, there) in out.iter_mut().zip(&live[*to]) {
                *here |= there;
            }
        }
    }
    out
}

/// For every node, the variables that may hold a value written under `counts` when it is entered.
fn reached(graph: &Graph, counts: &dyn Fn(NodeId) -> bool) -> Vec<Set> {
    let vars = graph.variables.len();
    let mut at: Vec<Set> = vec![vec![false; vars]; graph.nodes.len()];
    let order = graph.order();
    let mut changed = true;
    while changed {
        changed = false;
        for &node in &order {
            let mut out = at[node].clone();
            for event in &graph.nodes[node].events {
                match event {
                    Event::Write { var, whole } => {
                        if counts(node) {
                            out[*var] = true;
                        } else if *whole {
                            out[*var] = false;
                        }
                    }
                    Event::Address(var) if counts(node) => out[*var] = true,
                    Event::Declare(var) => out[*var] = false,
                    _ => {}
                }
            }
            for next in &graph.nodes[node].next {
                for (to, from) in at[*next].iter_mut().zip(&out) {
                    if *from && !*to {
                        *to = true;
                        changed = true;
                    }
                }
            }
        }
    }
    at
}

/// The variables whose address is taken before the loop.
fn escaped(graph: &Graph, found: &Loop) -> Set {
    let mut taken = vec![false; graph.variables.len()];
    for (id, node) in graph.nodes.iter().enumerate() {
        for event in &node.events {
            if let Event::Address(var) = event
                && !found.contains(id)
                && node.span.start < found.span.start
            {
                taken[*var] = true;
            }
        }
    }
    taken
}

/// The locals of one loop.
pub fn locals(graph: &Graph, found: &Loop) -> LoopLocals {
    let live_with = live(graph, true);
    let live_without = live(graph, false);
    let from_loop = reached(graph, &|node| found.contains(node));
    let from_before = reached(graph, &|node| !found.contains(node));
    let from_address = escaped(graph, found);
    let header = found.header;
    let mut out = LoopLocals::default();
    for var in 0..graph.variables.len() {
        if graph.variables[var].is_static {
            continue;
        }
        let initialised = from_before[header][var];
        // A local without a value at the loop's start is not read through its address by the first
        // iteration, so its address alone keeps nothing alive.
        let live = if initialised { live_with[header][var] } else { live_without[header][var] };
        // Whoever got the address before the loop may write through it in the loop.
        let rewritten = from_loop[header][var] || from_address[var];
        if live && rewritten {
            out.carried.push(var);
        } else if live && initialised {
            out.constant.push(var);
        }
        let after = exits(graph, found).any(|exit| live_with[exit][var] && from_loop[exit][var]);
        if after {
            out.read_after.push(var);
        }
        let taken = graph.nodes.iter().enumerate().any(|(node, it)| {
            (found.contains(node) || live_with[header][var])
                && it.events.iter().any(|event| matches!(event, Event::Address(at) if *at == var))
        });
        let relevant = found.nodes.iter().any(|node| {
            graph.nodes[*node].events.iter().any(|event| match event {
                Event::Read(at) | Event::Address(at) | Event::Write { var: at, .. } => *at == var,
                _ => false,
            })
        });
        if taken && relevant {
            out.address_taken.push(var);
        }
    }
    out
}

/// Nodes outside of the loop that follow a node inside of it.
fn exits<'a>(graph: &'a Graph, found: &'a Loop) -> impl Iterator<Item = NodeId> + 'a {
    found
        .nodes
        .iter()
        .flat_map(|node| graph.nodes[*node].next.iter().copied())
        .filter(|next| !found.contains(*next))
}
