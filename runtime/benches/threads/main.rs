//! What the runtime costs, beside its peers: `cargo bench -p kthread --bench threads`.
//!
//! It prints figures and judges nothing. Arguments after `--` name the measures to run, all without
//! one; `--runs N` repeats all of it and shows how far the ratios go apart. Without cargo's `--bench`,
//! which `cargo test --benches` doesn't give, it makes one tiny round of each to show that it runs.

// The peers are std's, and crates that use std.
#![allow(clippy::disallowed_types, clippy::disallowed_methods)]
// Counts and times are far from 2^52.
#![allow(clippy::cast_precision_loss)]

mod freeze;
mod harness;
mod machine;
mod memory;
mod plan;
mod stop;
mod table;
mod timers;
mod turn;
mod wake;
mod work;

use self::harness::{Figures, Measure, Result};
use self::plan::Plan;

/// Every measure, by the name that selects it.
const MEASURES: [(&str, Measure); 8] = [
    ("turn", turn::measure),
    ("wake", wake::measure),
    ("stop", stop::measure),
    ("freeze", freeze::measure),
    ("queue", work::queue::measure),
    ("producers", work::producers::measure),
    ("timers", timers::measure),
    ("memory", memory::measure),
];

fn main() -> Result<()> {
    if cfg!(any(loom, shuttle)) {
        // Under a model checker there is no time to measure.
        return Ok(());
    }
    let args: Vec<String> = std::env::args().skip(1).collect();
    let plan = Plan::from_args(&args, &MEASURES.map(|(name, _)| name))?;
    let mut runs: Vec<Vec<Figures>> = Vec::new();
    for _ in 0..plan.runs {
        let mut figures = Vec::new();
        for (name, measure) in MEASURES {
            if plan.selects(name) {
                measure(&plan, &mut figures)?;
            }
        }
        runs.push(figures);
    }
    if plan.full {
        machine::print();
        table::print(&runs);
    }
    Ok(())
}
