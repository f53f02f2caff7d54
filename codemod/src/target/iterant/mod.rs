//! A thread as an iterant, in place: the thread function stays, fills an iterant and runs it.

mod callbacks;
mod comments;
mod declare;
mod func;
mod head;
mod include;
mod lines;
mod names;
mod obstacles;
mod plan;
mod scoped;
mod specifiers;
mod split;
mod statements;
pub mod text;
mod thread;
mod tidy;

use crate::analysis::function::Reader;
use crate::analysis::thread::{MainLoop, ThreadModel};
use crate::edit::FileEdit;
use crate::kernel::creators::Makes;
use crate::model::cfg::Graph;
use crate::report::schema::{Form, Judgement, Lift, Verdict};
use crate::source::Span;
use crate::syntax::blank::visible;
use crate::syntax::lex::{Token, lex};
use crate::syntax::skeleton::Function;
use crate::target::reasons;
use crate::transform::{Reach, View};
use comments::Notes;
use func::Writer;
use head::{defines, head, odd_text};
use names::Names;
use obstacles::Reasons;
use plan::plan;
use specifiers::Words;
use split::{Split, split};
use tidy::LineEnd;

/// What can be done with a thread.
#[derive(Debug)]
pub struct Conversion {
    /// The verdict, if the check agrees.
    pub judgement: Judgement,
    /// The edits, where the verdict is convertible.
    pub edit: Option<FileEdit>,
}

impl Conversion {
    fn undone(judgement: Judgement) -> Self {
        Self { judgement, edit: None }
    }
}

/// Converts a thread, or says why not.
pub fn convert(
    reader: &Reader<'_>,
    thread: &ThreadModel<'_>,
    makes: Makes,
    form: Form,
    reach: Reach,
) -> Conversion {
    let bare = |verdict| Judgement { verdict, lifts: Vec::new(), reasons: Vec::new() };
    if thread.function.variants.iter().any(|variant| starts_iterant(&variant.graph)) {
        return Conversion::undone(bare(Verdict::Already));
    }
    let Some(main) = thread.main.first() else {
        return Conversion::undone(bare(Verdict::NoLoop));
    };
    let db = reader.db;
    let mut reasons = Reasons::new(db);
    reasons.before(thread, makes);
    let file = main.holder.id.file;
    let (text, function) = (db.text(file), db.function(main.holder.id));
    let tokens: Vec<Vec<Token>> =
        thread.main.iter().map(|main| visible(text, function.span, &main.variant.hidden)).collect();
    let views: Vec<View<'_>> = thread
        .main
        .iter()
        .zip(&tokens)
        .map(|(main, tokens)| View {
            text,
            tokens,
            graph: main.graph(),
            main: main.found,
            file,
            reach,
            reader,
            helpers: reader.helpers,
            live: &main.locals,
        })
        .collect();
    let all = lex(text);
    let own: Vec<Token> =
        all.iter().filter(|token| function.span.covers(token.span)).copied().collect();
    let is_macro = |name: &[u8]| !db.macros_for(file, name).is_empty();
    let names = Names::new(text, &all, &own, &db.name(main.holder.id), &is_macro);
    let planned = plan(&views, names).and_then(|mut plan| {
        let split = match form {
            Form::Loop => Split::default(),
            Form::Callbacks => split(&views, function, &mut plan)?,
        };
        let declared = scoped::scoped(&views, function, &all, &plan, &split)?;
        Ok((plan, split, declared))
    });
    let plan = match planned {
        Ok(plan) => Some(plan),
        Err(obstacles) => {
            reasons.planned(main, &obstacles);
            None
        }
    };
    if let Some((plan, ..)) = &plan {
        reasons.over(thread, &plan.lifts);
    }
    let head = head(Words { db, file, text }, &all, function);
    match &head {
        Err((at, why)) => reasons.push(reasons::ODD_TEXT, main.loc(*at), why.clone()),
        Ok(head) => {
            if let Some(why) = odd_text(head, &views, function, &all, &own) {
                reasons.push(reasons::ODD_TEXT, main.loc(function.name), why.into());
            }
        }
    }
    if let Some(at) = head::replaces_words(text, &all) {
        let why = "this macro replaces a word that every conversion writes";
        reasons.push(reasons::ODD_TEXT, main.loc(at), why.into());
    }
    if let Some((at, why)) = scoped::in_one_piece(&views) {
        reasons.push(reasons::ODD_TEXT, main.loc(at), why.into());
    }
    let mut hoisted = defines(text, function, &own, main.found.parts.body).unwrap_or_else(|why| {
        reasons.push(reasons::ODD_TEXT, main.loc(function.name), why.into());
        Vec::new()
    });
    let include = include::include(text, &all);
    if include.is_err() {
        let why = "no #include was found beside which that of the iterants could stand";
        reasons.push(reasons::ODD_TEXT, main.loc(function.name), why.into());
    }
    let found = reasons.finish();
    let (Some((plan, split, declared)), Ok(include), Ok(head)) = (plan, include, head) else {
        return refused(found);
    };
    hoisted.extend(declared);
    hoisted.sort();
    if !found.is_empty() {
        return refused(found);
    }
    let (param, param_name) = param(text, function);
    let mut notes = Notes::default();
    let mut edits = Vec::new();
    // Once to see which comments have no place, once for those of declarations that went for good.
    for _ in 0..3 {
        let writer = Writer {
            plan: &plan,
            split: &split,
            views: &views,
            attributes: &head.attributes,
            returns_nothing: head.returns_nothing,
            hoisted: &hoisted,
            param: &param,
            param_name: &param_name,
            notes: &notes,
        };
        edits = writer.edits(function, &head);
        let lost = comments::lost(text, function.span, &edits);
        if !notes.take(&lost, &views, function.body) {
            break;
        }
    }
    let end = LineEnd::of(text, function.span);
    for edit in &mut edits {
        edit.text = end.finish(&edit.text);
    }
    edits.extend(include);
    edits.sort_by_key(|edit| edit.span);
    let lifts: Vec<Lift> = plan.lifts.clone();
    match FileEdit::new(db.path(file), text, edits) {
        Ok(edit) => Conversion {
            judgement: Judgement { verdict: Verdict::Convertible, lifts, reasons: Vec::new() },
            edit: Some(edit),
        },
        Err(error) => failed(reader, main, &error.to_string()),
    }
}

fn refused(reasons: Vec<crate::report::schema::Reason>) -> Conversion {
    Conversion::undone(Judgement { verdict: Verdict::Refused, lifts: Vec::new(), reasons })
}

/// A conversion that was made and is wrong: it is refused, with this tool's fault as the reason.
pub fn failed(reader: &Reader<'_>, main: &MainLoop<'_>, why: &str) -> Conversion {
    let mut reasons = Reasons::new(reader.db);
    let at = Span::new(main.found.span.start, main.found.span.start + 1);
    reasons.push(reasons::FAILED_CHECK, main.loc(at), why.to_owned());
    refused(reasons.finish())
}

/// Whether a function hands itself to the iterant's driver.
fn starts_iterant(graph: &Graph) -> bool {
    graph.calls().any(|(_, call)| call.name.starts_with(b"kthread_iterant_"))
}

/// The thread function's parameter as it is written, without its attributes, and its name.
fn param(text: &[u8], function: &Function) -> (String, String) {
    let [only] = function.params.as_slice() else { return ("void *data".into(), "data".into()) };
    (
        specifiers::without_attributes(text, only.span),
        String::from_utf8_lossy(&only.name).into_owned(),
    )
}
