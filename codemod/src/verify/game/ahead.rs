//! What lies ahead on one side: enough to choose which side goes first.

use super::{Act, Game, Key, Know, Label, Op, OpId, Program, Storage, is_call};

impl Game<'_> {
    /// Whether two statements are the same; of two values, whether they are of the same name.
    pub(super) fn same(&self, one: &Act, two: &Act) -> bool {
        one.label.matches(&two.label)
            && match (one.pure, two.pure) {
                (Some(local), Some(place)) => {
                    self.setting.local_names.get(local) == self.setting.place_names.get(place)
                }
                // What is a local on one side may be read from the context on the other.
                _ => true,
            }
    }

    /// Whether the output may go on over a value, or the original's comes first.
    pub(super) fn may_skip(&self, original: &Op, know: Know, output: OpId) -> bool {
        match original {
            // The test was made just now, by the driver: the original goes on first, unless this is
            // a second one that the output has too.
            Op::Stop { no, .. } if matches!(know, Know::JustNo(_)) => {
                stops_next(self.setting.output, output) && !stops_next(self.setting.original, *no)
            }
            // What has one value for good is never lost: the original goes on first.
            Op::Act(Act { pure: Some(local), .. }, _) if self.computed(*local) => false,
            Op::Act(act, _) if act.pure.is_some() => self.comes_later(output, act),
            _ => true,
        }
    }

    /// Whether the output makes a statement of this label, before anything that others see.
    pub(super) fn comes_later(&self, mut at: OpId, act: &Act) -> bool {
        for _ in 0..256 {
            match self.out(at) {
                Op::Goto(next)
                | Op::Declare(_, next)
                | Op::Copy { next, .. }
                | Op::Point(_, next) => at = *next,
                Op::Act(other, _) if self.same(act, other) => return true,
                Op::Act(other, next) if other.pure.is_some() => at = *next,
                _ => return false,
            }
        }
        false
    }

    /// Whether the output comes to a statement over others that do nothing once stop is asked for.
    pub(super) fn idles_to(&self, mut at: OpId, act: &Act) -> bool {
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
    pub(super) fn behind_stop(&self, mut at: OpId) -> Option<OpId> {
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

    /// Whether the original goes on over a value first where the output is at a checkpoint: it comes
    /// to one too with nothing but values before it, or the value is the same whenever it is computed.
    pub(super) fn checks_next(&self, key: &Key, act: &Act, local: Storage) -> bool {
        let stops = matches!(self.out(key.output), Op::Stop { .. });
        if self.computed(local) {
            return true;
        }
        // The output makes it behind its test: both do then, unless the original does so again.
        if let Op::Stop { no, .. } = self.out(key.output)
            && self.comes_later(*no, act)
            && !self.comes_again(key.original, act)
        {
            return false;
        }
        let mut at = key.original;
        for _ in 0..256 {
            match self.op(at) {
                Op::Goto(next) | Op::Declare(_, next) | Op::Copy { next, .. } => at = *next,
                Op::Act(act, next) if act.pure.is_some() => at = *next,
                Op::Stop { .. } if stops => return true,
                Op::Stop { no, .. } => at = *no,
                Op::Freeze(_) | Op::FreezeTest { .. } => return !stops,
                Op::Test { .. } if self.parks(at) => return !stops,
                _ => break,
            }
        }
        false
    }

    /// Whether the original makes a statement of this label again behind a stop test.
    fn comes_again(&self, mut at: OpId, act: &Act) -> bool {
        let mut stopped = false;
        for _ in 0..256 {
            match self.op(at) {
                Op::Goto(next) | Op::Declare(_, next) | Op::Copy { next, .. } => at = *next,
                Op::Act(own, _) if stopped && own.label == act.label => return true,
                Op::Act(own, next) if own.pure.is_some() => at = *next,
                Op::Stop { no, .. } => {
                    stopped = true;
                    at = *no;
                }
                _ => return false,
            }
        }
        false
    }

    pub(super) fn freezes_behind_stop(&self, at: OpId) -> bool {
        self.behind_stop(at).is_some_and(|at| match self.op(at) {
            Op::Freeze(_) => true,
            Op::FreezeTest { yes, .. } => self.comes_to(*yes, at),
            Op::Test { no, .. } if self.parks(at) => self.freezes_next(*no),
            _ => false,
        })
    }

    pub(super) fn freezes_next(&self, at: OpId) -> bool {
        matches!(self.op(self.follow(at)), Op::Freeze(_))
    }

    pub(super) fn parks_behind_stop(&self, at: OpId) -> bool {
        self.behind_stop(at).is_some_and(|at| {
            self.parks(at)
                || matches!(self.op(at), Op::Freeze(next) if self.parks(self.follow(*next)))
        })
    }

    pub(super) fn follow(&self, mut at: OpId) -> OpId {
        for _ in 0..256 {
            match self.op(at) {
                Op::Goto(next) | Op::Declare(_, next) => at = *next,
                _ => break,
            }
        }
        at
    }

    /// Whether a step leads to another with nothing but stop tests between them.
    pub(super) fn comes_to(&self, mut at: OpId, target: OpId) -> bool {
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
    pub(super) fn parks(&self, at: OpId) -> bool {
        let Op::Test { label, yes, no, .. } = self.op(at) else { return false };
        if !is_call(label, b"kthread_should_park") {
            return false;
        }
        let Op::Act(act, next) = self.op(self.follow(*yes)) else { return false };
        is_call(&act.label, b"kthread_parkme") && self.follow(*next) == self.follow(*no)
    }
}

/// Whether a program comes to a stop test with nothing but values before it.
fn stops_next(program: &Program, mut at: OpId) -> bool {
    for _ in 0..256 {
        match &program.ops[at] {
            Op::Goto(next) | Op::Declare(_, next) | Op::Copy { next, .. } | Op::Point(_, next) => {
                at = *next;
            }
            Op::Act(act, next) if act.pure.is_some() => at = *next,
            Op::Stop { .. } => return true,
            _ => return false,
        }
    }
    false
}

/// Whether a program comes to a condition over steps that do nothing once stop is asked for.
pub(super) fn idles_to_test(program: &Program, from: OpId, label: &Label) -> bool {
    idles_until(program, from, &|at, op| match op {
        Op::Test { label: other, .. } if at != from && label.matches(other) => Ahead::Found,
        // Nothing says that both sides freeze there.
        Op::FreezeTest { .. } => Ahead::Ends,
        _ => Ahead::GoesOn,
    })
}

/// Whether a program comes to a lock over steps that do nothing once stop is asked for.
pub(super) fn locks_again(program: &Program, from: OpId, label: &Label) -> bool {
    idles_until(program, from, &|_, op| match op {
        Op::Act(act, _) if act.lock.is_some() && act.label.matches(label) => Ahead::Found,
        _ => Ahead::GoesOn,
    })
}

/// What a step ahead is to who looks for one.
enum Ahead {
    Found,
    GoesOn,
    Ends,
}

/// Whether some way of a program, over steps that do nothing once stop is asked for, comes to what is
/// looked for.
fn idles_until(program: &Program, from: OpId, look: &dyn Fn(OpId, &Op) -> Ahead) -> bool {
    let mut work = vec![from];
    let mut seen = Vec::new();
    while let Some(at) = work.pop() {
        if seen.contains(&at) || seen.len() > 256 {
            continue;
        }
        seen.push(at);
        let op = &program.ops[at];
        match look(at, op) {
            Ahead::Found => return true,
            Ahead::Ends => continue,
            Ahead::GoesOn => {}
        }
        match op {
            Op::Goto(next)
            | Op::Declare(_, next)
            | Op::Copy { next, .. }
            | Op::Point(_, next)
            | Op::State(_, _, next)
            | Op::Freeze(next)
            | Op::Sleep(_, next) => work.push(*next),
            Op::Stop { yes, .. } => work.push(*yes),
            Op::FreezeTest { no, .. } => work.push(*no),
            Op::Act(act, next) if act.idle => work.push(*next),
            Op::Test { decided: Some(outcome), yes, no, .. } => {
                work.push(if *outcome { *yes } else { *no });
            }
            Op::Test { quiet: true, yes, no, .. } => work.extend([*yes, *no]),
            _ => {}
        }
    }
    false
}
