//! Loops that are written as a label and a goto.

use super::cfg::{Graph, Loop, LoopParts, NodeId, NodeKind};
use crate::report::schema::LoopForm;
use crate::source::Span;

/// A label that a later `goto` leads back to is a loop too.
pub(super) fn find(graph: &mut Graph) {
    let order = graph.order();
    let mut rank = vec![usize::MAX; graph.nodes.len()];
    for (position, node) in order.iter().enumerate() {
        rank[*node] = position;
    }
    let predecessors = graph.predecessors();
    let headers: Vec<NodeId> =
        order.iter().copied().filter(|node| graph.nodes[*node].kind == NodeKind::Label).collect();
    for header in headers {
        let latches: Vec<NodeId> = predecessors[header]
            .iter()
            .copied()
            .filter(|from| {
                graph.nodes[*from].kind == NodeKind::Jump
                    && rank[*from] != usize::MAX
                    && graph.nodes[*from].span.start > graph.nodes[header].span.start
                    && reaches(graph, header, *from)
            })
            .collect();
        if latches.is_empty() {
            continue;
        }
        let mut inside = vec![false; graph.nodes.len()];
        inside[header] = true;
        let mut work = latches.clone();
        while let Some(node) = work.pop() {
            if !inside[node] && rank[node] != usize::MAX {
                inside[node] = true;
                work.extend(predecessors[node].iter().copied());
            }
        }
        let start = graph.nodes[header].span.start;
        let end = latches.iter().map(|latch| graph.nodes[*latch].span.end).max().unwrap_or(start);
        let nodes: Vec<NodeId> = (0..inside.len()).filter(|node| inside[*node]).collect();
        let exit = nodes
            .iter()
            .flat_map(|node| graph.nodes[*node].next.iter().copied())
            .find(|next| !inside[*next])
            .unwrap_or(graph.exit);
        let endless = latches.iter().any(|latch| {
            // A goto under no condition of its own: the only way on from the end of the body.
            predecessors[*latch].iter().all(|from| graph.nodes[*from].kind != NodeKind::Branch)
        });
        graph.loops.push(Loop {
            form: LoopForm::Goto,
            span: Span::new(start, end),
            condition: None,
            condition_span: None,
            endless,
            iterator: None,
            parts: LoopParts::default(),
            header,
            continues: header,
            latches,
            exit,
            nodes,
        });
    }
}

fn reaches(graph: &Graph, from: NodeId, to: NodeId) -> bool {
    let mut seen = vec![false; graph.nodes.len()];
    let mut work = vec![from];
    while let Some(node) = work.pop() {
        if node == to {
            return true;
        }
        if !std::mem::replace(&mut seen[node], true) {
            work.extend(graph.nodes[node].next.iter().copied());
        }
    }
    false
}
