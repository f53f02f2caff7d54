//! From a tree to a graph: loops and switches.

use rustc_hash::FxHashMap;
use tree_sitter::Node as Tree;

use super::cfg::{Loop, LoopParts, NodeId, NodeKind};
use super::lower::{Lowering, Targets};
use crate::report::schema::LoopForm;
use crate::source::Span;

impl<'a> Lowering<'a> {
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

    pub(super) fn while_loop(&mut self, node: Tree<'a>, span: Span) {
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
            header,
            node,
        );
    }

    fn body(&mut self, node: Tree<'a>, breaks: NodeId, continues: NodeId) {
        let blocks = self.blocks.len();
        self.targets.push(Targets { breaks, continues: Some(continues), blocks });
        let first = self.add(NodeKind::Join, Span::default());
        self.link_to(first);
        self.at = first;
        if let Some(body) = node.child_by_field_name("body") {
            self.statement(body);
        }
        self.targets.pop();
    }

    pub(super) fn do_loop(&mut self, node: Tree<'a>, span: Span) {
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
            latch,
            node,
        );
    }

    pub(super) fn for_loop(&mut self, node: Tree<'a>, span: Span) {
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
            let head = Span::new(block.name.start, block.arguments.end + 1);
            let id = self.then(NodeKind::Branch, head);
            self.nodes[id].events = self.iterator_events(block);
            let captured = self.record_uses(head);
            self.nodes[id].events.extend(captured);
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
        self.close_loop(LoopForm::For, span, header, exit, test, condition, endless, latch, node);
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
        continues: NodeId,
        tree: Tree<'a>,
    ) {
        let part = |name| tree.child_by_field_name(name).map(|part| self.parsed.span(part));
        let parts = LoopParts {
            init: part("initializer"),
            update: part("update"),
            body: part("body").unwrap_or_default(),
        };
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
            parts,
            header,
            continues,
            latches,
            exit,
            nodes,
        });
        self.at = exit;
    }

    pub(super) fn switch(&mut self, node: Tree<'a>, span: Span) {
        let Some(condition) = node.child_by_field_name("condition") else { return };
        let branch = self.condition(condition);
        let exit = self.add(NodeKind::Join, Span::new(span.end, span.end));
        let blocks = self.blocks.len();
        self.targets.push(Targets { breaks: exit, continues: None, blocks });
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

    pub(super) fn case_body(&mut self, case: Tree<'a>) {
        let value = case.child_by_field_name("value").map(|value| value.id());
        for child in Self::children(case) {
            if Some(child.id()) != value {
                self.statement(child);
            }
        }
    }
}
