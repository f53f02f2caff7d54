//! Steps that one side makes without the other, each for a reason that has a name.

use super::{
    Act, Allowed, FREEZE, Facts, Game, Key, Know, Lock, Mismatch, Op, OpId, PARK, RUNNING, Side,
    after, ahead::idles_to_test, ends_early, stopped,
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
            (Op::Act(Act { pure: Some(local), .. }, next), Op::Stop { .. })
                if self.stop_follows(key.original) && !facts.any_pinned(&[*local]) =>
            {
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
                key.original = *next;
            }
            (_, Op::Freeze(next))
                if is_stopped && self.setting.output.stop_beats_freeze.contains(&key.output) =>
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
            // Once the thread should stop, waiting and looking are nothing.
            (Op::Test { quiet: true, label, yes, no, .. }, _)
                if is_stopped && !idles_to_test(self.setting.output, key.output, label) =>
            {
                self.progress.moved(Side::Original);
                self.push(Key { original: *yes, ..key.clone() }, facts.clone());
                key.original = *no;
            }
            (_, Op::Test { quiet: true, label, yes, no, .. })
                if is_stopped && !idles_to_test(self.setting.original, key.original, label) =>
            {
                self.progress.moved(Side::Output);
                self.push(Key { output: *yes, ..key.clone() }, facts.clone());
                key.output = *no;
            }
            (Op::Sleep(sleep, next), _)
                if is_stopped
                    && ends_early(sleep, &key.states.0)
                    && !facts.any_pinned(&sleep.roles.written) =>
            {
                self.progress.moved(Side::Original);
                for local in &sleep.roles.written {
                    facts.write(*local, None);
                }
                key.states.0 = RUNNING.to_vec();
                key.original = *next;
                self.used.insert(Allowed::NoSleepWhenStopped);
            }
            (_, Op::Sleep(sleep, next))
                if is_stopped
                    && ends_early(sleep, &key.states.1)
                    && !facts.any_pin(&sleep.roles.written) =>
            {
                self.progress.moved(Side::Output);
                for place in &sleep.roles.written {
                    facts.clobber(*place);
                }
                key.states.1 = RUNNING.to_vec();
                key.output = *next;
                self.used.insert(Allowed::NoSleepWhenStopped);
            }
            (Op::Act(act, next), _)
                if is_stopped
                    && act.idle
                    && !facts.any_pinned(&act.roles.written)
                    && !self.idles_to(key.output, act) =>
            {
                return self.idle_original(key, facts, act, *next);
            }
            (_, Op::Act(act, next))
                if is_stopped && act.idle && !facts.any_pin(&act.roles.written) =>
            {
                return self.idle_output(key, facts, act, *next);
            }
            _ if key.states.0 != key.states.1 => {
                return Err(Self::mismatch(&key, "the task's state is another one here"));
            }
            _ => return Err(Self::mismatch(&key, "the steps are different")),
        }
        self.push(key, facts);
        Ok(())
    }

    /// The original goes on over a statement that does nothing once stop is asked for.
    pub(super) fn idle_original(
        &mut self,
        mut key: Key,
        mut facts: Facts,
        act: &Act,
        next: OpId,
    ) -> Result<(), Mismatch> {
        self.progress.moved(Side::Original);
        if !pairs(&mut key.locks.0, act) {
            return Err(Self::mismatch(&key, "this lock would stay taken, or was not taken"));
        }
        for local in &act.roles.written {
            facts.write(*local, None);
        }
        if act.runs {
            key.states.0 = RUNNING.to_vec();
        }
        key.original = next;
        self.used.insert(Allowed::NoSleepWhenStopped);
        self.push(key, facts);
        Ok(())
    }

    /// The output does.
    pub(super) fn idle_output(
        &mut self,
        mut key: Key,
        mut facts: Facts,
        act: &Act,
        next: OpId,
    ) -> Result<(), Mismatch> {
        self.progress.moved(Side::Output);
        if !pairs(&mut key.locks.1, act) {
            return Err(Self::mismatch(&key, "this lock would stay taken, or was not taken"));
        }
        for place in &act.roles.written {
            facts.clobber(*place);
        }
        if act.runs {
            key.states.1 = RUNNING.to_vec();
        }
        key.output = next;
        self.used.insert(Allowed::NoSleepWhenStopped);
        self.push(key, facts);
        Ok(())
    }
}

/// Notes a lock that is taken, or finds the one that is dropped among those that were.
fn pairs(held: &mut Vec<Vec<u8>>, act: &Act) -> bool {
    let Some(Lock { takes, lock }) = &act.lock else { return true };
    if *takes {
        held.push(lock.clone());
        return held.len() < MAX_LOCKS;
    }
    let Some(at) = held.iter().rposition(|known| known == lock) else { return false };
    held.remove(at);
    true
}

/// More than any code holds at a time.
const MAX_LOCKS: usize = 16;
