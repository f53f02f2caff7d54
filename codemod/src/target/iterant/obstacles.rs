//! What stands against a conversion, by place and reason.

use super::plan::Obstacle;
use crate::analysis::leaves::leaves_state;
use crate::analysis::thread::{MainLoop, ThreadModel};
use crate::index::db::Db;
use crate::kernel::creators::Makes;
use crate::kernel::{self, calls};
use crate::model::cfg::{Call, Event, NodeKind};
use crate::report::schema::{Lift, LoopForm, Reason, Role};
use crate::source::{Loc, Span};
use crate::syntax::lex::{Kind, lex_range};
use crate::target::reasons::{self, ReasonKind};
use crate::transform::locals::Why;

/// Reasons against a conversion.
pub(super) struct Reasons<'a> {
    db: &'a Db,
    out: Vec<Reason>,
}

impl<'a> Reasons<'a> {
    /// None yet.
    pub(super) fn new(db: &'a Db) -> Self {
        Self { db, out: Vec::new() }
    }

    /// What is known before a conversion is planned.
    pub(super) fn before(&mut self, thread: &ThreadModel<'_>, makes: Makes) {
        self.origin(thread, makes);
        for main in &thread.main {
            self.shape(thread, main);
            self.state_by_hand(main);
            self.body(main);
        }
    }

    /// What a lift can't be done over.
    pub(super) fn over(&mut self, thread: &ThreadModel<'_>, lifts: &[Lift]) {
        for main in &thread.main {
            self.edge(main, lifts);
        }
    }

    /// What planning found.
    pub(super) fn planned(&mut self, main: &MainLoop<'_>, obstacles: &[Obstacle]) {
        for obstacle in obstacles {
            match obstacle {
                Obstacle::Jump(jump) => {
                    self.push(reasons::JUMP_OUT, main.loc(jump.span), jump.why.to_owned());
                }
                Obstacle::Odd(span, why) => {
                    self.push(reasons::ODD_TEXT, main.loc(*span), (*why).to_owned());
                }
                Obstacle::EndOfScope(span) => self.push(
                    reasons::END_OF_SCOPE,
                    main.loc(*span),
                    "this ends with the scope that it stands in".into(),
                ),
                Obstacle::Variants(span) => self.push(
                    reasons::CONDITIONAL_LOOP,
                    main.loc(*span),
                    "the #if variants of the function disagree about this".into(),
                ),
                Obstacle::Scoped(span, name) => self.push(
                    reasons::UNNAMED_TYPE,
                    main.loc(*span),
                    format!(
                        "`{name}` is declared in the function, and its parts would need it too"
                    ),
                ),
                Obstacle::Local(local) => {
                    let (kind, why) = match local.why {
                        Why::Address => (reasons::ADDRESS_TAKEN, "gives its address away"),
                        Why::WaitEntry => {
                            (reasons::WAIT_ENTRY, "is a wait entry on the stack of another part")
                        }
                        Why::VariableLength => (reasons::VARIABLE_LENGTH, "has a computed length"),
                        Why::Captured => {
                            (reasons::CAPTURED_LOCAL, "is named by a macro that is not told of it")
                        }
                        Why::Type => {
                            (reasons::UNNAMED_TYPE, "has a type that only its function can name")
                        }
                    };
                    self.push(kind, main.loc(local.span), format!("`{}` {why}", local.name));
                }
            }
        }
    }

    /// All of them, sorted.
    pub(super) fn finish(self) -> Vec<Reason> {
        let mut out = self.out;
        out.sort_by(|one, two| {
            (one.code, &one.path, one.line, &one.message).cmp(&(
                two.code,
                &two.path,
                two.line,
                &two.message,
            ))
        });
        out.dedup();
        out
    }

    /// One more.
    pub(super) fn push(&mut self, kind: ReasonKind, at: Loc, message: String) {
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

    /// Whether a file defines by itself what the driver would do instead.
    fn is_redefined(&self, main: &MainLoop<'_>, name: &[u8]) -> bool {
        let file = main.holder.id.file;
        let own = || {
            self.db.macros_for(file, name).iter().any(|(at, _)| *at == file)
                || self.db.functions_for(file, name).iter().any(|id| id.file == file)
        };
        kernel::iterant::replaces(name) && own()
    }

    /// `current->__state = …`: what the thread's state is cannot be followed.
    fn state_by_hand(&mut self, main: &MainLoop<'_>) {
        let file = main.holder.id.file;
        let text = self.db.text(file);
        let tokens = lex_range(text, self.db.function(main.holder.id).body);
        let by_hand = tokens.windows(3).find(|three| {
            three[0].is_word(text, "current")
                && three[1].kind == Kind::Arrow
                && (three[2].is_word(text, "state") || three[2].is_word(text, "__state"))
        });
        if let Some([first, .., last]) = by_hand {
            let at = Span::new(first.span.start, last.span.end);
            let why = "the task's state is read or set by hand here".to_owned();
            self.push(reasons::STATE_OVER_BACK_EDGE, main.loc(at), why);
        }
    }

    fn body(&mut self, main: &MainLoop<'_>) {
        let graph = main.graph();
        for (_, call) in graph.calls() {
            if !call.indirect && self.is_redefined(main, &call.name) {
                let name = String::from_utf8_lossy(&call.name);
                let why = format!("this file has a `{name}` of its own");
                self.push(reasons::ODD_TEXT, main.loc(call.span), why);
            }
            if calls::takes_from_the_stack(&call.name) {
                self.push(
                    reasons::VARIABLE_LENGTH,
                    main.loc(call.span),
                    "this memory lives as long as the function that asks for it".into(),
                );
            }
            if calls::returns_twice(&call.name) {
                let why = "this may return a second time".into();
                self.push(reasons::ODD_JUMP, main.loc(call.span), why);
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
        let entries = graph.nodes.iter().enumerate().filter(|(node, it)| {
            !main.found.contains(*node) && matches!(it.kind, NodeKind::Jump | NodeKind::Branch)
        });
        for (_, jump) in entries {
            // A switch around the loop may have a case in it.
            let into = jump.next.iter().any(|next| {
                *next != main.found.header
                    && main.found.contains(*next)
                    && (jump.kind == NodeKind::Branch || graph.nodes[*next].kind == NodeKind::Label)
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
        let file = main.holder.id.file;
        let leaves = |call: &Call| !call.indirect && leaves_state(self.db, file, &call.name);
        if let Some((_, call)) = graph.calls().find(|(_, call)| sleeps && leaves(call)) {
            let name = String::from_utf8_lossy(&call.name);
            let why = format!("`{name}` may leave the task in another state than running");
            self.push(reasons::STATE_OVER_BACK_EDGE, main.loc(call.span), why);
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
