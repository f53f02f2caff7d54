//! Invariant 33: name, affinity and priority that are set before the start are seen in the function,
//! and a thread that has started is not bound. A stress test, as no model checker knows affinity.

use std::collections::BTreeSet;
use std::sync::{Arc, Barrier};

use kthread::{BindError, Builder, Cpus, Policy, State, Task};
use rustix::thread::{CpuSet, Pid, sched_setaffinity};

use crate::proc::{Sched, has_the_right, two_cpus};
use crate::rng::{Rng, seed};
use crate::seen::{self, Seen};
use crate::until;

const THREADS: usize = 300;
const RACES: usize = 400;

/// A name of up to 24 characters, of one to four bytes each.
fn name(rng: &mut Rng) -> String {
    (0..rng.below(25)).map(|_| rng.pick(&['a', '/', '0', 'ü', '語', '🦀', ' ', ')'])).collect()
}

fn comm(name: &str) -> String {
    let fits = |end: &usize| *end <= 15;
    let ends = name.char_indices().map(|(at, char)| at + char.len_utf8());
    name[..ends.take_while(fits).last().unwrap_or(0)].to_owned()
}

fn some_of(all: &[usize], rng: &mut Rng) -> BTreeSet<usize> {
    let mut set: BTreeSet<_> = all.iter().copied().filter(|_| rng.one_in(2)).collect();
    if set.is_empty() {
        set.insert(rng.pick(all));
    }
    set
}

/// A builder with random settings, and what they look like.
fn settings(rng: &mut Rng, mine: &Seen, all: &[usize], right: bool) -> (Builder, Seen) {
    let name = name(rng);
    let mut expected = Seen { comm: comm(&name), ..mine.clone() };
    let mut builder = Builder::new(name);
    if rng.one_in(2) {
        expected.cpus = some_of(all, rng);
        builder = builder.cpus(expected.cpus.iter().copied().collect());
    }
    if rng.one_in(2) {
        let (policy, number, priority) = rng.pick(&[
            (Policy::Normal, libc::SCHED_OTHER, 0),
            (Policy::Batch, libc::SCHED_BATCH, 0),
            (Policy::Idle, libc::SCHED_IDLE, 0),
            (Policy::Fifo(3), libc::SCHED_FIFO, 3),
            (Policy::RoundRobin(7), libc::SCHED_RR, 7),
        ]);
        if right || priority == 0 {
            expected.sched = Sched { policy: number, priority, ..expected.sched };
            builder = builder.policy(policy);
        }
    }
    if rng.one_in(2) {
        let lowest = if right { -20 } else { mine.sched.nice };
        let above = i32::try_from(rng.below(40)).unwrap_or(0);
        expected.sched.nice = (lowest + above).min(19);
        builder = builder.nice(expected.sched.nice);
    }
    (builder, expected)
}

#[test]
fn inv_33_what_is_set_before_the_start_is_seen_in_the_function() {
    let seed = seed();
    let right = has_the_right("inv_33: real time, and nice values below the creator's");
    let mine = seen::by_itself();
    let all: Vec<_> = mine.cpus.iter().copied().collect();
    std::thread::scope(|scope| {
        for worker in 0..4 {
            let (mine, all) = (&mine, &all);
            scope.spawn(move || {
                let mut rng = Rng::new(seed ^ worker);
                for _ in 0..THREADS / 4 {
                    let (builder, mut expected) = settings(&mut rng, mine, all, right);
                    let thread = builder.create(seen::by_itself).expect("what may be asked for");
                    if rng.one_in(3) {
                        expected.cpus = some_of(all, &mut rng);
                        let set = expected.cpus.iter().copied().collect();
                        thread.bind(&set).expect("it has not started");
                    }
                    assert_eq!(seen::of(thread.tid()), expected, "from outside, seed {seed}");
                    thread.wake();
                    until::until("its end", || thread.state() == State::Exited);
                    let inside = thread.stop().expect("it ran");
                    assert_eq!(inside, expected, "from inside, seed {seed}");
                }
            });
        }
    });
}

/// What lets a thread start, at the same time as it is bound.
type Start = fn(&Task);

/// Lets a thread start while two others bind it. Gives how often a binding came first; or what is
/// wrong: what the thread saw of itself when it began and when it ended is what the last successful
/// binding said, or what it had before. `bind` is [`Task::bind`], or breaks the rule for the control.
fn race(
    all: &[usize],
    seed: u64,
    start: Start,
    bind: fn(&Task, &Cpus) -> Result<(), BindError>,
) -> Result<usize, String> {
    let mut rng = Rng::new(seed);
    let mut bound = 0;
    for _ in 0..RACES {
        let before = some_of(all, &mut rng);
        let barrier = Arc::new(Barrier::new(3));
        let (bound_once, ended) = (Arc::clone(&barrier), Arc::new(Barrier::new(2)));
        let may_end = Arc::clone(&ended);
        let thread = Builder::new("inv_33 race")
            .cpus(before.iter().copied().collect())
            .create(move || {
                let first = seen::by_itself().cpus;
                may_end.wait();
                (first, seen::by_itself().cpus)
            })
            .expect("a thread");
        let task = thread.task();
        let mut binder = |cpu: usize| {
            let (task, barrier) = (task.clone(), Arc::clone(&bound_once));
            let spins = rng.below(2000);
            std::thread::spawn(move || {
                barrier.wait();
                (0..spins).for_each(|_| std::hint::spin_loop());
                (cpu, bind(&task, &Cpus::one(cpu)))
            })
        };
        let binders = [binder(all[0]), binder(all[1])];
        barrier.wait();
        (0..rng.below(2000)).for_each(|_| std::hint::spin_loop());
        start(&thread);
        let results = binders.map(|binder| binder.join().expect("no panic"));
        thread.unpark();
        ended.wait();
        until::until("its end", || thread.state() == State::Exited);
        let (first, last) = thread.stop().expect("it ran");

        let ok: Vec<_> = results.iter().filter(|(_, result)| result.is_ok()).collect();
        let mut allowed: Vec<_> = ok.iter().map(|(cpu, _)| BTreeSet::from([*cpu])).collect();
        if allowed.is_empty() {
            allowed.push(before);
        }
        bound += usize::from(!ok.is_empty());
        for (_, result) in &results {
            match result {
                Ok(()) | Err(BindError::Started { .. }) => {}
                Err(error) => return Err(format!("seed {seed}: {error}")),
            }
        }
        if first != last || !allowed.contains(&first) {
            return Err(format!(
                "seed {seed}: began on {first:?}, ended on {last:?}; allowed: {allowed:?}"
            ));
        }
    }
    Ok(bound)
}

#[test]
fn inv_33_a_thread_is_bound_before_it_starts_or_not_at_all() {
    let Some(all) = two_cpus("inv_33: binding against waking") else { return };
    let starts: [(&str, Start); 2] = [("woken", Task::wake), ("parked", |task| drop(task.park()))];
    for (how, start) in starts {
        let (all, seed) = (all.clone(), seed());
        let bound = until::in_time(how, move || race(&all, seed, start, Task::bind));
        let bound = bound.unwrap_or_else(|wrong| panic!("{wrong}"));
        println!("{bound} of {RACES} threads were bound before they were {how}");
    }
}

/// The control: who binds without asking whether the thread has started is found out.
#[test]
fn inv_33_a_binding_after_the_start_is_found() {
    let Some(all) = two_cpus("inv_33: the control") else { return };
    let seed = seed();
    let late = |task: &Task, cpus: &Cpus| {
        until::until("the start", || task.state() != State::New);
        let mut set = CpuSet::new();
        cpus.iter().for_each(|cpu| set.set(cpu));
        sched_setaffinity(Pid::from_raw(task.tid()), &set).expect("it waits for its end");
        Err(BindError::Started { name: task.name().to_owned() })
    };
    let wrong = until::in_time("the control", move || race(&all, seed, Task::wake, late));
    let wrong = wrong.expect_err("the rule is broken");
    assert!(wrong.contains("ended on"), "{wrong}");
}
