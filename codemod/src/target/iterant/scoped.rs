//! What the thread function declares besides locals, and its parts must know too: it goes before them.

use super::plan::{Obstacle, Plan};
use super::split::Split;
use super::text::{line_end, line_start};
use crate::model::scoped::{Kind as Scope, Scoped};
use crate::source::Span;
use crate::syntax::lex::{Kind, Token};
use crate::syntax::skeleton::Function;
use crate::transform::View;
use crate::transform::locals::{Class, Local};

/// The declarations that go before the parts, in the order of the text.
///
/// # Errors
/// Those that would have to, and can't.
pub(super) fn scoped(
    views: &[View<'_>],
    function: &Function,
    file: &[Token],
    plan: &Plan,
    split: &Split,
) -> Result<Vec<Span>, Vec<Obstacle>> {
    let Some(view) = views.first() else { return Ok(Vec::new()) };
    let all = Declared { views, function, file, plan, split };
    let mut out: Vec<Span> = Vec::new();
    let mut failed = Vec::new();
    let mut work: Vec<Span> = vec![view.main.span];
    work.extend(split.destroy.iter().map(|part| part.region));
    work.extend(all.locals().flat_map(|local| {
        let shape = &local.variable.shape;
        [shape.specifiers, shape.bare]
    }));
    while let Some(region) = work.pop() {
        for view in views {
            for declared in &view.graph.scoped {
                if out.contains(&declared.statement) || !all.is_wanted(view, declared, region) {
                    continue;
                }
                match all.moves(view, declared) {
                    Some(false) => {}
                    Some(true) => {
                        out.push(declared.statement);
                        work.push(declared.statement);
                    }
                    None => failed.push(Obstacle::Scoped(
                        declared.span,
                        String::from_utf8_lossy(&declared.name).into_owned(),
                    )),
                }
            }
        }
    }
    out.sort();
    failed.dedup();
    if failed.is_empty() { Ok(out) } else { Err(failed) }
}

/// What keeps a function in one piece: a function in it.
pub(super) fn in_one_piece(views: &[View<'_>]) -> Option<(Span, &'static str)> {
    let view = views.first()?;
    let nested = view.graph.scoped.iter().find(|declared| declared.kind == Scope::Nested)?;
    Some((nested.span, "a function is defined in the function"))
}

struct Declared<'a> {
    views: &'a [View<'a>],
    function: &'a Function,
    file: &'a [Token],
    plan: &'a Plan,
    split: &'a Split,
}

impl<'a> Declared<'a> {
    /// Locals that are declared in another function than before.
    fn locals(&self) -> impl Iterator<Item = &'a Local> {
        let parts = self.split.init.iter().chain(&self.split.destroy);
        let of_parts = parts.flat_map(|part| &part.locals).chain(&self.split.declared);
        self.plan.locals.iter().chain(of_parts)
    }

    /// Whether `region` names it and it is declared outside of what moves.
    fn is_wanted(&self, view: &View<'_>, declared: &Scoped, region: Span) -> bool {
        declared.kind != Scope::Nested
            && !region.covers(declared.span)
            && !view.main.parts.body.covers(declared.span)
            && !self.split.destroy.as_ref().is_some_and(|part| part.region.covers(declared.span))
            && declared.block.covers(view.main.span)
            && names(view, declared, region)
    }

    /// Whether its declaration can go before everything; `Some(false)` where it goes with a local.
    fn moves(&self, view: &View<'_>, declared: &Scoped) -> Option<bool> {
        let text = view.text;
        let statement = declared.statement;
        let variables = view.graph.variables.iter().filter(|it| it.statement == statement);
        let owners: Vec<Span> = variables.map(|variable| variable.span).collect();
        if !owners.is_empty() {
            let scratch = |local: &Local| {
                owners.contains(&local.declared)
                    && matches!(local.class, Class::Scratch | Class::Recompute)
            };
            let goes = self.plan.locals.iter().any(scratch);
            let main = view.main.span;
            let before = Span::new(self.function.body.start, statement.start);
            let between = Span::new(statement.end, main.start);
            let behind = Span::new(main.end, self.function.body.end);
            let elsewhere =
                [before, between, behind].iter().any(|region| names(view, declared, *region));
            return (goes && !elsewhere).then_some(false);
        }
        let top = declared.block.start == self.function.body.start;
        let everywhere = self
            .views
            .iter()
            .all(|view| view.graph.scoped.iter().any(|other| other.statement == statement));
        let lines = Span::new(line_start(text, statement.start), line_end(text, statement.end));
        let rest = text.get(lines.start as usize..statement.start as usize).unwrap_or_default();
        let behind = text.get(statement.end as usize..lines.end as usize).unwrap_or_default();
        let alone = rest.trim_ascii().is_empty() && {
            let behind = behind.trim_ascii();
            behind.is_empty() || (behind.starts_with(b"/*") && behind.ends_with(b"*/"))
        };
        let directive = |token: &Token| {
            matches!(token.kind, Kind::Directive(_)) && statement.covers(token.span)
        };
        let known = declared.kind != Scope::Elsewhere
            || view.slice(statement).first().is_some_and(|it| it.is_word(text, "extern"));
        let whole = known && top && everywhere && alone && !self.file.iter().any(directive);
        (whole && self.is_free(view, declared) && !names_a_local(view, statement)).then_some(true)
    }

    /// Whether nothing else in the file has a name that the declaration makes.
    fn is_free(&self, view: &View<'_>, declared: &Scoped) -> bool {
        let same = |other: &&Scoped| other.statement == declared.statement;
        view.graph.scoped.iter().filter(same).all(|other| {
            other.kind == Scope::Elsewhere
                || !self.file.iter().enumerate().any(|(at, token)| {
                    !self.function.span.covers(token.span)
                        && token.is_word(view.text, &String::from_utf8_lossy(&other.name))
                        && means(view.text, self.file, at, other.kind)
                })
        })
    }
}

/// Whether a region names it.
fn names(view: &View<'_>, declared: &Scoped, region: Span) -> bool {
    let first = view.tokens.partition_point(|token| token.span.start < region.start);
    let last = view.tokens.partition_point(|token| token.span.end <= region.end);
    (first..last).any(|at| {
        view.tokens[at].kind == Kind::Ident
            && view.tokens[at].bytes(view.text) == declared.name
            && view.graph.used_at(view.tokens[at].span.start).is_none()
            && means(view.text, view.tokens, at, declared.kind)
    })
}

/// Whether an identifier can stand for something of this kind.
fn means(text: &[u8], tokens: &[Token], at: usize, kind: Scope) -> bool {
    let before = at.checked_sub(1).map(|before| tokens[before]);
    let tagged =
        before.is_some_and(|before| matches!(before.bytes(text), b"struct" | b"union" | b"enum"));
    let member =
        before.is_some_and(|before| matches!(before.kind, Kind::Arrow | Kind::Punct(b'.')));
    if kind == Scope::Tag { tagged } else { !tagged && !member }
}

/// Whether a type depends on a local: in a bound, or in the value of a constant.
fn names_a_local(view: &View<'_>, statement: Span) -> bool {
    let mut depth = 0_i32;
    let mut value = false;
    view.slice(statement).iter().any(|token| {
        match token.kind {
            Kind::Punct(b'(' | b'[') => depth += 1,
            Kind::Punct(b')' | b']') => depth -= 1,
            Kind::Punct(b'=' | b':') => value = true,
            Kind::Punct(b',' | b';' | b'}') if depth == 0 => value = false,
            _ => {}
        }
        (depth > 0 || value)
            && token.kind == Kind::Ident
            && view
                .graph
                .variables
                .iter()
                .any(|variable| variable.name.as_bytes() == token.bytes(view.text))
    })
}
