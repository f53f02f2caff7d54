//! The functions that a conversion made or changed, line by line.

use std::ops::Range;

/// What a line of a function is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A local's declaration, or a part of one.
    Declaration,
    /// A statement that does one thing.
    Simple,
    /// `return`, `goto`, `break`, `continue`.
    Jump,
    /// Everything else: conditions, braces, labels, directives.
    Other,
}

/// A line, or the lines of one statement.
#[derive(Debug, Clone)]
pub(super) struct Line {
    /// Where it stands, with its indentation, without the line's end.
    pub(super) range: Range<usize>,
    pub(super) kind: Kind,
    /// The tabs before it.
    pub(super) depth: usize,
}

/// A function that a conversion made or changed.
#[derive(Debug)]
pub(super) struct Function {
    /// The lines between its braces.
    pub(super) lines: Vec<Line>,
    /// Where its body begins, behind the brace and the line's end.
    pub(super) body: usize,
    /// Whether it runs an iterant.
    pub(super) runs: bool,
    /// Whether it is the iterant's func.
    pub(super) iterates: bool,
    /// Whether the result of the iterant that calls it matters to nobody.
    pub(super) result_ignored: bool,
    /// How it names the iterant it is called by, where it can.
    pub(super) iterant: Option<&'static str>,
}

const TYPES: [&str; 18] = [
    "DEFINE_",
    "sigset_t ",
    "void ",
    "enum ",
    "struct ",
    "unsigned ",
    "int ",
    "long ",
    "bool ",
    "char ",
    "u8 ",
    "u32 ",
    "u64 ",
    "s64 ",
    "const ",
    "size_t ",
    "static ",
    "ktime_t ",
];

impl Line {
    pub(super) fn text<'t>(&self, text: &'t str) -> &'t str {
        text[self.range.clone()].trim()
    }
}

/// The functions of a text that name an iterant or are named as callbacks.
pub(super) fn functions(text: &str) -> Vec<Function> {
    let mut out = Vec::new();
    let mut at = 0;
    while let Some(open) = text[at..].find("\n{\n") {
        let body = at + open + 3;
        let Some(end) = text[body..].find("\n}\n").map(|end| body + end + 1) else { break };
        let head = text[..at + open].rsplit("\n\n").next().unwrap_or_default();
        let inside = &text[body..end];
        let runs = inside.contains("kthread_iterant_run_here(");
        let callback = ["_iterate", "_init", "_destroy"].iter().any(|end| {
            head.contains(&format!("{end}(void *")) || head.contains(&format!("{end}_2("))
        });
        if runs || callback {
            let iterant = if inside.contains("_context *context = ") {
                Some("&context->iterant")
            } else if inside.contains("struct kthread_iterant *iterant = ") {
                Some("iterant")
            } else {
                None
            };
            out.push(Function {
                lines: lines(text, body..end),
                body,
                runs,
                iterates: head.contains("_iterate"),
                iterant,
                result_ignored: inside.contains("\n\tkthread_iterant_run_here("),
            });
        }
        at = end;
    }
    // Callbacks stand before the function that runs them.
    let mut ignored = false;
    for function in out.iter_mut().rev() {
        if function.runs {
            ignored = function.result_ignored;
        }
        function.result_ignored = ignored;
    }
    out
}

/// The fields of each context, a line each, without the iterant.
pub(super) fn structs(text: &str) -> Vec<Vec<Line>> {
    let mut out = Vec::new();
    let opens = "_context {\n\tstruct kthread_iterant iterant;\n";
    for (at, _) in text.match_indices(opens) {
        let mut start = at + opens.len();
        let mut fields = Vec::new();
        while text[start..].starts_with('\t') {
            let end = start + text[start..].find('\n').unwrap_or_default();
            fields.push(Line { range: start..end, kind: Kind::Declaration, depth: 1 });
            start = end + 1;
        }
        if !fields.is_empty() {
            out.push(fields);
        }
    }
    out
}

/// Splits a body; a statement of several lines is one.
fn lines(text: &str, body: Range<usize>) -> Vec<Line> {
    let mut out: Vec<Line> = Vec::new();
    let mut at = body.start;
    let mut initialiser = false;
    let mut comment = false;
    while at < body.end {
        let mut end = at + text[at..].find('\n').unwrap_or(body.end - at);
        let first = text[at..end].trim();
        let depth = text[at..end].chars().take_while(|it| *it == '\t').count();
        let is_text = comment || first.starts_with("/*");
        if is_text {
            comment = !first.ends_with("*/");
        }
        let whole = is_text
            || first.is_empty()
            || first.starts_with('#')
            || first.ends_with(['{', '}', ':', ',']) && first.starts_with(['.', '}'])
            || first.ends_with('{')
            || first.ends_with(':');
        if !whole {
            while open(&text[at..end]) || !text[..end].ends_with([';', '{', '}', ')', ':', ',']) {
                if first.starts_with("else") || first.starts_with("do") || end >= body.end {
                    break;
                }
                if first.ends_with("*/") {
                    break;
                }
                end += 1;
                end += text[end..].find('\n').unwrap_or(body.end - end);
            }
        }
        let words = text[at..end].trim();
        let kind = if is_text { Kind::Other } else { kind(words, &mut initialiser) };
        if !words.is_empty() {
            out.push(Line { range: at..end, kind, depth });
        }
        at = end + 1;
    }
    out
}

/// Whether a parenthesis is open.
fn open(text: &str) -> bool {
    text.matches('(').count() > text.matches(')').count()
}

fn kind(words: &str, initialiser: &mut bool) -> Kind {
    if *initialiser {
        *initialiser = words != "};";
        return Kind::Declaration;
    }
    let declares =
        TYPES.iter().any(|name| words.starts_with(name)) && !words.starts_with("struct {");
    if declares {
        *initialiser = words.ends_with('{');
        return Kind::Declaration;
    }
    if ["return", "goto ", "break;", "continue;"].iter().any(|jump| words.starts_with(jump)) {
        return Kind::Jump;
    }
    let block =
        ["if ", "else", "for ", "while ", "do ", "switch ", "case ", "default", "}", "{", "#"];
    if words.ends_with(';') && !block.iter().any(|word| words.starts_with(word)) {
        return Kind::Simple;
    }
    Kind::Other
}
