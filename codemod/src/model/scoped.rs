//! What a function declares besides locals: types, constants of an enum, functions, externs.

use tree_sitter::Node as Tree;

use crate::source::Span;
use crate::syntax::tree::{MAX_TREE_DEPTH, Parsed};

/// What a name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// The tag of a struct, union or enum.
    Tag,
    /// A typedef, or a constant of an enum.
    Name,
    /// Something that is defined elsewhere: a function, or an extern.
    Elsewhere,
    /// A function with its body.
    Nested,
}

/// A name that a function declares, and that is no local.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Scoped {
    /// Where it is declared.
    pub span: Span,
    /// The name.
    pub name: Vec<u8>,
    /// What it stands for.
    pub kind: Kind,
    /// The whole declaration.
    pub statement: Span,
    /// The block that it is declared in.
    pub block: Span,
}

/// All of a function's, in the order of the text.
pub(super) fn scoped(parsed: &Parsed) -> Vec<Scoped> {
    let mut out = Vec::new();
    let Some(body) = parsed.body() else { return out };
    let mut work = vec![(body, body, body, 0_usize)];
    while let Some((node, statement, block, depth)) = work.pop() {
        if depth > MAX_TREE_DEPTH {
            continue;
        }
        let mut add = |name: Tree<'_>, kind| {
            out.push(Scoped {
                span: parsed.span(name),
                name: parsed.text(name).to_vec(),
                kind,
                statement: with_end(parsed, parsed.span(statement)),
                block: parsed.span(block),
            });
        };
        match node.kind() {
            "struct_specifier" | "union_specifier" | "enum_specifier" => {
                let alone = node.id() == statement.id();
                if let Some(name) = node.child_by_field_name("name")
                    && (alone || node.child_by_field_name("body").is_some())
                {
                    add(name, Kind::Tag);
                }
            }
            "enumerator" => {
                if let Some(name) = node.child_by_field_name("name") {
                    add(name, Kind::Name);
                }
            }
            "type_definition" => {
                let mut cursor = node.walk();
                for declarator in node.children_by_field_name("declarator", &mut cursor) {
                    if let Some(name) = named(declarator, "type_identifier") {
                        add(name, Kind::Name);
                    }
                }
            }
            "function_definition" => {
                let declarator = node.child_by_field_name("declarator");
                add(
                    declarator.and_then(|it| named(it, "identifier")).unwrap_or(node),
                    Kind::Nested,
                );
                // Its own names are not the thread function's.
                continue;
            }
            "declaration" => elsewhere(parsed, node, &mut add),
            _ => {}
        }
        let opens = node.kind() == "compound_statement";
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor) {
            let (statement, block) = if opens { (child, node) } else { (statement, block) };
            work.push((child, statement, block, depth + 1));
        }
    }
    out.sort();
    out
}

/// Names of functions and externs that a declaration tells of.
fn elsewhere<'t>(parsed: &Parsed, node: Tree<'t>, add: &mut dyn FnMut(Tree<'t>, Kind)) {
    let mut cursor = node.walk();
    let is_extern = node
        .named_children(&mut cursor)
        .any(|child| child.kind() == "storage_class_specifier" && parsed.text(child) == b"extern");
    let mut cursor = node.walk();
    for declarator in node.children_by_field_name("declarator", &mut cursor) {
        let Some(name) = named(declarator, "identifier") else { continue };
        let function = name.parent().is_some_and(|it| it.kind() == "function_declarator");
        if is_extern || function {
            add(name, Kind::Elsewhere);
        }
    }
}

/// The name that a declarator declares.
fn named<'t>(declarator: Tree<'t>, kind: &str) -> Option<Tree<'t>> {
    let mut at = declarator;
    for _ in 0..32 {
        if at.kind() == kind {
            return Some(at);
        }
        at = at.child_by_field_name("declarator").or_else(|| at.named_child(0))?;
    }
    None
}

/// With the `;` behind it, which is no part of a type that stands alone.
fn with_end(parsed: &Parsed, span: Span) -> Span {
    let next = parsed.tokens.partition_point(|token| token.span.start < span.end);
    match parsed.tokens.get(next) {
        Some(end) if end.is(b';') => Span::new(span.start, end.span.end),
        _ => span,
    }
}
