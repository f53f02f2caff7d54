//! The text of the loop's function, and of the context.

use super::comments::Notes;
use super::lines::lay_out;
use super::plan::{Link, Plan};
use super::split::Split;
use super::statements::action;
use super::text::{dedent, indent, replaced};
use super::tidy::tidy;
use crate::edit::Edit;
use crate::model::cfg::NodeKind;
use crate::source::Span;
use crate::syntax::lex::Kind;
use crate::transform::View;
use crate::transform::exits::{Exit, To};
use crate::transform::locals::{Class, Local, in_loop};

/// Whether a place belongs to a part.
pub(super) type Within<'w> = &'w dyn Fn(&View<'_>, Span) -> bool;

/// Writes the text of a conversion.
#[derive(Debug, Clone, Copy)]
pub(super) struct Writer<'a> {
    /// The plan.
    pub(super) plan: &'a Plan,
    /// What stands around the loop, where that becomes callbacks.
    pub(super) split: &'a Split,
    /// The loop in all variants.
    pub(super) views: &'a [View<'a>],
    /// What stands before the thread function's name and goes before that of its parts too.
    pub(super) attributes: &'a str,
    /// Whether the thread function is void.
    pub(super) returns_nothing: bool,
    /// Definitions of macros and types in the thread function that go before its parts.
    pub(super) hoisted: &'a [Span],
    /// The thread function's parameter, as it is written.
    pub(super) param: &'a str,
    /// The name of that parameter.
    pub(super) param_name: &'a str,
    /// Comments that go somewhere else.
    pub(super) notes: &'a Notes,
}

impl<'a> Writer<'a> {
    pub(super) fn view(&self) -> &View<'a> {
        &self.views[0]
    }

    pub(super) fn text(&self) -> &'a [u8] {
        self.view().text
    }

    pub(super) fn str(&self, span: Span) -> String {
        String::from_utf8_lossy(self.text().get(span.range()).unwrap_or_default()).into_owned()
    }

    /// How a statement names the iterant in the loop's function.
    pub(super) fn iterant_here(&self) -> String {
        let names = &self.plan.names;
        match self.plan.link {
            Link::Context => format!("&{}->iterant", names.context),
            _ => names.iterant.clone(),
        }
    }

    /// Replacements of names in the loop: those whose locals live in the context.
    pub(super) fn renames(&self) -> Vec<Edit> {
        self.renames_of(&self.plan.locals, &|view, at| in_loop(view, &self.plan.rest, at))
    }

    /// Replacements of the names of these locals in a part.
    pub(super) fn renames_of(&self, locals: &[Local], within: Within<'_>) -> Vec<Edit> {
        let mut out: Vec<Edit> = Vec::new();
        let context = &self.plan.names.context;
        for view in self.views {
            for (span, var) in &view.graph.uses {
                let declared = view.graph.variables[*var].span;
                let local = locals.iter().find(|local| local.declared == declared);
                let Some(local) = local.filter(|_| within(view, *span)) else { continue };
                if *span == declared {
                    continue;
                }
                match local.class {
                    Class::Value => out.push(Edit::replace(
                        *span,
                        format!("{context}->{}", self.field(local)).into_bytes(),
                    )),
                    Class::Pointer => {
                        out.push(pointed(view, *span, context, &self.field(local)));
                    }
                    Class::Scratch | Class::Recompute | Class::Copy => {}
                }
            }
        }
        out.sort_by_key(|edit| (edit.span, edit.text.clone()));
        out.dedup();
        out
    }

    /// The whole function.
    pub(super) fn function(&self) -> Vec<u8> {
        let text = self.text();
        let view = self.view();
        let names = &self.plan.names;
        let part = view.main.parts.body;
        let braced = text.get(part.start as usize) == Some(&b'{');
        let body = if braced { Span::new(part.start + 1, part.end - 1) } else { part };
        let renames = self.renames();
        let mut edits = self.statements(body);
        let moved: Vec<Span> = edits.iter().map(|edit| edit.span).collect();
        edits.extend(
            renames
                .iter()
                .filter(|rename| !moved.iter().any(|span| span.covers(rename.span)))
                .cloned(),
        );
        let edits = tidy(text, body, edits);
        let depth = depth(text, view.main.span.start);
        let moved = self.moved(body, &edits, depth);

        let mut out = Vec::new();
        let head = format!(
            "static void {}{}(void *{})\n{{\n",
            self.attributes,
            names.func,
            self.data_name()
        );
        out.extend_from_slice(head.as_bytes());
        let declarations = self.declarations();
        for line in &declarations {
            out.extend_from_slice(format!("\t{line}\n").as_bytes());
        }
        let begins_with_declaration = self.begins_with_declaration(body);
        let tests_first = !self.plan.rest.is_empty() && !self.tests_last();
        let nested = (tests_first && begins_with_declaration) || self.shadows();
        if !declarations.is_empty() && (tests_first || !begins_with_declaration) {
            out.push(b'\n');
        }
        if tests_first {
            out.extend_from_slice(self.condition(&renames).as_bytes());
            if !nested {
                out.push(b'\n');
            }
        }
        if nested {
            if !tests_first && !declarations.is_empty() && begins_with_declaration {
                out.push(b'\n');
            }
            out.extend_from_slice(b"\t{\n");
            out.extend_from_slice(&indent(&moved));
            out.extend_from_slice(b"\t}\n");
        } else {
            out.extend_from_slice(&moved);
        }
        self.end(&mut out, &renames);
        out.extend_from_slice(b"}\n\n");
        out
    }

    /// Whether the body declares a local of the name of one that the function declares before it.
    fn shadows(&self) -> bool {
        let declared =
            |local: &&Local| matches!(local.class, Class::Scratch | Class::Recompute | Class::Copy);
        let names: Vec<&str> =
            self.plan.locals.iter().filter(declared).map(|local| local.name.as_str()).collect();
        self.views.iter().any(|view| {
            let body = view.main.parts.body;
            view.graph.variables.iter().any(|own| {
                own.scope == body && body.covers(own.span) && names.contains(&own.name.as_str())
            })
        })
    }

    /// The body's bytes, edited, one level deep.
    fn moved(&self, body: Span, edits: &[Edit], depth: usize) -> Vec<u8> {
        let text = self.text();
        let start = super::text::line_start(text, body.start);
        let before = text.get(start as usize..body.start as usize).unwrap_or_default();
        if before.trim_ascii().is_empty() {
            return dedent(&replaced(text, Span::new(start, body.end), edits), depth);
        }
        let own = replaced(text, body, edits);
        let first = own.split_inclusive(|byte| *byte == b'\n').next().unwrap_or_default();
        if first.trim_ascii().is_empty() {
            return dedent(&own, depth);
        }
        // The body begins on the line of the loop's head, which stays behind.
        dedent(&lay_out(&own, depth + 1), depth)
    }

    /// What stands behind the body: the increment, a condition, the labels of the ways out.
    fn end(&self, out: &mut Vec<u8>, renames: &[Edit]) {
        let names = &self.plan.names;
        let (next, arm) = self.plan.exits.iter().fold((false, false), |(next, arm), exit| {
            (next || exit.to == To::Next, arm || exit.to == To::NextArm)
        });
        if arm || (next && self.has_next()) {
            let used = self
                .always(|exit| exit.to == To::NextArm || (exit.to == To::Next && self.has_next()));
            out.extend_from_slice(label(&names.next, used).as_bytes());
        }
        if arm && !self.has_next() && !self.plan.ends {
            out.extend_from_slice(b"\treturn;\n");
        }
        if let Some(update) = self.view().main.parts.update {
            out.push(b'\t');
            out.extend_from_slice(&replaced(self.text(), update, renames));
            out.extend_from_slice(b";\n");
        }
        if self.tests_last() && !self.plan.rest.is_empty() {
            out.extend_from_slice(self.condition(renames).as_bytes());
        }
        if !self.plan.ends {
            return;
        }
        let iterant = self.iterant_here();
        let behind =
            !self.plan.rest.is_empty() || self.plan.exits.iter().any(|exit| exit.to == To::Behind);
        let mut ways: Vec<(String, String)> = Vec::new();
        if behind {
            let used = !self.plan.rest.is_empty() || self.always(|exit| exit.to == To::Behind);
            ways.push((label(&names.stop, used), "0".to_owned()));
        }
        for (index, detour) in self.plan.detours.iter().enumerate() {
            let code = match detour.value {
                Some(value) => {
                    String::from_utf8_lossy(&replaced(self.text(), value, renames)).into_owned()
                }
                None => (index + 1).to_string(),
            };
            let used = self.always(|exit| action(&exit.to).as_ref() == Some(&detour.action));
            ways.push((label(&detour.label, used), code));
        }
        for (label, code) in ways {
            out.extend_from_slice(b"\treturn;\n\n");
            out.extend_from_slice(
                format!("{label}\tkthread_iterant_stop_current({iterant}, {code});\n").as_bytes(),
            );
        }
    }

    /// Whether a jump of some kind is there in every configuration.
    fn always(&self, is_one: impl Fn(&Exit) -> bool) -> bool {
        let jumps = |view: &View<'_>, span: Span| {
            view.graph.nodes.iter().any(|node| node.kind == NodeKind::Jump && node.span == span)
        };
        self.plan
            .exits
            .iter()
            .filter(|exit| is_one(exit))
            .any(|exit| self.views.iter().all(|view| jumps(view, exit.span)))
    }

    fn begins_with_declaration(&self, body: Span) -> bool {
        self.views.iter().any(|view| {
            let first = view.slice(body).first().map(|token| token.span.start);
            view.graph
                .variables
                .iter()
                .any(|variable| Some(variable.statement.start) == first && !variable.parameter)
        })
    }
}

/// A label on a line; perhaps only an #if goes to it.
fn label(name: &str, used: bool) -> String {
    if used { format!("{name}:\n") } else { format!("{name}: __maybe_unused\n") }
}

/// Levels of indentation of the line of an offset.
pub(super) fn depth(text: &[u8], at: u32) -> usize {
    let indentation = super::text::indentation(text, at);
    let mut columns = 0;
    for byte in indentation.bytes() {
        columns = if byte == b'\t' { (columns / 8 + 1) * 8 } else { columns + 1 };
    }
    columns / 8
}

/// A use of a local that is reached through a pointer.
fn pointed(view: &View<'_>, span: Span, context: &str, name: &str) -> Edit {
    let at = view.tokens.partition_point(|token| token.span.start < span.start);
    let token = |index: Option<usize>| index.and_then(|index| view.tokens.get(index));
    let next = token(Some(at + 1));
    if let Some(dot) = next.filter(|next| next.is(b'.')) {
        return Edit::replace(
            Span::new(span.start, dot.span.end),
            format!("{context}->{name}->").into_bytes(),
        );
    }
    let before = token(at.checked_sub(1));
    let unary = before.is_some_and(|before| before.is(b'&'))
        && token(at.checked_sub(2)).is_none_or(|operand| {
            !(matches!(operand.kind, Kind::Ident | Kind::Number | Kind::Punct(b')' | b']')))
                || operand.is_word(view.text, "return")
        });
    if let Some(and) = before.filter(|_| unary)
        && !next.is_some_and(|next| next.is(b'[') || next.kind == Kind::Arrow)
    {
        return Edit::replace(
            Span::new(and.span.start, span.end),
            format!("{context}->{name}").into_bytes(),
        );
    }
    Edit::replace(span, format!("(*{context}->{name})").into_bytes())
}
