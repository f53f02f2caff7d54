//! The edits of the thread function: what it declares, and what stands where its loop stood.

use super::comments::written;
use super::func::Writer;
use super::head::Head;
use super::plan::{Link, nothing_behind};
use super::text::{
    before_line, begins_line, dedent, documentation_above, indentation, line_end, line_start,
    next_line, whole_lines,
};
use super::tidy::tidy;
use crate::edit::Edit;
use crate::kernel::words::is_tag_word;
use crate::source::Span;
use crate::syntax::lex::Kind;
use crate::syntax::skeleton::Function;
use crate::transform::View;
use crate::transform::locals::{Class, Local};

impl Writer<'_> {
    /// All edits: the thread function's, and what stands before it from now on.
    pub(super) fn edits(&self, function: &Function, head: &Head) -> Vec<Edit> {
        let text = self.text();
        let mut before = self.hoisted_text(function);
        before.extend(self.prototype(function, head).into_bytes());
        before.extend(self.context().into_bytes());
        before.extend(self.init());
        before.extend(self.function());
        before.extend(self.destroy());
        let at = documentation_above(text, line_start(text, head.start), head.limit);
        let mut edits = self.thread(function);
        edits.push(Edit::insert(at, before));
        tidy(text, Span::new(0, text.len() as u32), edits)
    }

    /// A declaration of the thread function, where its parts name it.
    fn prototype(&self, function: &Function, head: &Head) -> String {
        let text = self.text();
        let name = text.get(function.name.range()).unwrap_or_default();
        let behind = self.split.destroy.as_ref().map(|part| part.region);
        let before = self.split.init.as_ref().map(|part| part.region);
        let moves = |at: Span| {
            self.view().main.parts.body.covers(at)
                || [before, behind].into_iter().flatten().any(|part| part.covers(at))
        };
        let named = |view: &View<'_>| {
            view.tokens.windows(2).any(|pair| {
                let member = matches!(pair[0].kind, Kind::Arrow | Kind::Punct(b'.'))
                    || is_tag_word(pair[0].bytes(text));
                !member && moves(pair[1].span) && pair[1].bytes(text) == name
            })
        };
        if head.declared || !self.views.iter().any(named) {
            return String::new();
        }
        let whole = self.str(Span::new(head.start, function.body.start));
        format!("{};\n\n", whole.split_whitespace().collect::<Vec<_>>().join(" "))
    }

    /// All edits of the thread function.
    pub(super) fn thread(&self, function: &Function) -> Vec<Edit> {
        if self.split.init.is_some() {
            return vec![self.whole(function)];
        }
        let mut out = self.removed(function);
        out.extend(self.without_defines(function.body));
        if let Some(label) = self.plan.label.filter(|_| self.split.destroy.is_none()) {
            let rest = Span::new(self.view().main.span.end, function.body.end);
            out.push(self.without_label(label, rest));
        }
        let before = Span::new(function.body.start + 1, self.view().main.span.start);
        out.extend(self.plan.labels_before.iter().map(|label| self.without_label(*label, before)));
        if let Some(destroy) = &self.split.destroy {
            out.retain(|edit| !destroy.region.covers(edit.span));
            let Span { start, end } = destroy.region;
            out.push(if begins_line(self.text(), end) {
                Edit::delete(Span::new(start, before_line(self.text(), end).max(start)))
            } else {
                Edit::replace(destroy.region, b"\n".to_vec())
            });
        }
        if let Some(result) = self.plan.result {
            let rest = Span::new(self.view().main.span.end, function.body.end);
            out.push(Edit::delete(whole_lines(self.text(), result, rest)));
        }
        out.push(self.declaration(function, &out));
        out.push(self.run(function));
        out.sort_by_key(|edit| edit.span);
        out
    }

    /// The definitions of macros and types that go before everything, with their comments.
    pub(super) fn hoisted_text(&self, function: &Function) -> Vec<u8> {
        let text = self.text();
        let mut out = Vec::new();
        for define in self.hoisted {
            let start = line_start(text, define.start);
            let start = super::text::comment_above(text, start, function.body.start);
            let end = line_end(text, define.end);
            let is_define = text.get(define.start as usize) == Some(&b'#');
            if !out.is_empty() && !is_define {
                out.push(b'\n');
            }
            out.extend_from_slice(&dedent(&text[start as usize..end as usize], 1));
        }
        if !out.is_empty() {
            out.push(b'\n');
        }
        out
    }

    /// Takes those definitions out of a part of the thread function.
    pub(super) fn without_defines(&self, within: Span) -> impl Iterator<Item = Edit> {
        let here = self.hoisted.iter().filter(move |define| within.covers(**define));
        here.map(move |define| Edit::delete(whole_lines(self.text(), *define, within)))
    }

    /// How the thread function names the iterant.
    fn iterant_there(&self) -> String {
        let names = &self.plan.names;
        match self.plan.link {
            Link::Context => format!("{}.iterant", names.context),
            _ => names.iterant.clone(),
        }
    }

    fn mask(&self) -> String {
        if self.plan.mask.is_empty() { "0".to_owned() } else { self.plan.mask.join(" | ") }
    }

    /// The declaration of the iterant, as text.
    fn declared_iterant(&self) -> String {
        let names = &self.plan.names;
        let data = match self.plan.link {
            Link::Context => Some(format!("&{}", names.context)),
            Link::Iterant => Some(format!("&{}", names.iterant)),
            Link::Argument if self.passes_argument() => Some(self.param_name.to_owned()),
            Link::Argument | Link::Local => None,
        };
        let mut lines = Vec::new();
        let tabs = if self.plan.link == Link::Context { "\t\t\t" } else { "\t\t" };
        let lifted = self.notes.lifted.iter();
        lines.extend(lifted.map(|comment| written(self.text(), *comment, tabs)));
        lines.push(format!("{tabs}.type = {},", self.mask()));
        if self.split.init.is_some() {
            lines.push(format!("{tabs}.init = {},", names.init));
        }
        lines.push(format!("{tabs}.func = {},", names.func));
        if self.split.destroy.is_some() {
            lines.push(format!("{tabs}.destroy = {},", names.destroy));
        }
        lines.extend(data.map(|data| format!("{tabs}.data = {data},")));
        let inner = lines.join("\n");
        match self.plan.link {
            Link::Context => format!(
                "\tstruct {} {} = {{\n\t\t.iterant = {{\n{inner}\n\t\t}},\n\t}};\n",
                names.tag, names.context
            ),
            _ => format!("\tstruct kthread_iterant {} = {{\n{inner}\n\t}};\n", names.iterant),
        }
    }

    /// All of the thread function, where what stands before the loop became an init.
    fn whole(&self, function: &Function) -> Edit {
        let names = &self.plan.names;
        let mut out = format!("\n{}", self.declared_iterant());
        for local in &self.split.declared {
            let whole = self.str(local.variable.shape.declarator);
            out.extend(["\t", &self.specifiers(local), " ", &whole, ";\n"]);
        }
        out.push('\n');
        for local in &self.split.computed {
            let name = local.name.as_str();
            let and = if local.by_value { "" } else { "&" };
            out.extend(["\t", &names.context, ".", &self.field(local), " = ", and, name, ";\n"]);
        }
        let main = self.view().main;
        let start = line_start(self.text(), main.span.start);
        let above = super::text::comment_above(self.text(), start, function.body.start + 1);
        out.push_str(&self.str(Span::new(above, start)));
        for comment in &self.notes.others {
            out.extend([&*written(self.text(), *comment, "\t"), "\n"]);
        }
        let destroy = self.split.destroy.is_some();
        let run = format!("kthread_iterant_run_here(&{})", self.iterant_there());
        if destroy {
            out.extend(["\t", &self.give_back(&run), "\n"]);
            return Edit::replace(
                Span::new(function.body.start + 1, function.body.end - 1),
                out.into_bytes(),
            );
        }
        out.push_str(&indentation(self.text(), main.span.start));
        out.push_str(&self.run_lines(&run).join("\n\t"));
        Edit::replace(Span::new(function.body.start + 1, self.end_of_run()), out.into_bytes())
    }

    /// Where what the driver's call stands for ends.
    fn end_of_run(&self) -> u32 {
        self.plan.result.map_or(self.view().main.span.end, |result| result.end)
    }

    /// The declaration of the iterant, as the first thing in the function.
    fn declaration(&self, function: &Function, removed: &[Edit]) -> Edit {
        let declared = self.declared_iterant();
        let text = self.text();
        let open = function.body.start + 1;
        let at = next_line(text, open).min(function.body.end);
        let mut out = if at == open { format!("\n{declared}") } else { declared };
        if !self.declares_first(at, removed) {
            let mut behind = at;
            while let Some(edit) = removed.iter().find(|edit| edit.span.start == behind) {
                behind = edit.span.end;
            }
            let next = Span::new(behind, line_end(text, behind));
            if !text.get(next.range()).unwrap_or_default().trim_ascii().is_empty() {
                out.push('\n');
            }
        }
        if at > open {
            return Edit::insert(at, out.into_bytes());
        }
        // What stands on the line of the brace goes to a line of its own.
        out.push('\t');
        let rest = text.get(open as usize..function.body.end as usize).unwrap_or_default();
        let blanks = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        Edit::replace(Span::new(open, open + blanks as u32), out.into_bytes())
    }

    /// Whether what stands at an offset, once `removed` is gone, declares something.
    fn declares_first(&self, at: u32, removed: &[Edit]) -> bool {
        self.views.iter().any(|view| {
            let first = view.tokens.iter().find(|token| {
                token.span.start >= at && !removed.iter().any(|edit| edit.span.covers(token.span))
            });
            first.is_some_and(|first| {
                view.graph.variables.iter().any(|variable| {
                    !variable.parameter && variable.statement.start == first.span.start
                })
            })
        })
    }

    /// Declarators that only the loop used.
    fn removed(&self, function: &Function) -> Vec<Edit> {
        let gone = |local: &Local| {
            let kept = match local.class {
                Class::Pointer | Class::Copy => true,
                Class::Value => {
                    local.set_before || (local.read_after && self.split.destroy.is_none())
                }
                Class::Scratch | Class::Recompute => false,
            };
            let parts = self.split.destroy.iter().flat_map(|part| &part.locals);
            let given = local.class == Class::Scratch
                && parts
                    .into_iter()
                    .any(|own| own.declared == local.declared && own.class == Class::Copy);
            !kept && !given && !local.parameter && !self.used_elsewhere(local)
        };
        let behind = self.split.destroy.iter().flat_map(|part| &part.locals);
        let known =
            |local: &&Local| !self.plan.locals.iter().any(|own| own.declared == local.declared);
        let gone: Vec<Span> = self
            .plan
            .locals
            .iter()
            .chain(behind.filter(known))
            .filter(|local| gone(local))
            .map(|local| local.variable.shape.declarator)
            .collect();
        self.without(&|span| gone.contains(&span), function.body)
    }

    /// Takes away the declarators of which `gone` holds, and statements that have no other.
    pub(super) fn without(&self, gone: &dyn Fn(Span) -> bool, within: Span) -> Vec<Edit> {
        let text = self.text();
        // All declarators by their statement, whoever uses them.
        let mut all: Vec<(Span, Span)> = Vec::new();
        for view in self.views {
            for variable in view.graph.variables.iter().filter(|it| within.covers(it.statement)) {
                if !variable.parameter && variable.made_by.is_none() {
                    all.push((variable.statement, variable.shape.declarator));
                }
            }
        }
        all.sort_unstable();
        all.dedup();
        let mut out = Vec::new();
        for statement in all.chunk_by(|one, two| one.0 == two.0) {
            let goes = |index: usize| gone(statement[index].1);
            if (0..statement.len()).all(goes) {
                out.push(Edit::delete(whole_lines(text, statement[0].0, within)));
                continue;
            }
            let mut first_kept = true;
            for (index, (_, span)) in statement.iter().enumerate() {
                if !goes(index) {
                    first_kept = false;
                    continue;
                }
                let cut = if first_kept {
                    // Up to the next one.
                    let next = statement.get(index + 1).map_or(span.end, |(_, next)| next.start);
                    Span::new(span.start, next)
                } else {
                    let before = index.checked_sub(1).map_or(span.start, |at| statement[at].1.end);
                    Span::new(before, span.end)
                };
                out.push(Edit::delete(cut));
            }
        }
        out
    }

    /// Whether the thread function names a local outside of the loop.
    fn used_elsewhere(&self, local: &Local) -> bool {
        self.views.iter().any(|view| {
            let main = view.main.span;
            let init = view.main.parts.init;
            view.graph.uses.iter().chain(&view.graph.captured).any(|(span, var)| {
                view.graph.variables[*var].span == local.declared
                    && *span != local.declared
                    && (!main.covers(*span) || init.is_some_and(|init| init.covers(*span)))
                    && !self.split.destroy.as_ref().is_some_and(|part| part.region.covers(*span))
                    && !self.goes_too(view, *span)
            })
        })
    }

    /// Whether a use stands in the initialiser of a local that goes as well.
    fn goes_too(&self, view: &crate::transform::View<'_>, span: Span) -> bool {
        self.plan.locals.iter().any(|local| {
            matches!(local.class, Class::Scratch | Class::Recompute)
                && local.init.is_some_and(|init| init.covers(span))
                && !view.graph.uses.iter().any(|(at, var)| {
                    view.graph.variables[*var].span == local.declared
                        && *at != local.declared
                        && !view.main.span.covers(*at)
                })
        })
    }

    /// What stands where the loop stood.
    fn run(&self, function: &Function) -> Edit {
        let text = self.text();
        let main = self.view().main;
        let tabs = indentation(text, main.span.start);
        let names = &self.plan.names;
        let others = self.notes.others.iter();
        let mut lines: Vec<String> =
            others.map(|comment| written(text, *comment, &tabs).trim_start().to_owned()).collect();
        if let Some(init) = main.parts.init {
            let init = self.str(init);
            let init = init.trim().trim_end_matches(';');
            if !init.is_empty() {
                lines.push(format!("{init};"));
            }
        }
        for local in &self.plan.locals {
            let (name, field) = (&local.name, self.field(local));
            match (self.plan.link, local.class) {
                (Link::Context, Class::Copy) => {
                    lines.push(format!("{}.{field} = {name};", names.context));
                }
                (Link::Context, Class::Value) if local.set_before => {
                    lines.push(format!("{}.{field} = {name};", names.context));
                }
                (Link::Context, Class::Pointer) => {
                    lines.push(format!("{}.{field} = &{name};", names.context));
                }
                (Link::Local, Class::Copy) => {
                    lines.push(format!("{}.data = {name};", names.iterant));
                }
                _ => {}
            }
        }
        if let Some(destroy) = &self.split.destroy {
            let here = |local: &&Local| matches!(local.class, Class::Copy | Class::Pointer);
            for local in destroy.locals.iter().filter(here) {
                let and = if local.class == Class::Pointer { "&" } else { "" };
                let field = self.field(local);
                let line = format!("{}.{field} = {and}{};", names.context, local.name);
                let filled = self
                    .plan
                    .locals
                    .iter()
                    .any(|own| own.declared == local.declared && own.class == Class::Value);
                if !lines.contains(&line) && !filled {
                    lines.push(line);
                }
            }
        }
        let run = format!("kthread_iterant_run_here(&{})", self.iterant_there());
        if self.split.destroy.is_some() {
            lines.push(self.give_back(&run));
        } else {
            lines.extend(self.run_lines(&run));
            for local in &self.plan.locals {
                if local.class == Class::Value && local.read_after {
                    let field = self.field(local);
                    lines.push(format!("{} = {}.{field};", local.name, names.context));
                }
            }
        }
        // What stands on the loop's line before it and behind it stays there.
        let opens = Span::new(function.body.start + 1, main.span.start);
        let first = text.get(opens.range()).unwrap_or_default().trim_ascii().is_empty();
        let tabs = if tabs.is_empty() { "\t".to_owned() } else { tabs };
        let mut out = if first || begins_line(text, main.span.start) {
            String::new()
        } else {
            format!("\n{tabs}")
        };
        out.push_str(&lines.join(&format!("\n{tabs}")));
        let rest = Span::new(main.span.end, line_end(text, main.span.end));
        let words = text.get(rest.range()).unwrap_or_default().trim_ascii_start();
        let goes = words.is_empty() || self.split.destroy.is_some();
        let to = if goes || words.starts_with(b"/*") || words.starts_with(b"//") {
            main.span.end
        } else {
            out.extend(["\n", &*tabs]);
            rest.end - (words.len() as u32).min(rest.len() as u32)
        };
        Edit::replace(Span::new(main.span.start, to), out.into_bytes())
    }

    /// The driver's result as the thread's, if that has one.
    fn give_back(&self, run: &str) -> String {
        if self.returns_nothing { format!("{run};") } else { format!("return {run};") }
    }

    /// The driver's call, and where the thread function goes on behind it.
    fn run_lines(&self, run: &str) -> Vec<String> {
        let mut lines = Vec::new();
        match self.plan.detours.as_slice() {
            _ if self.plan.gives_back => lines.push(self.give_back(run)),
            [] if self.views.iter().all(nothing_behind) => lines.push(self.give_back(run)),
            [] => lines.push(format!("{run};")),
            [only] => {
                lines.push(format!("if ({run})"));
                lines.push(format!("\t{}", only.action));
            }
            several => {
                lines.push(format!("switch ({run}) {{"));
                for (index, detour) in several.iter().enumerate() {
                    lines.push(format!("case {}:", index + 1));
                    lines.push(format!("\t{}", detour.action));
                }
                lines.push("}".to_owned());
            }
        }
        lines
    }
}
