//! What a value is made of: whether computing it again gives the same one.

use tree_sitter::Node as Tree;

use super::cfg::{Event, VarId};
use super::lower::Lowering;
use crate::kernel;
use crate::source::Span;

/// Levels of an expression that are looked at.
const MAX_DEPTH: usize = 64;

impl<'a> Lowering<'a> {
    /// Notes what a local's first value is made of.
    pub(super) fn initialised(&mut self, var: VarId, value: Tree<'a>, events: &[Event]) {
        let span = self.parsed.span(value);
        let changes = self.may_change(value, 0);
        let new = &mut self.variables[var];
        new.init = Some(span);
        new.init_reads_memory = changes;
        for event in events {
            match event {
                Event::Call(call) => new.init_calls.push(call.name.clone()),
                Event::Read(read) | Event::Address(read) => new.init_locals.push(*read),
                _ => {}
            }
        }
    }

    /// Whether an expression may have another value next time, or an effect of its own, though the
    /// locals in it stay as they are and its calls compute. Names in capitals are constants, unless a
    /// macro of that name was read that is none; an address does not change.
    fn may_change(&self, node: Tree<'a>, depth: usize) -> bool {
        if depth > MAX_DEPTH {
            return true;
        }
        let inner = |name: &str| {
            node.child_by_field_name(name).is_none_or(|it| self.may_change(it, depth + 1))
        };
        match node.kind() {
            "identifier" => {
                let name = self.parsed.text(node);
                if let Some(var) = self.resolve(name) {
                    return self.variables[var].is_static || self.variables[var].volatile;
                }
                name.iter().any(u8::is_ascii_lowercase) || (self.around.acts)(name)
            }
            "field_expression" => is_arrow(node) || inner("argument"),
            "pointer_expression" => {
                let address = self.parsed.text(node).first() == Some(&b'&');
                !address
                    || node
                        .child_by_field_name("argument")
                        .is_none_or(|place| self.place_may_change(place, depth + 1))
            }
            // An object of its own each time, or an effect.
            "compound_literal_expression"
            | "compound_statement"
            | "subscript_expression"
            | "update_expression"
            | "assignment_expression" => true,
            "sizeof_expression"
            | "alignof_expression"
            | "offsetof_expression"
            | "type_descriptor" => false,
            "initializer_pair" | "cast_expression" => inner("value"),
            "call_expression" => {
                let callee = node.child_by_field_name("function");
                let arguments = node.child_by_field_name("arguments");
                let Some((callee, arguments)) = callee.zip(arguments) else { return true };
                if callee.kind() != "identifier" {
                    return true;
                }
                // container_of(ptr, type, member): only the first argument is a value.
                if kernel::calls::names_a_member(self.parsed.text(callee)) {
                    let first = arguments.named_child(0);
                    return first.is_some_and(|first| self.may_change(first, depth + 1));
                }
                self.any_may_change(arguments, depth)
            }
            _ => self.any_may_change(node, depth),
        }
    }

    fn any_may_change(&self, node: Tree<'a>, depth: usize) -> bool {
        let mut cursor = node.walk();
        node.named_children(&mut cursor).any(|child| self.may_change(child, depth + 1))
    }

    /// Whether what is behind an `&` may be another object next time.
    fn place_may_change(&self, node: Tree<'a>, depth: usize) -> bool {
        if depth > MAX_DEPTH {
            return true;
        }
        let inner = |name: &str, is_place: bool| {
            node.child_by_field_name(name).is_none_or(|it| {
                if is_place {
                    self.place_may_change(it, depth + 1)
                } else {
                    self.may_change(it, depth + 1)
                }
            })
        };
        match node.kind() {
            "identifier" => (self.around.acts)(self.parsed.text(node)),
            "parenthesized_expression" => {
                node.named_child(0).is_none_or(|it| self.place_may_change(it, depth + 1))
            }
            "field_expression" => inner("argument", !is_arrow(node)),
            "subscript_expression" => {
                // Of what is no local nobody knows here whether it is an array or a pointer.
                let base = node.child_by_field_name("argument");
                let local = base.is_some_and(|base| {
                    base.kind() == "identifier" && self.resolve(self.parsed.text(base)).is_some()
                });
                !local || inner("index", false)
            }
            "pointer_expression" if self.parsed.text(node).first() == Some(&b'*') => {
                inner("argument", false)
            }
            _ => true,
        }
    }

    /// Whether an element of a local array is an array itself, as far as its declaration tells.
    pub(super) fn is_row(&self, node: Tree<'a>, var: VarId) -> bool {
        let mut indices = 0;
        let mut at = node;
        while at.kind() == "subscript_expression" {
            indices += 1;
            let Some(inner) = at.child_by_field_name("argument") else { return true };
            at = inner;
        }
        let variable = &self.variables[var];
        if at.kind() != "identifier" {
            // An element of a member: nobody looked at its type.
            return self.may_decay(node, var);
        }
        let behind = Span::new(variable.span.end, variable.shape.bare.end.max(variable.span.end));
        let behind = self.text.get(behind.range()).unwrap_or_default();
        let bounds = memchr::memchr_iter(b'[', behind).count();
        let words: Vec<&[u8]> =
            variable.type_text.as_bytes().split(u8::is_ascii_whitespace).collect();
        let known = words.iter().any(|word| {
            kernel::words::is_type_word(word)
                || kernel::words::is_tag_word(word)
                || matches!(*word, b"u8" | b"u16" | b"u32" | b"u64" | b"__le32" | b"__be32" | b"*")
        });
        bounds > indices || !known
    }

    /// Whether a member of a local object that is named here may be an array: then it stands for an
    /// address.
    pub(super) fn may_decay(&self, node: Tree<'a>, var: VarId) -> bool {
        let mut at = node;
        // In parentheses it is the same.
        while let Some(parent) = at.parent().filter(|it| it.kind() == "parenthesized_expression") {
            at = parent;
        }
        let Some(parent) = at.parent() else { return true };
        let op = parent.child_by_field_name("operator").map_or("", |op| op.kind());
        let is_value = match parent.kind() {
            "assignment_expression" => {
                parent.child_by_field_name("left").is_some_and(|left| left.id() == at.id())
            }
            "binary_expression" => !matches!(op, "+" | "-"),
            "unary_expression" | "update_expression" | "if_statement" | "while_statement"
            | "do_statement" | "switch_statement" | "sizeof_expression" | "field_expression" => {
                true
            }
            "subscript_expression" => {
                parent.child_by_field_name("index").is_some_and(|index| index.id() == at.id())
            }
            _ => false,
        };
        if is_value && parent.kind() != "field_expression" {
            return false;
        }
        let members = self.members(node);
        !(self.around.is_scalar)(self.variables[var].type_text.as_bytes(), &members)
    }

    /// The members that an lvalue goes through, outermost first.
    fn members(&self, node: Tree<'a>) -> Vec<Vec<u8>> {
        let mut out = Vec::new();
        let mut at = Some(node);
        while let Some(node) = at.filter(|_| out.len() < MAX_DEPTH) {
            if node.kind() == "field_expression"
                && let Some(field) = node.child_by_field_name("field")
            {
                out.push(self.parsed.text(field).to_vec());
            }
            at = node.child_by_field_name("argument").or_else(|| {
                (node.kind() == "parenthesized_expression").then(|| node.named_child(0)).flatten()
            });
        }
        out.reverse();
        out
    }
}

fn is_arrow(field: Tree<'_>) -> bool {
    field.child_by_field_name("operator").is_some_and(|op| op.kind() == "->")
}
