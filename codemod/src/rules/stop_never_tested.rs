//! KT001: a loop that never tests stop although its task is passed to kthread_stop().

use super::{Context, Found, Rule};
use crate::analysis::thread::{MainLoop, ThreadModel};
use crate::kernel;
use crate::model::cfg::NodeKind;
use crate::report::schema::{Confidence, How, Role, Severity};
use crate::source::Span;

pub(super) const RULE: Rule =
    Rule { code: "KT001", name: "stop-never-tested", page: PAGE, corpus: "never-stops", check };

const PAGE: &str = "\
# KT001 stop-never-tested

## What it finds

A thread whose task is passed to kthread_stop(), while its main loop has no way out: it never leaves
on kthread_should_stop(), calls no function that tests it, and ends by nothing else.

A loop that can end by a condition, break, return or goto of its own (`while (!priv->quit)`) is not
reported: setting a flag before kthread_stop() is a common and correct pattern.

## Why that is bad

kthread_stop() sets a flag, wakes the thread and waits until the thread function returns. A function
that never looks at the flag never returns: the caller, often module removal or system shutdown,
hangs in an uninterruptible wait.

## Example

    static int foo_thread(void *data)
    {
            for (;;) {
                    foo_work(data);
                    msleep(100);
            }
            return 0;
    }
    ...
    kthread_stop(foo->task);

## Instead

    static int foo_thread(void *data)
    {
            while (!kthread_should_stop()) {
                    foo_work(data);
                    msleep_interruptible(100);
            }
            return 0;
    }

## How sure

`high` where every function that the loop calls was read or is known; `moderate` where one was not,
and might test stop, or where only some `#if` configurations have no way out.

Source of the rule: the kernel-doc of kthread_stop() in kernel/kthread.c.
";

fn check(context: &Context<'_>, thread: &ThreadModel<'_>) -> Vec<Found> {
    if thread.record.role != Role::Thread || thread.record.stops.is_empty() {
        return Vec::new();
    }
    // A test of the loop's own that led out would be an edge; one in a helper may end the thread.
    let tests = thread.record.checkpoints.stop.iter().any(|point| point.how == How::Helper);
    // One configuration is enough: somebody runs it.
    let endless = |main: &&MainLoop<'_>| main.found.endless && !leaves_by_itself(main);
    let Some(main) = thread.main.iter().find(endless).filter(|_| !tests) else {
        return Vec::new();
    };
    let always = thread.main.iter().all(|main| endless(&main));
    let confidence = if !always || calls_unknown(context, main) {
        Confidence::Moderate
    } else {
        Confidence::High
    };
    let name = &thread.record.function;
    let when = if always { "" } else { "with some configurations " };
    let message = format!(
        "{when}the main loop of `{name}` never leaves on stop and never ends, so kthread_stop() on it waits for ever"
    );
    let related = thread
        .record
        .stops
        .iter()
        .map(|site| (site.at, format!("{}() waits here for the thread to end", site.call)))
        .collect();
    vec![Found {
        severity: Severity::Error,
        confidence,
        at: main.loc(head(main)),
        message,
        help: "test kthread_should_stop() once an iteration, and in the condition of every wait"
            .into(),
        related,
    }]
}

/// The keyword of the loop and what follows on its line.
fn head(main: &MainLoop<'_>) -> Span {
    let span = main.found.span;
    let end = main.found.condition_span.map_or(span.start + 1, |condition| condition.end);
    Span::new(span.start, end.clamp(span.start + 1, span.end.max(span.start + 1)))
}

/// Whether an edge leads out of the loop.
fn leaves_by_itself(main: &MainLoop<'_>) -> bool {
    let graph = main.graph();
    let reachable = graph.order();
    main.found.nodes.iter().filter(|node| reachable.contains(node)).any(|node| {
        graph.nodes[*node].next.iter().any(|next| !main.found.contains(*next))
            && matches!(
                graph.nodes[*node].kind,
                NodeKind::Jump | NodeKind::Branch | NodeKind::Statement
            )
    })
}

/// Whether the loop calls a function of which nothing is known.
fn calls_unknown(context: &Context<'_>, main: &MainLoop<'_>) -> bool {
    let file = main.holder.id.file;
    main.graph().calls().any(|(node, call)| {
        main.found.contains(node)
            && (call.indirect
                || (!kernel::calls::is_known(&call.name)
                    && context.helpers.targets(file, &call.name, false).is_empty()
                    && context.db.macros_for(file, &call.name).is_empty()))
    })
}
