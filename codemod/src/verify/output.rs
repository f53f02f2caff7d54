//! The output as a program: its functions are read again, and the driver is put between them.

use std::ops::Range;

use super::label::Storage;
use super::original::{local_types, names};
use super::part::{Ends, Field, Part, Plumbing, Run};
use super::program::{Op, OpId, Program};
use super::types;
use super::words;
use crate::analysis::function::{Reader, Variant};
use crate::model::cfg::{Graph, VarId};
use crate::source::{FileId, Span};
use crate::syntax::blank::visible;
use crate::syntax::cond::{Choice, Conditions};
use crate::syntax::lex::{Kind, Token, lex};
use crate::syntax::skeleton::{Function, Skeleton, skeleton};

/// A text that was read again.
#[derive(Debug)]
pub struct Reread<'t> {
    text: &'t [u8],
    skeleton: Skeleton,
    conditions: Conditions,
}

impl<'t> Reread<'t> {
    /// The text.
    pub fn text(&self) -> &'t [u8] {
        self.text
    }

    /// Reads a text.
    pub fn new(text: &'t [u8]) -> Self {
        let tokens = lex(text);
        Self { text, skeleton: skeleton(text, &tokens), conditions: Conditions::new(text, &tokens) }
    }

    /// The functions of a name.
    fn functions(&self, name: &[u8]) -> Vec<&Function> {
        self.skeleton
            .functions
            .iter()
            .filter(|function| self.text[function.name.range()] == *name)
            .collect()
    }
}

/// The output's side of a comparison.
#[derive(Debug)]
pub struct Output {
    /// Its steps.
    pub program: Program,
    /// The types of its places.
    pub types: Vec<Vec<u8>>,
    /// Their names.
    pub names: Vec<Vec<u8>>,
    /// Places of the thread function's parameters, by their names.
    pub parameters: Vec<(String, Storage)>,
    /// The statics of all functions.
    pub statics: Vec<Static>,
    /// The places of func's own locals: they are gone where the driver waits.
    pub func: Range<Storage>,
    /// Whether func has objects without a name.
    pub literals: bool,
}

/// A local that outlives its function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Static {
    /// Its name.
    pub name: String,
    /// The tokens that declare it, with its first value.
    pub declared: Vec<u8>,
    /// Its place.
    pub place: Storage,
}

/// The statics of a function.
pub fn statics(tokens: &[Token], text: &[u8], graph: &Graph, base: Storage) -> Vec<Static> {
    let of = graph.variables.iter().enumerate().filter(|(_, variable)| variable.is_static);
    let words = |span: Span| words::join(text, inside(tokens, span));
    of.map(|(var, variable)| Static {
        name: variable.name.clone(),
        declared: match &variable.made_by {
            Some(_) => words(variable.statement),
            None => {
                [words(variable.shape.specifiers), words(variable.shape.declarator)].join(&b' ')
            }
        },
        place: base + var,
    })
    .collect()
}

/// One function of the output.
struct Read<'t> {
    function: &'t Function,
    variant: Variant,
    tokens: Vec<Token>,
    base: Storage,
    plumbing: Plumbing,
}

/// What the thread function says of its iterant.
#[derive(Debug, Default)]
struct Spec {
    mask: Vec<Vec<u8>>,
    init: Option<Vec<u8>>,
    func: Vec<u8>,
    destroy: Option<Vec<u8>>,
    /// Whether `data` is the address of the context or of the iterant.
    data_is_own: bool,
}

/// Makes the output's program in one variant. `which` is the how-many-th function of its name the
/// thread function is.
///
/// # Errors
/// What was not found as it should be.
pub fn output(
    reader: &Reader<'_>,
    file: FileId,
    reread: &Reread<'_>,
    choice: &Choice,
    name: &[u8],
    which: usize,
) -> Result<Output, String> {
    let read = |function, base| read(reader, file, reread, choice, function, base);
    let function = *reread
        .functions(name)
        .get(which)
        .ok_or_else(|| "the thread function is gone".to_owned())?;
    let mut thread = read(function, 0)?;
    let spec = find_spec(reread.text, &mut thread)?;
    let mut base = thread.variant.graph.variables.len();
    let mut parts: Vec<Read<'_>> = Vec::new();
    for name in [spec.init.as_deref(), Some(spec.func.as_slice()), spec.destroy.as_deref()] {
        let Some(name) = name else { continue };
        // Twins under #if have callbacks of one name: the nearest before the thread function.
        let nearest = reread
            .functions(name)
            .into_iter()
            .rfind(|callback| callback.span.end <= function.span.start);
        let callback = nearest
            .ok_or_else(|| format!("there is no function `{}`", String::from_utf8_lossy(name)))?;
        let mut part = read(callback, base)?;
        base += part.variant.graph.variables.len();
        find_plumbing(reread.text, &mut part, &spec, &thread);
        parts.push(part);
    }
    let (fields, field_types) = find_fields(reread, &thread, &mut base);
    let data = base;
    thread.plumbing.data = data;
    for part in &mut parts {
        part.plumbing.data = data;
    }
    let mut place_types = local_types(reread.text, thread.function, &thread.variant.graph);
    for part in &parts {
        place_types.extend(local_types(reread.text, part.function, &part.variant.graph));
    }
    let mut place_names = names(&thread.variant.graph);
    for part in &parts {
        place_names.extend(names(&part.variant.graph));
    }
    place_names
        .extend(fields.iter().filter(|field| !field.pointer).map(|field| field.name.clone()));
    place_types.extend(field_types);
    place_types.push(b"void *".to_vec());
    let parameters = thread
        .variant
        .graph
        .variables
        .iter()
        .enumerate()
        .filter(|(_, variable)| variable.parameter)
        .map(|(var, variable)| (variable.name.clone(), var))
        .collect();
    let statics = [&thread]
        .into_iter()
        .chain(&parts)
        .flat_map(|read| statics(&read.tokens, reread.text, &read.variant.graph, read.base))
        .collect();
    let own = parts.get(usize::from(spec.init.is_some()));
    let func = own.map_or(0..0, |own| own.base..own.base + own.variant.graph.variables.len());
    let literals = own.is_some_and(|own| !own.variant.graph.literals.is_empty());
    let program = assemble(reader, file, reread, &spec, &thread, &parts, &fields, &place_types)?;
    let (types, names) = (place_types, place_names);
    Ok(Output { program, types, names, parameters, statics, func, literals })
}

fn read<'t>(
    reader: &Reader<'_>,
    file: FileId,
    reread: &'t Reread<'_>,
    choice: &Choice,
    function: &'t Function,
    base: Storage,
) -> Result<Read<'t>, String> {
    let hidden = reread.conditions.hidden_by(choice, function.span);
    let tokens = visible(reread.text, function.span, &hidden);
    let variant = reader.variant(file, reread.text, function, hidden, choice.clone())?;
    if !variant.errors.is_empty() {
        return Err("the output does not parse".into());
    }
    Ok(Read { function, variant, tokens, base, plumbing: Plumbing::default() })
}

fn inside(tokens: &[Token], span: Span) -> &[Token] {
    let first = tokens.partition_point(|token| token.span.start < span.start);
    let last = tokens.partition_point(|token| token.span.end <= span.end);
    tokens.get(first..last).unwrap_or_default()
}

/// Flags whose meaning is compared.
const FLAGS: [&[u8]; 4] = [b"KTI_STOP", b"KTI_FREEZE", b"KTI_PARK", b"KTI_TEST_FIRST"];

/// Finds the iterant in the thread function, and what it is filled with.
fn find_spec(text: &[u8], thread: &mut Read<'_>) -> Result<Spec, String> {
    let graph = &thread.variant.graph;
    let mut found: Vec<(VarId, bool)> = Vec::new();
    for (var, variable) in graph.variables.iter().enumerate() {
        let Some(init) = variable.init else { continue };
        let tokens = inside(&thread.tokens, init);
        let own = types::of_variable(text, variable) == b"struct kthread_iterant";
        if own || words::designated(text, tokens, b"iterant").is_some() {
            found.push((var, own));
        }
    }
    let [(var, own)] = found[..] else {
        return Err("there is not one iterant in the thread function".into());
    };
    if own {
        thread.plumbing.iterant = Some(var);
    } else {
        thread.plumbing.context = Some(var);
    }
    let variable = &graph.variables[var];
    let tokens = inside(&thread.tokens, variable.init.unwrap_or_default());
    filled(text, tokens, own)?;
    let word = |name: &[u8]| {
        words::designated(text, tokens, name).and_then(|value| match value {
            [only] if only.kind == Kind::Ident => Some(only.bytes(text).to_vec()),
            _ => None,
        })
    };
    let mask = words::designated(text, tokens, b"type").unwrap_or_default();
    let mut out = Spec {
        mask: mask
            .iter()
            .filter(|token| token.kind == Kind::Ident)
            .map(|token| token.bytes(text).to_vec())
            .collect(),
        init: word(b"init"),
        func: word(b"func").ok_or("the iterant has no func")?,
        destroy: word(b"destroy"),
        data_is_own: false,
    };
    if mask
        .iter()
        .any(|token| token.kind != Kind::Ident && !token.is(b'|') && token.bytes(text) != b"0")
    {
        return Err("the iterant's type is not a list of flags".into());
    }
    if out.mask.iter().any(|flag| !FLAGS.contains(&flag.as_slice())) {
        return Err("the iterant has a flag that is not compared".into());
    }
    out.data_is_own = words::designated(text, tokens, b"data").is_some_and(|value| {
        matches!(value, [and, name]
            if and.is(b'&') && name.bytes(text) == variable.name.as_bytes())
    });
    Ok(out)
}

/// Whether an iterant, or the context around it, is filled with what is compared and nothing else.
fn filled(text: &[u8], tokens: &[Token], own: bool) -> Result<(), String> {
    let odd = || "the iterant is not filled in a way that can be compared".to_owned();
    let mut entries = words::entries(text, tokens).ok_or_else(odd)?;
    if !own {
        let [(b"iterant", inner)] = entries[..] else { return Err(odd()) };
        entries = words::entries(text, inner).ok_or_else(odd)?;
    }
    let mut names: Vec<&[u8]> = entries.iter().map(|(name, _)| *name).collect();
    names.sort_unstable();
    let twice = names.windows(2).any(|pair| pair[0] == pair[1]);
    let known = entries.iter().all(|(name, value)| match *name {
        b"init" | b"func" | b"destroy" => matches!(value, [one] if one.kind == Kind::Ident),
        b"type" | b"data" => true,
        _ => false,
    });
    if known && !twice { Ok(()) } else { Err(odd()) }
}

/// Finds, in a callback, the local through which it reaches the context or the iterant.
fn find_plumbing(text: &[u8], part: &mut Read<'_>, spec: &Spec, thread: &Read<'_>) {
    if !spec.data_is_own {
        return;
    }
    let graph = &part.variant.graph;
    let Some(param) = graph.variables.iter().position(|variable| variable.parameter) else {
        return;
    };
    let owner = thread.plumbing.context.or(thread.plumbing.iterant);
    let Some(owner) = owner else { return };
    let wanted = types::of_variable(text, &thread.variant.graph.variables[owner]);
    for (var, variable) in graph.variables.iter().enumerate() {
        let Some(init) = variable.init else { continue };
        let from_param = matches!(inside(&part.tokens, init), [only]
            if graph.used_at(only.span.start) == Some(param));
        let mut kind = wanted.clone();
        kind.extend_from_slice(b" *");
        if from_param && types::of_variable(text, variable) == kind {
            if thread.plumbing.context.is_some() {
                part.plumbing.context = Some(var);
            } else {
                part.plumbing.iterant = Some(var);
            }
            return;
        }
    }
}

/// The fields of the context that any part names.
fn find_fields(
    reread: &Reread<'_>,
    thread: &Read<'_>,
    base: &mut Storage,
) -> (Vec<Field>, Vec<Vec<u8>>) {
    let text = reread.text;
    let (mut fields, mut kinds): (Vec<Field>, Vec<Vec<u8>>) = (Vec::new(), Vec::new());
    let Some(context) = thread.plumbing.context else { return (fields, kinds) };
    let own = types::of_variable(text, &thread.variant.graph.variables[context]);
    let body = reread
        .skeleton
        .structs
        .iter()
        .rfind(|found| {
            let tag = &text[found.name.range()];
            found.name.start < thread.function.span.start
                && own.strip_prefix(b"struct ").is_some_and(|own| own == tag)
        })
        .map(|found| found.body);
    let Some(body) = body else { return (fields, kinds) };
    for (name, kind) in types::of_fields(text, body) {
        if name == b"iterant" {
            continue;
        }
        // context.name = &local;
        let target = thread.tokens.windows(7).find_map(|words| match words {
            [object, dot, field, equals, and, local, end]
                if thread.variant.graph.used_at(object.span.start) == Some(context)
                    && dot.is(b'.')
                    && field.bytes(text) == name
                    && equals.is(b'=')
                    && and.is(b'&')
                    && end.is(b';') =>
            {
                thread.variant.graph.used_at(local.span.start)
            }
            _ => None,
        });
        if let Some(place) = target {
            fields.push(Field { name, place, pointer: true });
        } else {
            fields.push(Field { name, place: *base, pointer: false });
            kinds.push(kind);
            *base += 1;
        }
    }
    (fields, kinds)
}

#[allow(clippy::too_many_arguments, reason = "everything that was read, once")]
fn assemble(
    reader: &Reader<'_>,
    file: FileId,
    reread: &Reread<'_>,
    spec: &Spec,
    thread: &Read<'_>,
    parts: &[Read<'_>],
    fields: &[Field],
    place_types: &[Vec<u8>],
) -> Result<Program, String> {
    let is_stop = |name: &[u8]| reader.helpers.is_stop_value(file, name);
    let is_pure = |name: &[u8]| reader.helpers.is_pure(file, name);
    let is_quiet = |name: &[u8]| reader.is_quiet(file, name);
    let mut program = Program::default();
    let mut build = |read: &Read<'_>, program: &mut Program, ends: Ends| {
        Part {
            text: reread.text,
            tokens: &read.tokens,
            graph: &read.variant.graph,
            base: read.base,
            plumbing: Some(read.plumbing),
            fields,
            types: place_types,
            is_stop: &is_stop,
            is_pure: &is_pure,
            is_quiet: &is_quiet,
        }
        .build(program, ends)
    };
    let span = thread.function.name;
    let own = build(thread, &mut program, Ends::Thread);
    program.entry = own.entry;
    only_func(&program, 0, false)?;
    let [(run, behind)] = &own.runs[..] else {
        return Err("the iterant is not run in one place".into());
    };
    let over = match behind {
        Run::Then(next) => Op::Result(Vec::new(), *next),
        Run::Result(cases, other) => Op::Result(cases.clone(), *other),
        Run::Return => Op::ReturnResult,
    };
    let mut over = program.add(over, span);
    let has = |flag: &[u8]| spec.mask.iter().any(|own| own == flag);
    let mut rest = parts.iter();
    let init = spec.init.as_ref().and_then(|_| rest.next());
    let func = rest.next().ok_or("the iterant has no func")?;
    if spec.destroy.is_some()
        && let Some(destroy) = rest.next()
    {
        let from = program.ops.len();
        over = enter(&mut program, destroy, over, &mut build)?;
        only_func(&program, from, true)?;
    }
    let slot = program.add(Op::Goto(usize::MAX), span);
    let entry = enter(&mut program, func, slot, &mut build)?;
    let later = turn(&mut program, has, has(b"KTI_STOP"), entry, over, span).0;
    let (first, marks) =
        turn(&mut program, has, has(b"KTI_STOP") && has(b"KTI_TEST_FIRST"), entry, over, span);
    program.first_turn = marks;
    let beaten = has(b"KTI_FREEZE") || has(b"KTI_PARK");
    let sleep = program.add(Op::DriverSleep { beaten, next: later }, span);
    let sleeps = if has(b"KTI_STOP") {
        let cancel = program.add(Op::Cancel(over), span);
        program.add(Op::Stop { yes: cancel, no: sleep }, span)
    } else {
        sleep
    };
    program.ops[slot] = Op::AfterFunc { ended: over, sleeps, turn: later };
    let begin = match init {
        Some(init) => {
            let from = program.ops.len();
            let part = build(init, &mut program, Ends::Init(first));
            no_runs(&part.runs)?;
            only_func(&program, from, false)?;
            let fails = program.ops[from..].iter().any(|op| matches!(op, Op::Return(..)));
            if fails && *behind != Run::Return {
                return Err("the init may fail, but its error is not given back".into());
            }
            part.entry
        }
        None => first,
    };
    program.ops[*run] = Op::Goto(begin);
    if program.ops.iter().any(|op| matches!(op, Op::Goto(to) if *to == usize::MAX)) {
        return Err("a step of the output leads nowhere".into());
    }
    Ok(program)
}

/// Who is not func asks for no sleep, and for an end only behind the loop, where it sets the result.
fn only_func(program: &Program, from: OpId, is_destroy: bool) -> Result<(), String> {
    let odd = program.ops[from..].iter().any(|op| match op {
        Op::StopCurrent(..) => !is_destroy,
        Op::Request(..) | Op::Cancel(..) => true,
        _ => false,
    });
    if odd { Err("the driver is told something outside of func".into()) } else { Ok(()) }
}

fn no_runs(runs: &[(OpId, Run)]) -> Result<(), String> {
    if runs.is_empty() { Ok(()) } else { Err("a callback runs the iterant again".into()) }
}

/// A callback's steps behind those that give its parameter a value.
fn enter(
    program: &mut Program,
    part: &Read<'_>,
    then: OpId,
    build: &mut dyn FnMut(&Read<'_>, &mut Program, Ends) -> super::part::Built,
) -> Result<OpId, String> {
    let steps = build(part, program, Ends::At(then));
    no_runs(&steps.runs)?;
    let param = part.variant.graph.variables.iter().position(|variable| variable.parameter);
    Ok(match param {
        Some(param) => {
            let copy = Op::Copy {
                to: part.base + param,
                from: part.plumbing.data,
                via: Vec::new(),
                next: steps.entry,
            };
            program.add(copy, part.function.name)
        }
        None => steps.entry,
    })
}

/// The checkpoints before a func.
fn turn(
    program: &mut Program,
    has: impl Fn(&[u8]) -> bool,
    stop: bool,
    func: OpId,
    over: OpId,
    span: Span,
) -> (OpId, Vec<OpId>) {
    let mut at = func;
    let mut marks = Vec::new();
    if stop {
        at = program.add(Op::Stop { yes: over, no: at }, span);
    }
    if has(b"KTI_PARK") {
        at = program.add(Op::Park(at), span);
        program.pauses.push(at);
        marks.push(at);
    }
    if has(b"KTI_FREEZE") {
        at = program.add(Op::Freeze(at), span);
        program.pauses.push(at);
        marks.push(at);
        if has(b"KTI_STOP") {
            program.stop_beats_freeze.push(at);
        }
    }
    (at, marks)
}
