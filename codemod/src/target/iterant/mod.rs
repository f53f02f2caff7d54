//! A thread as an iterant, in place: the thread function stays, fills an iterant and runs it.

mod callbacks;
mod func;
mod head;
mod include;
mod names;
mod obstacles;
mod plan;
mod split;
pub mod text;
mod thread;

use crate::analysis::function::Reader;
use crate::analysis::thread::{MainLoop, ThreadModel};
use crate::edit::{Edit, FileEdit};
use crate::kernel::creators::Makes;
use crate::model::cfg::Graph;
use crate::report::schema::{Form, Judgement, Lift, Verdict};
use crate::source::Span;
use crate::syntax::blank::visible;
use crate::syntax::lex::{Token, lex};
use crate::syntax::skeleton::Function;
use crate::target::reasons;
use crate::transform::{Reach, View};
use func::Writer;
use head::{defines, head, odd_text};
use names::Names;
use obstacles::Reasons;
use plan::plan;
use split::{Split, split};

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
    let names = Names::new(text, &all, &own, &db.name(main.holder.id));
    let planned = plan(&views, names).and_then(|mut plan| {
        let split = match form {
            Form::Loop => Split::default(),
            Form::Callbacks => split(&views, function, &mut plan)
                .and_then(|split| split.fits(&plan).map(|()| split))?,
        };
        Ok((plan, split))
    });
    let plan = match planned {
        Ok(plan) => Some(plan),
        Err(obstacles) => {
            reasons.planned(main, &obstacles);
            None
        }
    };
    if let Some((plan, _)) = &plan {
        reasons.over(thread, &plan.lifts);
    }
    let head = head(text, &all, function);
    if let Some(why) = odd_text(head.as_ref(), &views, function, &all, &own) {
        reasons.push(reasons::ODD_TEXT, main.loc(function.name), why.into());
    }
    let hoisted = defines(text, function, &own, main.found.parts.body).unwrap_or_else(|why| {
        reasons.push(reasons::ODD_TEXT, main.loc(function.name), why.into());
        Vec::new()
    });
    let include = include::include(text, &all);
    if include.is_err() {
        let why = "no #include was found beside which that of the iterants could stand";
        reasons.push(reasons::ODD_TEXT, main.loc(function.name), why.into());
    }
    let found = reasons.finish();
    let (Some((plan, split)), Ok(include), Some(head)) = (plan, include, head) else {
        return refused(found);
    };
    if !found.is_empty() {
        return refused(found);
    }
    let (param, param_name) = param(text, function);
    let writer = Writer {
        plan: &plan,
        split: &split,
        views: &views,
        attributes: &head.attributes,
        returns_nothing: head.returns_nothing,
        hoisted: &hoisted,
        param: &param,
        param_name: &param_name,
    };
    let mut edits = writer.thread(function);
    let mut before = writer.hoisted_text(function);
    before.extend(writer.context().into_bytes());
    before.extend(writer.init());
    before.extend(writer.function());
    before.extend(writer.destroy());
    let at = text::documentation_above(text, text::line_start(text, head.start), head.limit);
    edits.push(Edit::insert(at, before));
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

/// The thread function's parameter as it is written, and its name.
fn param(text: &[u8], function: &Function) -> (String, String) {
    match function.params.as_slice() {
        [only] => (
            String::from_utf8_lossy(text.get(only.span.range()).unwrap_or_default()).into_owned(),
            String::from_utf8_lossy(&only.name).into_owned(),
        ),
        _ => ("void *data".into(), "data".into()),
    }
}
