//! Runs a model under whatever explores it here, and on mutants.

use std::sync::Arc;

#[cfg(any(loom, shuttle))]
pub(crate) use kthread::model::Mutant;

#[cfg(loom)]
pub(crate) use loom::{sync::atomic, thread};
#[cfg(all(shuttle, not(loom)))]
pub(crate) use shuttle::{sync::atomic, thread};
#[cfg(not(any(loom, shuttle)))]
pub(crate) use std::{sync::atomic, thread};

use atomic::{AtomicUsize, Ordering};

/// Names of mutants, which only exist under a model checker.
#[cfg(not(any(loom, shuttle)))]
macro_rules! mutants {
    ($($name:ident),* $(,)?) => { &[$(stringify!($name)),*] };
}
#[cfg(any(loom, shuttle))]
macro_rules! mutants {
    ($($name:ident),* $(,)?) => { &[$((stringify!($name), crate::check::Mutant::$name)),*] };
}
pub(crate) use mutants;

/// How often a model runs on real threads.
#[cfg(not(any(loom, shuttle)))]
const REAL_RUNS: usize = 200;

#[cfg(not(any(loom, shuttle)))]
pub(crate) use check_deep as check;

#[cfg(not(any(loom, shuttle)))]
pub(crate) fn check_deep(test: &str, model: fn(), mutants: &[&str]) {
    assert!(!mutants.is_empty(), "{test} has no control");
    for _ in 0..REAL_RUNS {
        model();
    }
}

/// Explores `model`, and sees that the mutants are found. `test` is the test's own path.
///
/// A mutant runs in a process of its own: a model that fails in the midst of a thread can take its
/// process down.
#[cfg(any(loom, shuttle))]
pub(crate) fn check_deep(test: &str, model: fn(), mutants: &[(&str, Mutant)]) {
    explore_all(test, model, mutants, 1);
}

/// Explores `model`, and sees that the mutants are found, with all preemptions that there is time for.
#[cfg(any(loom, shuttle))]
pub(crate) fn check(test: &str, model: fn(), mutants: &[(&str, Mutant)]) {
    explore_all(test, model, mutants, 2);
}

#[cfg(any(loom, shuttle))]
fn explore_all(test: &str, model: fn(), mutants: &[(&str, Mutant)], preemptions: usize) {
    let wanted = std::env::var("KTHREAD_MUTANT").ok();
    if let Some(wanted) = wanted {
        let mutant =
            mutants.iter().find(|(name, _)| *name == wanted).expect("a mutant of this test");
        kthread::model::plant(Some(mutant.1));
        let attempt = std::env::var("KTHREAD_ATTEMPT").ok().and_then(|of| of.parse().ok());
        explore(model, preemptions, attempt.unwrap_or(0));
        return;
    }
    let explored = explore(model, preemptions, 0);
    println!("{test}: {explored} schedules");
    assert!(explored > 1, "a model without a choice proves nothing");
    for (name, _) in mutants {
        // Where it is not found at once, further attempts look longer.
        let said = (0..3).find_map(|attempt| run_mutant(test, name, attempt));
        let said = said.unwrap_or_else(|| panic!("{test}: the mutant {name} was not found"));
        assert!(
            said.contains("running 1 test") && said.contains("panicked at"),
            "{test}: the mutant {name} ended for another reason: {said}"
        );
        let how =
            said.lines().skip_while(|line| !line.contains("panicked at")).nth(1).unwrap_or("?");
        println!("{test}: found mutant {name}: {how}");
    }
}

/// Runs a test on a mutant, in a process of its own; what that said, if it failed.
#[cfg(any(loom, shuttle))]
fn run_mutant(test: &str, name: &str, attempt: usize) -> Option<String> {
    let run = std::process::Command::new(std::env::current_exe().expect("this program has a path"))
        .args(["--exact", test, "--nocapture"])
        .env("KTHREAD_MUTANT", name)
        .env("KTHREAD_ATTEMPT", attempt.to_string())
        .output()
        .expect("this program runs again");
    let said = String::from_utf8_lossy(&run.stderr) + String::from_utf8_lossy(&run.stdout);
    (!run.status.success()).then(|| said.into_owned())
}

#[cfg(loom)]
fn explore(model: fn(), preemptions: usize, attempt: usize) -> usize {
    use std::sync::atomic::{AtomicUsize, Ordering};
    let runs = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&runs);
    let mut builder = loom::model::Builder::new();
    let preemptions = if attempt == 0 { preemptions } else { 2 };
    builder.preemption_bound = builder.preemption_bound.or(Some(preemptions));
    builder.max_branches = 20_000;
    builder.check(move || {
        counter.fetch_add(1, Ordering::Relaxed);
        kthread::model::begin();
        model();
    });
    runs.load(Ordering::Relaxed)
}

#[cfg(all(shuttle, not(loom)))]
fn explore(model: fn(), _preemptions: usize, attempt: usize) -> usize {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use shuttle::scheduler::{PctScheduler, RandomScheduler};

    // The same schedules in every run of the test; others, and more of them, in a further attempt.
    let (seed, schedules) = (1 + attempt as u64, 2000 * (1 + 9 * attempt));
    let runs = Arc::new(AtomicUsize::new(0));
    let run = |counter: Arc<AtomicUsize>| {
        move || {
            counter.fetch_add(1, Ordering::Relaxed);
            kthread::model::begin();
            model();
        }
    };
    let random = RandomScheduler::new_from_seed(seed, schedules);
    shuttle::Runner::new(random, shuttle::Config::default()).run(run(Arc::clone(&runs)));
    let pct = PctScheduler::new_from_seed(seed, 3, schedules);
    shuttle::Runner::new(pct, shuttle::Config::default()).run(run(Arc::clone(&runs)));
    runs.load(Ordering::Relaxed)
}

/// Lets the time of a thread's sleep run out.
#[cfg(any(loom, shuttle))]
pub(crate) fn expire(task: &kthread::Task) {
    kthread::model::advance(task, std::time::Duration::from_secs(1));
}

/// Real time runs out by itself.
#[cfg(not(any(loom, shuttle)))]
pub(crate) fn expire(_task: &kthread::Task) {}

/// Counts what is dropped.
#[derive(Clone)]
pub(crate) struct Drops(Arc<AtomicUsize>);

/// One thing that is dropped.
pub(crate) struct Dropped(Arc<AtomicUsize>);

impl Drops {
    pub(crate) fn new() -> Self {
        Self(Arc::new(AtomicUsize::new(0)))
    }

    pub(crate) fn one(&self) -> Dropped {
        Dropped(Arc::clone(&self.0))
    }

    /// How many are; without an ordering of its own, so it sees only what is visible without it.
    pub(crate) fn count(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }
}

impl Drop for Dropped {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

/// A number that threads of a model share, without an ordering of its own.
#[derive(Clone)]
pub(crate) struct Shared(Arc<AtomicUsize>);

impl Shared {
    pub(crate) fn new(value: usize) -> Self {
        Self(Arc::new(AtomicUsize::new(value)))
    }

    pub(crate) fn get(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }

    pub(crate) fn set(&self, value: usize) {
        self.0.store(value, Ordering::Relaxed);
    }

    pub(crate) fn add(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}
