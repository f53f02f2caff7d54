//! A program as steps: what the two sides of a comparison are made of.

use super::label::{Label, Roles, Storage};
use crate::source::Span;

/// A step of a [`Program`].
pub type OpId = usize;

/// What a step is.
#[derive(Debug, Clone)]
pub enum Op {
    /// Nothing.
    Goto(OpId),
    /// A local begins, without a value.
    Declare(Storage, OpId),
    /// A statement.
    Act(Act, OpId),
    /// A condition without `&&`, `||`, `!`.
    Test {
        /// Its tokens.
        label: Label,
        /// What it does to places.
        roles: Roles,
        /// What it is for certain once stop is asked for.
        decided: Option<bool>,
        /// Whether it only reads.
        quiet: bool,
        /// Where it holds.
        yes: OpId,
        /// Where it does not.
        no: OpId,
    },
    /// A step with several ways on that only its text tells apart.
    Switch {
        /// Its tokens.
        label: Label,
        /// What it does to places.
        roles: Roles,
        /// The ways on, in the order of the text.
        next: Vec<OpId>,
    },
    /// The test of kthread_should_stop().
    Stop {
        /// Where the thread should stop.
        yes: OpId,
        /// Where not.
        no: OpId,
    },
    /// try_to_freeze(), whose result does not matter.
    Freeze(OpId),
    /// A condition that freezes, and holds if it did.
    FreezeTest {
        /// Behind a freeze.
        yes: OpId,
        /// Where there was none.
        no: OpId,
    },
    /// `if (kthread_should_park()) kthread_parkme();`
    Park(OpId),
    /// The task's state is set to this, by this call.
    State(Vec<u8>, Vec<u8>, OpId),
    /// schedule() and its kind.
    Sleep(Sleep, OpId),
    /// The end, with what is given back.
    Return(Label, Roles),
    /// The end, behind a call that never returns.
    Halt,
    /// One place gets the value of another, and nothing else happens.
    Copy {
        /// The place.
        to: Storage,
        /// The other.
        from: Storage,
        /// Pointers of the context through which they are reached.
        via: Vec<usize>,
        /// What follows.
        next: OpId,
    },
    /// A pointer of the context is set.
    Point(usize, OpId),
    /// The iterant asks to end, with this result.
    StopCurrent(Label, OpId),
    /// The iterant asks for a sleep in this state.
    Request(Vec<u8>, Option<Label>, OpId),
    /// The request is taken back.
    Cancel(OpId),
    /// The driver looks at what func left behind.
    AfterFunc {
        /// Where it goes if the iterant asked to end.
        ended: OpId,
        /// Where it goes if a sleep was asked for.
        sleeps: OpId,
        /// Where it goes otherwise.
        turn: OpId,
    },
    /// The driver sleeps as it was asked to. Where it also freezes or parks, that beats the sleep, so
    /// that only an interruptible one is the same as before.
    DriverSleep {
        /// Whether something beats it.
        beaten: bool,
        /// What follows.
        next: OpId,
    },
    /// The thread function looks at the driver's result: result and way on, and the way on for others.
    Result(Vec<(Vec<u8>, OpId)>, OpId),
    /// The thread function gives the driver's result back.
    ReturnResult,
}

/// A statement.
#[derive(Debug, Clone)]
pub struct Act {
    /// Its tokens.
    pub label: Label,
    /// What it does to places.
    pub roles: Roles,
    /// Whether it only gives a local a value that it could be given anywhere: the local.
    pub pure: Option<Storage>,
    /// Whether nothing happens in it, but perhaps the passing of time, once stop is asked for.
    pub idle: bool,
    /// The lock that it takes or drops: idle as long as the two come in pairs.
    pub lock: Option<Lock>,
    /// Whether it leaves the task running.
    pub runs: bool,
}

/// A lock that a statement takes or drops.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Lock {
    /// Whether it takes it.
    pub takes: bool,
    /// The lock.
    pub lock: Vec<u8>,
}

/// A sleep.
#[derive(Debug, Clone)]
pub struct Sleep {
    /// Its tokens.
    pub label: Label,
    /// What it does to places.
    pub roles: Roles,
    /// The state that it sets by itself.
    pub own: Option<&'static [u8]>,
    /// Its timeout.
    pub timeout: Option<Label>,
}

/// The steps of a program.
#[derive(Debug, Clone, Default)]
pub struct Program {
    /// The steps.
    pub ops: Vec<Op>,
    /// Where each is written.
    pub spans: Vec<Span>,
    /// The first.
    pub entry: OpId,
    /// Checkpoints of the driver's first turn.
    pub first_turn: Vec<OpId>,
    /// All freezes and parks of the driver.
    pub pauses: Vec<OpId>,
    /// Freezes of a driver that tests stop: it does not freeze who should stop.
    pub stop_beats_freeze: Vec<OpId>,
}

impl Program {
    /// Adds a step.
    pub fn add(&mut self, op: Op, span: Span) -> OpId {
        self.ops.push(op);
        self.spans.push(span);
        self.ops.len() - 1
    }
}
