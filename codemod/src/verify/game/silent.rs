//! Steps that nobody sees: each side goes over its own.

use super::{FREEZE, Facts, Game, Key, Know, MAX_CAPTURED, Op, PARK, RUNNING, after, text};

impl Game<'_> {
    pub(super) fn silent_original(&mut self, key: &mut Key, facts: &mut Facts) -> bool {
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
            Op::Copy { to, from, next, .. } if !facts.any_pinned(&[to]) => {
                if self.computed(to) {
                    facts.also_local(to, from);
                } else {
                    facts.copy_local(to, from);
                }
                // Where the last stop test leads, the local still has its old value.
                key.know = after(key.know);
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
            Op::Test { decided: Some(outcome), yes, no, roles, .. }
                if stopped && !facts.any_pinned(&roles.written) =>
            {
                for local in roles.written {
                    facts.write(local, None);
                }
                key.original = if outcome { yes } else { no };
            }
            Op::Freeze(next) if key.credit & FREEZE != 0 => {
                key.credit &= !FREEZE;
                key.original = next;
            }
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

    pub(super) fn out_state(&self, key: &Key) -> Option<&Vec<u8>> {
        match self.out(key.output) {
            Op::State(state, _, _) => Some(state),
            _ => None,
        }
    }

    pub(super) fn silent_output(&mut self, key: &mut Key, facts: &mut Facts) -> bool {
        let stopped = key.know == Know::Yes;
        match self.out(key.output).clone() {
            Op::Goto(next) => key.output = next,
            Op::Declare(place, next) => {
                facts.clobber(place);
                key.output = next;
            }
            Op::Copy { to, from, via, next } if !facts.any_pin(&[to]) => {
                if via.iter().all(|index| facts.points(*index)) {
                    let same = self.copies(facts, to, from);
                    facts.copy_place(to, from);
                    for local in same {
                        facts.also(local, to);
                    }
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
                key.code = Some(self.capture(facts, &label, 0));
                key.output = next;
            }
            Op::Request(state, timeout, next) => {
                key.states.1.clone_from(&state);
                let timeout = timeout.map(|label| self.capture(facts, &label, MAX_CAPTURED));
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
            Op::Test { decided: Some(outcome), yes, no, roles, .. }
                if stopped && !facts.any_pin(&roles.written) =>
            {
                for place in roles.written {
                    facts.clobber(place);
                }
                key.output = if outcome { yes } else { no };
            }
            Op::Park(next) if stopped => key.output = next,
            _ => return false,
        }
        true
    }
}
