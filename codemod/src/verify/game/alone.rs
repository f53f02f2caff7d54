//! Steps that one side makes without the other, each for a reason that has a name.

use super::{
    Act, Allowed, FREEZE, Facts, Game, Key, Know, Mismatch, Op, PARK, RUNNING, Side, after, stopped,
};

impl Game<'_> {
    /// Steps that one side makes without the other.
    pub(super) fn alone(
        &mut self,
        mut key: Key,
        mut facts: Facts,
        original: &Op,
        output: &Op,
    ) -> Result<(), Mismatch> {
        let is_stopped = key.know == Know::Yes;
        match (original, output) {
            // Values that nobody else sees.
            (
                Op::Act(act @ Act { pure: Some(local), .. }, next),
                Op::Stop { .. } | Op::Freeze(_) | Op::Park(_),
            ) if !facts.any_pinned(&[*local]) && self.checks_next(&key, act, *local) => {
                self.progress.moved(Side::Original);
                self.define(&mut facts, *local);
                key.original = *next;
                self.used.insert(Allowed::Recomputed);
            }
            (_, Op::Act(Act { pure: Some(place), label, .. }, next))
                if self.may_skip(original, key.know, key.output) && !facts.any_pin(&[*place]) =>
            {
                self.progress.moved(Side::Output);
                self.recompute(&mut facts, *place, label);
                key.output = *next;
                self.used.insert(Allowed::Recomputed);
            }
            // Who should stop need not freeze first, and where the driver tests stop it does not.
            (Op::Freeze(next) | Op::FreezeTest { no: next, .. }, _) if is_stopped => {
                self.progress.moved(Side::Original);
                self.used.insert(Allowed::NoFreezeWhenStopped);
                key.original = *next;
            }
            (_, Op::Freeze(next))
                if is_stopped
                    && key.states.1 == RUNNING
                    && self.setting.output.stop_beats_freeze.contains(&key.output) =>
            {
                self.progress.moved(Side::Output);
                key.output = *next;
            }
            // Checkpoints of the driver that come earlier than in the original.
            (_, Op::Freeze(next)) if self.freezes_behind_stop(key.original) => {
                self.progress.moved(Side::Output);
                key.credit |= FREEZE;
                key.output = *next;
                self.used.insert(Allowed::FreezeBeforeStop);
            }
            (_, Op::Park(next)) if self.parks_behind_stop(key.original) => {
                self.progress.moved(Side::Output);
                key.credit |= PARK;
                key.output = *next;
                self.used.insert(Allowed::FreezeBeforeStop);
            }
            (_, Op::Freeze(next) | Op::Park(next))
                if self.setting.output.first_turn.contains(&key.output)
                    && key.states.1 == RUNNING =>
            {
                self.progress.moved(Side::Output);
                key.output = *next;
                self.used.insert(Allowed::FirstTurn);
            }
            // A stop test of one side only: what follows must be the same to the other.
            (_, Op::Stop { yes, no }) if let Know::JustNo(end) = key.know => {
                self.progress.moved(Side::Output);
                self.used.insert(Allowed::StopTestsMerged);
                let ended = Key { original: end, output: *yes, ..stopped(&key) };
                self.push(ended, facts.clone());
                key.output = *no;
            }
            (Op::Stop { no, .. }, _) if matches!(key.know, Know::JustNo(_)) => {
                self.progress.moved(Side::Original);
                key.original = *no;
                self.used.insert(Allowed::StopTestsMerged);
            }
            (_, Op::Stop { yes, no }) => {
                self.progress.moved(Side::Output);
                self.used.insert(Allowed::StopSeenEarlier);
                self.push(Key { output: *yes, ..stopped(&key) }, facts.clone());
                key.output = *no;
                key.know = Know::JustNo(key.original);
            }
            (Op::Act(Act { pure: Some(local), .. }, next), _) if !facts.any_pinned(&[*local]) => {
                self.progress.moved(Side::Original);
                self.define(&mut facts, *local);
                key.know = after(key.know);
                key.original = *next;
                self.used.insert(Allowed::Recomputed);
            }
            (Op::Stop { yes, no }, _) => {
                self.progress.moved(Side::Original);
                self.used.insert(Allowed::StopSeenEarlier);
                self.push(Key { original: *yes, ..stopped(&key) }, facts.clone());
                key.know = Know::JustNo(*yes);
                key.original = *no;
            }
            _ if is_stopped && self.idle(&key, &facts, original, output)? => return Ok(()),
            _ if key.states.0 != key.states.1 => {
                return Err(Self::mismatch(&key, "the task's state is another one here"));
            }
            _ => return Err(Self::mismatch(&key, "the steps are different")),
        }
        self.push(key, facts);
        Ok(())
    }
}
