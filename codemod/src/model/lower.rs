//! From a tree to a graph: statements.

use rustc_hash::FxHashMap;
use tree_sitter::Node as Tree;

use super::cfg::{Event, Graph, Jumps, Loop, Node, NodeId, NodeKind, VarId, Variable};
use crate::kernel;
use crate::report::schema::LoopForm;
use crate::source::Span;
use crate::syntax::lex::lex_range;
use crate::syntax::skeleton::Param;
use crate::syntax::tree::Parsed;

/// A function whose body has no shape that a graph can be made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the function has no body that could be read")]
pub struct Unreadable;

/// What a function's own text does not tell.
#[derive(Clone, Copy)]
pub struct Surroundings<'a> {
    /// Whether a function of the tree never returns.
    pub noreturn: &'a dyn Fn(&[u8]) -> bool,
    /// The jumps that a macro hides.
    pub jumps: &'a dyn Fn(&[u8]) -> Jumps,
}

impl std::fmt::Debug for Surroundings<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Surroundings").finish_non_exhaustive()
    }
}

/// Makes the graph of a parsed function.
///
/// # Errors
/// [`Unreadable`] where the tree holds no body.
pub fn lower(
    parsed: &Parsed,
    text: &[u8],
    params: &[Param],
    around: Surroundings<'_>,
) -> Result<Graph, Unreadable> {
    let body = parsed.body().ok_or(Unreadable)?;
    let mut lowering = Lowering {
        parsed,
        text,
        around,
        nodes: Vec::new(),
        variables: Vec::new(),
        loops: Vec::new(),
        scopes: vec![FxHashMap::default()],
        targets: Vec::new(),
        labels: FxHashMap::default(),
        gotos: Vec::new(),
        hidden: Vec::new(),
        at: 0,
        exit: 1,
    };
    let entry = lowering.add(NodeKind::Entry, Span::default());
    let exit = lowering.add(NodeKind::Exit, Span::default());
    for param in params.iter().filter(|param| !param.name.is_empty()) {
        let var = lowering.declare(Variable {
            parameter: true,
            ..variable(&String::from_utf8_lossy(&param.name), param.span)
        });
        lowering.nodes[entry].events.push(Event::Write { var, whole: true });
    }
    lowering.at = entry;
    lowering.statement(body);
    lowering.link_to(exit);
    for (from, label, _) in std::mem::take(&mut lowering.gotos) {
        let to = lowering.labels.get(&label).map_or(exit, |(node, _)| *node);
        lowering.nodes[from].next.push(to);
    }
    let mut hidden_jumps = Vec::new();
    for (from, target, span) in std::mem::take(&mut lowering.hidden) {
        let to = match target {
            Target::Node(node) => node,
            Target::Label(label) => match lowering.labels.get(&label) {
                Some((node, _)) => *node,
                None => continue,
            },
        };
        if !lowering.nodes[from].next.contains(&to) {
            lowering.nodes[from].next.push(to);
        }
        hidden_jumps.push((from, span));
    }
    let mut graph = Graph {
        hidden_jumps,
        nodes: lowering.nodes,
        variables: lowering.variables,
        loops: lowering.loops,
        entry,
        exit,
    };
    find_goto_loops(&mut graph);
    graph.loops.sort_by_key(|found| (found.span.start, std::cmp::Reverse(found.span.end)));
    Ok(graph)
}

pub(super) fn variable(name: &str, span: Span) -> Variable {
    Variable {
        name: name.to_owned(),
        span,
        parameter: false,
        is_static: false,
        made_by: None,
        variable_length: false,
        init: None,
        init_calls: Vec::new(),
        init_reads_memory: false,
        type_text: String::new(),
    }
}

enum Target {
    Node(NodeId),
    Label(Vec<u8>),
}

/// Where `break` and `continue` go.
struct Targets {
    breaks: NodeId,
    continues: Option<NodeId>,
}

pub(super) struct Lowering<'a> {
    pub(super) parsed: &'a Parsed,
    pub(super) text: &'a [u8],
    around: Surroundings<'a>,
    nodes: Vec<Node>,
    pub(super) variables: Vec<Variable>,
    loops: Vec<Loop>,
    pub(super) scopes: Vec<FxHashMap<Vec<u8>, VarId>>,
    targets: Vec<Targets>,
    labels: FxHashMap<Vec<u8>, (NodeId, Span)>,
    gotos: Vec<(NodeId, Vec<u8>, Span)>,
    /// Edges of jumps that macros hide, added last so that a branch keeps the order of its own.
    hidden: Vec<(NodeId, Target, Span)>,
    at: NodeId,
    exit: NodeId,
}

impl<'a> Lowering<'a> {
    fn add(&mut self, kind: NodeKind, span: Span) -> NodeId {
        self.nodes.push(Node { kind, span, events: Vec::new(), next: Vec::new() });
        self.nodes.len() - 1
    }

    fn link_to(&mut self, to: NodeId) {
        let from = self.at;
        if !self.nodes[from].next.contains(&to) {
            self.nodes[from].next.push(to);
        }
    }

    /// Appends a node behind the current one and goes on from there.
    fn then(&mut self, kind: NodeKind, span: Span) -> NodeId {
        let id = self.add(kind, span);
        self.link_to(id);
        self.at = id;
        id
    }

    /// Goes on at a node that nothing leads to yet.
    fn orphan(&mut self) {
        self.at = self.add(NodeKind::Join, Span::default());
    }

    pub(super) fn declare(&mut self, variable: Variable) -> VarId {
        let id = self.variables.len();
        if let Some(scope) = self.scopes.last_mut() {
            scope.insert(variable.name.as_bytes().to_vec(), id);
        }
        self.variables.push(variable);
        id
    }

    pub(super) fn resolve(&self, name: &[u8]) -> Option<VarId> {
        self.scopes.iter().rev().find_map(|scope| scope.get(name)).copied()
    }

    fn children(node: Tree<'a>) -> Vec<Tree<'a>> {
        let mut cursor = node.walk();
        node.named_children(&mut cursor).collect()
    }

    fn statement(&mut self, node: Tree<'a>) {
        let span = self.parsed.span(node);
        match node.kind() {
            "compound_statement" => {
                self.scopes.push(FxHashMap::default());
                for child in Self::children(node) {
                    self.statement(child);
                }
                self.scopes.pop();
            }
            "declaration" => {
                let id = self.then(NodeKind::Statement, span);
                let events = self.declaration(node);
                self.set_events(id, span, events);
            }
            "expression_statement" => {
                if let Some(child) = node.named_child(0) {
                    self.expression_statement(child, span);
                }
            }
            "if_statement" => self.conditional(node, span),
            "while_statement" => self.while_loop(node, span),
            "do_statement" => self.do_loop(node, span),
            "for_statement" => self.for_loop(node, span),
            "switch_statement" => self.switch(node, span),
            "case_statement" => self.case_body(node),
            "labeled_statement" => {
                let id = self.then(NodeKind::Label, span);
                if let Some(label) = node.child_by_field_name("label") {
                    let place = self.parsed.span(label);
                    self.nodes[id].span = place;
                    self.labels.insert(self.parsed.text(label).to_vec(), (id, place));
                }
                for child in Self::children(node).into_iter().skip(1) {
                    self.statement(child);
                }
            }
            "goto_statement" => {
                let id = self.then(NodeKind::Jump, span);
                if let Some(label) = node.child_by_field_name("label") {
                    self.gotos.push((id, self.parsed.text(label).to_vec(), span));
                }
                self.orphan();
            }
            "break_statement" => {
                self.then(NodeKind::Jump, span);
                let to = self.targets.last().map_or(self.exit, |targets| targets.breaks);
                self.link_to(to);
                self.orphan();
            }
            "continue_statement" => {
                self.then(NodeKind::Jump, span);
                let to = self.targets.iter().rev().find_map(|targets| targets.continues);
                self.link_to(to.unwrap_or(self.exit));
                self.orphan();
            }
            "return_statement" => {
                let id = self.then(NodeKind::Jump, span);
                let mut events = Vec::new();
                for child in Self::children(node) {
                    self.expression(child, false, &mut events);
                }
                self.opaque(span, &mut events);
                self.set_events(id, span, events);
                self.link_to(self.exit);
                self.orphan();
            }
            "else_clause" | "ERROR" => {
                for child in Self::children(node) {
                    self.statement(child);
                }
            }
            "comment" | "preproc_call" => {}
            kind if kind.ends_with("_definition") || kind.ends_with("_specifier") => {}
            _ => self.expression_statement(node, span),
        }
    }

    fn expression_statement(&mut self, node: Tree<'a>, span: Span) {
        let id = self.then(NodeKind::Statement, span);
        let mut events = Vec::new();
        if !self.declaring_macro(node, &mut events) {
            self.expression(node, false, &mut events);
        }
        self.opaque(span, &mut events);
        let ends = events.iter().any(|event| match event {
            Event::Call(call) => {
                !call.conditional
                    && !call.indirect
                    && call.span.start == span.start
                    && (kernel::calls::never_returns(&call.name)
                        || (self.around.noreturn)(&call.name))
            }
            _ => false,
        });
        self.set_events(id, span, events);
        if ends {
            self.link_to(self.exit);
            self.orphan();
        }
    }

    /// Gives a node its events, and the jumps that macros in it hide.
    fn set_events(&mut self, id: NodeId, span: Span, events: Vec<Event>) {
        let mut found: Vec<(Jumps, Span)> = Vec::new();
        for event in &events {
            if let Event::Call(call) = event
                && !call.indirect
            {
                let jumps = (self.around.jumps)(&call.name);
                if !jumps.is_empty() {
                    found.push((jumps, call.span));
                }
            }
        }
        for opaque in self.parsed.blanked.opaque.iter().filter(|opaque| span.covers(**opaque)) {
            let jumps = super::jumps::jumps(self.text, &lex_range(self.text, *opaque));
            if !jumps.is_empty() {
                found.push((jumps, *opaque));
            }
        }
        self.nodes[id].events = events;
        let breaks = self.targets.last().map(|targets| targets.breaks);
        let continues = self.targets.iter().rev().find_map(|targets| targets.continues);
        for (jumps, at) in found {
            let nodes = [
                breaks.filter(|_| jumps.breaks),
                continues.filter(|_| jumps.continues),
                Some(self.exit).filter(|_| jumps.returns),
            ];
            for node in nodes.into_iter().flatten() {
                self.hidden.push((id, Target::Node(node), at));
            }
            for label in jumps.gotos {
                self.hidden.push((id, Target::Label(label), at));
            }
        }
    }

    /// A condition as a node of its own.
    fn condition(&mut self, node: Tree<'a>) -> NodeId {
        let span = self.parsed.span(node);
        let id = self.then(NodeKind::Branch, span);
        let mut events = Vec::new();
        self.expression(node, false, &mut events);
        self.opaque(span, &mut events);
        self.set_events(id, span, events);
        id
    }

    fn conditional(&mut self, node: Tree<'a>, span: Span) {
        let Some(condition) = node.child_by_field_name("condition") else { return };
        let branch = self.condition(condition);
        self.nodes[branch].span = self.parsed.span(condition);
        let join = self.add(NodeKind::Join, Span::new(span.end, span.end));
        let first = self.add(NodeKind::Join, Span::default());
        self.link_to(first);
        self.at = first;
        if let Some(consequence) = node.child_by_field_name("consequence") {
            self.statement(consequence);
        }
        self.link_to(join);
        self.at = branch;
        if let Some(alternative) = node.child_by_field_name("alternative") {
            let second = self.add(NodeKind::Join, Span::default());
            self.link_to(second);
            self.at = second;
            self.statement(alternative);
        }
        self.link_to(join);
        self.at = join;
    }

    /// `Some(value)` where the condition is a plain constant.
    fn constant(&self, node: Option<Tree<'a>>) -> Option<bool> {
        let Some(node) = node else { return Some(true) };
        let text = self.parsed.text(node);
        let inner: Vec<u8> = text
            .iter()
            .copied()
            .filter(|byte| !matches!(byte, b'(' | b')' | b' ' | b'\t' | b'\n'))
            .collect();
        match inner.as_slice() {
            b"1" | b"true" | b"TRUE" | b"" => Some(true),
            b"0" | b"false" | b"FALSE" => Some(false),
            _ => None,
        }
    }

    fn while_loop(&mut self, node: Tree<'a>, span: Span) {
        let condition = node.child_by_field_name("condition");
        let constant = self.constant(condition);
        let exit = self.add(NodeKind::Join, Span::new(span.end, span.end));
        let header = self.then(NodeKind::Join, Span::new(span.start, span.start));
        let mut test = None;
        if let Some(condition) = condition.filter(|_| constant.is_none()) {
            test = Some(self.condition(condition));
        }
        self.body(node, exit, header);
        self.link_to(header);
        if let Some(test) = test {
            self.nodes[test].next.push(exit);
        }
        self.close_loop(
            LoopForm::While,
            span,
            header,
            exit,
            test,
            condition,
            constant == Some(true),
        );
    }

    fn body(&mut self, node: Tree<'a>, breaks: NodeId, continues: NodeId) {
        self.targets.push(Targets { breaks, continues: Some(continues) });
        let first = self.add(NodeKind::Join, Span::default());
        self.link_to(first);
        self.at = first;
        if let Some(body) = node.child_by_field_name("body") {
            self.statement(body);
        }
        self.targets.pop();
    }

    fn do_loop(&mut self, node: Tree<'a>, span: Span) {
        let condition = node.child_by_field_name("condition");
        let constant = self.constant(condition);
        let exit = self.add(NodeKind::Join, Span::new(span.end, span.end));
        let header = self.then(NodeKind::Join, Span::new(span.start, span.start));
        let latch = self.add(NodeKind::Join, Span::default());
        self.body(node, exit, latch);
        self.link_to(latch);
        self.at = latch;
        if constant == Some(false) {
            self.link_to(exit);
            self.at = exit;
            return;
        }
        let mut test = None;
        if let Some(condition) = condition.filter(|_| constant.is_none()) {
            test = Some(self.condition(condition));
        }
        self.link_to(header);
        if test.is_some() {
            self.link_to(exit);
        }
        self.close_loop(
            LoopForm::DoWhile,
            span,
            header,
            exit,
            test,
            condition,
            constant == Some(true),
        );
    }

    fn for_loop(&mut self, node: Tree<'a>, span: Span) {
        self.scopes.push(FxHashMap::default());
        let block =
            self.parsed.blanked.blocks.iter().find(|block| block.name.start == span.start).cloned();
        if let Some(init) = node.child_by_field_name("initializer") {
            if init.kind() == "declaration" {
                self.statement(init);
            } else {
                self.expression_statement(init, self.parsed.span(init));
            }
        }
        let condition = node.child_by_field_name("condition");
        let constant = self.constant(condition);
        let exit = self.add(NodeKind::Join, Span::new(span.end, span.end));
        let header = self.then(NodeKind::Join, Span::new(span.start, span.start));
        let mut test = None;
        if let Some(block) = &block {
            let id =
                self.then(NodeKind::Branch, Span::new(block.name.start, block.arguments.end + 1));
            self.nodes[id].events = self.iterator_events(block);
            test = Some(id);
        } else if let Some(condition) = condition.filter(|_| constant.is_none()) {
            test = Some(self.condition(condition));
        }
        let latch = self.add(NodeKind::Join, Span::default());
        self.body(node, exit, latch);
        self.link_to(latch);
        self.at = latch;
        if let Some(update) = node.child_by_field_name("update") {
            self.expression_statement(update, self.parsed.span(update));
        }
        self.link_to(header);
        if let Some(test) = test {
            self.nodes[test].next.push(exit);
        }
        let endless = block.is_none() && constant == Some(true);
        let condition = condition.filter(|_| block.is_none());
        self.close_loop(LoopForm::For, span, header, exit, test, condition, endless);
        if let (Some(block), Some(found)) = (block, self.loops.last_mut()) {
            found.iterator = Some(block.name);
        }
        self.scopes.pop();
    }

    #[allow(clippy::too_many_arguments, reason = "one call per loop form, each names all of them")]
    fn close_loop(
        &mut self,
        form: LoopForm,
        span: Span,
        header: NodeId,
        exit: NodeId,
        condition: Option<NodeId>,
        condition_tree: Option<Tree<'a>>,
        endless: bool,
    ) {
        let nodes: Vec<NodeId> = (header..self.nodes.len()).collect();
        let latches =
            nodes.iter().copied().filter(|node| self.nodes[*node].next.contains(&header)).collect();
        self.loops.push(Loop {
            form,
            span,
            condition,
            condition_span: condition_tree.map(|node| self.parsed.span(node)),
            endless,
            iterator: None,
            header,
            latches,
            exit,
            nodes,
        });
        self.at = exit;
    }

    fn switch(&mut self, node: Tree<'a>, span: Span) {
        let Some(condition) = node.child_by_field_name("condition") else { return };
        let branch = self.condition(condition);
        let exit = self.add(NodeKind::Join, Span::new(span.end, span.end));
        self.targets.push(Targets { breaks: exit, continues: None });
        self.scopes.push(FxHashMap::default());
        self.orphan();
        let mut has_default = false;
        let cases = node.child_by_field_name("body").map(Self::children).unwrap_or_default();
        for case in cases {
            if case.kind() == "case_statement" {
                has_default |= case.child_by_field_name("value").is_none();
                let label = self.add(NodeKind::Join, self.parsed.span(case));
                self.link_to(label);
                self.nodes[branch].next.push(label);
                self.at = label;
                self.case_body(case);
            } else {
                self.statement(case);
            }
        }
        self.scopes.pop();
        self.targets.pop();
        self.link_to(exit);
        if !has_default {
            self.nodes[branch].next.push(exit);
        }
        self.at = exit;
    }

    fn case_body(&mut self, case: Tree<'a>) {
        let value = case.child_by_field_name("value").map(|value| value.id());
        for child in Self::children(case) {
            if Some(child.id()) != value {
                self.statement(child);
            }
        }
    }
}

/// A label that a later `goto` leads back to is a loop too.
fn find_goto_loops(graph: &mut Graph) {
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
            header,
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
