//! Steps of one side that are nothing once the thread should stop: looking, waiting, locks in pairs.

use super::{
    Act, Allowed, Facts, Game, Key, Lock, Mismatch, Op, OpId, Program, RUNNING, Side, Storage,
    ahead::idles_to_test, ends_early,
};

impl Game<'_> {
    /// Makes such a step of the original, or of the output; gives whether there was one.
    pub(super) fn idle(
        &mut self,
        key: &Key,
        facts: &Facts,
        original: &Op,
        output: &Op,
    ) -> Result<bool, Mismatch> {
        let sides = [(Side::Original, original), (Side::Output, output)];
        if sides.iter().any(|(side, op)| self.looks(*side, key, facts, op))
            || sides.iter().any(|(side, op)| self.sleeps(*side, key, facts, op))
        {
            return Ok(true);
        }
        for (side, op) in sides {
            let Op::Act(act, next) = op else { continue };
            // What the output comes to is left for both to make.
            let meets = side == Side::Original && self.idles_to(key.output, act);
            if act.idle && !meets && !facts.any_watched(side, &act.roles.written) {
                self.passes(side, key.clone(), facts.clone(), act, *next)?;
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// A condition that only reads, and that the other side does not come to: either way.
    fn looks(&mut self, side: Side, key: &Key, facts: &Facts, op: &Op) -> bool {
        let Op::Test { quiet: true, label, yes, no, .. } = op else { return false };
        let (program, from) = self.other(side, key);
        if idles_to_test(program, from, label) {
            return false;
        }
        self.progress.moved(side);
        for next in [*yes, *no] {
            let mut key = key.clone();
            *key.at(side) = next;
            self.push(key, facts.clone());
        }
        true
    }

    /// A sleep that ends by itself.
    fn sleeps(&mut self, side: Side, key: &Key, facts: &Facts, op: &Op) -> bool {
        let Op::Sleep(sleep, next) = op else { return false };
        let (mut key, mut facts) = (key.clone(), facts.clone());
        if !ends_early(sleep, key.state(side)) || facts.any_watched(side, &sleep.roles.written) {
            return false;
        }
        self.progress.moved(side);
        facts.forget(side, &sleep.roles.written);
        *key.state(side) = RUNNING.to_vec();
        *key.at(side) = *next;
        self.used.insert(Allowed::NoSleepWhenStopped);
        self.push(key, facts);
        true
    }

    /// One side goes on over a statement that does nothing once stop is asked for.
    pub(super) fn passes(
        &mut self,
        side: Side,
        mut key: Key,
        mut facts: Facts,
        act: &Act,
        next: OpId,
    ) -> Result<(), Mismatch> {
        self.progress.moved(side);
        if !pairs(key.locks(side), act) {
            return Err(Self::mismatch(&key, "this lock would stay taken, or was not taken"));
        }
        facts.forget(side, &act.roles.written);
        if act.runs {
            *key.state(side) = RUNNING.to_vec();
        }
        *key.at(side) = next;
        self.used.insert(Allowed::NoSleepWhenStopped);
        self.push(key, facts);
        Ok(())
    }

    /// The program of the other side, and where that is.
    fn other(&self, side: Side, key: &Key) -> (&Program, OpId) {
        match side {
            Side::Original => (self.setting.output, key.output),
            Side::Output => (self.setting.original, key.original),
        }
    }
}

impl Key {
    /// Where a side is.
    fn at(&mut self, side: Side) -> &mut OpId {
        match side {
            Side::Original => &mut self.original,
            Side::Output => &mut self.output,
        }
    }

    /// The task's state on a side.
    fn state(&mut self, side: Side) -> &mut Vec<u8> {
        match side {
            Side::Original => &mut self.states.0,
            Side::Output => &mut self.states.1,
        }
    }

    /// The locks that a side took while it went alone.
    fn locks(&mut self, side: Side) -> &mut Vec<Vec<u8>> {
        match side {
            Side::Original => &mut self.locks.0,
            Side::Output => &mut self.locks.1,
        }
    }
}

impl Facts {
    /// Whether others may look at one of these locals, or places, of a side.
    pub(super) fn any_watched(&self, side: Side, written: &[Storage]) -> bool {
        match side {
            Side::Original => self.any_pinned(written),
            Side::Output => self.any_pin(written),
        }
    }

    /// One side alone gives these locals, or places, another value.
    fn forget(&mut self, side: Side, written: &[Storage]) {
        for at in written {
            match side {
                Side::Original => self.write(*at, None),
                Side::Output => self.clobber(*at),
            }
        }
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
