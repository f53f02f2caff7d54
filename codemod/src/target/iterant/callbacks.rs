//! The text of init and destroy.

use super::func::Writer;
use super::lines::lay_out;
use super::split::Part;
use super::text::{
    begins_line, comment_above, dedent, line_start, next_line, replaced, whole_lines,
};
use super::tidy::tidy;
use crate::edit::Edit;
use crate::source::Span;
use crate::transform::View;
use crate::transform::locals::{Class, Local};

/// Whether a part reaches a local through the context.
fn is_linked(local: &Local) -> bool {
    matches!(local.class, Class::Copy | Class::Pointer)
}

impl Writer<'_> {
    /// What stands before the loop, as a function; nothing where there is none.
    pub(super) fn init(&self) -> Vec<u8> {
        let Some(part) = &self.split.init else { return Vec::new() };
        let text = self.text();
        let main = self.view().main;
        let names = &self.plan.names;
        let start = next_line(text, part.region.start);
        let end = if begins_line(text, main.span.start) {
            comment_above(text, line_start(text, main.span.start), start)
        } else {
            main.span.start
        };
        let region = Span::new(start.min(end), end);
        let mut edits = self.cut(part, region);
        edits.extend(self.without_defines(region));
        let labels = self.plan.labels_before.iter().filter(|label| region.covers(**label));
        edits.extend(labels.map(|label| self.without_label(*label, region)));
        edits.extend(self.renames_of(&part.locals, &Self::within(region)));
        let edits = tidy(text, region, edits);
        let body = self.body(region, &edits);
        let mut out = self.head("int", &names.init);
        let filled = !self.split.filled.is_empty();
        let linked = filled || part.locals.iter().any(is_linked);
        let declarations =
            self.declarations_of(&part.locals, linked.then_some(filled), &Self::within(region));
        Self::put(&mut out, &declarations, &body, self.declares(region, part));
        if let Some(init) = main.parts.init {
            let init = self.str(init);
            let init = init.trim().trim_end_matches(';');
            if !init.is_empty() {
                out.extend_from_slice(format!("\t{init};\n").as_bytes());
            }
        }
        for local in &self.split.filled {
            let (name, field) = (&local.name, self.field(local));
            out.extend_from_slice(format!("\t{}->{field} = {name};\n", names.context).as_bytes());
        }
        out.extend_from_slice(b"\n\treturn 0;\n}\n\n");
        out
    }

    /// What stands behind the loop, as a function; nothing where there is none.
    pub(super) fn destroy(&self) -> Vec<u8> {
        let Some(part) = &self.split.destroy else { return Vec::new() };
        let text = self.text();
        let names = &self.plan.names;
        let start = next_line(text, part.region.start);
        let region = Span::new(start.min(part.region.end), part.region.end);
        let mut edits = self.cut(part, region);
        edits.extend(self.returns(region));
        edits.extend(self.plan.label.map(|label| self.without_label(label, region)));
        edits.extend(self.renames_of(&part.locals, &Self::within(region)));
        let edits = tidy(text, region, edits);
        let body = self.body(region, &edits);
        let mut out = self.head("void", &names.destroy);
        let linked = self.split.value.is_some() || part.locals.iter().any(is_linked);
        let told = self.split.value.is_some().then_some(true);
        let declarations = self.declarations_of(
            &part.locals,
            told.or(linked.then_some(false)),
            &Self::within(region),
        );
        Self::put(&mut out, &declarations, &body, false);
        out.extend_from_slice(b"}\n\n");
        out
    }

    /// What stands in a region, edited, one level deep.
    fn body(&self, region: Span, edits: &[Edit]) -> Vec<u8> {
        let body = replaced(self.text(), region, edits);
        if begins_line(self.text(), region.start) { dedent(&body, 0) } else { lay_out(&body, 1) }
    }

    /// A value that destroy gives back.
    fn renamed(&self, value: Span, region: Span) -> String {
        let locals = self.split.destroy.iter().flat_map(|part| part.locals.clone());
        let locals: Vec<Local> = locals.collect();
        let edits = self.renames_of(&locals, &Self::within(region));
        String::from_utf8_lossy(&replaced(self.text(), value, &edits)).into_owned()
    }

    fn within(region: Span) -> impl Fn(&View<'_>, Span) -> bool {
        move |_, at| region.covers(at)
    }

    fn head(&self, kind: &str, name: &str) -> Vec<u8> {
        let data = self.data_name();
        format!("static {kind} {}{name}(void *{data})\n{{\n", self.attributes).into_bytes()
    }

    /// Declarations, then a body that may declare something itself.
    fn put(out: &mut Vec<u8>, declarations: &[String], body: &[u8], declares: bool) {
        for line in declarations {
            out.extend_from_slice(format!("\t{line}\n").as_bytes());
        }
        if !declarations.is_empty() && !declares && !body.is_empty() {
            out.push(b'\n');
        }
        out.extend_from_slice(body);
    }

    /// Declarators that a part does not need.
    fn cut(&self, part: &Part, region: Span) -> Vec<Edit> {
        self.without(&|span| part.dropped.contains(&span), region)
    }

    /// Whether a region begins with a declaration that stays.
    fn declares(&self, region: Span, part: &Part) -> bool {
        let cut = self.cut(part, region);
        self.views.iter().any(|view| {
            let first = view
                .slice(region)
                .iter()
                .find(|token| !cut.iter().any(|edit| edit.span.covers(token.span)));
            first.is_some_and(|first| {
                view.graph.variables.iter().any(|variable| {
                    !variable.parameter && variable.statement.start == first.span.start
                })
            })
        })
    }

    /// The returns of a destroy: its value is the thread's, and 0 is what it is anyway.
    fn returns(&self, region: Span) -> Vec<Edit> {
        let text = self.text();
        let mut out = Vec::new();
        for view in self.views {
            let last = view.slice(region).last().map(|token| token.span.end);
            for node in &view.graph.nodes {
                let tokens = view.slice(node.span);
                let returns = region.covers(node.span)
                    && tokens.first().is_some_and(|word| word.is_word(text, "return"));
                if !returns {
                    continue;
                }
                let is_last = Some(node.span.end) == last;
                let value = self.split.value.filter(|value| node.span.covers(*value));
                out.push(match value {
                    Some(value) => {
                        let value = self.renamed(value, region);
                        let iterant = self.iterant_here();
                        let call = format!("kthread_iterant_stop_current({iterant}, {value});");
                        Edit::replace(node.span, call.into_bytes())
                    }
                    None if is_last => Edit::delete(whole_lines(text, node.span, region)),
                    None => Edit::replace(node.span, b"return;".to_vec()),
                });
            }
        }
        out
    }
}
