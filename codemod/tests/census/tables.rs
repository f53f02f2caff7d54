//! How far the census and the tool agree on what a thread does. Told, not asked for: the census errs
//! in 10 to 15 of 100 records here.

use std::collections::{BTreeMap, BTreeSet};

use crate::census::Record;
use crate::compare::Comparison;
use crate::notes::{Field, Notes};
use crate::ours::{Checkpoint, Creation, Loop, Ours, Thread};

/// Names of functions by what the census says and what the tool says.
pub(crate) type Matrix = BTreeMap<(String, String), Vec<String>>;

/// Sets of names compared, thread by thread.
#[derive(Debug, Default)]
pub(crate) struct Sets {
    pub(crate) same: usize,
    /// Threads for which the tool has more, and which names.
    pub(crate) more: BTreeMap<String, Vec<String>>,
    /// Threads for which the tool has less.
    pub(crate) less: BTreeMap<String, Vec<String>>,
}

/// All tables.
#[derive(Debug, Default)]
pub(crate) struct Tables {
    /// Main loops at the same place: the census's kind, our form and head.
    pub(crate) forms: Matrix,
    /// By kind of checkpoint.
    pub(crate) checkpoints: BTreeMap<&'static str, Matrix>,
    /// Calls that sleep in the thread function itself.
    pub(crate) sleeps: Sets,
    /// Kinds of sleep in helpers, of threads that the census says sleep only there.
    pub(crate) helper_sleeps: Sets,
    pub(crate) carried: Sets,
    pub(crate) read_after: Sets,
    /// Creation sites of the census that the tool has, and all of the census.
    pub(crate) sites: (usize, usize),
    pub(crate) sites_missing: Vec<String>,
    /// Sites that the notes say are wrong and that the tool has not, as it should.
    pub(crate) sites_noted: usize,
    /// Sites that the tool has and the census lacks.
    pub(crate) sites_more: Vec<String>,
    /// Class of the census and verdict for the iterant.
    pub(crate) verdicts: Matrix,
    /// How many threads have a reason, by code.
    pub(crate) reasons: BTreeMap<String, usize>,
}

/// Makes the tables of the threads that both have.
pub(crate) fn tables(census: &[Record], ours: &Ours, notes: &Notes, found: &Comparison) -> Tables {
    let mut out = Tables::default();
    for &(record, thread) in &found.pairs {
        let (record, thread) = (&census[record], &ours.threads[thread]);
        let name = format!("{} {}", record.file, record.func);
        if let (Some(place), Some(got)) = (record.main_loop(), thread.main_loop())
            && place.path == got.path
            && place.line == got.line
        {
            out.forms.entry((record.loop_kind.clone(), form(got))).or_default().push(name.clone());
        }
        if record.main_loop().is_some() {
            checkpoints(record, thread, &name, &mut out);
            sleeps(record, thread, &name, &mut out);
            let of = |wanted: &Option<Vec<String>>, got: &[String], sets: &mut Sets| {
                if let Some(wanted) = wanted {
                    sets.add(&name, wanted.iter().cloned(), got.iter().cloned());
                }
            };
            of(&record.locals.carried, &thread.locals.carried, &mut out.carried);
            of(&record.locals.used_after, &thread.locals.read_after, &mut out.read_after);
        }
        sites(record, thread, notes, &mut out);
        let verdict = (record.class.clone(), thread.iterant.verdict.clone());
        out.verdicts.entry(verdict).or_default().push(name);
        let codes: BTreeSet<_> = thread.iterant.reasons.iter().map(|reason| &reason.code).collect();
        for code in codes {
            *out.reasons.entry(code.clone()).or_default() += 1;
        }
    }
    out
}

/// Form and head in one word.
pub(crate) fn form(found: &Loop) -> String {
    format!("{} {}", found.form, found.head)
}

/// Whether form and head are what the census's kind of loop should be.
pub(crate) fn form_agrees(kind: &str, ours: &str) -> bool {
    match kind {
        "while(!stop)" | "while(..stop..)" => ours == "while stop",
        "do-while(!stop)" | "do-while(..stop..)" => ours == "do-while stop",
        "while(!kthread_freezable_should_stop)" => ours == "while freezable-stop",
        "while(1)" => ours == "while endless",
        "for(;;)" => ours == "for endless",
        "do-while(1)" => ours == "do-while endless",
        "for(;stop;)" => ours == "for stop",
        "while(cond)" => ours == "while condition",
        "do-while(cond)" => ours == "do-while condition",
        "for(cond)" => ours == "for condition",
        "goto" => ours.starts_with("goto "),
        _ => false,
    }
}

/// What the census would call these checkpoints of one kind.
fn reach(checkpoints: &[Checkpoint]) -> &'static str {
    let any = |hows: &[&str]| checkpoints.iter().any(|point| hows.contains(&point.how.as_str()));
    if any(&["head", "body", "nested"]) {
        "direct"
    } else if any(&["helper"]) {
        "indirect"
    } else if any(&["setup"]) {
        "setup-only"
    } else if any(&["outside"]) {
        "outside-loop"
    } else {
        "absent"
    }
}

fn checkpoints(record: &Record, thread: &Thread, name: &str, out: &mut Tables) {
    let kinds = [
        ("stop", &thread.checkpoints.stop),
        ("freeze", &thread.checkpoints.freeze),
        ("park", &thread.checkpoints.park),
        ("signal", &thread.checkpoints.signal),
    ];
    for (kind, ours) in kinds {
        let census = record.checkpoints.get(kind).map_or("absent", String::as_str);
        let cell = (census.to_owned(), reach(ours).to_owned());
        out.checkpoints.entry(kind).or_default().entry(cell).or_default().push(name.to_owned());
    }
}

/// The census's kind of a sleeping call.
pub(crate) fn sleep_kind(call: &str) -> &'static str {
    let call = call.trim_start_matches('_');
    let after = |prefix: &str| call.starts_with(prefix);
    if after("wait_woken") {
        "wait_woken"
    } else if after("wait_event") || after("swait_event") || after("io_wait_event") {
        "wait_event"
    } else if after("schedule_timeout") || after("schedule_hrtimeout") || after("io_schedule_time")
    {
        "schedule_timeout"
    } else if matches!(call, "schedule" | "io_schedule" | "schedule_preempt_disabled") {
        "schedule"
    } else if after("msleep") || matches!(call, "ssleep" | "fsleep" | "usleep_range") {
        "msleep"
    } else if after("wait_for_completion") {
        "completion"
    } else if matches!(call, "down" | "down_interruptible" | "down_killable" | "down_timeout") {
        "semaphore"
    } else if call == "svc_recv" {
        "svc_recv"
    } else if after("kernel_recvmsg") || after("sock_recvmsg") || after("kernel_accept") {
        "socket"
    } else {
        "other"
    }
}

fn sleeps(record: &Record, thread: &Thread, name: &str, out: &mut Tables) {
    let direct = thread.sleeps.iter().filter(|sleep| sleep.place != "helper");
    out.sleeps.add(name, record.sleeps.iter().cloned(), direct.map(|sleep| sleep.call.clone()));
    if record.sleep_cat.iter().any(|kind| kind == "none-direct") {
        let wanted = record.sleep_cat.iter().filter_map(|kind| kind.strip_prefix('~'));
        let helper = thread.sleeps.iter().filter(|sleep| sleep.place == "helper");
        let got = helper.map(|sleep| sleep_kind(&sleep.call).to_owned());
        out.helper_sleeps.add(name, wanted.map(str::to_owned), got);
    }
}

fn sites(record: &Record, thread: &Thread, notes: &Notes, out: &mut Tables) {
    let got: BTreeSet<_> = thread.creation.iter().map(Creation::place).collect();
    let wrong = notes.wrong(record, Field::Sites);
    for wanted in &record.sites {
        if wrong.is_some_and(|note| note.census == *wanted) && !got.contains(wanted) {
            out.sites_noted += 1;
            continue;
        }
        out.sites.1 += 1;
        if got.contains(wanted) {
            out.sites.0 += 1;
        } else {
            out.sites_missing.push(format!("{wanted} {}", record.func));
        }
    }
    let more = thread.creation.iter().filter(|site| !record.sites.contains(&site.place()));
    out.sites_more
        .extend(more.map(|site| format!("{} {} ({})", site.place(), record.func, site.call)));
}

impl Sets {
    fn add(
        &mut self,
        name: &str,
        census: impl Iterator<Item = String>,
        ours: impl Iterator<Item = String>,
    ) {
        let census: BTreeSet<_> = census.collect();
        let ours: BTreeSet<_> = ours.collect();
        if census == ours {
            self.same += 1;
        }
        let more: Vec<_> = ours.difference(&census).cloned().collect();
        if !more.is_empty() {
            self.more.insert(name.to_owned(), more);
        }
        let less: Vec<_> = census.difference(&ours).cloned().collect();
        if !less.is_empty() {
            self.less.insert(name.to_owned(), less);
        }
    }
}
