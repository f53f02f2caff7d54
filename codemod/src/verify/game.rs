//! Two programs step by step, side by side: whatever one can do, the other can.
//!
//! Steps that are visible must be the same on both sides: statements, conditions, checkpoints, sleeps,
//! in this order, with the values of the same locals, in the same task state. A few differences are
//! allowed, each because of a fact about kthreads; they are [`Allowed`], and a proof names those that it
//! used.

use std::collections::{BTreeSet, VecDeque};

use rustc_hash::FxHashMap;

use super::facts::Facts;
use super::label::{Label, Roles, Storage, Tok};
use super::program::{Act, Op, OpId, Program, Sleep};
use super::timeout::{is_nonzero, nonzero_where};
use crate::report::schema::Allowed;

/// Where two programs differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mismatch {
    /// The step of the original.
    pub original: OpId,
    /// The step of the output.
    pub output: OpId,
    /// What is different.
    pub why: String,
}

/// An original's local whose initialiser may be run again.
#[derive(Debug, Clone)]
pub struct Recompute {
    /// The local.
    pub local: Storage,
    /// The tokens behind its `=`.
    pub value: Vec<Tok>,
}

/// What both programs are made of besides steps.
#[derive(Debug)]
pub struct Setting<'a> {
    /// The original.
    pub original: &'a Program,
    /// The output.
    pub output: &'a Program,
    /// Types of the original's locals.
    pub local_types: &'a [Vec<u8>],
    /// Types of the output's places.
    pub place_types: &'a [Vec<u8>],
    /// Names of the original's locals.
    pub local_names: &'a [Vec<u8>],
    /// Names of the output's places.
    pub place_names: &'a [Vec<u8>],
    /// What can be run again.
    pub recompute: &'a [Recompute],
    /// Locals that are somewhere from the start: parameters, statics.
    pub start: &'a [(Storage, Storage, bool)],
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Know {
    Nothing,
    /// Stop was just not asked for; had it been, the original would go on here.
    JustNo(OpId),
    Yes,
}

const RUNNING: &[u8] = b"TASK_RUNNING";
const FREEZE: u8 = 1;
const PARK: u8 = 2;

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Key {
    original: OpId,
    output: OpId,
    know: Know,
    /// The task's state on both sides.
    states: (Vec<u8>, Vec<u8>),
    /// Checkpoints that the output passed already.
    credit: u8,
    /// The result that the iterant asked to end with.
    code: Option<Label>,
    /// The sleep that the iterant asked for.
    sleep: Option<(Vec<u8>, Option<Label>)>,
}

/// Plays the two programs against each other.
///
/// # Errors
/// The first difference that is not allowed.
pub fn play(setting: &Setting<'_>) -> Result<BTreeSet<Allowed>, Mismatch> {
    let mut game =
        Game { setting, seen: FxHashMap::default(), work: VecDeque::new(), used: BTreeSet::new() };
    let mut facts = Facts::new(setting.local_types.len(), setting.place_types.len());
    for (local, place, pinned) in setting.start {
        facts.write(*local, Some(*place));
        if *pinned {
            facts.pin(*local, *place);
        }
    }
    let key = Key {
        original: setting.original.entry,
        output: setting.output.entry,
        know: Know::Nothing,
        states: (RUNNING.to_vec(), RUNNING.to_vec()),
        credit: 0,
        code: None,
        sleep: None,
    };
    game.push(key, facts);
    while let Some(key) = game.work.pop_front() {
        if game.seen.len() > MAX_PAIRS {
            return Err(Mismatch {
                original: key.original,
                output: key.output,
                why: "the comparison has too many steps".into(),
            });
        }
        let facts = game.seen[&key].clone();
        game.step(key, facts)?;
    }
    Ok(game.used)
}

const MAX_PAIRS: usize = 200_000;

struct Game<'a> {
    setting: &'a Setting<'a>,
    seen: FxHashMap<Key, Facts>,
    work: VecDeque<Key>,
    used: BTreeSet<Allowed>,
}

impl Game<'_> {
    fn push(&mut self, key: Key, facts: Facts) {
        match self.seen.get_mut(&key) {
            Some(known) => {
                if known.meet(&facts) && !self.work.contains(&key) {
                    self.work.push_back(key);
                }
            }
            None => {
                self.seen.insert(key.clone(), facts);
                self.work.push_back(key);
            }
        }
    }

    fn op(&self, at: OpId) -> &Op {
        &self.setting.original.ops[at]
    }

    fn out(&self, at: OpId) -> &Op {
        &self.setting.output.ops[at]
    }

    /// Goes to the next pair of visible steps, then plays them.
    fn step(&mut self, mut key: Key, mut facts: Facts) -> Result<(), Mismatch> {
        let limit = 4 * (self.setting.original.ops.len() + self.setting.output.ops.len()) + 64;
        for _ in 0..limit {
            if self.silent_original(&mut key, &mut facts)
                || self.silent_output(&mut key, &mut facts)
            {
                continue;
            }
            return self.visible(key, facts);
        }
        Err(self.mismatch(&key, "one of the loops does nothing"))
    }

    fn mismatch(&self, key: &Key, why: &str) -> Mismatch {
        Mismatch { original: key.original, output: key.output, why: why.to_owned() }
    }

    fn silent_original(&mut self, key: &mut Key, facts: &mut Facts) -> bool {
        let stopped = key.know == Know::Yes;
        match self.op(key.original).clone() {
            Op::Goto(next) => key.original = next,
            Op::Declare(local, next) => {
                // What can be computed again may be there already.
                if !self.computed(local) {
                    facts.declare(local);
                }
                key.original = next;
            }
            Op::Copy { to, from, next, .. } => {
                facts.copy_local(to, from);
                key.original = next;
            }
            Op::State(state, _, next)
                if stopped || (state == RUNNING && key.states.0 == RUNNING) =>
            {
                // While both are at the same call, they make it together.
                if self.out_state(key) == Some(&state) {
                    return false;
                }
                key.states.0 = state;
                key.original = next;
            }
            // The request of a sleep sets the state, the original does it by a call.
            Op::State(state, _, next)
                if key.sleep.as_ref().is_some_and(|(asked, _)| *asked == state) =>
            {
                key.states.0 = state;
                key.original = next;
            }
            Op::Stop { yes, .. } if stopped => key.original = yes,
            Op::Test { decided: Some(outcome), yes, no, roles, .. } if stopped => {
                for local in roles.written {
                    facts.write(local, None);
                }
                key.original = if outcome { yes } else { no };
            }
            Op::Freeze(next) if stopped => key.original = next,
            Op::Freeze(next) if key.credit & FREEZE != 0 => {
                key.credit &= !FREEZE;
                key.original = next;
            }
            Op::FreezeTest { no, .. } if stopped => key.original = no,
            Op::FreezeTest { no, .. } if key.credit & FREEZE != 0 => {
                key.credit &= !FREEZE;
                key.original = no;
            }
            Op::Test { no, .. } if key.credit & PARK != 0 && self.parks(key.original) => {
                key.credit &= !PARK;
                key.original = no;
            }
            _ => return false,
        }
        true
    }

    fn out_state(&self, key: &Key) -> Option<&Vec<u8>> {
        match self.out(key.output) {
            Op::State(state, _, _) => Some(state),
            _ => None,
        }
    }

    fn silent_output(&mut self, key: &mut Key, facts: &mut Facts) -> bool {
        let stopped = key.know == Know::Yes;
        match self.out(key.output).clone() {
            Op::Goto(next) => key.output = next,
            Op::Declare(place, next) => {
                facts.clobber(place);
                key.output = next;
            }
            Op::Copy { to, from, via, next } => {
                if via.iter().all(|index| facts.points(*index)) {
                    facts.copy_place(to, from);
                } else {
                    facts.clobber(to);
                }
                key.output = next;
            }
            Op::Point(index, next) => {
                facts.point(index);
                key.output = next;
            }
            Op::StopCurrent(label, next) => {
                key.code = Some(label);
                key.output = next;
            }
            Op::Request(state, timeout, next) => {
                key.states.1.clone_from(&state);
                key.sleep = Some((state, timeout));
                key.output = next;
            }
            Op::Cancel(next) => {
                key.sleep = None;
                key.states.1 = RUNNING.to_vec();
                key.output = next;
            }
            Op::AfterFunc { ended, sleeps, turn } => {
                if key.code.is_some() {
                    if key.sleep.take().is_some() {
                        key.states.1 = RUNNING.to_vec();
                    }
                    key.output = ended;
                } else {
                    key.output = if key.sleep.is_some() { sleeps } else { turn };
                }
            }
            Op::Result(cases, other) => {
                let code = key.code.take().map_or(b"0".to_vec(), |label| text(&label));
                let case = cases.iter().find(|(value, _)| *value == code);
                key.output = case.map_or(other, |(_, to)| *to);
            }
            Op::State(state, _, next)
                if stopped || (state == RUNNING && key.states.1 == RUNNING) =>
            {
                if matches!(self.op(key.original), Op::State(own, _, _) if *own == state) {
                    return false;
                }
                key.states.1 = state;
                key.output = next;
            }
            Op::Stop { yes, .. } if stopped => key.output = yes,
            Op::Test { decided: Some(outcome), yes, no, roles, .. } if stopped => {
                for place in roles.written {
                    facts.clobber(place);
                }
                key.output = if outcome { yes } else { no };
            }
            Op::Freeze(next) | Op::Park(next) if stopped => key.output = next,
            Op::FreezeTest { no, .. } if stopped => key.output = no,
            _ => return false,
        }
        true
    }

    fn visible(&mut self, key: Key, facts: Facts) -> Result<(), Mismatch> {
        let (original, output) = (self.op(key.original).clone(), self.out(key.output).clone());
        match (&original, &output) {
            (Op::Stop { yes, no }, Op::Stop { yes: out_yes, no: out_no }) => {
                self.push(Key { original: *yes, output: *out_yes, ..stopped(&key) }, facts.clone());
                let know = Know::JustNo(*yes);
                self.push(Key { original: *no, output: *out_no, know, ..key }, facts);
                Ok(())
            }
            (Op::Return(one, roles), Op::Return(two, _)) if one.matches(two) => {
                let mut facts = facts;
                self.reads(&key, &mut facts, one, two, roles)
            }
            (Op::Return(one, roles), Op::ReturnResult) => {
                let zero = Label { toks: vec![Tok::text(b"0")], via: Vec::new() };
                let two = key.code.clone().unwrap_or(zero);
                if !one.matches(&two) {
                    return Err(self.mismatch(&key, "the results are different"));
                }
                let mut facts = facts;
                self.reads(&key, &mut facts, one, &two, roles)
            }
            (Op::Halt, Op::Halt) => Ok(()),
            (Op::State(one, how, next), Op::State(two, out_how, out_next))
                if one == two && how == out_how =>
            {
                let states = (one.clone(), two.clone());
                let know = after(key.know);
                self.push(Key { original: *next, output: *out_next, states, know, ..key }, facts);
                Ok(())
            }
            (Op::Freeze(next), Op::Freeze(out_next)) => {
                let know = after(key.know);
                self.push(Key { original: *next, output: *out_next, know, ..key }, facts);
                Ok(())
            }
            (Op::FreezeTest { yes, no }, Op::FreezeTest { yes: out_yes, no: out_no }) => {
                let know = after(key.know);
                self.push(
                    Key { original: *yes, output: *out_yes, know, ..key.clone() },
                    facts.clone(),
                );
                self.push(Key { original: *no, output: *out_no, know, ..key }, facts);
                Ok(())
            }
            // Frozen or not, the turn begins again: the driver's freeze does the same.
            (Op::FreezeTest { yes, no }, Op::Freeze(out_next))
                if self.comes_to(*yes, key.original) =>
            {
                let know = after(key.know);
                self.push(Key { original: *no, output: *out_next, know, ..key }, facts);
                Ok(())
            }
            (Op::Test { no, .. }, Op::Park(out_next)) if self.parks(key.original) => {
                let know = after(key.know);
                self.push(Key { original: *no, output: *out_next, know, ..key }, facts);
                Ok(())
            }
            (Op::Sleep(one, next), Op::Sleep(two, out_next))
                if one.label.matches(&two.label) && key.states.0 == key.states.1 =>
            {
                let mut facts = facts;
                self.apply(&key, &mut facts, &one.label, &two.label, &one.roles)?;
                let states = (RUNNING.to_vec(), RUNNING.to_vec());
                let know = after(key.know);
                self.push(Key { original: *next, output: *out_next, states, know, ..key }, facts);
                Ok(())
            }
            (Op::Sleep(sleep, next), Op::DriverSleep { beaten, next: out_next }) => {
                self.driver_sleep(key, facts, sleep, *beaten, (*next, *out_next))
            }
            (Op::Act(one, next), Op::Act(two, out_next))
                if self.same(one, two) && self.calm(&key) =>
            {
                let mut facts = facts;
                self.apply(&key, &mut facts, &one.label, &two.label, &one.roles)?;
                let mut states = key.states.clone();
                if one.runs {
                    states = (RUNNING.to_vec(), RUNNING.to_vec());
                }
                let know = after(key.know);
                self.push(Key { original: *next, output: *out_next, states, know, ..key }, facts);
                Ok(())
            }
            (
                Op::Test { label: one, roles, yes, no, quiet, .. },
                Op::Test { label: two, yes: out_yes, no: out_no, .. },
            ) if one.matches(two) && self.calm(&key) => {
                let mut facts = facts;
                self.apply(&key, &mut facts, one, two, roles)?;
                let know = if *quiet { key.know } else { after(key.know) };
                let mut holds = facts.clone();
                if let Some(local) = nonzero_where(one, true) {
                    holds.set_nonzero(local);
                }
                self.push(Key { original: *yes, output: *out_yes, know, ..key.clone() }, holds);
                if let Some(local) = nonzero_where(one, false) {
                    facts.set_nonzero(local);
                }
                self.push(Key { original: *no, output: *out_no, know, ..key }, facts);
                Ok(())
            }
            (
                Op::Switch { label: one, roles, next },
                Op::Switch { label: two, next: out_next, .. },
            ) if one.matches(two) && next.len() == out_next.len() && self.calm(&key) => {
                let mut facts = facts;
                self.apply(&key, &mut facts, one, two, roles)?;
                let know = after(key.know);
                for (next, out_next) in next.iter().zip(out_next) {
                    let pair = Key { original: *next, output: *out_next, know, ..key.clone() };
                    self.push(pair, facts.clone());
                }
                Ok(())
            }
            _ => self.alone(key, facts, &original, &output),
        }
    }

    /// Steps that one side makes without the other.
    fn alone(
        &mut self,
        mut key: Key,
        mut facts: Facts,
        original: &Op,
        output: &Op,
    ) -> Result<(), Mismatch> {
        let stopped = key.know == Know::Yes;
        match (original, output) {
            // Values that nobody else sees.
            (Op::Act(Act { pure: Some(local), .. }, next), Op::Stop { .. })
                if self.stop_follows(key.original) =>
            {
                self.define(&mut facts, *local);
                key.original = *next;
                self.used.insert(Allowed::Recomputed);
            }
            (_, Op::Act(Act { pure: Some(place), label, .. }, next))
                if self.may_skip(original, key.output) =>
            {
                self.recompute(&mut facts, *place, label);
                key.output = *next;
                self.used.insert(Allowed::Recomputed);
            }
            // Checkpoints of the driver that come earlier than in the original.
            (_, Op::Freeze(next)) if self.freezes_behind_stop(key.original) => {
                key.credit |= FREEZE;
                key.output = *next;
                self.used.insert(Allowed::FreezeBeforeStop);
            }
            (_, Op::Park(next)) if self.parks_behind_stop(key.original) => {
                key.credit |= PARK;
                key.output = *next;
                self.used.insert(Allowed::FreezeBeforeStop);
            }
            (_, Op::Freeze(next) | Op::Park(next))
                if self.setting.output.first_turn.contains(&key.output)
                    && key.states.1 == RUNNING =>
            {
                key.output = *next;
                self.used.insert(Allowed::FirstTurn);
            }
            // A stop test of one side only: what follows must be the same to the other.
            (_, Op::Stop { yes, no }) if let Know::JustNo(end) = key.know => {
                self.used.insert(Allowed::StopTestsMerged);
                let ended = Key { original: end, output: *yes, ..self::stopped(&key) };
                self.push(ended, facts.clone());
                key.output = *no;
            }
            (Op::Stop { no, .. }, _) if matches!(key.know, Know::JustNo(_)) => {
                key.original = *no;
                self.used.insert(Allowed::StopTestsMerged);
            }
            (_, Op::Stop { yes, no }) => {
                self.used.insert(Allowed::StopSeenEarlier);
                self.push(Key { output: *yes, ..self::stopped(&key) }, facts.clone());
                key.output = *no;
                key.know = Know::JustNo(key.original);
            }
            (Op::Act(Act { pure: Some(local), .. }, next), _) => {
                self.define(&mut facts, *local);
                key.know = after(key.know);
                key.original = *next;
                self.used.insert(Allowed::Recomputed);
            }
            (Op::Stop { yes, no }, _) => {
                self.used.insert(Allowed::StopSeenEarlier);
                self.push(Key { original: *yes, ..self::stopped(&key) }, facts.clone());
                key.know = Know::JustNo(*yes);
                key.original = *no;
            }
            // Once the thread should stop, waiting and looking are nothing.
            (Op::Test { quiet: true, yes, no, .. }, _) if stopped => {
                self.push(Key { original: *yes, ..key.clone() }, facts.clone());
                key.original = *no;
            }
            (_, Op::Test { quiet: true, yes, no, .. }) if stopped => {
                self.push(Key { output: *yes, ..key.clone() }, facts.clone());
                key.output = *no;
            }
            (Op::Sleep(sleep, next), _) if stopped && ends_early(sleep, &key.states.0) => {
                for local in &sleep.roles.written {
                    facts.write(*local, None);
                }
                key.states.0 = RUNNING.to_vec();
                key.original = *next;
                self.used.insert(Allowed::NoSleepWhenStopped);
            }
            (_, Op::Sleep(sleep, next)) if stopped && ends_early(sleep, &key.states.1) => {
                for place in &sleep.roles.written {
                    facts.clobber(*place);
                }
                key.states.1 = RUNNING.to_vec();
                key.output = *next;
                self.used.insert(Allowed::NoSleepWhenStopped);
            }
            (Op::Act(act, next), _) if stopped && act.idle && !self.idles_to(key.output, act) => {
                for local in &act.roles.written {
                    facts.write(*local, None);
                }
                if act.runs {
                    key.states.0 = RUNNING.to_vec();
                }
                key.original = *next;
                self.used.insert(Allowed::NoSleepWhenStopped);
            }
            (_, Op::Act(act, next)) if stopped && act.idle => {
                for place in &act.roles.written {
                    facts.clobber(*place);
                }
                if act.runs {
                    key.states.1 = RUNNING.to_vec();
                }
                key.output = *next;
                self.used.insert(Allowed::NoSleepWhenStopped);
            }
            _ if key.states.0 != key.states.1 => {
                return Err(self.mismatch(&key, "the task's state is another one here"));
            }
            _ => return Err(self.mismatch(&key, "the steps are different")),
        }
        self.push(key, facts);
        Ok(())
    }

    fn driver_sleep(
        &mut self,
        mut key: Key,
        mut facts: Facts,
        sleep: &Sleep,
        beaten: bool,
        (next, out_next): (OpId, OpId),
    ) -> Result<(), Mismatch> {
        let Some((state, timeout)) = key.sleep.take() else {
            return Err(self.mismatch(&key, "the driver sleeps though nothing was asked for"));
        };
        let own = sleep.own.map_or_else(|| key.states.0.clone(), <[u8]>::to_vec);
        if own != state || !sleep.roles.written.is_empty() {
            return Err(self.mismatch(&key, "the driver sleeps in another state"));
        }
        if beaten && state != b"TASK_INTERRUPTIBLE" {
            let why = "a freeze would cut this sleep short in the driver";
            return Err(self.mismatch(&key, why));
        }
        match (&sleep.timeout, &timeout) {
            (None, None) => {}
            (Some(one), Some(two)) if one.matches(two) => {
                self.reads(&key, &mut facts, one, two, &sleep.roles)?;
                if !is_nonzero(one, &facts) {
                    return Err(self.mismatch(
                        &key,
                        "the timeout may be 0, and then the driver does not sleep",
                    ));
                }
            }
            _ => return Err(self.mismatch(&key, "the driver sleeps for another time")),
        }
        facts.disturb();
        key.original = next;
        key.output = out_next;
        key.states = (RUNNING.to_vec(), RUNNING.to_vec());
        key.know = after(key.know);
        self.push(key, facts);
        Ok(())
    }

    /// Nothing is outstanding: same task state, and no checkpoint that the original has yet to pass.
    fn calm(&self, key: &Key) -> bool {
        key.states.0 == key.states.1 && (key.credit == 0 || key.know == Know::Yes)
    }

    /// Two labels that match read the same values.
    fn reads(
        &self,
        key: &Key,
        facts: &mut Facts,
        one: &Label,
        two: &Label,
        roles: &Roles,
    ) -> Result<(), Mismatch> {
        for index in &two.via {
            if !facts.points(*index) {
                return Err(self.mismatch(key, "a pointer of the context is not set"));
            }
        }
        for (local, place) in one.pairs(two) {
            let (local_type, place_type) =
                (self.setting.local_types.get(local), self.setting.place_types.get(place));
            if let (Some(local_type), Some(place_type)) = (local_type, place_type)
                && local_type != place_type
            {
                return Err(self.mismatch(key, &format!("`{}` has another type", self.name(local))));
            }
            let read = roles.read.contains(&local) || !roles.written.contains(&local);
            if read && !facts.holds(local, place) {
                let why = format!("`{}` may have another value", self.name(local));
                return Err(self.mismatch(key, &why));
            }
        }
        Ok(())
    }

    fn name(&self, local: Storage) -> String {
        let name = self.setting.local_names.get(local).map_or(&b""[..], Vec::as_slice);
        String::from_utf8_lossy(name).into_owned()
    }

    /// Two labels that match do the same.
    fn apply(
        &self,
        key: &Key,
        facts: &mut Facts,
        one: &Label,
        two: &Label,
        roles: &Roles,
    ) -> Result<(), Mismatch> {
        self.reads(key, facts, one, two, roles)?;
        let place_of = |local: Storage| {
            let mut places = one.pairs(two).filter(|(at, _)| *at == local).map(|(_, place)| place);
            let first = places.next()?;
            places.all(|place| place == first).then_some(first)
        };
        for local in &roles.addressed {
            if let Some(place) = place_of(*local) {
                facts.pin(*local, place);
            }
        }
        for local in &roles.written {
            match place_of(*local) {
                Some(place) if self.computed(*local) => {
                    facts.define(*local);
                    facts.also(*local, place);
                }
                place => facts.write(*local, place),
            }
        }
        if roles.disturbs {
            facts.disturb();
        }
        Ok(())
    }

    /// Whether a local only ever has one value, that can be computed again.
    fn computed(&self, local: Storage) -> bool {
        self.setting.recompute.iter().any(|known| known.local == local)
    }

    /// The original gives a local a value, and the output does not.
    fn define(&self, facts: &mut Facts, local: Storage) {
        if self.computed(local) {
            facts.define(local);
        } else {
            facts.write(local, None);
        }
    }

    fn recompute(&self, facts: &mut Facts, place: Storage, label: &Label) {
        let value = label.toks.get(2..).unwrap_or_default();
        let same = |known: &Recompute, facts: &Facts| {
            known.value.len() == value.len()
                && known.value.iter().zip(value).all(|pair| match pair {
                    (Tok::Text(one), Tok::Text(two)) => one == two,
                    (Tok::Place(local), Tok::Place(place)) => facts.holds(*local, *place),
                    _ => false,
                })
        };
        let found = self.setting.recompute.iter().find(|known| same(known, facts));
        match found {
            Some(known) => facts.also(known.local, place),
            None => facts.clobber(place),
        }
    }

    /// Whether two statements are the same; of two values, whether they are of the same name.
    fn same(&self, one: &Act, two: &Act) -> bool {
        one.label.matches(&two.label)
            && match (one.pure, two.pure) {
                (Some(local), Some(place)) => {
                    self.setting.local_names.get(local) == self.setting.place_names.get(place)
                }
                (None, None) => true,
                _ => false,
            }
    }

    /// Whether the output may go on over a value, or the original's comes first.
    fn may_skip(&self, original: &Op, output: OpId) -> bool {
        match original {
            Op::Act(act, _) if act.pure.is_some() => self.comes_later(output, act),
            _ => true,
        }
    }

    /// Whether the output makes a statement of this label, before anything that others see.
    fn comes_later(&self, mut at: OpId, act: &Act) -> bool {
        for _ in 0..256 {
            match self.out(at) {
                Op::Goto(next)
                | Op::Declare(_, next)
                | Op::Copy { next, .. }
                | Op::Point(_, next) => at = *next,
                Op::Act(other, next) if other.pure.is_some() => {
                    if self.same(act, other) {
                        return true;
                    }
                    at = *next;
                }
                _ => return false,
            }
        }
        false
    }

    /// Whether the output comes to a statement over others that do nothing once stop is asked for.
    fn idles_to(&self, mut at: OpId, act: &Act) -> bool {
        for _ in 0..256 {
            match self.out(at) {
                Op::Goto(next)
                | Op::Declare(_, next)
                | Op::Copy { next, .. }
                | Op::Point(_, next)
                | Op::State(_, _, next)
                | Op::Sleep(_, next) => at = *next,
                Op::Act(other, next) if other.idle => {
                    if self.same(act, other) {
                        return true;
                    }
                    at = *next;
                }
                _ => return false,
            }
        }
        false
    }

    /// The next visible step of the original behind a stop test that is passed.
    fn behind_stop(&self, mut at: OpId) -> Option<OpId> {
        let mut stopped = false;
        for _ in 0..256 {
            match self.op(at) {
                Op::Goto(next) | Op::Declare(_, next) => at = *next,
                Op::Stop { no, .. } => {
                    stopped = true;
                    at = *no;
                }
                _ => return stopped.then_some(at),
            }
        }
        None
    }

    /// Whether the original comes to a stop test with nothing but values before it.
    fn stop_follows(&self, mut at: OpId) -> bool {
        for _ in 0..256 {
            match self.op(at) {
                Op::Goto(next) | Op::Declare(_, next) | Op::Copy { next, .. } => at = *next,
                Op::Act(act, next) if act.pure.is_some() => at = *next,
                Op::Stop { .. } => return true,
                _ => return false,
            }
        }
        false
    }

    fn freezes_behind_stop(&self, at: OpId) -> bool {
        self.behind_stop(at).is_some_and(|at| match self.op(at) {
            Op::Freeze(_) => true,
            Op::FreezeTest { yes, .. } => self.comes_to(*yes, at),
            Op::Test { no, .. } if self.parks(at) => self.freezes_next(*no),
            _ => false,
        })
    }

    fn freezes_next(&self, at: OpId) -> bool {
        matches!(self.op(self.follow(at)), Op::Freeze(_))
    }

    fn parks_behind_stop(&self, at: OpId) -> bool {
        self.behind_stop(at).is_some_and(|at| {
            self.parks(at)
                || matches!(self.op(at), Op::Freeze(next) if self.parks(self.follow(*next)))
        })
    }

    fn follow(&self, mut at: OpId) -> OpId {
        for _ in 0..256 {
            match self.op(at) {
                Op::Goto(next) | Op::Declare(_, next) => at = *next,
                _ => break,
            }
        }
        at
    }

    /// Whether a step leads to another with nothing but stop tests between them.
    fn comes_to(&self, mut at: OpId, target: OpId) -> bool {
        for _ in 0..256 {
            if at == target {
                return true;
            }
            match self.op(at) {
                Op::Goto(next) | Op::Declare(_, next) => at = *next,
                Op::Stop { no, .. } => at = *no,
                _ => return false,
            }
        }
        false
    }

    /// `if (kthread_should_park()) kthread_parkme();`
    fn parks(&self, at: OpId) -> bool {
        let Op::Test { label, yes, no, .. } = self.op(at) else { return false };
        if !is_call(label, b"kthread_should_park") {
            return false;
        }
        let Op::Act(act, next) = self.op(self.follow(*yes)) else { return false };
        is_call(&act.label, b"kthread_parkme") && self.follow(*next) == self.follow(*no)
    }
}

/// A label as text; of a place its number.
fn text(label: &Label) -> Vec<u8> {
    label.show(&|place| format!("#{place}")).into_bytes()
}

fn is_call(label: &Label, name: &[u8]) -> bool {
    matches!(label.toks.as_slice(), [word, open, close]
        if word.is(name) && open.is(b"(") && close.is(b")"))
}

fn stopped(key: &Key) -> Key {
    Key { know: Know::Yes, credit: 0, ..key.clone() }
}

fn after(know: Know) -> Know {
    if know == Know::Yes { Know::Yes } else { Know::Nothing }
}

/// Whether a sleep ends by itself once stop is asked for.
fn ends_early(sleep: &Sleep, state: &[u8]) -> bool {
    sleep.timeout.is_some() || sleep.own.unwrap_or(state) == b"TASK_INTERRUPTIBLE"
}
