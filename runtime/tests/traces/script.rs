//! What a script says. The words stand in `corpus/traces/README.md`.

use std::time::Duration;

use kthread::{Checkpoints, Signal, TaskState};

/// One file, read.
#[derive(Clone, Debug)]
pub(crate) struct Script {
    pub(crate) rules: Vec<u32>,
    pub(crate) control: bool,
    pub(crate) needs: Vec<String>,
    pub(crate) made: Made,
    pub(crate) mask: Checkpoints,
    pub(crate) test_first: bool,
    pub(crate) wait_stop: bool,
    /// Signals to allow, with a handler or without.
    pub(crate) signals: Vec<(Signal, bool)>,
    pub(crate) body: Vec<(Actor, BodyStep)>,
    pub(crate) creator: Vec<CreatorStep>,
    pub(crate) expected: Vec<String>,
}

impl Script {
    pub(crate) fn handles(&self, signal: Signal) -> bool {
        self.signals.contains(&(signal, true))
    }

    /// The steps of an actor, in the order of their lines.
    pub(crate) fn steps(&self, actor: Actor) -> impl Iterator<Item = &BodyStep> {
        self.body.iter().filter(move |(by, _)| *by == actor).map(|(_, step)| step)
    }

    /// Whether the creator looks for this.
    pub(crate) fn asks_for(&self, condition: Condition) -> bool {
        self.creator.iter().any(|step| match step {
            CreatorStep::AwaitCondition(it) | CreatorStep::Check(it) => *it == condition,
            _ => false,
        })
    }
}

/// How the thread comes to its iterant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Made {
    Created,
    /// Nobody stops it.
    CreatedDone,
    InPlace {
        freezable: bool,
    },
}

/// Which of the thread's functions does a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Actor {
    Init,
    Func(u64),
    AnyFunc,
    Destroy,
    Handler(Signal),
}

#[derive(Clone, Debug)]
pub(crate) enum BodyStep {
    Pass,
    Return(i32),
    Sleep(TaskState, Option<Duration>),
    Cancel,
    StopCurrent(i32),
    Wake,
    Raise(Signal),
    Set(TaskState),
    Until(Until),
    Emit(String),
    State,
    Pending,
    Elapsed(u64),
    Cpu,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Until {
    Stop,
    Park,
    Freeze,
    Open,
}

#[derive(Clone, Debug)]
pub(crate) enum CreatorStep {
    Create {
        cpu: Option<usize>,
        wake: bool,
    },
    CreateKilled,
    Wake,
    /// Begins it and waits for its end.
    Do(Work),
    Begin(Work),
    End,
    Join,
    Unpark,
    Signal(Signal),
    Open,
    Freeze,
    Thaw,
    Settle(Duration),
    AwaitEvent(String),
    AwaitCondition(Condition),
    Check(Condition),
}

/// What may take long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Work {
    Stop,
    Park,
    Suspend,
    /// Of a thread that nobody stops. It is not begun by itself.
    Join,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Condition {
    Asleep,
    Frozen,
    Parked,
    Stopped,
    Ended,
    Freezable,
    Held,
    Free,
}

impl Condition {
    pub(crate) const ALL: [(&str, Self); 8] = [
        ("asleep", Self::Asleep),
        ("frozen", Self::Frozen),
        ("parked", Self::Parked),
        ("stopped", Self::Stopped),
        ("ended", Self::Ended),
        ("freezable", Self::Freezable),
        ("held", Self::Held),
        ("free", Self::Free),
    ];

    pub(crate) fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, it)| *it == self).map_or("unknown", |(name, _)| name)
    }
}

impl Work {
    /// What can be begun.
    pub(crate) const BEGUN: [(&str, Self); 3] =
        [("stop", Self::Stop), ("park", Self::Park), ("suspend", Self::Suspend)];

    pub(crate) fn name(self) -> &'static str {
        Self::BEGUN.iter().find(|(_, it)| *it == self).map_or("join", |(name, _)| name)
    }
}
