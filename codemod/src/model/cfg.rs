//! The graph.

use crate::report::schema::LoopForm;
use crate::source::Span;

/// A node of a [`Graph`].
pub type NodeId = usize;
/// A local variable of a [`Graph`].
pub type VarId = usize;

/// Something that a node does, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A local is read.
    Read(VarId),
    /// A local is written; `whole` unless only a part of it is, or only perhaps.
    Write {
        /// Which.
        var: VarId,
        /// Whether the old value is gone for certain.
        whole: bool,
    },
    /// A local's address is taken: it may be read and written through it.
    Address(VarId),
    /// A local comes into being without a value.
    Declare(VarId),
    /// Something that is no local is written: a global, a field behind a pointer.
    Store,
    /// A call.
    Call(Call),
}

/// A call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// Name of the callee; for a call through a pointer the last member's or variable's name.
    pub name: Vec<u8>,
    /// Whether it goes through a pointer.
    pub indirect: bool,
    /// The whole call.
    pub span: Span,
    /// Text of each argument, blanks folded.
    pub arguments: Vec<Vec<u8>>,
    /// Whether it may be skipped by `&&`, `||` or `?:` in its expression.
    pub conditional: bool,
}

/// What a node is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NodeKind {
    /// Where the function begins.
    Entry,
    /// Where it ends.
    Exit,
    /// A statement without control flow.
    Statement,
    /// A condition: the first successor is taken when it holds.
    Branch,
    /// A `goto`, `break`, `continue` or `return`.
    Jump,
    /// A label.
    Label,
    /// Where branches meet; no text of its own.
    Join,
    /// The end of a scope, which undoes what the statement of this text began.
    Undo,
}

/// A node.
#[derive(Debug, Clone)]
pub struct Node {
    /// What it is.
    pub kind: NodeKind,
    /// Its text; empty for [`NodeKind::Join`], entry and exit.
    pub span: Span,
    /// What it does.
    pub events: Vec<Event>,
    /// Where it goes.
    pub next: Vec<NodeId>,
}

/// A local variable or parameter.
#[allow(clippy::struct_excessive_bools, reason = "four independent facts")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variable {
    /// Its name.
    pub name: String,
    /// Where it is declared.
    pub span: Span,
    /// Whether it is a parameter.
    pub parameter: bool,
    /// Whether it is `static`: then it is no local in the sense of liveness.
    pub is_static: bool,
    /// The block that it is seen in.
    pub scope: Span,
    /// Whether the end of its scope does something with it.
    pub undone: bool,
    /// Whether it is `volatile` itself.
    pub volatile: bool,
    /// Whether what it points to is: a device may see who looks at it.
    pub watches: bool,
    /// Whether a declaring macro makes it (a wait entry, a list head …), and which.
    pub made_by: Option<Vec<u8>>,
    /// Whether it is an array of variable length.
    pub variable_length: bool,
    /// Text of its initialiser, if it has one.
    pub init: Option<Span>,
    /// Names that its initialiser calls.
    pub init_calls: Vec<Vec<u8>>,
    /// Whether its initialiser reads memory behind a pointer or a global, or has an effect of its own.
    pub init_reads_memory: bool,
    /// The locals that its initialiser reads.
    pub init_locals: Vec<VarId>,
    /// Text of its type.
    pub type_text: String,
    /// The statement that declares it; empty for a parameter.
    pub statement: Span,
    /// What it is declared as.
    pub shape: Shape,
}

/// What a declaration says of one local.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Shape {
    /// What stands before the first declarator: storage class, qualifiers, type.
    pub specifiers: Span,
    /// The declarator with its attributes and its initialiser.
    pub declarator: Span,
    /// The declarator alone.
    pub bare: Span,
    /// The attributes behind it; empty where there are none.
    pub attributes: Span,
    /// Stars before its name.
    pub stars: u8,
    /// Whether there is nothing but stars and a name: no array, no function, no qualifier.
    pub plain: bool,
    /// Whether the local itself is an array.
    pub array: bool,
}

/// The parts of a written loop; all empty for a label and its goto.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LoopParts {
    /// What stands before the first `;` of a `for`.
    pub init: Option<Span>,
    /// What stands behind the second.
    pub update: Option<Span>,
    /// The body, with its braces if it has some.
    pub body: Span,
}

/// A loop as it is written.
#[derive(Debug, Clone)]
pub struct Loop {
    /// How.
    pub form: LoopForm,
    /// From its keyword or label to its end.
    pub span: Span,
    /// Its condition; none for an endless one.
    pub condition: Option<NodeId>,
    /// Text of the condition.
    pub condition_span: Option<Span>,
    /// Whether the condition is a constant that holds, or absent.
    pub endless: bool,
    /// Whether it is an iterator macro (its name), or an unknown macro with a block.
    pub iterator: Option<Span>,
    /// Its other parts.
    pub parts: LoopParts,
    /// The node that every iteration begins with.
    pub header: NodeId,
    /// Where `continue` leads.
    pub continues: NodeId,
    /// Where the back edge starts: the nodes from which the header is reached again.
    pub latches: Vec<NodeId>,
    /// The node behind the loop.
    pub exit: NodeId,
    /// Nodes of an iteration, sorted.
    pub nodes: Vec<NodeId>,
}

impl Loop {
    /// Whether a node belongs to an iteration.
    pub fn contains(&self, node: NodeId) -> bool {
        self.nodes.binary_search(&node).is_ok()
    }
}

/// The control-flow graph of one variant of a function.
#[derive(Debug, Clone)]
pub struct Graph {
    /// The nodes.
    pub nodes: Vec<Node>,
    /// The locals.
    pub variables: Vec<Variable>,
    /// The loops by place.
    pub loops: Vec<Loop>,
    /// Where it begins.
    pub entry: NodeId,
    /// Where it ends.
    pub exit: NodeId,
    /// Conditions whose outcome is certain once stop is asked for: the node and the outcome.
    pub decided_by_stop: Vec<(NodeId, bool)>,
    /// Calls of macros that hold a jump, with the node they stand in.
    pub hidden_jumps: Vec<(NodeId, Span)>,
    /// Jumps and labels within expressions.
    pub inner_jumps: Vec<Span>,
    /// Statements that never return.
    pub halts: Vec<NodeId>,
    /// Objects without a name: where they are written, and the block that they live in.
    pub literals: Vec<(Span, Span)>,
    /// Every place that names a local, with what it names; sorted.
    pub uses: Vec<(Span, VarId)>,
    /// Locals that a macro names which is not told of them: where the macro is used, and the local.
    pub captured: Vec<(Span, VarId)>,
    /// What the function declares besides locals, in the order of the text.
    pub scoped: Vec<super::scoped::Scoped>,
}

/// The jumps that a macro hides.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Jumps {
    /// A `break` that belongs to the caller's loop or switch.
    pub breaks: bool,
    /// A `continue` that belongs to the caller's loop.
    pub continues: bool,
    /// A `return`.
    pub returns: bool,
    /// The labels that it goes to.
    pub gotos: Vec<Vec<u8>>,
}

impl Jumps {
    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        !self.breaks && !self.continues && !self.returns && self.gotos.is_empty()
    }
}

impl Graph {
    /// The local that is named at an offset.
    pub fn used_at(&self, start: u32) -> Option<VarId> {
        let at = self.uses.partition_point(|(span, _)| span.start < start);
        self.uses.get(at).filter(|(span, _)| span.start == start).map(|(_, var)| *var)
    }

    /// Predecessors of every node.
    pub fn predecessors(&self) -> Vec<Vec<NodeId>> {
        let mut out = vec![Vec::new(); self.nodes.len()];
        for (id, node) in self.nodes.iter().enumerate() {
            for next in &node.next {
                out[*next].push(id);
            }
        }
        out
    }

    /// Nodes that can be reached from the entry, in reverse post order.
    pub fn order(&self) -> Vec<NodeId> {
        let mut state = vec![0_u8; self.nodes.len()];
        let mut out = Vec::new();
        let mut stack = vec![(self.entry, 0_usize)];
        state[self.entry] = 1;
        while let Some((node, child)) = stack.pop() {
            if let Some(next) = self.nodes[node].next.get(child) {
                stack.push((node, child + 1));
                if state[*next] == 0 {
                    state[*next] = 1;
                    stack.push((*next, 0));
                }
            } else {
                out.push(node);
            }
        }
        out.reverse();
        out
    }

    /// All calls, with their node.
    pub fn calls(&self) -> impl Iterator<Item = (NodeId, &Call)> {
        self.nodes.iter().enumerate().flat_map(|(id, node)| {
            node.events.iter().filter_map(move |event| match event {
                Event::Call(call) => Some((id, call)),
                _ => None,
            })
        })
    }
}
