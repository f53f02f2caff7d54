//! From a tree to a graph: statements.

use rustc_hash::FxHashMap;
use tree_sitter::Node as Tree;

use super::cfg::{Event, Graph, Jumps, Loop, Node, NodeId, NodeKind, Shape, VarId, Variable};
use super::goto_loops;
use super::undo::{Block, Leaving};
use crate::kernel;
use crate::source::Span;
use crate::syntax::lex::lex_range;
use crate::syntax::skeleton::Param;
use crate::syntax::tree::Parsed;

/// A name that a macro uses without being told of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Captured {
    /// The name.
    pub name: Vec<u8>,
    /// Whether the macro may give it a value.
    pub written: bool,
    /// Whether the macro takes its address.
    pub addressed: bool,
}

/// What a macro does with an argument.
#[allow(clippy::struct_excessive_bools, reason = "independent facts")]
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Argument {
    /// It is evaluated.
    pub value: bool,
    /// It may be given a value.
    pub written: bool,
    /// It is given a value before it is read.
    pub fresh: bool,
    /// Its address is taken.
    pub addressed: bool,
    /// Its words become part of another name.
    pub pasted: bool,
    /// Its very words matter: it needs the name that it has.
    pub named: bool,
}

impl Argument {
    /// Adds what another macro does to it, later.
    pub fn merge(&mut self, other: Self) {
        self.value |= other.value;
        self.written |= other.written;
        self.addressed |= other.addressed;
        self.pasted |= other.pasted;
        self.named |= other.named;
    }
}

/// A function whose body has no shape that a graph can be made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the function has no body that could be read")]
pub struct Unreadable;

/// Nodes of a graph that is analysed; of a larger one not even the goto loops are looked for.
pub const MAX_NODES: usize = 20_000;

/// Whether a member of a type, through some members, is known to be no array.
pub type IsScalar<'a> = &'a dyn Fn(&[u8], &[Vec<u8>]) -> bool;

/// What a function's own text does not tell.
#[derive(Clone, Copy)]
pub struct Surroundings<'a> {
    /// Whether a function of the tree never returns.
    pub noreturn: &'a dyn Fn(&[u8]) -> bool,
    /// The jumps that a macro hides.
    pub jumps: &'a dyn Fn(&[u8]) -> Jumps,
    /// Whether a call is true exactly when the thread should stop.
    pub stop: &'a dyn Fn(&[u8]) -> bool,
    /// Whether a name is a macro without parameters that makes calls.
    pub macro_calls: &'a dyn Fn(&[u8]) -> bool,
    /// Whether a variable or a member of this name is `volatile`.
    pub volatile: &'a dyn Fn(&[u8]) -> bool,
    /// Whether a name is a macro that begins something which the end of the scope undoes.
    pub undoes: &'a dyn Fn(&[u8]) -> bool,
    /// Whether a name is a macro without parameters that is more than a constant.
    pub acts: &'a dyn Fn(&[u8]) -> bool,
    /// Whether a member of a type, through these members, is known to be no array.
    pub is_scalar: IsScalar<'a>,
    /// The locals that a macro of the tree declares.
    pub declares: &'a dyn Fn(&[u8]) -> Vec<Vec<u8>>,
    /// The names that a macro uses without being told of them.
    pub captures: &'a dyn Fn(&[u8]) -> Vec<Captured>,
    /// What a macro does with the argument of an index; nothing where the name is no macro.
    pub argument: &'a dyn Fn(&[u8], usize) -> Option<Argument>,
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
        blocks: Vec::new(),
        leaving: Vec::new(),
        literals: Vec::new(),
        inner_jumps: Vec::new(),
        inner_loops: 0,
        gotos: Vec::new(),
        hidden: Vec::new(),
        decided: Vec::new(),
        halts: Vec::new(),
        uses: Vec::new(),
        captured: Vec::new(),
        inner: Vec::new(),
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
    lowering.settle_gotos();
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
        decided_by_stop: lowering.decided,
        hidden_jumps,
        halts: lowering.halts,
        literals: lowering.literals,
        inner_jumps: lowering.inner_jumps,
        uses: sorted(lowering.uses),
        captured: sorted(lowering.captured),
        scoped: super::scoped::scoped(parsed),
        nodes: lowering.nodes,
        variables: lowering.variables,
        loops: lowering.loops,
        entry,
        exit,
    };
    if graph.nodes.len() <= MAX_NODES {
        goto_loops::find(&mut graph);
    }
    graph.loops.sort_by_key(|found| (found.span.start, std::cmp::Reverse(found.span.end)));
    Ok(graph)
}

fn sorted(mut list: Vec<(Span, VarId)>) -> Vec<(Span, VarId)> {
    list.sort_unstable();
    list.dedup();
    list
}

pub(super) fn variable(name: &str, span: Span) -> Variable {
    Variable {
        name: name.to_owned(),
        span,
        parameter: false,
        is_static: false,
        scope: Span::default(),
        undone: false,
        volatile: false,
        watches: false,
        made_by: None,
        variable_length: false,
        init: None,
        init_calls: Vec::new(),
        init_reads_memory: false,
        init_locals: Vec::new(),
        type_text: String::new(),
        statement: Span::default(),
        shape: Shape::default(),
    }
}

enum Target {
    Node(NodeId),
    Label(Vec<u8>),
}

/// Where `break` and `continue` go.
pub(super) struct Targets {
    /// The blocks around the loop or switch.
    pub(super) blocks: usize,
    pub(super) breaks: NodeId,
    pub(super) continues: Option<NodeId>,
}

pub(super) struct Lowering<'a> {
    pub(super) parsed: &'a Parsed,
    pub(super) text: &'a [u8],
    pub(super) around: Surroundings<'a>,
    pub(super) nodes: Vec<Node>,
    pub(super) variables: Vec<Variable>,
    pub(super) loops: Vec<Loop>,
    pub(super) scopes: Vec<FxHashMap<Vec<u8>, VarId>>,
    pub(super) targets: Vec<Targets>,
    pub(super) labels: FxHashMap<Vec<u8>, (NodeId, Span)>,
    /// The blocks around what is read, outermost first.
    pub(super) blocks: Vec<Block>,
    pub(super) leaving: Vec<Leaving>,
    pub(super) literals: Vec<(Span, Span)>,
    pub(super) inner_jumps: Vec<Span>,
    /// Loops and switches around what is read of an expression.
    pub(super) inner_loops: u32,
    gotos: Vec<(NodeId, Vec<u8>, Span)>,
    decided: Vec<(NodeId, bool)>,
    halts: Vec<NodeId>,
    pub(super) uses: Vec<(Span, VarId)>,
    pub(super) captured: Vec<(Span, VarId)>,
    /// The locals of statement expressions, with what they are seen in.
    pub(super) inner: Vec<(Span, VarId)>,
    /// Edges of jumps that macros hide, added last so that a branch keeps the order of its own.
    hidden: Vec<(NodeId, Target, Span)>,
    pub(super) at: NodeId,
    pub(super) exit: NodeId,
}

impl<'a> Lowering<'a> {
    pub(super) fn add(&mut self, kind: NodeKind, span: Span) -> NodeId {
        self.nodes.push(Node { kind, span, events: Vec::new(), next: Vec::new() });
        self.nodes.len() - 1
    }

    pub(super) fn link_to(&mut self, to: NodeId) {
        let from = self.at;
        if !self.nodes[from].next.contains(&to) {
            self.nodes[from].next.push(to);
        }
    }

    /// Appends a node behind the current one and goes on from there.
    pub(super) fn then(&mut self, kind: NodeKind, span: Span) -> NodeId {
        let id = self.add(kind, span);
        self.link_to(id);
        self.at = id;
        id
    }

    /// Goes on at a node that nothing leads to yet.
    pub(super) fn orphan(&mut self) {
        self.at = self.add(NodeKind::Join, Span::default());
    }

    pub(super) fn declare(&mut self, variable: Variable) -> VarId {
        let id = self.variables.len();
        let scope = self.blocks.last().map_or(Span::default(), |block| block.span);
        let variable = Variable { scope, ..variable };
        if let Some(scope) = self.scopes.last_mut() {
            scope.insert(variable.name.as_bytes().to_vec(), id);
        }
        self.variables.push(variable);
        id
    }

    pub(super) fn resolve(&self, name: &[u8]) -> Option<VarId> {
        self.scopes.iter().rev().find_map(|scope| scope.get(name)).copied()
    }

    pub(super) fn children(node: Tree<'a>) -> Vec<Tree<'a>> {
        let mut cursor = node.walk();
        node.named_children(&mut cursor).collect()
    }

    pub(super) fn statement(&mut self, node: Tree<'a>) {
        let span = self.parsed.span(node);
        match node.kind() {
            "compound_statement" => {
                self.scopes.push(FxHashMap::default());
                self.open_block(node);
                for child in Self::children(node) {
                    self.statement(child);
                }
                self.close_block();
                self.scopes.pop();
            }
            "declaration" => {
                let span = self.declaration_span(node);
                let id = self.then(NodeKind::Statement, span);
                let known = self.variables.len();
                let events = self.declaration(node);
                if self.undoes(span, &events) {
                    self.variables[known..].iter_mut().for_each(|new| new.undone = true);
                }
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
            "case_statement" => {
                // Of a switch that another statement stands between: nobody leads there.
                self.inner_jumps.push(Span::new(span.start, span.start + 4));
                self.case_body(node);
            }
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
                if let Some(label) = node.child_by_field_name("label") {
                    self.leave_for(self.parsed.text(label));
                }
                let id = self.then(NodeKind::Jump, span);
                if let Some(label) = node.child_by_field_name("label") {
                    self.gotos.push((id, self.parsed.text(label).to_vec(), span));
                }
                self.orphan();
            }
            "break_statement" => {
                self.leave(self.targets.last().map_or(0, |targets| targets.blocks));
                self.then(NodeKind::Jump, span);
                let to = self.targets.last().map_or(self.exit, |targets| targets.breaks);
                self.link_to(to);
                self.orphan();
            }
            "continue_statement" => {
                let around = self.targets.iter().rev().find(|it| it.continues.is_some());
                self.leave(around.map_or(0, |targets| targets.blocks));
                self.then(NodeKind::Jump, span);
                let to = self.targets.iter().rev().find_map(|targets| targets.continues);
                self.link_to(to.unwrap_or(self.exit));
                self.orphan();
            }
            "return_statement" => {
                self.leave(0);
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

    pub(super) fn expression_statement(&mut self, node: Tree<'a>, span: Span) {
        let id = self.then(NodeKind::Statement, span);
        let mut events = Vec::new();
        if self.declaring_macro(node, &mut events) {
            if let Some(new) = self.variables.last_mut() {
                new.statement = span;
            }
        } else {
            self.expression(node, false, &mut events);
        }
        self.opaque(span, &mut events);
        self.undoes(span, &events);
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
            self.halts.push(id);
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
        let captured = self.record_uses(span);
        self.nodes[id].events.extend(captured);
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
    pub(super) fn condition(&mut self, node: Tree<'a>) -> NodeId {
        let span = self.parsed.span(node);
        let id = self.then(NodeKind::Branch, span);
        if let Some(outcome) = self.under_stop(node, 0) {
            self.decided.push((id, outcome));
        }
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
}
