//! What is done to a converted text.

use super::Mutant;
use super::scan::{Function, Kind, Line, functions, structs};
use super::words;

/// All mutants of a text, in the order of its lines.
pub(super) fn mutants(text: &str) -> Vec<Mutant> {
    let mut out = Vec::new();
    for function in functions(text) {
        let mut making = Making { text, out: &mut out };
        for (index, line) in function.lines.iter().enumerate() {
            match line.kind {
                Kind::Simple => making.statement(line),
                Kind::Declaration => making.declaration(line),
                Kind::Jump => making.jump(&function, index),
                Kind::Other => {}
            }
            making.swap(line, function.lines.get(index + 1));
            making.insert(&function, index);
            for (operator, changed) in words::changes(line.text(text), &function) {
                making.replace(operator, line, &changed);
            }
        }
        making.carry(&function);
    }
    let mut making = Making { text, out: &mut out };
    making.contexts();
    out
}

struct Making<'a> {
    text: &'a str,
    out: &'a mut Vec<Mutant>,
}

impl Making<'_> {
    fn add(&mut self, operator: &'static str, line: &Line, text: String) {
        let shown: Vec<&str> = line.text(self.text).split_whitespace().collect();
        self.out.push(Mutant { operator, line: shown.join(" "), text });
    }

    /// Another text in place of a line, in braces where it is more than one statement.
    fn replace(&mut self, operator: &'static str, line: &Line, with: &str) {
        let indent = "\t".repeat(line.depth);
        let (before, after) = (&self.text[..line.range.start], &self.text[line.range.end..]);
        self.add(operator, line, format!("{before}{indent}{with}{after}"));
    }

    fn statement(&mut self, line: &Line) {
        let text = line.text(self.text);
        self.replace("drop", line, ";");
        if !again_is_nothing(text) {
            self.replace("double", line, &format!("{{ {text} {text} }}"));
        }
    }

    /// A local gets nothing, zero, or less room.
    fn declaration(&mut self, line: &Line) {
        let text = line.text(self.text);
        if let Some(narrow) = words::narrow(text) {
            self.replace("narrow", line, &narrow);
        }
        let Some((head, value)) = text.split_once(" = ") else { return };
        if !text.ends_with(';')
            || head.contains('[')
            || value.contains(" = ")
            || value.starts_with("{ .")
        {
            return;
        }
        let by_value = head.starts_with("struct ") && !head.contains('*');
        if by_value {
            return;
        }
        let context = text.contains("_context *") || text.contains("kthread_iterant *");
        if !context && value != "0;" && value != "{ 0 };" && value != "NULL;" && value != "false;" {
            self.replace("zero", line, &format!("{head} = 0;"));
        }
    }

    fn jump(&mut self, function: &Function, index: usize) {
        let line = &function.lines[index];
        match line.text(self.text) {
            "break;" if self.in_loop(function, index) => {
                self.replace("continue", line, "continue;");
            }
            "continue;" => self.replace("break", line, "break;"),
            jump if function.iterates => {
                if jump.starts_with("goto ") {
                    self.replace("return", line, "return;");
                    self.replace("drop", line, ";");
                } else if jump == "return;" {
                    self.replace("drop", line, ";");
                    let before = index.checked_sub(1).map(|at| function.lines[at].text(self.text));
                    let told = before.is_some_and(|it| it.starts_with("kthread_iterant_stop_"));
                    if let Some(iterant) = function.iterant.filter(|_| !told) {
                        let stop = format!("kthread_iterant_stop_current({iterant}, 0);");
                        self.replace("stop", line, &format!("{{ {stop} return; }}"));
                    }
                }
            }
            _ => {}
        }
    }

    /// Two statements, side by side, in the other order.
    fn swap(&mut self, line: &Line, next: Option<&Line>) {
        let Some(next) = next else { return };
        let simple = line.kind == Kind::Simple && next.kind == Kind::Simple;
        if !simple || line.depth != next.depth {
            return;
        }
        let (one, two) = (&self.text[line.range.clone()], &self.text[next.range.clone()]);
        let (first, second) = (one.trim(), two.trim());
        if first == second || words::apart(first, second) || words::apart(second, first) {
            return;
        }
        let between = &self.text[line.range.end..next.range.start];
        let (before, after) = (&self.text[..line.range.start], &self.text[next.range.end..]);
        self.add("swap", line, format!("{before}{two}{between}{one}{after}"));
    }

    /// Something more before a statement: a stop test, a sleep, an end.
    fn insert(&mut self, function: &Function, index: usize) {
        let line = &function.lines[index];
        if line.kind != Kind::Simple || !function.iterates {
            return;
        }
        let text = line.text(self.text);
        let mut more = vec![("freeze", "try_to_freeze();".to_owned())];
        // Behind another test, or before what is nothing to a thread that should stop, it is no fault.
        let before = &function.lines[index.saturating_sub(3)..index];
        let tested = before.iter().any(|line| line.text(self.text).contains("should_stop"));
        let first = !function.lines[..index].iter().any(|line| line.kind == Kind::Simple);
        if !tested && !first && !words::waits(text) {
            more.push(("stop-test", "if (kthread_should_stop()) return;".to_owned()));
        }
        let told = text.starts_with("kthread_iterant_") || text.starts_with("set_kthread_iterant_");
        if let Some(iterant) = function.iterant.filter(|_| !told) {
            more.push(("sleep", format!("set_kthread_iterant_int_sleep({iterant});")));
            more.push(("end", format!("kthread_iterant_stop_current({iterant}, 0);")));
        }
        for (operator, what) in more {
            self.replace(operator, line, &format!("{{ {what} {text} }}"));
        }
    }

    /// Each context: a field that holds less, and one in the place of another of its type.
    fn contexts(&mut self) {
        for context in structs(self.text) {
            for line in &context {
                if let Some(narrow) = words::narrow(line.text(self.text)) {
                    self.replace("narrow", line, &narrow);
                }
            }
            let fields: Vec<(&str, &str)> =
                context.iter().filter_map(|line| words::field(line.text(self.text))).collect();
            for (index, (kind, name)) in fields.iter().enumerate() {
                let others = fields.iter().enumerate();
                for (_, (_, other)) in others.filter(|(at, it)| *at != index && it.0 == *kind) {
                    for end in [";", ",", ")", " "] {
                        self.field(context[0].range.end, name, other, end);
                    }
                }
            }
        }
    }

    /// The first use of a field behind its declaration is one of another.
    fn field(&mut self, from: usize, name: &str, other: &str, end: &str) {
        let until = self.text[from..].find("_context {\n").map_or(self.text.len(), |at| from + at);
        for reach in ["context->", "context."] {
            let use_of = format!("{reach}{name}{end}");
            let Some(at) = self.text[from..until].find(&use_of).map(|at| from + at) else {
                continue;
            };
            let start = self.text[..at].rfind('\n').map_or(0, |at| at + 1);
            let stop = at + self.text[at..].find('\n').unwrap_or(0);
            let line = Line { range: start..stop, kind: Kind::Other, depth: 0 };
            let (before, after) = (&self.text[..at], &self.text[at + use_of.len()..]);
            self.add("field", &line, format!("{before}{reach}{other}{end}{after}"));
        }
    }

    /// Whether a line stands in a loop of its function.
    fn in_loop(&self, function: &Function, index: usize) -> bool {
        let mut depth = function.lines[index].depth;
        function.lines[..index].iter().rev().any(|line| {
            let outer = line.depth < depth;
            depth = depth.min(line.depth);
            let text = line.text(self.text);
            let branch = ["if ", "} else", "else", "switch ", "case ", "default"];
            outer && text.ends_with('{') && !branch.iter().any(|word| text.starts_with(word))
        })
    }

    /// A local of its own in place of a field of the context: what it is given does not last.
    fn carry(&mut self, function: &Function) {
        let Some(last) = function.lines.last() else { return };
        if function.runs {
            return;
        }
        let body = &self.text[function.body..last.range.end];
        for (name, declared) in words::fields(self.text, body) {
            let own = body.replace(&format!("context->{name}"), "fresh");
            if own.matches("fresh").count() == body.matches(&format!("= context->{name};")).count()
            {
                continue;
            }
            let declaration = format!("\t{declared} = context->{name};\n");
            // Behind the context's own declaration.
            let Some(first) = own.find(";\n").map(|at| at + 2) else { continue };
            let (before, after) = (&self.text[..function.body], &self.text[last.range.end..]);
            let text = format!("{before}{}{declaration}{}{after}", &own[..first], &own[first..]);
            self.out.push(Mutant { operator: "fresh", line: declared, text });
        }
    }
}

/// Whether a statement does nothing where it was just done.
fn again_is_nothing(text: &str) -> bool {
    let plain = text.split_once(" = ").is_some_and(|(to, value)| {
        !value.contains(['(', '?'])
            && !value.contains(to)
            && !to.trim_start_matches('(').contains(['(', ' '])
    });
    let calls = [
        "kthread_iterant_stop_current(",
        "set_kthread_iterant_",
        "clear_kthread_iterant_",
        "__set_current_state(",
        "set_current_state(",
        "kthread_complete_and_exit(",
    ];
    plain || text.contains(" = context.") || calls.iter().any(|call| text.starts_with(call))
}
