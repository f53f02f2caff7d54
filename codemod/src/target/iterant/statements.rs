//! Statements of the loop that become others in its function.

use super::func::Writer;
use super::text::{own_lines, replaced, whole_lines};
use crate::edit::Edit;
use crate::source::Span;
use crate::syntax::lex::{Kind, Token};
use crate::transform::exits::To;
use crate::verify::{Words, comparison, split, unwrap};

impl Writer<'_> {
    /// Replacements of statements in the loop's body.
    pub(super) fn statements(&self, body: Span) -> Vec<Edit> {
        let text = self.text();
        let names = &self.plan.names;
        let mut out: Vec<Edit> = Vec::new();
        for change in &self.plan.changes {
            out.push(self.taken_out(change.span, body));
        }
        for sleep in &self.plan.sleeps {
            if let Some(sets) = sleep.sets {
                out.push(self.without_state(sets, body));
            }
            let iterant = self.iterant_here();
            let timeout = sleep.timeout.map(|timeout| {
                let edits = self.renames();
                String::from_utf8_lossy(&replaced(text, timeout, &edits)).into_owned()
            });
            let call = match (sleep.state.as_str(), timeout) {
                ("TASK_INTERRUPTIBLE", None) => {
                    format!("set_kthread_iterant_int_sleep({iterant});")
                }
                ("TASK_INTERRUPTIBLE", Some(timeout)) => {
                    format!("set_kthread_iterant_int_sleep_timeout({iterant}, {timeout});")
                }
                (state, None) => format!("set_kthread_iterant_sleep({iterant}, {state});"),
                (state, Some(timeout)) => {
                    format!("set_kthread_iterant_sleep_timeout({iterant}, {state}, {timeout});")
                }
            };
            out.push(Edit::replace(sleep.span, call.into_bytes()));
        }
        for exit in &self.plan.exits {
            let jump = match &exit.to {
                To::NextArm => format!("goto {};", names.next),
                To::Next if self.has_next() => format!("goto {};", names.next),
                To::Stopped | To::Next => "return;".to_owned(),
                To::Behind => format!("goto {};", names.stop),
                To::Label(label) => format!("goto {label};"),
                To::Return(..) => {
                    let action = action(&exit.to).unwrap_or_default();
                    let detour = self.plan.detours.iter().find(|detour| detour.action == action);
                    format!("goto {};", detour.map_or(&*names.stop, |detour| &*detour.label))
                }
            };
            if self.str(exit.span) != jump {
                out.push(Edit::replace(exit.span, jump.into_bytes()));
            }
        }
        out
    }

    /// Takes away a statement that sets the state to sleep in. A comment behind it is about the sleep
    /// that follows, as one above it is.
    fn without_state(&self, sets: Span, body: Span) -> Edit {
        let text = self.text();
        let lines = own_lines(text, sets, body);
        let rest = Span::new(sets.end.min(lines.end), lines.end);
        let comment = self.str(rest).trim().to_owned();
        if comment.is_empty() {
            return Edit::delete(lines);
        }
        let tabs = super::text::indentation(text, sets.start);
        Edit::replace(lines, format!("{tabs}{comment}\n").into_bytes())
    }

    /// Takes away a label. Its comments are about what stands behind it.
    pub(super) fn without_label(&self, label: Span, within: Span) -> Edit {
        let text = self.text();
        let all = whole_lines(text, label, within);
        let lines = own_lines(text, label, within);
        let comments = super::comments::comments(text, all);
        if comments.is_empty() || lines == label {
            return Edit::delete(all);
        }
        let behind = comments.iter().filter(|comment| lines.covers(**comment));
        let kept = behind.map(|comment| format!("\t{}\n", self.str(*comment)));
        Edit::replace(lines, kept.collect::<String>().into_bytes())
    }

    /// A statement goes; where a label, a `do` or an `else` needs one, another takes its place.
    fn taken_out(&self, span: Span, body: Span) -> Edit {
        let view = self.view();
        let text = self.text();
        let gone = |token: &Token| self.plan.changes.iter().any(|it| it.span.covers(token.span));
        let at = view.tokens.partition_point(|token| token.span.start < span.start);
        let before = at.checked_sub(1).and_then(|at| view.tokens.get(at));
        let before = before.filter(|before| body.covers(before.span));
        let Some(before) = before.filter(|before| {
            before.is(b':')
                || before.is(b')')
                || before.is_word(text, "do")
                || before.is_word(text, "else")
        }) else {
            return Edit::delete(whole_lines(text, span, body));
        };
        let mut rest = view.tokens.iter().filter(|it| it.span.start >= span.end && !gone(it));
        let next = rest.next().filter(|next| body.covers(next.span));
        if !before.is(b':') || next.is_some_and(|next| next.is(b'}')) {
            return Edit::replace(span, b";".to_vec());
        }
        if next.is_none() && !self.appends() {
            return Edit::replace(span, b"return;".to_vec());
        }
        let own = whole_lines(text, span, body);
        // On the label's line nothing is left behind it.
        let end = super::text::line_end(text, span.end);
        let last = text.get(span.end as usize..end as usize).unwrap_or_default();
        Edit::delete(if own == span && last.trim_ascii().is_empty() {
            Span::new(before.span.end, span.end)
        } else {
            own
        })
    }

    /// Whether something stands behind the body.
    pub(super) fn appends(&self) -> bool {
        let arm = self.plan.exits.iter().any(|exit| exit.to == To::NextArm);
        self.plan.ends || self.has_next() || arm
    }

    /// Whether something stands behind the body that `continue` must still do.
    pub(super) fn has_next(&self) -> bool {
        let view = self.view();
        view.main.parts.update.is_some() || (self.tests_last() && !self.plan.rest.is_empty())
    }

    pub(super) fn tests_last(&self) -> bool {
        self.view().main.form == crate::report::schema::LoopForm::DoWhile
    }

    /// `if (!(condition)) goto stop;`
    pub(super) fn condition(&self, renames: &[Edit]) -> String {
        let text = self.text();
        let sides: Vec<String> = self
            .plan
            .rest
            .iter()
            .map(|side| String::from_utf8_lossy(&replaced(text, *side, renames)).into_owned())
            .collect();
        let not = match self.plan.rest.as_slice() {
            [only] => {
                let tokens = self.view().slice(*only);
                let inner = unwrap(text, tokens);
                match split(text, inner) {
                    Words::Not(inner) => {
                        let span = span_of(inner);
                        String::from_utf8_lossy(&replaced(text, span, renames)).into_owned()
                    }
                    Words::Atom if is_unary(inner) => {
                        let span = span_of(inner);
                        format!("!{}", String::from_utf8_lossy(&replaced(text, span, renames)))
                    }
                    Words::Atom if let Some(opposite) = self.opposite(inner, renames) => opposite,
                    _ => format!("!({})", sides.join(" && ")),
                }
            }
            _ => format!("!({})", sides.join(" && ")),
        };
        format!("\tif ({not})\n\t\tgoto {};\n", self.plan.names.stop)
    }

    /// The opposite of a comparison on one line.
    fn opposite(&self, tokens: &[Token], renames: &[Edit]) -> Option<String> {
        let text = self.text();
        let (left, opposite, right) = comparison(text, tokens)?;
        let side = |tokens| {
            let bytes = replaced(text, span_of(tokens), renames);
            String::from_utf8(bytes).ok().filter(|side| !side.contains('\n'))
        };
        Some(format!("{} {opposite} {}", side(left)?, side(right)?))
    }
}

/// What the thread function does for a way out that it must make itself.
pub(super) fn action(to: &To) -> Option<String> {
    match to {
        To::Label(label) => Some(format!("goto {label};")),
        To::Return(value, _) if value.is_empty() => Some("return;".to_owned()),
        To::Return(value, _) => Some(format!("return {value};")),
        _ => None,
    }
}

fn span_of(tokens: &[Token]) -> Span {
    match (tokens.first(), tokens.last()) {
        (Some(first), Some(last)) => Span::new(first.span.start, last.span.end),
        _ => Span::default(),
    }
}

/// Whether `!` before these tokens applies to all of them.
fn is_unary(tokens: &[Token]) -> bool {
    let mut depth = 0_i32;
    tokens.iter().all(|token| {
        match token.kind {
            Kind::Punct(b'(' | b'[') => depth += 1,
            Kind::Punct(b')' | b']') => depth -= 1,
            Kind::Arrow | Kind::Ident | Kind::Number | Kind::Punct(b'.') => {}
            _ => return depth > 0,
        }
        true
    })
}
