//! From the graph of one function to steps.

use super::label::{Label, Roles, Storage, Tok};
use super::program::{Act, Lock, Op, OpId, Program, Sleep};
use super::words::{self, Words};
use crate::kernel::calls::{self, LockEffect, StateEffect};
use crate::model::cfg::{Call, Event, Graph, NodeId, NodeKind, VarId};
use crate::source::Span;
use crate::syntax::expr::closing;
use crate::syntax::lex::{Kind, Token};

/// The state that a local holds.
const UNKNOWN_STATE: &[u8] = b"?";

/// The locals of a part that are the driver's own: what is done with them is no step of the thread.
#[derive(Debug, Clone, Copy, Default)]
pub struct Plumbing {
    /// The context, or a pointer to it.
    pub context: Option<VarId>,
    /// The iterant, or a pointer to it, where there is no context.
    pub iterant: Option<VarId>,
    /// What the iterant's `data` holds.
    pub data: Storage,
}

/// A field of the context.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Its name.
    pub name: Vec<u8>,
    /// The place that it is, or that it points to.
    pub place: Storage,
    /// Whether it is a pointer to that place.
    pub pointer: bool,
}

/// What stands in a step that the driver is part of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Run {
    /// Its result does not matter: what follows.
    Then(OpId),
    /// Its result decides.
    Result(Vec<(Vec<u8>, OpId)>, OpId),
    /// Its result is given back.
    Return,
}

/// One function.
#[derive(Clone, Copy)]
pub struct Part<'a> {
    /// The text it stands in.
    pub text: &'a [u8],
    /// Its visible tokens.
    pub tokens: &'a [Token],
    /// Its graph.
    pub graph: &'a Graph,
    /// The place of its first local.
    pub base: Storage,
    /// What in it belongs to the driver; nothing in an original.
    pub plumbing: Option<Plumbing>,
    /// The context's fields.
    pub fields: &'a [Field],
    /// The type of every place, where it is known.
    pub types: &'a [Vec<u8>],
    /// Whether a call is true exactly when the thread should stop.
    pub is_stop: &'a dyn Fn(&[u8]) -> bool,
    /// Whether a call has no effect.
    pub is_pure: &'a dyn Fn(&[u8]) -> bool,
    /// Whether a call leaves everything as it is.
    pub is_quiet: &'a dyn Fn(&[u8]) -> bool,
}

/// How a part ends.
#[derive(Debug, Clone, Copy)]
pub enum Ends {
    /// The thread is over.
    Thread,
    /// It goes on here.
    At(OpId),
    /// It is an init: goes on here where it gives back 0.
    Init(OpId),
}

impl std::fmt::Debug for Part<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Part").field("base", &self.base).finish_non_exhaustive()
    }
}

/// The steps of a part, and where it hands over to the driver.
#[derive(Debug)]
pub struct Built {
    /// Its first step.
    pub entry: OpId,
    /// Steps to be led to the driver, with what follows.
    pub runs: Vec<(OpId, Run)>,
}

impl<'a> Part<'a> {
    /// Adds the steps of this part to a program.
    pub fn build(&self, into: &mut Program, ends: Ends) -> Built {
        let nodes: Vec<OpId> =
            self.graph.nodes.iter().map(|node| into.add(Op::Goto(usize::MAX), node.span)).collect();
        let mut built = Built { entry: nodes[self.graph.entry], runs: Vec::new() };
        for id in 0..self.graph.nodes.len() {
            self.node(id, &nodes, into, ends, &mut built);
        }
        built
    }

    fn node(&self, id: NodeId, nodes: &[OpId], into: &mut Program, ends: Ends, built: &mut Built) {
        let node = &self.graph.nodes[id];
        let at = nodes[id];
        let next: Vec<OpId> = node.next.iter().map(|next| nodes[*next]).collect();
        let first = next.first().copied().unwrap_or(nodes[self.graph.exit]);
        into.ops[at] = match node.kind {
            NodeKind::Exit => match ends {
                Ends::Thread => Op::Return(Label::default(), Roles::default()),
                Ends::At(to) | Ends::Init(to) => Op::Goto(to),
            },
            NodeKind::Entry | NodeKind::Join | NodeKind::Label => Op::Goto(first),
            NodeKind::Jump => {
                let tokens = self.slice(node.span);
                if tokens.first().is_some_and(|token| token.is_word(self.text, "return")) {
                    self.returned(id, &tokens[1..], at, ends, built)
                } else {
                    Op::Goto(first)
                }
            }
            NodeKind::Undo => {
                let mut label = self.label(trim(self.slice(node.span)));
                label.toks.push(Tok::text(b"}"));
                Op::Goto(self.act(label, &node.events, first, into, node.span, None))
            }
            NodeKind::Statement if self.graph.halts.contains(&id) => {
                let halt = into.add(Op::Halt, node.span);
                Op::Goto(self.statement(id, halt, into, built))
            }
            NodeKind::Statement if next.len() > 1 => {
                let label = self.label(trim(self.slice(node.span)));
                Op::Switch { label, roles: self.roles(&node.events), next }
            }
            NodeKind::Statement => Op::Goto(self.statement(id, first, into, built)),
            NodeKind::Branch => self.branch(id, &next, at, into, built),
        };
    }

    /// The visible tokens of a span.
    fn slice(&self, span: Span) -> &'a [Token] {
        let first = self.tokens.partition_point(|token| token.span.start < span.start);
        let last = self.tokens.partition_point(|token| token.span.end <= span.end);
        self.tokens.get(first..last).unwrap_or_default()
    }

    fn returned(
        &self,
        id: NodeId,
        tokens: &'a [Token],
        at: OpId,
        ends: Ends,
        built: &mut Built,
    ) -> Op {
        let tokens = strip(trim(tokens));
        if words::call(self.text, tokens).is_some_and(|call| self.runs(&call)) {
            built.runs.push((at, Run::Return));
            return Op::Goto(usize::MAX);
        }
        let label = self.label(tokens);
        let roles = self.roles(&self.graph.nodes[id].events);
        match ends {
            Ends::Thread => Op::Return(label, roles),
            Ends::At(to) if label.toks.is_empty() => Op::Goto(to),
            Ends::Init(to) if label.toks.len() == 1 && label.toks[0].is(b"0") => Op::Goto(to),
            // An init's error ends the thread; what may be 0 does not.
            Ends::Init(_) if label.toks.len() == 2 && label.toks[0].is(b"-") => {
                Op::Return(label, roles)
            }
            Ends::At(_) | Ends::Init(_) => Op::Goto(usize::MAX),
        }
    }

    /// The tokens of an expression as a label.
    pub fn label(&self, tokens: &[Token]) -> Label {
        let mut out = Label::default();
        let mut at = 0;
        // What is only measured: where that ends, and the words before it.
        let mut measured: Option<(usize, usize)> = None;
        while let Some(token) = tokens.get(at) {
            if let Some((end, from)) = measured
                && at >= end
            {
                out.measure(from);
                measured = None;
            }
            if measured.is_none() && is_measure(token.bytes(self.text)) {
                let end = match tokens.get(at + 1) {
                    Some(next) if next.is(b'(') => closing(tokens, at + 1).unwrap_or(at + 1),
                    // `sizeof *x`: nobody knows here where that ends.
                    _ => at,
                };
                measured = Some((end, out.toks.len()));
            }
            let local =
                (token.kind == Kind::Ident).then(|| self.graph.used_at(token.span.start)).flatten();
            match local {
                Some(var) if self.is_context(var) => {
                    at = self.through_context(tokens, at, &mut out);
                    continue;
                }
                Some(var) => out.toks.push(Tok::Place(self.base + var)),
                None => {
                    out.toks.push(Tok::text(token.bytes(self.text)));
                    if token.kind == Kind::Ident {
                        let captured = self.graph.captured.iter();
                        let here = captured.filter(|(span, _)| *span == token.span);
                        out.toks.extend(here.map(|(_, var)| Tok::Place(self.base + var)));
                    }
                }
            }
            at += 1;
        }
        if let Some((_, from)) = measured.filter(|(end, _)| *end == tokens.len()) {
            out.measure(from);
        }
        out
    }

    /// `context->field`, as what it stands for; gives the index behind it.
    fn through_context(&self, tokens: &[Token], at: usize, out: &mut Label) -> usize {
        let field = tokens.get(at + 2).and_then(|name| {
            self.fields.iter().position(|field| field.name == name.bytes(self.text))
        });
        let opens = tokens
            .get(at + 1)
            .is_some_and(|token| matches!(token.kind, Kind::Arrow | Kind::Punct(b'.')));
        let Some(index) = field.filter(|_| opens) else {
            out.toks.push(Tok::text(tokens[at].bytes(self.text)));
            return at + 1;
        };
        let field = &self.fields[index];
        if !field.pointer {
            out.toks.push(Tok::Place(field.place));
            return at + 3;
        }
        out.via.push(index);
        let behind = tokens.get(at + 3);
        let count = out.toks.len();
        if count >= 2
            && out.toks[count - 2].is(b"(")
            && out.toks[count - 1].is(b"*")
            && behind.is_some_and(|token| token.is(b')'))
        {
            out.toks.truncate(count - 2);
            out.toks.push(Tok::Place(field.place));
            return at + 4;
        }
        if count == 1 && out.toks[0].is(b"*") && behind.is_none() {
            out.toks.clear();
            out.toks.push(Tok::Place(field.place));
            return at + 3;
        }
        if behind.is_some_and(|token| token.kind == Kind::Arrow) {
            out.toks.push(Tok::Place(field.place));
            out.toks.push(Tok::text(b"."));
            return at + 4;
        }
        out.toks.push(Tok::text(b"&"));
        out.toks.push(Tok::Place(field.place));
        at + 3
    }

    fn is_context(&self, var: VarId) -> bool {
        self.plumbing.is_some_and(|plumbing| plumbing.context == Some(var))
    }

    fn is_plumbing(&self, var: VarId) -> bool {
        self.plumbing.is_some_and(|own| own.context == Some(var) || own.iterant == Some(var))
    }

    /// `context.field = …;` and `iterant.data = …;`
    fn fills(
        &self,
        tokens: &'a [Token],
        next: OpId,
        into: &mut Program,
        span: Span,
    ) -> Option<OpId> {
        let plumbing = self.plumbing?;
        let [object, dot, name, equals, value @ ..] = tokens else { return None };
        let var = self.graph.used_at(object.span.start)?;
        if !dot.is(b'.') || !equals.is(b'=') || !self.is_plumbing(var) {
            return None;
        }
        let name = name.bytes(self.text);
        if plumbing.iterant == Some(var) && name == b"data" {
            return Some(self.data(value, next, into, span));
        }
        let index = self.fields.iter().position(|field| field.name == name)?;
        let field = &self.fields[index];
        let value = self.label(value);
        match value.toks.as_slice() {
            [and, Tok::Place(place)] if field.pointer && and.is(b"&") && *place == field.place => {
                Some(into.add(Op::Point(index, next), span))
            }
            [Tok::Place(from)] if !field.pointer && self.same_value(field.place, *from) => {
                let op = Op::Copy { to: field.place, from: *from, via: value.via, next };
                Some(into.add(op, span))
            }
            _ => None,
        }
    }

    /// The iterant's `data` gets a value.
    fn data(&self, value: &'a [Token], next: OpId, into: &mut Program, span: Span) -> OpId {
        let label = self.label(value);
        match (label.place(), self.plumbing) {
            (Some(from), Some(plumbing)) => {
                let op = Op::Copy { to: plumbing.data, from, via: label.via, next };
                into.add(op, span)
            }
            _ => next,
        }
    }

    fn roles(&self, events: &[Event]) -> Roles {
        let mut out = Roles::default();
        for event in events {
            match event {
                Event::Read(var) => out.read.push(self.base + var),
                Event::Write { var, whole } => {
                    out.written.push(self.base + var);
                    if !whole {
                        out.read.push(self.base + var);
                    }
                }
                Event::Address(var) => {
                    out.addressed.push(self.base + var);
                    out.read.push(self.base + var);
                }
                Event::Store | Event::Call(_) => out.disturbs = true,
                Event::Declare(_) => {}
            }
        }
        out
    }

    /// A statement's steps; gives the first.
    fn statement(&self, id: NodeId, next: OpId, into: &mut Program, built: &mut Built) -> OpId {
        let node = &self.graph.nodes[id];
        let declared: Vec<VarId> = (0..self.graph.variables.len())
            .filter(|var| {
                let variable = &self.graph.variables[*var];
                variable.statement == node.span && variable.made_by.is_none()
            })
            .collect();
        if !declared.is_empty() {
            return self.declarations(id, &declared, next, into);
        }
        let tokens = trim(self.slice(node.span));
        // An extern does nothing; that it is somewhere is seen with the types.
        let is_extern = tokens.first().is_some_and(|word| word.is_word(self.text, "extern"));
        if tokens.is_empty() || is_extern {
            return next;
        }
        if let Some(op) = self.fills(tokens, next, into, node.span) {
            return op;
        }
        if let Some(call) = words::call(self.text, tokens)
            && let Some(op) = self.known_call(id, &call, next, into, built)
        {
            return op;
        }
        self.act(self.label(tokens), &node.events, next, into, node.span, None)
    }

    fn declarations(&self, id: NodeId, declared: &[VarId], next: OpId, into: &mut Program) -> OpId {
        let node = &self.graph.nodes[id];
        let mut to = next;
        for var in declared.iter().rev() {
            let variable = &self.graph.variables[*var];
            if variable.is_static {
                continue;
            }
            if self.is_plumbing(*var) {
                let init = variable.init.map(|init| self.slice(init)).unwrap_or_default();
                if let Some(value) = words::designated(self.text, init, b"data") {
                    to = self.data(value, to, into, variable.span);
                }
                continue;
            }
            if let Some(init) = variable.init {
                let mut label = self.label(self.slice(variable.span));
                label.toks.push(Tok::text(b"="));
                let value = self.label(self.slice(init));
                label.toks.extend(value.toks);
                label.via.extend(value.via);
                let start = node.events.iter().position(|event| *event == Event::Declare(*var));
                let own: Vec<Event> = node.events[start.map_or(0, |start| start + 1)..]
                    .iter()
                    .take_while(|event| !matches!(event, Event::Declare(_)))
                    .cloned()
                    .collect();
                // What is reached through the context is a local.
                let reads = variable.init_reads_memory
                    && !(self.plumbing.is_some() && reads_no_memory(&label.toks[2..]));
                let pure = !reads && variable.init_calls.iter().all(|name| (self.is_pure)(name));
                let pure = pure.then_some(self.base + var);
                to = self.act(label, &own, to, into, variable.shape.declarator, pure);
            }
            to = into.add(Op::Declare(self.base + var, to), variable.span);
        }
        to
    }

    fn act(
        &self,
        label: Label,
        events: &[Event],
        next: OpId,
        into: &mut Program,
        span: Span,
        pure: Option<Storage>,
    ) -> OpId {
        let roles = self.roles(events);
        let pure = pure.or_else(|| plain_value(&label, events));
        if let [Tok::Place(to), equals, Tok::Place(from)] = label.toks.as_slice()
            && equals.is(b"=")
            && self.same_value(*to, *from)
        {
            return into.add(Op::Copy { to: *to, from: *from, via: label.via, next }, span);
        }
        let calls = events.iter().filter_map(|event| match event {
            Event::Call(call) => Some(call),
            _ => None,
        });
        let runs = calls.clone().any(|call| {
            !call.indirect
                && !call.conditional
                && calls::state_effect(&call.name) == StateEffect::Runs
        });
        let idle = !events.contains(&Event::Store)
            && calls.clone().all(|call| self.is_idle(call))
            && !label.toks.iter().any(|tok| tok.is(b"asm") || tok.is(b"__asm__"));
        let lock = match events.iter().filter(|event| matches!(event, Event::Call(_))).count() {
            1 => calls
                .clone()
                .find_map(calls::lock_of)
                .map(|(effect, lock)| Lock { takes: effect == LockEffect::Takes, lock }),
            _ => None,
        };
        let idle = idle || (lock.is_some() && !events.contains(&Event::Store));
        into.add(Op::Act(Act { label, roles, pure, idle, lock, runs }, next), span)
    }

    /// Whether a place of one type holds the same value when it is copied to one of another.
    fn same_value(&self, to: Storage, from: Storage) -> bool {
        let known = |place: Storage| self.types.get(place).filter(|text| !text.is_empty());
        match (known(to), known(from)) {
            (Some(to), Some(from)) => to == from || (to.ends_with(b"*") && from.ends_with(b"*")),
            _ => false,
        }
    }

    /// Whether a call does nothing, but perhaps pass time, once stop is asked for.
    pub fn is_idle(&self, call: &Call) -> bool {
        !call.indirect && words::idle_under_stop(call, self.is_stop, self.is_quiet)
    }

    fn branch(
        &self,
        id: NodeId,
        next: &[OpId],
        at: OpId,
        into: &mut Program,
        built: &mut Built,
    ) -> Op {
        let node = &self.graph.nodes[id];
        let tokens = self.slice(node.span);
        let before = self.tokens.partition_point(|token| token.span.start < node.span.start);
        let is_switch = before
            .checked_sub(1)
            .is_some_and(|before| self.tokens[before].is_word(self.text, "switch"));
        if is_switch && words::call(self.text, strip(tokens)).is_some_and(|call| self.runs(&call)) {
            let mut results = Vec::new();
            let mut other = None;
            for (to, op) in node.next.iter().zip(next) {
                let case = self.slice(self.graph.nodes[*to].span);
                match case {
                    [word, value, ..] if word.is_word(self.text, "case") => {
                        results.push((value.bytes(self.text).to_vec(), *op));
                    }
                    _ => other = Some(*op),
                }
            }
            let halt = into.add(Op::Halt, node.span);
            built.runs.push((at, Run::Result(results, other.unwrap_or(halt))));
            return Op::Goto(usize::MAX);
        }
        let [yes, no] = *next else {
            return Op::Switch {
                label: self.label(tokens),
                roles: self.roles(&node.events),
                next: next.to_vec(),
            };
        };
        if is_switch {
            return Op::Switch {
                label: self.label(tokens),
                roles: self.roles(&node.events),
                next: next.to_vec(),
            };
        }
        Op::Goto(self.condition(id, tokens, yes, no, into, built))
    }

    /// A condition as tests without `&&`, `||` and `!`; gives the first.
    fn condition(
        &self,
        id: NodeId,
        tokens: &'a [Token],
        yes: OpId,
        no: OpId,
        into: &mut Program,
        built: &mut Built,
    ) -> OpId {
        let tokens = words::unwrap(self.text, tokens);
        match words::split(self.text, tokens) {
            Words::Or(sides) => {
                let mut to = no;
                for side in sides.into_iter().rev() {
                    to = self.condition(id, side, yes, to, into, built);
                }
                to
            }
            Words::And(sides) => {
                let mut to = yes;
                for side in sides.into_iter().rev() {
                    to = self.condition(id, side, to, no, into, built);
                }
                to
            }
            Words::Not(inner) => self.condition(id, inner, no, yes, into, built),
            Words::Atom => self.atom(id, tokens, yes, no, into, built),
        }
    }

    fn atom(
        &self,
        id: NodeId,
        tokens: &'a [Token],
        yes: OpId,
        no: OpId,
        into: &mut Program,
        built: &mut Built,
    ) -> OpId {
        let node = &self.graph.nodes[id];
        let call = words::call(self.text, tokens);
        let span = tokens
            .first()
            .zip(tokens.last())
            .map_or(node.span, |(first, last)| Span::new(first.span.start, last.span.end));
        if let Some(call) = &call {
            match call.name {
                b"kthread_should_stop" => return into.add(Op::Stop { yes, no }, span),
                b"kthread_freezable_should_stop" if self.unread(call.arguments.first()) => {
                    let stop = into.add(Op::Stop { yes, no }, span);
                    return into.add(Op::Freeze(stop), span);
                }
                b"try_to_freeze" => return into.add(Op::FreezeTest { yes, no }, span),
                words::RUN_HERE if self.runs(call) => {
                    let at = into.add(Op::Goto(usize::MAX), span);
                    built.runs.push((at, Run::Result(vec![(b"0".to_vec(), no)], yes)));
                    return at;
                }
                _ => {}
            }
        }
        // kthread_iterant_run_here(…) == 1
        if let [head @ .., equals, value] = tokens
            && equals.bytes(self.text) == b"=="
            && words::call(self.text, head).is_some_and(|call| self.runs(&call))
        {
            let at = into.add(Op::Goto(usize::MAX), span);
            let results = vec![(value.bytes(self.text).to_vec(), yes)];
            built.runs.push((at, Run::Result(results, no)));
            return at;
        }
        let decided = call
            .filter(|call| !call.arguments.iter().any(|it| it.iter().any(|token| token.is(b'&'))))
            .is_some_and(|call| (self.is_stop)(call.name))
            .then_some(true);
        // Of a comparison and its opposite one is a step, and the other the same one turned round.
        let (label, turned) = match words::comparison(self.text, tokens) {
            Some((left, opposite, right)) => self.compared(tokens, left, opposite, right),
            None => (self.label(tokens), false),
        };
        let (yes, no) = if turned { (no, yes) } else { (yes, no) };
        // Events of the whole condition: a place that another part of it writes counts as written.
        let mut roles = self.roles(&node.events);
        let here = |place: &Storage| label.toks.contains(&Tok::Place(*place));
        roles.read.retain(here);
        roles.written.retain(here);
        roles.addressed.retain(here);
        let quiet = roles.written.is_empty()
            && node.events.iter().all(|event| match event {
                Event::Call(call) => {
                    !span.covers(call.span)
                        || (!call.indirect && words::only_reads(&call.name, self.is_pure))
                        || self.is_idle(call)
                }
                Event::Store => false,
                _ => true,
            });
        into.add(Op::Test { label, roles, decided, quiet, yes, no }, span)
    }

    /// A comparison by `==`, `<` or `>`, and whether that is its opposite.
    fn compared(
        &self,
        whole: &[Token],
        left: &[Token],
        opposite: &str,
        right: &[Token],
    ) -> (Label, bool) {
        let turned = matches!(opposite, "==" | "<" | ">");
        let own = whole.get(left.len()).map_or(&b""[..], |own| own.bytes(self.text));
        let mut label = self.label(left);
        label.toks.push(Tok::text(if turned { opposite.as_bytes() } else { own }));
        let right = self.label(right);
        label.toks.extend(right.toks);
        label.via.extend(right.via);
        (label, turned)
    }

    /// Whether an output argument is NULL.
    fn unread(&self, argument: Option<&&'a [Token]>) -> bool {
        matches!(argument, Some([token]) if token.bytes(self.text) == b"NULL")
    }

    /// A statement that is one call with a meaning of its own.
    fn known_call(
        &self,
        id: NodeId,
        call: &words::Called<'a>,
        next: OpId,
        into: &mut Program,
        built: &mut Built,
    ) -> Option<OpId> {
        let node = &self.graph.nodes[id];
        let span = node.span;
        let argument = |at: usize| call.arguments.get(at).copied();
        let op = match call.name {
            b"try_to_freeze" => Op::Freeze(next),
            b"set_current_state" | b"__set_current_state" => {
                let state = self.state(argument(0)?, "");
                let next = if state == UNKNOWN_STATE {
                    // That it is the same one is compared as of any other statement.
                    let label = self.label(trim(self.slice(span)));
                    self.act(label, &node.events, next, into, span, None)
                } else {
                    next
                };
                Op::State(state, call.name.to_vec(), next)
            }
            b"schedule" => Op::Sleep(self.sleep(id, None, None), next),
            b"schedule_timeout" => Op::Sleep(self.sleep(id, None, argument(0)), next),
            name if words::sleeps_in(name).is_some() => {
                Op::Sleep(self.sleep(id, words::sleeps_in(name), argument(0)), next)
            }
            words::RUN_HERE if self.runs(call) => {
                let at = into.add(Op::Goto(usize::MAX), span);
                built.runs.push((at, Run::Then(next)));
                return Some(at);
            }
            name if words::DRIVER.contains(&name) && !self.is_own(argument(0)) => {
                Op::Goto(usize::MAX)
            }
            words::STOP_CURRENT => Op::StopCurrent(self.label(argument(1)?), next),
            words::SLEEP => Op::Request(self.state(argument(1)?, "asked"), None, next),
            words::SLEEP_TIMEOUT => {
                let state = self.state(argument(1)?, "asked");
                Op::Request(state, Some(self.label(argument(2)?)), next)
            }
            words::INT_SLEEP => Op::Request(b"TASK_INTERRUPTIBLE".to_vec(), None, next),
            words::INT_SLEEP_TIMEOUT => {
                Op::Request(b"TASK_INTERRUPTIBLE".to_vec(), Some(self.label(argument(1)?)), next)
            }
            words::CLEAR_SLEEP => Op::Cancel(next),
            _ => return None,
        };
        Some(into.add(op, span))
    }

    /// A state's name; what a local holds is not known, and not the same as what another does.
    fn state(&self, tokens: &[Token], what: &str) -> Vec<u8> {
        let local = self.label(tokens).toks.iter().any(|tok| matches!(tok, Tok::Place(_)));
        if local {
            [UNKNOWN_STATE, what.as_bytes()].concat()
        } else {
            words::join(self.text, tokens)
        }
    }

    /// Whether a call runs the iterant of this thread function.
    fn runs(&self, call: &words::Called<'_>) -> bool {
        call.name == words::RUN_HERE && self.is_own(call.arguments.first().copied())
    }

    /// Whether an argument is the iterant that all of this is about.
    fn is_own(&self, argument: Option<&[Token]>) -> bool {
        let Some(plumbing) = self.plumbing else { return false };
        let var = |token: &Token| self.graph.used_at(token.span.start);
        match argument.map(strip).unwrap_or_default() {
            [pointer] => var(pointer).is_some() && var(pointer) == plumbing.iterant,
            [and, own] => and.is(b'&') && var(own).is_some() && var(own) == plumbing.iterant,
            [and, context, opens, field] => {
                and.is(b'&')
                    && var(context).is_some_and(|var| self.is_context(var))
                    && matches!(opens.kind, Kind::Arrow | Kind::Punct(b'.'))
                    && field.bytes(self.text) == b"iterant"
            }
            _ => false,
        }
    }

    fn sleep(&self, id: NodeId, own: Option<&'static [u8]>, timeout: Option<&'a [Token]>) -> Sleep {
        let node = &self.graph.nodes[id];
        Sleep {
            label: self.label(trim(self.slice(node.span))),
            roles: self.roles(&node.events),
            own,
            timeout: timeout.map(|tokens| self.label(tokens)),
        }
    }
}

/// The local that a statement gives a value, if the value is made of constants and locals alone.
fn plain_value(label: &Label, events: &[Event]) -> Option<Storage> {
    let [Tok::Place(place), equals, value @ ..] = label.toks.as_slice() else { return None };
    let plain = equals.is(b"=")
        && !value.is_empty()
        && events.iter().all(|event| {
            matches!(event, Event::Read(_) | Event::Write { whole: true, .. } | Event::Store)
        })
        && value.iter().all(|tok| match tok {
            Tok::Place(_) | Tok::Sized(_) => true,
            Tok::Text(text) => is_plain(text),
        });
    plain.then_some(*place)
}

/// Whether a value is made of constants, locals and members of these.
fn reads_no_memory(toks: &[Tok]) -> bool {
    toks.iter().enumerate().all(|(at, tok)| match tok {
        Tok::Place(_) | Tok::Sized(_) => true,
        Tok::Text(text) => {
            let member = at.checked_sub(1).is_some_and(|before| toks[before].is(b"."));
            member || &**text == b"." || is_plain(text)
        }
    })
}

/// A constant, or an operator that reads no memory.
pub fn is_plain(text: &[u8]) -> bool {
    match text {
        b"true" | b"false" => true,
        b"->" | b"[" | b"*" | b"." | b"++" | b"--" | b"=" | b"&" | b"{" => false,
        _ => {
            !text.iter().any(u8::is_ascii_lowercase) || text.first().is_some_and(u8::is_ascii_digit)
        }
    }
}

/// Whether a word measures what stands behind it, and does not read it.
fn is_measure(word: &[u8]) -> bool {
    matches!(
        word,
        b"sizeof" | b"typeof" | b"__typeof__" | b"__typeof" | b"_Alignof" | b"__alignof__"
    )
}

/// Without the `;` at its end.
fn trim(tokens: &[Token]) -> &[Token] {
    match tokens {
        [head @ .., last] if last.is(b';') => head,
        _ => tokens,
    }
}

/// Without the parentheses around all of it.
fn strip(tokens: &[Token]) -> &[Token] {
    match tokens {
        [open, inner @ .., _] if open.is(b'(') && closing(tokens, 0) == Some(tokens.len()) => {
            strip(inner)
        }
        _ => tokens,
    }
}
