//! Whether a thread can become an iterant, in place.

use super::reasons::{self, ReasonKind};
use crate::analysis::thread::{MainLoop, ThreadModel};
use crate::index::db::Db;
use crate::kernel::calls;
use crate::kernel::creators::Makes;
use crate::model::cfg::{Event, NodeKind};
use crate::report::schema::{How, Judgement, Lift, LoopForm, Reason, Role, Verdict, Where};
use crate::source::{Loc, Span};

/// Judges a thread.
pub fn judge(db: &Db, thread: &ThreadModel<'_>, makes: Makes) -> Judgement {
    let Some(main) = thread.main.first() else {
        return Judgement { verdict: Verdict::NoLoop, lifts: Vec::new(), reasons: Vec::new() };
    };
    if starts_iterant(main) {
        return Judgement { verdict: Verdict::Already, lifts: Vec::new(), reasons: Vec::new() };
    }
    let lifts = lifts(thread);
    let mut reasons = Reasons { db, out: Vec::new() };
    reasons.origin(thread, makes);
    for main in &thread.main {
        reasons.shape(thread, main);
        reasons.locals(main);
        reasons.body(main);
        reasons.edge(main, &lifts);
    }
    let mut out = reasons.out;
    out.sort_by(|one, two| {
        (one.code, &one.path, one.line, &one.message).cmp(&(
            two.code,
            &two.path,
            two.line,
            &two.message,
        ))
    });
    out.dedup();
    if out.is_empty() {
        Judgement { verdict: Verdict::Convertible, lifts, reasons: out }
    } else {
        Judgement { verdict: Verdict::Refused, lifts: Vec::new(), reasons: out }
    }
}

/// Whether the thread hands itself to the iterant's driver.
fn starts_iterant(main: &MainLoop<'_>) -> bool {
    main.graph().calls().any(|(_, call)| call.name.starts_with(b"kthread_iterant_"))
}

/// What moves into the driver.
fn lifts(thread: &ThreadModel<'_>) -> Vec<Lift> {
    let points = &thread.record.checkpoints;
    let own = |list: &[crate::report::schema::Checkpoint]| {
        list.iter().any(|point| matches!(point.how, How::Head | How::Body))
    };
    let mut out = Vec::new();
    if thread.main.iter().all(|main| leaves_on_stop(main)) {
        out.push(Lift::Stop);
    }
    if own(&points.freeze) && thread.main.iter().any(has_plain_freeze) {
        out.push(Lift::Freeze);
    }
    if own(&points.park) {
        out.push(Lift::Park);
    }
    let tail =
        thread.record.sleeps.iter().any(|sleep| {
            sleep.place == Where::Tail && calls::sleep_is_liftable(sleep.call.as_bytes())
        });
    if tail {
        out.push(Lift::Sleep);
    }
    out
}

/// Whether a test in the loop itself certainly leads out of it once stop is asked for: then it can
/// move into the driver. A test that also waits for work to be done can't.
fn leaves_on_stop(main: &MainLoop<'_>) -> bool {
    let graph = main.graph();
    graph.decided_by_stop.iter().any(|(node, outcome)| {
        main.found.contains(*node)
            && !graph.nested(main.found, *node)
            && graph.nodes[*node]
                .next
                .get(usize::from(!*outcome))
                .is_some_and(|next| !graph.comes_back(main.found, *next))
    })
}

/// wait_event_freezable() freezes too, but stays in the body.
fn has_plain_freeze(main: &MainLoop<'_>) -> bool {
    main.graph().calls().any(|(node, call)| {
        main.found.contains(node)
            && calls::checkpoints(&call.name).contains(&calls::Checkpoint::Freeze)
            && !calls::sleeps(&call.name)
    })
}

struct Reasons<'a> {
    db: &'a Db,
    out: Vec<Reason>,
}

impl Reasons<'_> {
    fn push(&mut self, kind: ReasonKind, at: Loc, message: String) {
        self.out.push(Reason {
            code: kind.code,
            path: self.db.path(at.file).to_owned(),
            line: self.db.line(at.file, at.span.start),
            message,
            at,
        });
    }

    fn origin(&mut self, thread: &ThreadModel<'_>, makes: Makes) {
        if thread.record.role == Role::Callback {
            let at =
                thread.record.creation.first().map_or(thread.record.at, |creation| creation.at);
            self.push(reasons::CALLBACK, at, "another thread function calls this one".into());
        }
        if matches!(makes, Makes::Task | Makes::Percpu) {
            let at =
                thread.record.creation.first().map_or(thread.record.at, |creation| creation.at);
            self.push(
                reasons::NOT_A_KTHREAD,
                at,
                "this does not create a kthread of the kthread API".into(),
            );
        }
    }

    fn shape(&mut self, thread: &ThreadModel<'_>, main: &MainLoop<'_>) {
        let head = Span::new(main.found.span.start, main.found.span.start + 1);
        if thread.in_helper {
            let name = self.db.name(main.holder.id);
            self.push(
                reasons::LOOP_IN_HELPER,
                main.loc(head),
                format!("the main loop is in `{name}`"),
            );
        }
        if main.found.form == LoopForm::Goto {
            self.push(
                reasons::GOTO_LOOP,
                main.loc(head),
                "the main loop is a label and a goto".into(),
            );
        }
        if thread.main.len() != main.holder.variants.len() {
            self.push(
                reasons::CONDITIONAL_LOOP,
                main.loc(head),
                "not every #if variant of the function has this main loop".into(),
            );
        }
        for error in &main.variant.errors {
            self.push(reasons::NOT_PARSED, main.loc(*error), "this could not be parsed".into());
        }
        for (at, why) in &main.holder.problems {
            self.push(reasons::NOT_PARSED, *at, why.clone());
        }
        for jump in &main.variant.odd_jumps {
            self.push(
                reasons::ODD_JUMP,
                main.loc(*jump),
                "where this jump leads is not known".into(),
            );
        }
        for block in
            main.variant.unknown_blocks.iter().filter(|block| main.found.span.covers(**block))
        {
            let name = self.db.sources.file(main.holder.id.file).str(*block).into_owned();
            self.push(
                reasons::UNKNOWN_BLOCK,
                main.loc(*block),
                format!("`{name}` takes a block, and nobody knows what it does with it"),
            );
        }
    }

    fn locals(&mut self, main: &MainLoop<'_>) {
        let graph = main.graph();
        let outlives =
            main.locals.carried.iter().chain(&main.locals.constant).chain(&main.locals.read_after);
        let mut outlives: Vec<_> = outlives.copied().collect();
        outlives.sort_unstable();
        outlives.dedup();
        for var in outlives {
            let variable = &graph.variables[var];
            let at = main.loc(variable.span);
            if variable.made_by.as_deref().is_some_and(calls::declares_wait_entry) {
                self.push(
                    reasons::WAIT_ENTRY,
                    at,
                    format!("the wait entry `{}` outlives an iteration", variable.name),
                );
            } else if variable.variable_length {
                self.push(
                    reasons::VARIABLE_LENGTH,
                    at,
                    format!("`{}` has a computed length", variable.name),
                );
            } else if main.locals.address_taken.contains(&var) {
                self.push(
                    reasons::ADDRESS_TAKEN,
                    at,
                    format!("the address of `{}` is taken", variable.name),
                );
            }
        }
    }

    fn body(&mut self, main: &MainLoop<'_>) {
        let graph = main.graph();
        for (node, call) in graph.calls() {
            if main.found.contains(node) && calls::dispatches_signals(&call.name) {
                let name = String::from_utf8_lossy(&call.name).into_owned();
                self.push(
                    reasons::SIGNAL_DISPATCH,
                    main.loc(call.span),
                    format!("{name}() takes a signal off the queue"),
                );
            }
        }
        for (node, span) in &graph.hidden_jumps {
            if main.found.contains(*node) {
                let text = self.db.sources.file(main.holder.id.file).str(*span).into_owned();
                let name = text.split('(').next().unwrap_or_default().trim().to_owned();
                self.push(
                    reasons::HIDDEN_JUMP,
                    main.loc(*span),
                    format!("the macro `{name}` hides a jump"),
                );
            }
        }
        let entries = graph
            .nodes
            .iter()
            .enumerate()
            .filter(|(node, it)| !main.found.contains(*node) && it.kind == NodeKind::Jump);
        for (_, jump) in entries {
            let into = jump.next.iter().any(|next| {
                *next != main.found.header
                    && main.found.contains(*next)
                    && graph.nodes[*next].kind == NodeKind::Label
            });
            if into && main.found.form != LoopForm::Goto {
                self.push(
                    reasons::JUMP_INTO_LOOP,
                    main.loc(jump.span),
                    "this jump leads into the main loop".into(),
                );
            }
        }
    }

    fn edge(&mut self, main: &MainLoop<'_>, lifts: &[Lift]) {
        let sleeps =
            lifts.iter().any(|lift| matches!(lift, Lift::Freeze | Lift::Park | Lift::Signal));
        let graph = main.graph();
        let place = |wanted: &dyn Fn(&[u8]) -> bool| {
            graph
                .nodes
                .iter()
                .flat_map(|node| &node.events)
                .filter_map(|event| match event {
                    Event::Call(call) if wanted(&call.name) => Some(call.span),
                    _ => None,
                })
                .last()
        };
        let head = Span::new(main.found.span.start, main.found.span.start + 1);
        if sleeps && !main.carried.state.is_empty() {
            let at =
                place(&|name| matches!(calls::state_effect(name), calls::StateEffect::Sets(_)))
                    .unwrap_or(head);
            self.push(
                reasons::STATE_OVER_BACK_EDGE,
                main.loc(at),
                format!("an iteration may begin {}", main.carried.state.join(" or ")),
            );
        }
        if !lifts.is_empty() && !main.carried.locks.is_empty() {
            let at =
                place(&|name| calls::lock_effect(name) == calls::LockEffect::Takes).unwrap_or(head);
            self.push(
                reasons::LOCK_OVER_BACK_EDGE,
                main.loc(at),
                format!("an iteration may begin with {} held", main.carried.locks.join(", ")),
            );
        }
    }
}
