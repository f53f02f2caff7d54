//! From a tree to a graph: what an expression reads, writes and calls.

use tree_sitter::Node as Tree;

use super::cfg::{Call, Event, VarId};
use super::lower::{Argument, Lowering, variable};
use crate::kernel;
use crate::source::Span;
use crate::syntax::blank::BlockMacro;

use crate::syntax::lex::{Kind, lex_range};
use crate::syntax::skeleton::split;

impl<'a> Lowering<'a> {
    /// Collects the events of an expression, in order. `maybe` where it may be skipped.
    pub(super) fn expression(&mut self, node: Tree<'a>, maybe: bool, out: &mut Vec<Event>) {
        match node.kind() {
            "identifier" => {
                let name = self.parsed.text(node);
                if self.resolve(name).is_none() && (self.around.acts)(name) {
                    // An object-like macro that calls or stores: `#define STOPPED kthread_should_stop()`.
                    out.push(Event::Call(Call {
                        name: name.to_vec(),
                        indirect: false,
                        span: self.parsed.span(node),
                        arguments: Vec::new(),
                        conditional: maybe,
                    }));
                }
                if self.resolve(name).is_none() && (self.around.volatile)(name) {
                    // A device may see it.
                    out.push(Event::Store);
                }
                if self.resolve(name).is_some_and(|var| self.variables[var].watches) {
                    out.push(Event::Store);
                }
                if let Some(var) = self.resolve(name) {
                    out.push(if self.is_array(var) {
                        Event::Address(var)
                    } else {
                        Event::Read(var)
                    });
                }
            }
            "assignment_expression" => {
                let plain = node.child_by_field_name("operator").is_none_or(|op| op.kind() == "=");
                self.field(node, "right", maybe, out);
                if let Some(left) = node.child_by_field_name("left") {
                    if !plain {
                        self.expression(left, maybe, out);
                    }
                    self.target(left, maybe, out);
                }
            }
            "update_expression" => {
                if let Some(argument) = node.child_by_field_name("argument") {
                    self.expression(argument, maybe, out);
                    self.target(argument, maybe, out);
                }
            }
            "pointer_expression" => {
                let address = self.parsed.text(node).first() == Some(&b'&');
                if let Some(argument) = node.child_by_field_name("argument") {
                    match self.object(argument).filter(|_| address) {
                        Some(var) => {
                            self.indices(argument, maybe, out);
                            out.push(Event::Address(var));
                        }
                        None => self.expression(argument, maybe, out),
                    }
                }
            }
            "subscript_expression" | "field_expression" => {
                if let Some(var) = self.object(node) {
                    self.indices(node, maybe, out);
                    out.push(Event::Read(var));
                    let array = match node.kind() {
                        "subscript_expression" => self.is_row(node, var),
                        _ => self.may_decay(node, var),
                    };
                    if array {
                        out.push(Event::Address(var));
                    }
                } else {
                    self.named(node, maybe, out);
                    let field = node.child_by_field_name("field");
                    if field.is_some_and(|field| (self.around.volatile)(self.parsed.text(field))) {
                        out.push(Event::Store);
                    }
                }
            }
            "compound_literal_expression" => {
                let scope = self.blocks.last().map_or(Span::default(), |block| block.span);
                self.literals.push((self.parsed.span(node), scope));
                self.named(node, maybe, out);
            }
            "cast_expression" => {
                self.named(node, maybe, out);
                let volatile = node.child_by_field_name("type").is_some_and(|kind| {
                    memchr::memmem::find(self.parsed.text(kind), b"volatile").is_some()
                });
                if volatile {
                    // A device may see it.
                    out.push(Event::Store);
                }
            }
            "binary_expression" => {
                let op = node.child_by_field_name("operator").map_or("", |op| op.kind());
                self.field(node, "left", maybe, out);
                self.field(node, "right", maybe || matches!(op, "&&" | "||"), out);
            }
            "conditional_expression" => {
                self.field(node, "condition", maybe, out);
                self.field(node, "consequence", true, out);
                self.field(node, "alternative", true, out);
            }
            "call_expression" => self.call(node, maybe, out),
            "sizeof_expression"
            | "alignof_expression"
            | "offsetof_expression"
            | "type_descriptor"
            | "field_identifier"
            | "statement_identifier"
            | "type_identifier"
            | "comment" => {}
            "initializer_pair" => self.field(node, "value", maybe, out),
            "declaration" => out.extend(self.declaration(node)),
            "compound_statement" => {
                self.scopes.push(rustc_hash::FxHashMap::default());
                let known = self.variables.len();
                self.named(node, maybe, out);
                let span = self.parsed.span(node);
                self.inner.extend((known..self.variables.len()).map(|var| (span, var)));
                self.scopes.pop();
            }
            // Inside a statement expression: no graph of its own, so all of it is a may.
            "if_statement" => self.named(node, true, out),
            "while_statement" | "do_statement" | "for_statement" | "switch_statement" => {
                self.inner_loops += 1;
                self.named(node, true, out);
                self.inner_loops -= 1;
            }
            "break_statement" | "continue_statement" if self.inner_loops > 0 => {}
            "break_statement" | "continue_statement" | "return_statement" | "goto_statement"
            | "labeled_statement" => {
                let span = self.parsed.span(node);
                self.inner_jumps.push(span);
                self.named(node, true, out);
            }
            _ => self.named(node, maybe, out),
        }
    }

    fn named(&mut self, node: Tree<'a>, maybe: bool, out: &mut Vec<Event>) {
        let mut cursor = node.walk();
        let children: Vec<_> = node.named_children(&mut cursor).collect();
        for child in children {
            self.expression(child, maybe, out);
        }
    }

    fn field(&mut self, node: Tree<'a>, name: &str, maybe: bool, out: &mut Vec<Event>) {
        if let Some(child) = node.child_by_field_name(name) {
            self.expression(child, maybe, out);
        }
    }

    fn is_array(&self, var: VarId) -> bool {
        self.variables[var].type_text.ends_with("[]")
    }

    /// The local whose own memory an lvalue names: `x`, `x.a`, `x[i]` of an array; not `x->a`.
    fn object(&self, node: Tree<'a>) -> Option<VarId> {
        match node.kind() {
            "identifier" => self.resolve(self.parsed.text(node)),
            "parenthesized_expression" => self.object(node.named_child(0)?),
            "field_expression" => {
                let arrow =
                    node.child_by_field_name("operator").is_some_and(|op| op.kind() == "->");
                if arrow { None } else { self.object(node.child_by_field_name("argument")?) }
            }
            "subscript_expression" => {
                let argument = node.child_by_field_name("argument")?;
                let var = self.object(argument)?;
                (argument.kind() != "identifier" || self.is_array(var)).then_some(var)
            }
            _ => None,
        }
    }

    /// Reads what an lvalue needs besides its object: the indices.
    fn indices(&mut self, node: Tree<'a>, maybe: bool, out: &mut Vec<Event>) {
        if let Some(index) = node.child_by_field_name("index") {
            self.expression(index, maybe, out);
        }
        if let Some(argument) = node.child_by_field_name("argument") {
            self.indices(argument, maybe, out);
        }
    }

    /// Writes an lvalue.
    fn target(&mut self, node: Tree<'a>, maybe: bool, out: &mut Vec<Event>) {
        if let Some(var) = self.object(node) {
            self.indices(node, maybe, out);
            let whole = matches!(node.kind(), "identifier" | "parenthesized_expression") && !maybe;
            out.push(Event::Write { var, whole });
        } else {
            self.named(node, maybe, out);
            out.push(Event::Store);
        }
    }

    fn call(&mut self, node: Tree<'a>, maybe: bool, out: &mut Vec<Event>) {
        let Some(function) = node.child_by_field_name("function") else { return };
        let mut name = self.parsed.text(function).to_vec();
        let mut indirect = false;
        match function.kind() {
            "identifier" => {
                if let Some(var) = self.resolve(&name) {
                    indirect = true;
                    out.push(Event::Read(var));
                }
            }
            "field_expression" => {
                indirect = true;
                self.expression(function, maybe, out);
                if let Some(field) = function.child_by_field_name("field") {
                    name = self.parsed.text(field).to_vec();
                }
            }
            _ => {
                indirect = true;
                self.expression(function, maybe, out);
                name = innermost_name(&name);
            }
        }
        let mut arguments = Vec::new();
        let outputs = kernel::calls::output_arguments(&name);
        if let Some(list) = node.child_by_field_name("arguments") {
            let mut cursor = list.walk();
            let children: Vec<_> = list.named_children(&mut cursor).collect();
            for (index, child) in children.into_iter().enumerate() {
                arguments.push(fold(self.parsed.text(child)));
                let written = outputs.iter().find(|(position, _)| *position == index);
                let used = if indirect { None } else { (self.around.argument)(&name, index) };
                // A macro may leave an argument alone, or come to it more than once.
                let maybe = maybe
                    || (used.is_some() && !kernel::calls::is_known(&name))
                    || kernel::calls::only_debugs(&name);
                match (written, self.object(child)) {
                    (Some((_, also_read)), Some(var)) => {
                        if *also_read {
                            out.push(Event::Read(var));
                        }
                        out.push(Event::Write { var, whole: !maybe });
                    }
                    (None, Some(var)) if let Some(used) = used => {
                        self.argument(child, var, used, maybe, out);
                    }
                    _ => self.expression(child, maybe, out),
                }
            }
        }
        let span = self.parsed.span(node);
        out.push(Event::Call(Call { name, indirect, span, arguments, conditional: maybe }));
    }

    /// What a macro does with a local that it is told of.
    fn argument(
        &mut self,
        node: Tree<'a>,
        var: VarId,
        used: Argument,
        maybe: bool,
        out: &mut Vec<Event>,
    ) {
        // Only a name that is no value at all is left out: the text of any other stays a use.
        if used.value || !used.named {
            self.expression(node, maybe, out);
        }
        if used.written {
            out.push(Event::Write { var, whole: false });
        }
        if used.addressed {
            out.push(Event::Address(var));
        }
    }

    /// `DEFINE_WAIT(x);` and its kind: a call by its looks, a declaration by its effect.
    pub(super) fn declaring_macro(&mut self, node: Tree<'a>, out: &mut Vec<Event>) -> bool {
        if node.kind() != "call_expression" {
            return false;
        }
        let Some(function) = node.child_by_field_name("function") else { return false };
        let name = self.parsed.text(function).to_vec();
        if !kernel::calls::declares(&name) {
            return self.declaring_macro_of_the_tree(node, function, &name, out);
        }
        let Some(list) = node.child_by_field_name("arguments") else { return false };
        let mut cursor = list.walk();
        let arguments: Vec<_> = list.named_children(&mut cursor).collect();
        let Some(first) = arguments.iter().find(|argument| argument.kind() == "identifier") else {
            return false;
        };
        let label = String::from_utf8_lossy(self.parsed.text(*first)).into_owned();
        let span = self.parsed.span(*first);
        let var =
            self.declare(super::cfg::Variable { made_by: Some(name), ..variable(&label, span) });
        for argument in arguments.iter().filter(|argument| argument.id() != first.id()) {
            self.expression(*argument, false, out);
        }
        out.push(Event::Write { var, whole: true });
        true
    }

    /// A macro whose definition declares locals.
    fn declaring_macro_of_the_tree(
        &mut self,
        node: Tree<'a>,
        function: Tree<'a>,
        name: &[u8],
        out: &mut Vec<Event>,
    ) -> bool {
        let declared = (self.around.declares)(name);
        if declared.is_empty() {
            return false;
        }
        if let Some(list) = node.child_by_field_name("arguments") {
            self.expression(list, false, out);
        }
        let start = self.parsed.span(function).start;
        for (label, end) in declared.into_iter().zip(start + 1..) {
            let label = String::from_utf8_lossy(&label).into_owned();
            // A place of its own in the macro's name.
            let own = variable(&label, crate::source::Span::new(start, end));
            let made_by = Some(name.to_vec());
            let var = self.declare(super::cfg::Variable { made_by, ..own });
            out.push(Event::Write { var, whole: true });
        }
        true
    }

    /// A declaration: declares, then writes what has an initialiser.
    pub(super) fn declaration(&mut self, node: Tree<'a>) -> Vec<Event> {
        let mut out = Vec::new();
        let mut cursor = node.walk();
        let children: Vec<_> = node.named_children(&mut cursor).collect();
        let is_static = children.iter().any(|child| {
            child.kind() == "storage_class_specifier" && self.parsed.text(*child) == b"static"
        });
        let is_extern = children.iter().any(|child| {
            child.kind() == "storage_class_specifier" && self.parsed.text(*child) == b"extern"
        });
        let is_volatile = children.iter().any(|child| {
            child.kind() == "type_qualifier" && self.parsed.text(*child) == b"volatile"
        });
        let type_text = node
            .child_by_field_name("type")
            .map(|node| String::from_utf8_lossy(&fold(self.parsed.text(node))).into_owned())
            .unwrap_or_default();
        let mut cursor = node.walk();
        let declarators: Vec<_> = node.children_by_field_name("declarator", &mut cursor).collect();
        let statement = self.declaration_span(node);
        let start = statement.start;
        let first = declarators.first().map_or(start, |first| self.parsed.span(*first).start);
        let specifiers = Span::new(start, first.max(start));
        for declarator in declarators {
            let value = declarator.child_by_field_name("value");
            let Some((name, shape)) = self.declared(declarator) else {
                if let Some(value) = value {
                    self.expression(value, false, &mut out);
                }
                continue;
            };
            if is_extern || shape.innermost == Innermost::Function {
                continue;
            }
            let mut type_text = type_text.clone();
            if shape.pointer {
                type_text.push_str(" *");
            }
            let array = shape.innermost == Innermost::Array
                || (!shape.pointer && !shape.function && self.must_be_array(node, name, value));
            if array {
                type_text.push_str("[]");
            }
            let mut new =
                variable(&String::from_utf8_lossy(self.parsed.text(name)), self.parsed.span(name));
            new.is_static = is_static;
            // `DEFINE_IT(x);` looks like `type (x);`.
            let words = self.text.get(specifiers.range()).unwrap_or_default().trim_ascii();
            let words = words.strip_prefix(b"static").unwrap_or(words).trim_ascii();
            let is_call = declarator.kind() == "parenthesized_declarator"
                && (kernel::calls::declares(words) || !words.iter().any(u8::is_ascii_lowercase));
            new.made_by = is_call.then(|| words.to_vec());
            let before = &self.text[whole_start(self.parsed.span(declarator), new.span)];
            let own = before.iter().rposition(|byte| *byte == b'*').map(|star| &before[star..]);
            new.volatile = match own {
                Some(own) => memchr::memmem::find(own, b"volatile").is_some(),
                None => is_volatile,
            };
            new.watches = is_volatile && own.is_some();
            let is_volatile = new.volatile;
            new.type_text = type_text;
            new.statement = statement;
            let mut bare = match value {
                Some(_) => declarator.child_by_field_name("declarator").unwrap_or(declarator),
                None => declarator,
            };
            if let Some(inner) =
                bare.named_child(0).filter(|_| bare.kind() == "attributed_declarator")
            {
                bare = inner;
            }
            let bare = self.parsed.span(bare);
            let attributes = self.attributes_behind(bare.end);
            let whole = self.parsed.span(declarator);
            new.shape = super::cfg::Shape {
                specifiers,
                declarator: Span::new(whole.start, whole.end.max(attributes.end)),
                bare,
                attributes,
                stars: shape.stars,
                plain: !shape.odd && !shape.function && !shape.array,
                array,
            };
            new.variable_length = shape.variable_length;
            // Its name means itself in its own initialiser already.
            let var = self.declare(new);
            let mut inner = Vec::new();
            if let Some(value) = value {
                self.expression(value, false, &mut inner);
                self.initialised(var, value, &inner);
            }
            if is_static {
                continue;
            }
            out.push(Event::Declare(var));
            if is_volatile {
                // Others may look at it.
                out.push(Event::Address(var));
            }
            out.append(&mut inner);
            if value.is_some() {
                out.push(Event::Write { var, whole: true });
            }
        }
        self.opaque(self.parsed.span(node), &mut out);
        out
    }

    /// What an expression is once stop is asked for, if that is certain.
    pub(super) fn under_stop(&self, node: Tree<'a>, depth: usize) -> Option<bool> {
        if depth > 64 {
            return None;
        }
        let side = |name| self.under_stop(node.child_by_field_name(name)?, depth + 1);
        match node.kind() {
            "parenthesized_expression" => self.under_stop(node.named_child(0)?, depth + 1),
            "unary_expression" => {
                let not = node.child_by_field_name("operator").is_some_and(|op| op.kind() == "!");
                side("argument").filter(|_| not).map(|value| !value)
            }
            "binary_expression" => {
                let op = node.child_by_field_name("operator")?.kind();
                // `&&` is false as soon as one side is, `||` true: the value that decides.
                let decides = match op {
                    "&&" => false,
                    "||" => true,
                    _ => return None,
                };
                match (side("left"), side("right")) {
                    (Some(one), _) | (_, Some(one)) if one == decides => Some(decides),
                    (Some(_), Some(_)) => Some(!decides),
                    _ => None,
                }
            }
            "assignment_expression" => {
                let plain = node.child_by_field_name("operator").is_none_or(|op| op.kind() == "=");
                side("right").filter(|_| plain)
            }
            "identifier" => {
                let name = self.parsed.text(node);
                ((self.around.macro_calls)(name) && (self.around.stop)(name)).then_some(true)
            }
            "call_expression" => {
                let function = node.child_by_field_name("function")?;
                let name = self.parsed.text(function);
                if matches!(name, b"likely" | b"unlikely" | b"__builtin_expect") {
                    let arguments = node.child_by_field_name("arguments")?;
                    return self.under_stop(arguments.named_child(0)?, depth + 1);
                }
                let plain = function.kind() == "identifier" && self.resolve(name).is_none();
                // `kthread_freezable_should_stop(&was_frozen)` tells something besides.
                let tells = node
                    .child_by_field_name("arguments")
                    .is_some_and(|arguments| self.parsed.text(arguments).contains(&b'&'));
                (plain && !tells && (self.around.stop)(name)).then_some(true)
            }
            _ => None,
        }
    }

    /// A declaration with the attributes that it begins with, which the tree does not show.
    pub(super) fn declaration_span(&self, node: Tree<'a>) -> Span {
        let span = self.parsed.span(node);
        let tokens = &self.parsed.tokens;
        let mut first = tokens.partition_point(|token| token.span.start < span.start);
        while let Some(before) = first.checked_sub(1) {
            let token = tokens[before];
            let word = token.bytes(self.text);
            if kernel::attributes::is_blanked(word) {
                first = before;
                continue;
            }
            let opens = token.is(b')').then(|| opening(tokens, before)).flatten();
            let called = opens
                .and_then(|open| open.checked_sub(1))
                .filter(|name| kernel::attributes::takes_arguments(tokens[*name].bytes(self.text)));
            match called {
                Some(name) => first = name,
                None => break,
            }
        }
        let start = tokens.get(first).map_or(span.start, |token| token.span.start);
        Span::new(start.min(span.start), span.end)
    }

    /// Whether a local whose type is a name must be an array: it never gets a value as a whole, neither
    /// by an assignment nor through its address. (Were it none, whoever reads it would read nothing.)
    fn must_be_array(&self, node: Tree<'a>, name: Tree<'a>, value: Option<Tree<'a>>) -> bool {
        let named =
            node.child_by_field_name("type").is_some_and(|it| it.kind() == "type_identifier");
        let whole = value
            .is_some_and(|value| !matches!(value.kind(), "initializer_list" | "string_literal"));
        if !named || whole {
            return false;
        }
        let name = self.parsed.text(name);
        let tokens = &self.parsed.tokens;
        let own = |at: Option<usize>| at.and_then(|at| tokens.get(at));
        let gives = |token: &crate::syntax::lex::Token| {
            token.kind == Kind::OpAssign || matches!(token.bytes(self.text), b"++" | b"--")
        };
        (0..tokens.len()).filter(|at| tokens[*at].bytes(self.text) == name).all(|at| {
            let before = own(at.checked_sub(1));
            let next = own(Some(at + 1));
            let first = own(Some(at + 2));
            let braces = first.is_some_and(|it| it.is(b'{') || it.kind == Kind::Str);
            !before.is_some_and(|it| it.is(b'&') || gives(it))
                && !next.is_some_and(|it| gives(it) || (it.is(b'=') && !braces))
        })
    }

    /// What stands between a declarator and its initialiser or end; the tree does not show all of it.
    fn attributes_behind(&self, end: u32) -> Span {
        let tokens = &self.parsed.tokens;
        let first = tokens.partition_point(|token| token.span.start < end);
        let mut depth = 0_i32;
        let mut out = Span::new(end, end);
        for token in &tokens[first..] {
            match token.kind {
                Kind::Punct(b'(') => depth += 1,
                Kind::Punct(b')') => depth -= 1,
                Kind::Ident => {}
                _ if depth > 0 => {}
                _ => break,
            }
            if depth < 0 {
                break;
            }
            out = Span::new(
                if out.is_empty() { token.span.start } else { out.start },
                token.span.end,
            );
        }
        out
    }

    /// Whether the bound of an array depends on the value of a local.
    fn reads_local(&self, node: Tree<'a>, depth: usize) -> bool {
        if matches!(node.kind(), "sizeof_expression" | "offsetof_expression" | "type_descriptor") {
            return false;
        }
        let own = node.kind() == "identifier" && self.resolve(self.parsed.text(node)).is_some();
        let mut cursor = node.walk();
        own || depth > 64
            || node.named_children(&mut cursor).any(|child| self.reads_local(child, depth + 1))
    }

    fn declared(&self, declarator: Tree<'a>) -> Option<(Tree<'a>, Shape)> {
        let mut shape = Shape::default();
        let mut at = declarator;
        for _ in 0..32 {
            match at.kind() {
                "identifier" => return Some((at, shape)),
                "pointer_declarator" => {
                    shape.pointer = true;
                    shape.innermost = Innermost::Pointer;
                    shape.stars = shape.stars.saturating_add(1);
                }
                "function_declarator" => {
                    shape.function = true;
                    shape.innermost = Innermost::Function;
                }
                "parenthesized_declarator" => shape.odd = true,
                "array_declarator" => {
                    shape.odd |= shape.array;
                    shape.array = true;
                    shape.innermost = Innermost::Array;
                    let size = at.child_by_field_name("size");
                    shape.variable_length |= size.is_some_and(|size| self.reads_local(size, 0));
                }
                _ => {}
            }
            at = at.child_by_field_name("declarator").or_else(|| at.named_child(0))?;
        }
        None
    }

    /// An iterator macro's head: reads its arguments, writes its cursors.
    pub(super) fn iterator_events(&self, block: &BlockMacro) -> Vec<Event> {
        let tokens = lex_range(self.text, block.arguments);
        let name = &self.text[block.name.range()];
        let cursors = kernel::iterators::cursors(name);
        let (mut reads, mut writes) = (Vec::new(), Vec::new());
        for (index, part) in split(&tokens).into_iter().enumerate() {
            let local = match part {
                [only] if only.kind == Kind::Ident => self.resolve(only.bytes(self.text)),
                _ => None,
            };
            let Some(var) = local.filter(|_| block.known) else {
                self.names(part, &mut reads, !block.known);
                continue;
            };
            let used = match cursors {
                Some(known) => {
                    let fresh = known.contains(&index);
                    Argument { value: !fresh, written: fresh, fresh, ..Argument::default() }
                }
                // What nobody has seen may do both.
                None => (self.around.argument)(name, index).unwrap_or(Argument {
                    value: true,
                    written: true,
                    ..Argument::default()
                }),
            };
            if used.written && used.fresh {
                writes.push(Event::Write { var, whole: true });
            } else {
                reads.extend((used.value || !used.named).then_some(Event::Read(var)));
                writes.extend(used.written.then_some(Event::Write { var, whole: false }));
            }
            writes.extend(used.addressed.then_some(Event::Address(var)));
        }
        reads.extend(writes);
        reads
    }

    /// Blanked arguments: every name in them is read, and perhaps written; every call perhaps made.
    pub(super) fn opaque(&self, span: Span, out: &mut Vec<Event>) {
        for arguments in
            self.parsed.blanked.opaque.iter().filter(|arguments| span.covers(**arguments))
        {
            self.names(&lex_range(self.text, *arguments), out, true);
        }
    }

    fn names(&self, tokens: &[crate::syntax::lex::Token], out: &mut Vec<Event>, may_write: bool) {
        for (index, token) in
            tokens.iter().enumerate().filter(|(_, token)| token.kind == Kind::Ident)
        {
            let member =
                index > 0 && matches!(tokens[index - 1].kind, Kind::Arrow | Kind::Punct(b'.'));
            if member {
                continue;
            }
            let name = token.bytes(self.text);
            if let Some(var) = self.resolve(name) {
                out.push(Event::Read(var));
                if may_write {
                    out.push(Event::Write { var, whole: false });
                }
            } else if tokens.get(index + 1).is_some_and(|next| next.is(b'('))
                && !kernel::words::is_keyword(name)
            {
                out.push(Event::Call(Call {
                    name: name.to_vec(),
                    indirect: false,
                    span: token.span,
                    arguments: Vec::new(),
                    conditional: true,
                }));
            }
        }
    }
}

#[allow(clippy::struct_excessive_bools, reason = "a declarator can be all of these")]
#[derive(Debug, Default, Clone, Copy)]
struct Shape {
    pointer: bool,
    array: bool,
    function: bool,
    variable_length: bool,
    stars: u8,
    /// A declarator of a kind that the rest does not tell.
    odd: bool,
    innermost: Innermost,
}

/// What the name of a declarator is: what stands closest to it decides.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Innermost {
    #[default]
    Object,
    Pointer,
    Array,
    Function,
}

/// The parenthesis that the one at `at` closes.
fn opening(tokens: &[crate::syntax::lex::Token], at: usize) -> Option<usize> {
    let mut depth = 0_i32;
    tokens[..=at].iter().rposition(|token| {
        depth += i32::from(token.is(b')')) - i32::from(token.is(b'('));
        depth == 0
    })
}

/// What stands in a declarator before its name.
fn whole_start(declarator: Span, name: Span) -> std::ops::Range<usize> {
    declarator.start as usize..name.start.max(declarator.start) as usize
}

/// Folds blanks, so that the same argument has the same text.
fn fold(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for byte in text.trim_ascii() {
        if byte.is_ascii_whitespace() {
            if out.last() != Some(&b' ') {
                out.push(b' ');
            }
        } else {
            out.push(*byte);
        }
    }
    out
}

/// The last name in `(*a->fn)`.
fn innermost_name(text: &[u8]) -> Vec<u8> {
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    let Some(end) = text.iter().rposition(is_name) else { return Vec::new() };
    let start = text[..end].iter().rposition(|byte| !is_name(byte)).map_or(0, |at| at + 1);
    text[start..=end].to_vec()
}
