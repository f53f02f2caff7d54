//! The text of the loop's function, and of the context.

use super::comments::Notes;
use super::lines::lay_out;
use super::plan::{Link, Plan};
use super::split::Split;
use super::text::{dedent, indent, own_lines, replaced, whole_lines};
use super::tidy::tidy;
use crate::edit::Edit;
use crate::kernel::{attributes, calls};
use crate::model::cfg::{Event, NodeKind, VarId};
use crate::source::Span;
use crate::syntax::expr::closing;
use crate::syntax::lex::{Kind, Token, lex_range};
use crate::transform::View;
use crate::transform::exits::{Exit, To};
use crate::transform::locals::{Class, Local, in_loop};
use crate::verify::{Words, comparison, is_copied_without, is_storage_word, split, unwrap};

/// Whether a place belongs to a part.
pub(super) type Within<'w> = &'w dyn Fn(&View<'_>, Span) -> bool;

/// Written where the compiler may see no use.
const UNUSED: &str = " __maybe_unused";

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

    /// The same for what is only pointed at: attributes stay with the object.
    fn pointed_at(&self, local: &Local) -> String {
        let tokens = lex_range(self.text(), local.variable.shape.specifiers);
        let listed = tokens.iter().enumerate().any(|(at, token)| {
            attributes::takes_arguments(token.bytes(self.text()))
                && tokens.get(at + 1).is_some_and(|next| next.is(b'('))
        });
        if !listed {
            return self.specifiers(local);
        }
        let mut words: Vec<String> = Vec::new();
        let mut at = 0;
        while let Some(token) = tokens.get(at) {
            let word = token.bytes(self.text());
            let opens = tokens.get(at + 1).is_some_and(|next| next.is(b'('));
            if attributes::takes_arguments(word) && opens {
                at = closing(&tokens, at + 1).unwrap_or(tokens.len());
                continue;
            }
            if !is_storage_word(word) && !matches!(token.kind, Kind::Directive(_)) {
                words.push(String::from_utf8_lossy(word).into_owned());
            }
            at += 1;
        }
        words.join(" ")
    }

    /// A declaration of `name` with a local's type; `extra` stars more.
    pub(super) fn declared(&self, local: &Local, name: &str, extra: usize) -> String {
        if local.parameter {
            let stars = "*".repeat(extra);
            return match self.param.strip_suffix(self.param_name) {
                Some(kind) if extra == 0 => format!("{}{name}", copied(kind)),
                Some(kind) => format!("{kind}{stars}{name}"),
                None => self.param.to_owned(),
            };
        }
        let kind = match &local.variable.made_by {
            Some(made_by) => calls::declared_type(made_by).unwrap_or_default().to_owned(),
            None if extra > 0 => self.pointed_at(local),
            None => self.specifiers(local),
        };
        let stars = "*".repeat(extra);
        if local.variable.made_by.is_some() {
            return format!("{kind} {stars}{name}");
        }
        // A declarator is read from its name outwards: a star goes right before the name.
        let shape = &local.variable.shape;
        let before = self.folded(Span::new(shape.bare.start, local.variable.span.start));
        let behind = self.folded(Span::new(local.variable.span.end, shape.bare.end));
        // A value may be constant; a field that gets it, or a copy that is used like it, need not be.
        let simple = extra == 0 && behind.is_empty() && !before.contains('(');
        let (kind, before) = match before.contains('*') {
            true if simple => (kind, copied(&before)),
            false if simple => {
                let words = kind.split(' ').filter(|word| *word != "const");
                (words.collect::<Vec<_>>().join(" "), before)
            }
            _ => (kind, before),
        };
        let binds = extra > 0 && (behind.starts_with('[') || behind.starts_with('('));
        let named = if binds { format!("({stars}{name})") } else { format!("{stars}{name}") };
        format!("{kind} {before}{named}{behind}")
    }

    /// Bytes of a declarator on one line, without comments.
    fn folded(&self, span: Span) -> String {
        let whole = self.str(span);
        if !whole.contains(['\n', '/']) {
            return whole;
        }
        let mut out = String::new();
        let mut end = span.start;
        for token in lex_range(self.text(), span) {
            // What stood apart stays apart.
            let apart = end < token.span.start && !out.is_empty();
            end = token.span.end;
            if !matches!(token.kind, Kind::Directive(_)) {
                out.extend(apart.then_some(' '));
                out.push_str(&self.str(token.span));
            }
        }
        out
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
            let field = self.declared(local, &self.field(local), stars) + ";";
            let field = self.notes.with(self.text(), local.variable.statement, &field);
            out.extend(["\t", &field, "\n"]);
        }
        out.push_str("};\n\n");
        out
    }

    /// A local's name in the context, where one name is taken.
    pub(super) fn field(&self, local: &Local) -> String {
        let mut name = local.name.clone();
        let taken = |name: &str| {
            let mut all = self.views.iter().flat_map(|view| &view.graph.variables);
            all.any(|variable| variable.name == name)
        };
        while name == "iterant" || (name != local.name && taken(&name)) {
            name.push_str("_local");
        }
        name
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
        let tells = self.plan.ends || !self.plan.sleeps.is_empty();
        let within = |view: &View<'_>, at: Span| in_loop(view, &self.plan.rest, at);
        let linked = tells
            || locals
                .iter()
                .any(|local| matches!(local.class, Class::Copy | Class::Value | Class::Pointer));
        self.declarations_of(locals, linked.then_some(tells), &within)
    }

    /// What a callback declares: the way to the context, if it needs that, and its locals. `linked` is
    /// whether it surely uses the way to the context, `within` what becomes its text.
    pub(super) fn declarations_of(
        &self,
        locals: &[Local],
        linked: Option<bool>,
        within: Within<'_>,
    ) -> Vec<String> {
        let names = &self.plan.names;
        let data = self.data_name();
        let mut out: Vec<(String, Span)> = Vec::new();
        let own = Span::default();
        let used = linked.is_some_and(|used| {
            used || locals.iter().any(|local| match local.class {
                Class::Copy => true,
                Class::Value | Class::Pointer => !self.may_be_unused(local, locals, within),
                Class::Scratch | Class::Recompute => false,
            })
        });
        let unused = if used { "" } else { UNUSED };
        match self.plan.link {
            Link::Context | Link::Iterant if linked.is_none() => {}
            Link::Context => {
                let way = format!("struct {} *{}{unused} = {data};", names.tag, names.context);
                out.push((way, own));
            }
            Link::Iterant => {
                let way = format!("struct kthread_iterant *{}{unused} = {data};", names.iterant);
                out.push((way, own));
            }
            Link::Argument | Link::Local => {}
        }
        let mut last: Option<Span> = None;
        for local in locals {
            let shape = &local.variable.shape;
            let own = self.str(shape.attributes);
            let unused = self.may_be_unused(local, locals, within) && !own.contains("unused");
            let unused = if unused { UNUSED } else { "" };
            let line = match local.class {
                Class::Copy if local.parameter && self.plan.link == Link::Argument => continue,
                Class::Copy => {
                    let value = match self.plan.link {
                        Link::Context => format!("{}->{}", names.context, self.field(local)),
                        _ => data.to_owned(),
                    };
                    format!("{}{unused} = {value};", self.declared(local, &local.name, 0))
                }
                Class::Recompute => {
                    let bare = self.str(shape.bare);
                    let rest = self.str(Span::new(shape.bare.end, shape.declarator.end));
                    format!("{} {bare}{unused}{rest};", self.specifiers(local))
                }
                Class::Scratch => {
                    if local.parameter {
                        continue;
                    }
                    let end = shape.bare.end.max(shape.attributes.end);
                    let bare = self.str(Span::new(shape.bare.start, end)) + unused;
                    // What was declared together stays together.
                    if last == Some(local.variable.statement)
                        && let Some((line, _)) = out.last_mut()
                    {
                        line.truncate(line.len() - 1);
                        line.extend([", ", &bare, ";"]);
                        continue;
                    }
                    last = Some(local.variable.statement);
                    out.push((
                        format!("{} {bare};", self.specifiers(local)),
                        local.variable.statement,
                    ));
                    continue;
                }
                Class::Value | Class::Pointer => continue,
            };
            last = None;
            out.push((line, local.variable.statement));
        }
        let with = |(line, of): &(String, Span)| self.notes.with(self.text(), *of, line);
        out.iter().map(with).collect()
    }

    /// Whether in some configuration nothing in `within` uses a local, as far as a compiler sees.
    fn may_be_unused(&self, local: &Local, locals: &[Local], within: Within<'_>) -> bool {
        let initialises = |other: &Local| {
            other.class == Class::Recompute && other.init_reads.contains(&local.declared)
        };
        let var_in = |view: &View<'_>| {
            view.graph.variables.iter().position(|own| own.span == local.declared)
        };
        let reads = |view: &View<'_>| {
            let var = var_in(view);
            let reads = |event: &Event| match event {
                Event::Read(at) | Event::Address(at) => Some(*at) == var,
                _ => false,
            };
            view.graph
                .nodes
                .iter()
                .any(|node| within(view, node.span) && node.events.iter().any(reads))
        };
        // A value that only an #if reads is not read elsewhere; one that nobody seems to read is an
        // iterator's.
        let closely = local.class == Class::Scratch && self.views.iter().any(reads);
        let uses = |view: &View<'_>| {
            let var = var_in(view);
            let named = |(span, at): &(Span, VarId)| {
                Some(*at) == var && *span != local.declared && within(view, *span)
            };
            view.graph.captured.iter().any(named)
                || ((!closely || reads(view)) && view.graph.uses.iter().any(named))
        };
        !(locals.iter().any(initialises) || self.views.iter().all(uses))
    }

    pub(super) fn data_name(&self) -> &str {
        if self.takes_argument() { self.param_name } else { &self.plan.names.data }
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

/// What the thread function does for a way out that it must make itself.
fn action(to: &To) -> Option<String> {
    match to {
        To::Label(label) => Some(format!("goto {label};")),
        To::Return(value, _) if value.is_empty() => Some("return;".to_owned()),
        To::Return(value, _) => Some(format!("return {value};")),
        _ => None,
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
        && !next.is_some_and(|next| next.is(b'[') || next.kind == Kind::Arrow)
    {
        return Edit::replace(
            Span::new(and.span.start, span.end),
            format!("{context}->{name}").into_bytes(),
        );
    }
    Edit::replace(span, format!("(*{context}->{name})").into_bytes())
}
