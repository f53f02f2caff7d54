//! Steps that both sides make together.

use super::{
    Allowed, Facts, Game, Key, Know, Label, Meet, Mismatch, Op, OpId, RUNNING, Side, Sleep, Span,
    Tok, after, ahead::locks_again, is_nonzero, nonzero_where, stopped,
};

impl Game<'_> {
    pub(super) fn visible(&mut self, mut key: Key, facts: Facts) -> Result<(), Mismatch> {
        let (original, output) = (self.op(key.original).clone(), self.out(key.output).clone());
        if !matches!(original, Op::Return(..)) {
            Self::spoil(&mut key);
        }
        let waits = matches!(output, Op::DriverSleep { .. })
            || self.setting.output.pauses.contains(&key.output);
        if waits && self.is_exposed(&key, &facts) {
            let why = "what others were told of would be gone while the thread waits";
            return Err(Self::mismatch(&key, why));
        }
        let silent = self.progress.sides;
        self.progress.moved(Side::Original);
        self.progress.moved(Side::Output);
        // Of a lock that one side takes again before it ends, the last time is the one to make together.
        if key.know == Know::Yes
            && self.meet == Meet::Last
            && let (Op::Act(one, next), Op::Act(two, out_next)) = (&original, &output)
            && one.lock.is_some()
            && !facts.any_pinned(&one.roles.written)
            && !facts.any_pin(&two.roles.written)
            && self.same(one, two)
        {
            if locks_again(self.setting.original, *next, &one.label) {
                return self.passes(Side::Original, key, facts, one, *next);
            }
            if locks_again(self.setting.output, *out_next, &two.label) {
                return self.passes(Side::Output, key, facts, two, *out_next);
            }
        }
        let ends = matches!(original, Op::Return(..) | Op::Halt)
            && matches!(output, Op::Return(..) | Op::ReturnResult | Op::Halt);
        if ends && !Self::unlocked(&key) {
            return Err(Self::mismatch(&key, "a lock would stay taken"));
        }
        match (&original, &output) {
            (Op::Stop { yes, no }, Op::Stop { yes: out_yes, no: out_no }) => {
                self.push(Key { original: *yes, output: *out_yes, ..stopped(&key) }, facts.clone());
                let know = Know::JustNo(*yes);
                self.push(Key { original: *no, output: *out_no, know, ..key }, facts);
                Ok(())
            }
            (Op::Return(..), Op::Return(..) | Op::ReturnResult) if key.states.0 != key.states.1 => {
                Err(Self::mismatch(&key, "the thread ends in another state"))
            }
            (Op::Return(one, roles), Op::Return(two, _)) if one.matches(two) => {
                let mut facts = facts;
                self.reads(&key, &mut facts, one, two, roles)
            }
            (Op::Return(one, roles), Op::ReturnResult) => {
                let zero = Label { toks: vec![Tok::text(b"0")], via: Vec::new() };
                let two = key.code.clone().unwrap_or(zero);
                if !one.matches(&two) {
                    return Err(Self::mismatch(&key, "the results are different"));
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
                if one.label.matches(&two.label)
                    && key.states.0 == key.states.1
                    && Self::unlocked(&key) =>
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
                if self.same(one, two) && Self::calm(&key) =>
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
            // Others look at it: nobody goes over it alone.
            (
                Op::Copy { to, from, next, .. },
                Op::Copy { to: place, from: source, via, next: out_next },
            ) if Self::calm(&key)
                && facts.lives_at(*to, Some(*place))
                && facts.holds(*from, *source)
                && via.iter().all(|index| facts.points(*index)) =>
            {
                let mut facts = facts;
                facts.write(*to, Some(*place));
                let know = after(key.know);
                self.push(Key { original: *next, output: *out_next, know, ..key }, facts);
                Ok(())
            }
            (
                Op::Test { label: one, roles, yes, no, quiet, .. },
                Op::Test { label: two, yes: out_yes, no: out_no, .. },
            ) if one.matches(two) && Self::calm(&key) => {
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
            ) if one.matches(two) && next.len() == out_next.len() && Self::calm(&key) => {
                let mut facts = facts;
                self.apply(&key, &mut facts, one, two, roles)?;
                let know = after(key.know);
                for (next, out_next) in next.iter().zip(out_next) {
                    let pair = Key { original: *next, output: *out_next, know, ..key.clone() };
                    self.push(pair, facts.clone());
                }
                Ok(())
            }
            _ => {
                self.progress.sides = silent;
                self.alone(key, facts, &original, &output)
            }
        }
    }

    /// Whether others may use, where the original waits, an object that the output has given up there.
    fn is_exposed(&self, key: &Key, facts: &Facts) -> bool {
        let setting = self.setting;
        let Some(at) = setting.original.spans.get(key.original) else { return true };
        let lives = |(begun, scope): &(Span, Span)| scope.covers(*at) && begun.start < at.start;
        let mut pins = facts.pins().filter(|(_, place)| setting.func.contains(place));
        pins.any(|(local, _)| setting.lives.get(local).is_none_or(lives))
            || (setting.func_literals && setting.literals.iter().any(lives))
    }

    pub(super) fn driver_sleep(
        &mut self,
        mut key: Key,
        mut facts: Facts,
        sleep: &Sleep,
        beaten: bool,
        (next, out_next): (OpId, OpId),
    ) -> Result<(), Mismatch> {
        let Some((state, timeout)) = key.sleep.take() else {
            return Err(Self::mismatch(&key, "the driver sleeps though nothing was asked for"));
        };
        let own = sleep.own.map_or_else(|| key.states.0.clone(), <[u8]>::to_vec);
        if own != state || !sleep.roles.written.is_empty() {
            return Err(Self::mismatch(&key, "the driver sleeps in another state"));
        }
        if beaten && state != b"TASK_INTERRUPTIBLE" {
            let why = "a freeze would cut this sleep short in the driver";
            return Err(Self::mismatch(&key, why));
        }
        if beaten {
            self.used.insert(Allowed::SleepCutShort);
        }
        match (&sleep.timeout, &timeout) {
            (None, None) => {}
            (Some(one), Some(two)) if one.matches(two) => {
                self.reads(&key, &mut facts, one, two, &sleep.roles)?;
                if !is_nonzero(one, &facts, self.setting.local_types) {
                    return Err(Self::mismatch(
                        &key,
                        "the timeout may be 0, and then the driver does not sleep",
                    ));
                }
            }
            _ => return Err(Self::mismatch(&key, "the driver sleeps for another time")),
        }
        facts.disturb();
        key.original = next;
        key.output = out_next;
        key.states = (RUNNING.to_vec(), RUNNING.to_vec());
        key.know = after(key.know);
        self.push(key, facts);
        Ok(())
    }
}
