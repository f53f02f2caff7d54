//! What the parts declare: the context, the way to it, and their locals.

use super::func::{Within, Writer};
use super::plan::Link;
use crate::kernel::{attributes, calls};
use crate::model::cfg::{Event, VarId};
use crate::source::Span;
use crate::syntax::expr::closing;
use crate::syntax::lex::{Kind, lex_range};
use crate::transform::View;
use crate::transform::locals::{Class, Local, in_loop};
use crate::verify::{is_copied_without, is_storage_word};

/// Written where the compiler may see no use.
const UNUSED: &str = " __maybe_unused";

impl<'a> Writer<'a> {
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
        let before = Span::new(shape.bare.start, local.variable.span.start);
        let before = stars_and_words(&self.folded(before));
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

    /// A local's declarator up to an offset, with its stars beside its name.
    fn declarator(&self, local: &Local, end: u32) -> String {
        let (start, name) = (local.variable.shape.bare.start, local.variable.span);
        if start > name.start || name.start > end {
            return self.str(Span::new(start, end.max(start)));
        }
        let before = stars_and_words(&self.str(Span::new(start, name.start)));
        before + &self.str(Span::new(name.start, end))
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
    pub(super) fn fields(&self) -> Vec<&'a Local> {
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
    pub(super) fn takes_argument(&self) -> bool {
        self.plan.link == Link::Argument && self.passes_argument()
    }

    /// Whether the thread function's argument goes on to the loop's function.
    pub(super) fn passes_argument(&self) -> bool {
        self.plan.locals.iter().any(|local| {
            (local.parameter && local.class == Class::Copy)
                || (local.class == Class::Recompute && local.reads_param)
        })
    }

    pub(super) fn declarations(&self) -> Vec<String> {
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
                    let bare = self.declarator(local, shape.bare.end);
                    let rest = self.str(Span::new(shape.bare.end, shape.declarator.end));
                    format!("{} {bare}{unused}{rest};", self.specifiers(local))
                }
                Class::Scratch => {
                    if local.parameter {
                        continue;
                    }
                    let end = shape.bare.end.max(shape.attributes.end);
                    let bare = self.declarator(local, end) + unused;
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
}

/// What stands before a name, with a star beside it: `*const *`.
fn stars_and_words(before: &str) -> String {
    if before.contains('(') {
        return before.to_owned();
    }
    let spread = before.replace('*', " * ");
    let mut out = String::new();
    for word in spread.split_whitespace() {
        if out.ends_with(|last: char| last != '*') {
            out.push(' ');
        }
        out.push_str(word);
    }
    if out.ends_with(|last: char| last != '*') {
        out.push(' ');
    }
    out
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

#[cfg(test)]
mod tests {
    use super::stars_and_words;

    #[test]
    fn a_star_stands_beside_the_name() {
        for (before, wanted) in
            [("* ", "*"), ("*", "*"), ("* const  * ", "*const *"), ("*const ", "*const "), ("", "")]
        {
            assert_eq!(stars_and_words(before), wanted);
        }
        assert_eq!(stars_and_words("(* "), "(* ");
    }
}
