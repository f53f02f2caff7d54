//! The text of the loop's function, and of the context.

use super::plan::{Link, Plan};
use super::split::Split;
use super::text::{dedent, indent, own_lines, replaced, whole_lines};
use crate::edit::Edit;
use crate::kernel::calls;
use crate::model::cfg::VarId;
use crate::source::Span;
use crate::syntax::lex::{Kind, Token, lex_range};
use crate::transform::View;
use crate::transform::exits::To;
use crate::transform::locals::{Class, Local};
use crate::verify::{Words, comparison, is_copied_without, is_storage_word, split, unwrap};

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
    /// Definitions of macros in the thread function that go before its parts.
    pub(super) hoisted: &'a [Span],
    /// The thread function's parameter, as it is written.
    pub(super) param: &'a str,
    /// The name of that parameter.
    pub(super) param_name: &'a str,
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

    /// The specifiers of a local without storage class, with one blank between words.
    pub(super) fn specifiers(&self, local: &Local) -> String {
        let words: Vec<String> = lex_range(self.text(), local.variable.shape.specifiers)
            .iter()
            .filter(|token| !matches!(token.kind, Kind::Directive(_)))
            .map(|token| token.bytes(self.text()))
            .filter(|word| !is_storage_word(word))
            .map(|word| String::from_utf8_lossy(word).into_owned())
            .collect();
        if let [qualifiers @ .., last] = words.as_slice()
            && last == "unsigned"
            && qualifiers.iter().all(|word| matches!(&**word, "const" | "volatile"))
        {
            // checkpatch.pl wants it whole.
            return words.join(" ") + " int";
        }
        words.join(" ")
    }

    /// A declaration of `name` with a local's type; `extra` stars more.
    pub(super) fn declared(&self, local: &Local, extra: usize) -> String {
        if local.parameter {
            let stars = "*".repeat(extra);
            return match self.param.strip_suffix(self.param_name) {
                Some(kind) if extra == 0 => format!("{}{}", copied(kind), local.name),
                Some(kind) => format!("{kind}{stars}{}", local.name),
                None => self.param.to_owned(),
            };
        }
        let kind = match &local.variable.made_by {
            Some(made_by) => calls::declared_type(made_by).unwrap_or_default().to_owned(),
            None => self.specifiers(local),
        };
        let shape = &local.variable.shape;
        let kind = if extra == 0 && shape.stars == 0 && shape.array.is_none() {
            // Its value may be constant, a field that gets it may not.
            kind.split(' ').filter(|word| *word != "const").collect::<Vec<_>>().join(" ")
        } else {
            kind
        };
        if let Some(pointer) = shape.qualified {
            let pointer = self.pointer(pointer, extra);
            return format!("{kind} {pointer}{}", local.name);
        }
        let stars = "*".repeat(usize::from(shape.stars) + extra);
        match local.variable.shape.array {
            Some(array) if extra > 0 => {
                format!("{kind} (*{stars}{})", &local.name).replacen("(**", "(*", 1)
                    + &self.str(array)
            }
            Some(array) => format!("{kind} {stars}{}{}", local.name, self.str(array)),
            None => format!("{kind} {stars}{}", local.name),
        }
    }

    /// Stars with their qualifiers, as they stand before a name.
    fn pointer(&self, span: Span, extra: usize) -> String {
        let words = lex_range(self.text(), span);
        let words = words.iter().map(|word| String::from_utf8_lossy(word.bytes(self.text())));
        let whole = words.fold(String::new(), |all, word| match &*word {
            "*" => all + "*",
            word => all + word + " ",
        });
        if extra == 0 { copied(&whole) } else { whole + &"*".repeat(extra) }
    }

    /// The context's definition; nothing where there is none.
    pub(super) fn context(&self) -> String {
        if self.plan.link != Link::Context {
            return String::new();
        }
        let mut out =
            format!("struct {} {{\n\tstruct kthread_iterant iterant;\n", self.plan.names.tag);
        for local in self.fields() {
            let stars = usize::from(local.class == Class::Pointer);
            out.extend(["\t", &self.declared(local, stars), ";\n"]);
        }
        out.push_str("};\n\n");
        out
    }

    /// What is in the context besides the iterant, in the order of the declarations.
    fn fields(&self) -> Vec<&'a Local> {
        let split = self.split;
        let parts = split.init.iter().chain(&split.destroy);
        let mut out: Vec<&Local> = self
            .plan
            .locals
            .iter()
            .chain(parts.flat_map(|part| &part.locals))
            .filter(|local| matches!(local.class, Class::Copy | Class::Value | Class::Pointer))
            .collect();
        out.sort_by_key(|local| (local.declared, std::cmp::Reverse(local.class)));
        out.dedup_by_key(|local| local.declared);
        out
    }

    /// Whether the callbacks' parameter keeps the name of the thread function's.
    fn takes_argument(&self) -> bool {
        self.plan.link == Link::Argument && self.passes_argument()
    }

    /// Whether the thread function's argument goes on to the loop's function.
    pub(super) fn passes_argument(&self) -> bool {
        self.plan.locals.iter().any(|local| {
            (local.parameter && local.class == Class::Copy)
                || (local.class == Class::Recompute && local.reads_param)
        })
    }

    fn declarations(&self) -> Vec<String> {
        let locals = &self.plan.locals;
        let linked = self.plan.ends
            || !self.plan.sleeps.is_empty()
            || locals
                .iter()
                .any(|local| matches!(local.class, Class::Copy | Class::Value | Class::Pointer));
        self.declarations_of(locals, linked)
    }

    /// What a callback declares: the way to the context, if it needs that, and its locals.
    pub(super) fn declarations_of(&self, locals: &[Local], linked: bool) -> Vec<String> {
        let names = &self.plan.names;
        let data = self.data_name();
        let mut out = Vec::new();
        match self.plan.link {
            Link::Context | Link::Iterant if !linked => {}
            Link::Context => out.push(format!("struct {} *{} = {data};", names.tag, names.context)),
            Link::Iterant => {
                out.push(format!("struct kthread_iterant *{} = {data};", names.iterant));
            }
            Link::Argument | Link::Local => {}
        }
        let mut last: Option<(Span, String)> = None;
        for local in locals {
            let line = match local.class {
                Class::Copy if local.parameter && self.plan.link == Link::Argument => continue,
                Class::Copy => {
                    let value = match self.plan.link {
                        Link::Context => format!("{}->{}", names.context, local.name),
                        _ => data.to_owned(),
                    };
                    format!("{} = {value};", self.declared(local, 0))
                }
                Class::Recompute => {
                    let whole = self.str(local.variable.shape.declarator);
                    format!("{} {whole};", self.specifiers(local))
                }
                Class::Scratch => {
                    let shape = &local.variable.shape;
                    let whole = self.str(shape.declarator);
                    let mut bare = match local.init {
                        Some(_) => whole.split('=').next().unwrap_or_default().trim().to_owned(),
                        None => whole,
                    };
                    if local.parameter {
                        continue;
                    }
                    let declared = |view: &View<'_>| {
                        view.graph.variables.iter().any(|own| own.span == local.declared)
                    };
                    if !self.views.iter().all(declared) {
                        // Its uses are under an #if, the declaration no more.
                        bare.push_str(" __maybe_unused");
                    }
                    // What was declared together stays together.
                    if let Some((statement, _)) = &last
                        && *statement == local.variable.statement
                        && let Some(line) = out.last_mut()
                    {
                        let line: &mut String = line;
                        line.truncate(line.len() - 1);
                        line.extend([", ", &bare, ";"]);
                        continue;
                    }
                    last = Some((local.variable.statement, bare.clone()));
                    out.push(format!("{} {bare};", self.specifiers(local)));
                    continue;
                }
                Class::Value | Class::Pointer => continue,
            };
            last = None;
            out.push(line);
        }
        out
    }

    pub(super) fn data_name(&self) -> &str {
        if self.takes_argument() { self.param_name } else { &self.plan.names.data }
    }

    /// Replacements of names in the loop: those whose locals live in the context.
    pub(super) fn renames(&self) -> Vec<Edit> {
        let mut out: Vec<Edit> = Vec::new();
        let context = &self.plan.names.context;
        for view in self.views {
            for (span, var) in &view.graph.uses {
                let Some(local) = self.local(view, *var) else { continue };
                if !crate::transform::locals::in_loop(view, &self.plan.rest, *span) {
                    continue;
                }
                match local.class {
                    Class::Value => out.push(Edit::replace(
                        *span,
                        format!("{context}->{}", local.name).into_bytes(),
                    )),
                    Class::Pointer => out.push(pointed(view, *span, context, &local.name)),
                    Class::Scratch | Class::Recompute | Class::Copy => {}
                }
            }
        }
        out.sort_by_key(|edit| (edit.span, edit.text.clone()));
        out.dedup();
        out
    }

    fn local(&self, view: &View<'_>, var: VarId) -> Option<&'a Local> {
        let declared = view.graph.variables[var].span;
        self.plan.locals.iter().find(|local| local.declared == declared)
    }

    /// Replacements of statements in the loop's body.
    fn statements(&self, body: Span) -> Vec<Edit> {
        let text = self.text();
        let names = &self.plan.names;
        let mut out: Vec<Edit> = Vec::new();
        for change in &self.plan.changes {
            out.push(self.taken_out(change.span, body));
        }
        for sleep in &self.plan.sleeps {
            if let Some(sets) = sleep.sets {
                out.push(Edit::delete(own_lines(text, sets, body)));
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
                To::Return(value, _) => {
                    let action = if value.is_empty() {
                        "return;".to_owned()
                    } else {
                        format!("return {value};")
                    };
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
    fn appends(&self) -> bool {
        let arm = self.plan.exits.iter().any(|exit| exit.to == To::NextArm);
        self.plan.ends || self.has_next() || arm
    }

    /// Whether something stands behind the body that `continue` must still do.
    fn has_next(&self) -> bool {
        let view = self.view();
        view.main.parts.update.is_some() || (self.tests_last() && !self.plan.rest.is_empty())
    }

    fn tests_last(&self) -> bool {
        self.view().main.form == crate::report::schema::LoopForm::DoWhile
    }

    /// `if (!(condition)) goto stop;`
    fn condition(&self, renames: &[Edit]) -> String {
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
        edits.sort_by_key(|edit| edit.span);
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
        let nested = tests_first && begins_with_declaration;
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
        let mut line = b"\t".repeat(depth + 1);
        line.extend_from_slice(own.trim_ascii());
        dedent(&line, depth)
    }

    /// What stands behind the body: the increment, a condition, the labels of the ways out.
    fn end(&self, out: &mut Vec<u8>, renames: &[Edit]) {
        let names = &self.plan.names;
        let (next, arm) = self.plan.exits.iter().fold((false, false), |(next, arm), exit| {
            (next || exit.to == To::Next, arm || exit.to == To::NextArm)
        });
        if arm || (next && self.has_next()) {
            out.extend_from_slice(format!("{}:\n", names.next).as_bytes());
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
            ways.push((names.stop.clone(), "0".to_owned()));
        }
        for (index, detour) in self.plan.detours.iter().enumerate() {
            let code = match detour.value {
                Some(value) => {
                    String::from_utf8_lossy(&replaced(self.text(), value, renames)).into_owned()
                }
                None => (index + 1).to_string(),
            };
            ways.push((detour.label.clone(), code));
        }
        for (label, code) in ways {
            out.extend_from_slice(b"\treturn;\n\n");
            out.extend_from_slice(
                format!("{label}:\n\tkthread_iterant_stop_current({iterant}, {code});\n")
                    .as_bytes(),
            );
        }
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

/// Stars without the qualifiers that a copy does not have.
fn copied(pointer: &str) -> String {
    let mut out = pointer;
    while let Some(word) = out.split_whitespace().last() {
        let word = word.rsplit('*').next().unwrap_or_default();
        if !out.contains('*') || !is_copied_without(word.as_bytes()) {
            break;
        }
        out = out.trim_end().strip_suffix(word).unwrap_or_default();
    }
    out.to_owned()
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
        && !next.is_some_and(|next| next.is(b'['))
    {
        return Edit::replace(
            Span::new(and.span.start, span.end),
            format!("{context}->{name}").into_bytes(),
        );
    }
    Edit::replace(span, format!("(*{context}->{name})").into_bytes())
}
