//! Puts the facts about one thread together.

use super::carry::{Carried, back_edge};
use super::function::{FunctionModel, Variant};
use super::helpers::Helpers;
use super::liveness::{LoopLocals, locals};
use super::main_loop::{self, Traits, choose, head, traits};
use super::points::{Points, points};
use crate::index::db::{Db, FunctionId};
use crate::kernel;
use crate::model::cfg::{Event, Graph, Loop, VarId};
use crate::report::schema;
use crate::source::{FileId, Loc, Span};

/// The main loop in one variant of the function that holds it.
#[derive(Debug)]
pub struct MainLoop<'m> {
    /// The function that holds it.
    pub holder: &'m FunctionModel,
    /// The variant.
    pub variant: &'m Variant,
    /// The loop.
    pub found: &'m Loop,
    /// What it does.
    pub traits: Traits,
    /// What outlives an iteration.
    pub locals: LoopLocals,
    /// What its back edge carries.
    pub carried: Carried,
}

impl MainLoop<'_> {
    /// Its graph.
    pub fn graph(&self) -> &Graph {
        &self.variant.graph
    }

    /// A place in the file that holds it.
    pub fn loc(&self, span: Span) -> Loc {
        Loc { file: self.holder.id.file, span }
    }
}

/// A thread with everything that verdicts and rules look at.
#[derive(Debug)]
pub struct ThreadModel<'m> {
    /// The thread function.
    pub function: &'m FunctionModel,
    /// The main loop, in every variant that has it; the first is the one that reports show.
    pub main: Vec<MainLoop<'m>>,
    /// The helper through which the main loop is reached, if it is not in the thread function.
    pub in_helper: bool,
    /// The record, without verdicts.
    pub record: schema::Thread,
}

/// Finds the main loop of a function in all of its variants.
pub fn main_loops<'m>(helpers: &Helpers<'_>, model: &'m FunctionModel) -> Vec<MainLoop<'m>> {
    let file = model.id.file;
    let mut out: Vec<(MainLoop<'m>, u32)> = Vec::new();
    for variant in &model.variants {
        let Some((index, score)) = choose(helpers, file, &variant.graph) else { continue };
        let found = &variant.graph.loops[index];
        let main = MainLoop {
            holder: model,
            variant,
            found,
            traits: traits(helpers, file, &variant.graph, found),
            locals: locals(&variant.graph, found),
            carried: back_edge(&variant.graph, found),
        };
        out.push((main, score));
    }
    // Variants may disagree; the best loop is the main loop, wherever a variant has it.
    let best =
        out.iter().max_by_key(|(main, score)| (*score, std::cmp::Reverse(main.found.span.start)));
    let Some(start) = best.map(|(main, _)| main.found.span.start) else { return Vec::new() };
    out.into_iter()
        .filter(|(main, _)| main.found.span.start == start)
        .map(|(main, _)| main)
        .collect()
}

/// Helpers of a function that may hold its main loop, in the order of their calls.
pub fn loop_helpers(helpers: &Helpers<'_>, model: &FunctionModel) -> Vec<FunctionId> {
    let mut out = Vec::new();
    for variant in &model.variants {
        for (_, call) in variant.graph.calls() {
            if kernel::calls::sleeps(&call.name) || kernel::calls::never_returns(&call.name) {
                continue;
            }
            for target in helpers.targets(model.id.file, &call.name, call.indirect) {
                if target != model.id && !out.contains(&target) {
                    out.push(target);
                }
            }
        }
    }
    out
}

/// Loops, sleeps, checkpoints and locals of a thread.
pub fn describe(
    db: &Db,
    helpers: &Helpers<'_>,
    function: &FunctionModel,
    main: &[MainLoop<'_>],
    record: &mut schema::Thread,
) {
    let holder = main.first().map_or(function, |main| main.holder);
    let file = holder.id.file;
    let line = |at: u32| db.line(file, at);
    record.loops = loops(db, helpers, function, main);
    if let Some(first) = main.first()
        && first.holder.id != function.id
    {
        record.loops.extend(loops(db, helpers, first.holder, main));
    }
    record.loops.sort_by(|one, two| {
        (&one.path, one.line, one.end_line, one.function.as_str()).cmp(&(
            &two.path,
            two.line,
            two.end_line,
            two.function.as_str(),
        ))
    });
    let mut all = Points::default();
    for variant in &holder.variants {
        // A variant with another main loop (alternative heads) is described by its own.
        let own =
            choose(helpers, file, &variant.graph).map(|(index, _)| &variant.graph.loops[index]);
        let here = main.iter().find(|main| std::ptr::eq(main.variant, variant));
        let found =
            points(helpers, file, &line, &variant.graph, here.map(|main| main.found).or(own));
        all.sleeps.extend(found.sleeps);
        all.checkpoints.stop.extend(found.checkpoints.stop);
        all.checkpoints.freeze.extend(found.checkpoints.freeze);
        all.checkpoints.park.extend(found.checkpoints.park);
        all.checkpoints.signal.extend(found.checkpoints.signal);
    }
    if holder.id != function.id {
        // What the thread function itself does around the helper that loops.
        let line = |at: u32| db.line(function.id.file, at);
        for variant in &function.variants {
            let found = points(helpers, function.id.file, &line, &variant.graph, None);
            let outside = |list: Vec<schema::Checkpoint>| {
                list.into_iter().filter(|point| point.how != schema::How::Helper).map(
                    |mut point| {
                        if point.how != schema::How::Setup {
                            point.how = schema::How::Outside;
                        }
                        point
                    },
                )
            };
            all.checkpoints.stop.extend(outside(found.checkpoints.stop));
            all.checkpoints.freeze.extend(outside(found.checkpoints.freeze));
            all.checkpoints.park.extend(outside(found.checkpoints.park));
            all.checkpoints.signal.extend(outside(found.checkpoints.signal));
        }
    }
    tidy(&mut all.sleeps);
    for list in [
        &mut all.checkpoints.stop,
        &mut all.checkpoints.freeze,
        &mut all.checkpoints.park,
        &mut all.checkpoints.signal,
    ] {
        tidy(list);
    }
    all.sleeps.sort_by(|one, two| {
        (one.line, &one.call, one.place).cmp(&(two.line, &two.call, two.place))
    });
    record.sleeps = all.sleeps;
    record.checkpoints = all.checkpoints;
    for main in main {
        collect_locals(helpers, main, &mut record.locals);
        record.back_edge.state.extend(main.carried.state.iter().cloned());
        record.back_edge.locks.extend(main.carried.locks.iter().cloned());
    }
    let locals = &mut record.locals;
    for list in [
        &mut locals.carried,
        &mut locals.recomputed,
        &mut locals.read_after,
        &mut locals.constant,
        &mut locals.address_taken,
        &mut record.back_edge.state,
        &mut record.back_edge.locks,
    ] {
        tidy(list);
    }
}

fn tidy<T: Ord>(list: &mut Vec<T>) {
    list.sort();
    list.dedup();
}

/// Whether a local's value can be made again from its initialiser: it is pure, nothing else ever
/// writes the local or takes its address, and so it is with the locals that the initialiser reads.
pub fn is_recomputed(helpers: &Helpers<'_>, file: FileId, graph: &Graph, var: VarId) -> bool {
    let variable = &graph.variables[var];
    !variable.parameter
        && variable.init.is_some()
        && !variable.init_reads_memory
        && variable.init_calls.iter().all(|name| helpers.is_pure(file, name))
        && is_fixed(graph, var)
        && !variable.init_locals.contains(&var)
        && variable.init_locals.iter().all(|read| is_fixed(graph, *read))
}

/// Whether a local keeps its first value for good.
fn is_fixed(graph: &Graph, var: VarId) -> bool {
    let mut writes = 0;
    for event in graph.nodes.iter().flat_map(|node| &node.events) {
        match event {
            Event::Write { var: written, .. } if *written == var => writes += 1,
            Event::Address(taken) if *taken == var => return false,
            _ => {}
        }
    }
    writes <= 1
}

fn collect_locals(helpers: &Helpers<'_>, main: &MainLoop<'_>, into: &mut schema::Locals) {
    let graph = main.graph();
    let name = |var: &VarId| graph.variables[*var].name.clone();
    into.carried.extend(main.locals.carried.iter().map(name));
    into.read_after.extend(main.locals.read_after.iter().map(name));
    into.address_taken.extend(main.locals.address_taken.iter().map(name));
    for var in &main.locals.constant {
        if is_recomputed(helpers, main.holder.id.file, graph, *var) {
            into.recomputed.push(name(var));
        } else {
            into.constant.push(name(var));
        }
    }
}

fn loops(
    db: &Db,
    helpers: &Helpers<'_>,
    model: &FunctionModel,
    main: &[MainLoop<'_>],
) -> Vec<schema::Loop> {
    let file = model.id.file;
    let mut out: Vec<schema::Loop> = Vec::new();
    for variant in &model.variants {
        for found in variant.graph.loops.iter().filter(|found| found.iterator.is_none()) {
            let is_main = main.first().is_some_and(|main| {
                main.holder.id == model.id
                    && main.found.span.start == found.span.start
                    && main.found.form == found.form
            });
            let (line, end_line) = db.sources.file(file).lines().lines(found.span);
            if out
                .iter()
                .any(|known| known.at.span.start == found.span.start && known.form == found.form)
            {
                continue;
            }
            let traits = main_loop::traits(helpers, file, &variant.graph, found);
            out.push(schema::Loop {
                path: db.path(file).to_owned(),
                line,
                end_line,
                function: db.name(model.id),
                form: found.form,
                head: head(found, &traits),
                main: is_main,
                at: Loc { file, span: found.span },
            });
        }
    }
    out
}
