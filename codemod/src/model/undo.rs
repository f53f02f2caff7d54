//! What is undone at the end of a scope: guards, and locals with a cleanup.

use tree_sitter::Node as Tree;

use super::cfg::{Call, Event, NodeId, NodeKind};
use super::lower::Lowering;
use crate::kernel;
use crate::source::Span;
use crate::syntax::lex::{Kind, lex_range};

/// A block that is being read.
#[derive(Debug, Clone, Default)]
pub(super) struct Block {
    /// Its bytes.
    pub(super) span: Span,
    /// What is undone at its end, in the order of the text.
    undone: Vec<Undone>,
}

#[derive(Debug, Clone)]
struct Undone {
    /// The statement that began it.
    statement: Span,
    events: Vec<Event>,
}

/// A jump over the ends of scopes, whose label is not known yet.
pub(super) struct Leaving {
    /// The label.
    label: Vec<u8>,
    /// The blocks that it stands in.
    blocks: Vec<Span>,
    /// What is undone at the end of each, if the jump leaves it.
    nodes: Vec<(Span, NodeId)>,
}

impl<'a> Lowering<'a> {
    /// A block begins.
    pub(super) fn open_block(&mut self, node: Tree<'a>) {
        self.blocks.push(Block { span: self.parsed.span(node), undone: Vec::new() });
    }

    /// A block ends here, if its end is reached.
    pub(super) fn close_block(&mut self) {
        let from = self.blocks.len().saturating_sub(1);
        self.leave(from);
        self.blocks.pop();
    }

    /// Notes what a statement begins that the end of its scope undoes; gives whether it does.
    pub(super) fn undoes(&mut self, span: Span, events: &[Event]) -> bool {
        let tokens = lex_range(self.text, self.whole_statement(span));
        let names = tokens.iter().filter(|token| token.kind == Kind::Ident);
        let words: Vec<&[u8]> = names.map(|token| token.bytes(self.text)).collect();
        let within = |word: &&[u8]| (self.around.undoes)(word);
        if !kernel::attributes::undone_at_end(&words) && !words.iter().any(within) {
            return false;
        }
        let mut own: Vec<Event> = events
            .iter()
            .filter_map(|event| match event {
                Event::Declare(var) => Some(Event::Read(*var)),
                _ => None,
            })
            .collect();
        let call = Call {
            name: b"cleanup".to_vec(),
            indirect: true,
            span,
            arguments: Vec::new(),
            conditional: false,
        };
        own.push(Event::Call(call));
        if let Some(block) = self.blocks.last_mut() {
            block.undone.push(Undone { statement: span, events: own });
        }
        true
    }

    /// A statement with the attributes before it.
    fn whole_statement(&self, span: Span) -> Span {
        let tokens = &self.parsed.tokens;
        let first = tokens.partition_point(|token| token.span.start < span.start);
        let before = tokens[..first]
            .iter()
            .rev()
            .take_while(|token| !matches!(token.kind, Kind::Punct(b';' | b'{' | b'}' | b':')));
        let start = before.last().map_or(span.start, |token| token.span.start);
        Span::new(start, span.end)
    }

    /// Undoes what the blocks from this one on began.
    pub(super) fn leave(&mut self, from: usize) -> Vec<(Span, NodeId)> {
        let blocks: Vec<Block> = self.blocks.get(from..).unwrap_or_default().to_vec();
        let mut out = Vec::new();
        for block in blocks.iter().rev() {
            for undone in block.undone.iter().rev() {
                let id = self.then(NodeKind::Undo, undone.statement);
                self.nodes[id].events.clone_from(&undone.events);
                out.push((block.span, id));
            }
        }
        out
    }

    /// A goto: what it undoes is known when its label is.
    pub(super) fn leave_for(&mut self, label: &[u8]) {
        let nodes = self.leave(0);
        if !nodes.is_empty() {
            let blocks = self.blocks.iter().map(|block| block.span).collect();
            self.leaving.push(Leaving { label: label.to_vec(), blocks, nodes });
        }
    }

    /// All labels are known: what a goto does not leave it does not undo.
    pub(super) fn settle_gotos(&mut self) {
        for Leaving { label, blocks, nodes } in std::mem::take(&mut self.leaving) {
            let Some(at) = self.labels.get(&label).map(|(_, place)| *place) else { continue };
            let stays = |block: &Span| blocks.contains(block) && block.covers(at);
            for (_, id) in nodes.iter().filter(|(block, _)| stays(block)) {
                self.nodes[*id].kind = NodeKind::Join;
                self.nodes[*id].span = Span::default();
                self.nodes[*id].events.clear();
            }
        }
    }
}
