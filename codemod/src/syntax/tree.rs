//! One function as a tree-sitter tree, with what could not be parsed.

use tree_sitter::{Node, Parser, Tree};

use super::blank::{Blanked, Names, blank, visible};
use super::cond::Hidden;
use super::expr::closing;
use super::lex::{Kind, Token};
use crate::kernel;
use crate::source::Span;

/// Functions above this size are not parsed, in bytes.
const MAX_SIZE: usize = 1 << 20;
/// Functions nested deeper than this are not parsed, in brackets.
const MAX_DEPTH: usize = 150;
/// Nodes of a tree stand at most this deep.
pub const MAX_TREE_DEPTH: usize = 600;
/// How often the arguments of a call that does not parse are blanked before giving up.
const MAX_REPAIRS: usize = 12;

/// Why a function has no tree at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ParseError {
    /// Too many bytes.
    #[error("the function is larger than 1 MiB")]
    TooLarge,
    /// Too many nested brackets or nodes.
    #[error("the function is nested too deeply")]
    TooDeep,
    /// tree-sitter gave none.
    #[error("the C grammar could not be used")]
    NoTree,
    /// There is a tree, but no function in it.
    #[error("the function's head could not be parsed")]
    NoBody,
}

/// One variant of a function.
#[derive(Debug)]
pub struct Parsed {
    tree: Tree,
    /// The text that was parsed.
    pub blanked: Blanked,
    /// Its tokens.
    pub tokens: Vec<Token>,
    /// What did not parse, after all repairs; empty for a clean tree.
    pub errors: Vec<Span>,
}

thread_local! {
    static PARSER: std::cell::RefCell<Option<Parser>> = const { std::cell::RefCell::new(None) };
}

fn run_parser(code: &[u8]) -> Option<Tree> {
    PARSER.with_borrow_mut(|slot| {
        if slot.is_none() {
            let mut parser = Parser::new();
            parser.set_language(&tree_sitter_c::LANGUAGE.into()).ok()?;
            *slot = Some(parser);
        }
        slot.as_mut()?.parse(code, None)
    })
}

/// Parses the variant of a function that hides `hidden`. `span` runs from its name to its closing
/// brace.
///
/// # Errors
/// Where there is no tree to work on.
pub fn parse(
    text: &[u8],
    span: Span,
    hidden: &Hidden,
    names: &Names,
) -> Result<Parsed, ParseError> {
    if span.len() > MAX_SIZE {
        return Err(ParseError::TooLarge);
    }
    let tokens = visible(text, span, hidden);
    if depth(&tokens) > MAX_DEPTH {
        return Err(ParseError::TooDeep);
    }
    let mut blanked = blank(text, span, &tokens, names);
    let mut tree = run_parser(&blanked.code).ok_or(ParseError::NoTree)?;
    for _ in 0..MAX_REPAIRS {
        let Some(error) = first_error(tree.root_node())? else { break };
        let at = blanked.original(error.start);
        let Some(arguments) = enclosing_call(text, &tokens, &blanked, at) else { break };
        blanked.make_opaque(arguments);
        tree = run_parser(&blanked.code).ok_or(ParseError::NoTree)?;
    }
    let errors = all_errors(tree.root_node())?
        .into_iter()
        .map(|range| Span::new(blanked.original(range.start), blanked.original(range.end)))
        .collect();
    let parsed = Parsed { tree, blanked, tokens, errors };
    if parsed.body().is_none() {
        return Err(ParseError::NoBody);
    }
    Ok(parsed)
}

impl Parsed {
    /// The function's body.
    pub fn body(&self) -> Option<Node<'_>> {
        let root = self.tree.root_node();
        let mut cursor = root.walk();
        let function =
            root.children(&mut cursor).find(|node| node.kind() == "function_definition")?;
        function.child_by_field_name("body")
    }

    /// The parameter list.
    pub fn parameters(&self) -> Option<Node<'_>> {
        let root = self.tree.root_node();
        let mut cursor = root.walk();
        let function =
            root.children(&mut cursor).find(|node| node.kind() == "function_definition")?;
        function.child_by_field_name("declarator")?.child_by_field_name("parameters")
    }

    /// The original bytes of a node.
    pub fn span(&self, node: Node<'_>) -> Span {
        Span::new(self.blanked.original(node.start_byte()), self.blanked.original(node.end_byte()))
    }

    /// A node's text, as parsed.
    pub fn text(&self, node: Node<'_>) -> &[u8] {
        self.blanked.code.get(node.byte_range()).unwrap_or_default()
    }
}

fn depth(tokens: &[Token]) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    for token in tokens {
        match token.kind {
            Kind::Punct(b'(' | b'[' | b'{') => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            Kind::Punct(b')' | b']' | b'}') => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

fn first_error(root: Node<'_>) -> Result<Option<std::ops::Range<usize>>, ParseError> {
    Ok(all_errors(root)?.into_iter().next())
}

/// The ERROR and MISSING nodes, without recursion.
fn all_errors(root: Node<'_>) -> Result<Vec<std::ops::Range<usize>>, ParseError> {
    let mut out = Vec::new();
    let mut cursor = root.walk();
    let mut level = 0_usize;
    loop {
        let node = cursor.node();
        if node.is_error() || node.is_missing() {
            out.push(node.byte_range());
        }
        let descend = !node.is_error();
        if descend && cursor.goto_first_child() {
            level += 1;
            if level > MAX_TREE_DEPTH {
                return Err(ParseError::TooDeep);
            }
            continue;
        }
        loop {
            if cursor.goto_next_sibling() {
                break;
            }
            if !cursor.goto_parent() {
                return Ok(out);
            }
            level -= 1;
        }
    }
}

/// The arguments of the innermost call around `at` that has not been blanked yet.
fn enclosing_call(text: &[u8], tokens: &[Token], blanked: &Blanked, at: u32) -> Option<Span> {
    let mut best: Option<Span> = None;
    for (index, pair) in tokens.windows(2).enumerate() {
        if pair[0].kind != Kind::Ident || !pair[1].is(b'(') || pair[0].span.start > at {
            continue;
        }
        if index == 0 || kernel::words::is_keyword(pair[0].bytes(text)) {
            continue;
        }
        let Some(end) = closing(tokens, index + 1) else { continue };
        let arguments = Span::new(pair[1].span.end, tokens[end - 1].span.start);
        // Behind the call counts too: that is where a missing `;` is told.
        let near = at <= tokens[end - 1].span.end;
        if near && !arguments.is_empty() && !blanked.opaque.contains(&arguments) {
            best = Some(arguments);
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Parsed, ParseError> {
        parse(text.as_bytes(), Span::new(0, text.len() as u32), &Vec::new(), &Names::default())
    }

    #[test]
    fn a_clean_function_has_no_errors() {
        let parsed =
            read("f(void *p) { while (!kthread_should_stop()) { schedule(); } return 0; }")
                .expect("parses");
        assert!(parsed.errors.is_empty());
        assert_eq!(parsed.body().map(|node| parsed.span(node).start), Some(11));
        assert!(parsed.parameters().is_some());
    }

    #[test]
    fn a_call_that_does_not_parse_is_made_opaque() {
        let parsed = read("f(void) { DBG(u32 x; y = 3); z(); }").expect("parses");
        assert!(parsed.errors.is_empty(), "{:?}", String::from_utf8_lossy(&parsed.blanked.code));
        assert_eq!(parsed.blanked.opaque.len(), 1);
    }

    #[test]
    fn depth_is_bounded() {
        let deep = format!("f(void) {{ {} {} }}", "{".repeat(1000), "}".repeat(1000));
        assert_eq!(read(&deep).err(), Some(ParseError::TooDeep));
        let sum = format!("f(void) {{ x = {}1; }}", "1+".repeat(5000));
        assert_eq!(read(&sum).err(), Some(ParseError::TooDeep));
    }
}
