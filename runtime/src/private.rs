//! What the expansions of [`kthread_iterant`](crate::kthread_iterant) name. It is no part of the
//! interface, and may change with any version.

use std::convert::Infallible;
use std::ops::ControlFlow;
use std::task::Poll;
use std::time::Duration;

pub use std::format;

pub use crate::error::{CreateError, NotKthread};
pub use crate::signal::Signal;
pub use crate::thread::{Builder, Kthread};

use crate::iterant::{self, Checkpoints, Exit, Step};
use crate::signal::Action;
use crate::thread::Current;

/// How a loop was left.
#[derive(Debug)]
pub enum Leave<B, R> {
    /// By a `break` with a value.
    Break(B),
    /// By a `return` with a value.
    Return(R),
    /// By the jump with that number, whose value is evaluated behind the loop.
    At(u32),
}

/// What the driver does between two iterations: bits.
pub const NOTHING: u32 = 0;
/// Tests stop.
pub const STOP: u32 = 1 << 0;
/// Freezes.
pub const FREEZE: u32 = 1 << 1;
/// Parks.
pub const PARK: u32 = 1 << 2;
/// Takes signals.
pub const SIGNAL: u32 = 1 << 3;
/// Tests stop before the first iteration as well.
pub const TEST_FIRST: u32 = 1 << 4;

#[inline]
fn checkpoints(passes: u32) -> Checkpoints {
    let mut checkpoints = Checkpoints::NONE;
    for (bit, checkpoint) in [
        (STOP, Checkpoints::STOP),
        (FREEZE, Checkpoints::FREEZE),
        (PARK, Checkpoints::PARK),
        (SIGNAL, Checkpoints::SIGNAL),
    ] {
        if passes & bit != 0 {
            checkpoints |= checkpoint;
        }
    }
    checkpoints
}

/// Until the function ends: who calls it is as freezable afterwards as before.
#[derive(Debug)]
#[must_use = "it lasts as long as this"]
pub struct Begun(Option<Current>);

impl Drop for Begun {
    fn drop(&mut self) {
        if let Some(current) = &self.0 {
            current.clear_freezable();
        }
    }
}

/// What comes before everything else in the function.
pub fn begin(freezable: bool, signals: &[Signal]) -> Begun {
    // A thread that is no kthread is in no freezer, and nobody can signal it.
    let Ok(current) = crate::thread::current() else { return Begun(None) };
    for signal in signals {
        current.sigaction(*signal, Action::Default);
    }
    if !freezable || current.task().is_freezable() {
        return Begun(None);
    }
    current.begin_function();
    Begun(Some(current))
}

/// What follows an iteration.
#[derive(Debug)]
pub enum Turn<B, R> {
    /// The next.
    Continue,
    /// A sleep, then the next.
    Sleep,
    /// A sleep for a limited time, then the next.
    SleepTimeout(Duration),
    /// Nothing: the loop is left.
    Leave(Leave<B, R>),
}

/// Runs the loop; `None` if it was stopped.
#[inline(always)]
#[expect(clippy::inline_always, reason = "what the step holds stays in registers then")]
pub fn drive<B, R>(passes: u32, mut step: impl FnMut() -> Turn<B, R>) -> Option<Leave<B, R>> {
    let test_first = passes & TEST_FIRST != 0;
    let exit: Exit<_> = iterant::drive_function(checkpoints(passes), test_first, || match step() {
        Turn::Continue => Step::Continue,
        Turn::Sleep => Step::Sleep,
        Turn::SleepTimeout(limit) => Step::SleepTimeout(limit),
        Turn::Leave(leave) => Step::Break(leave),
    });
    match exit {
        Exit::Stopped => None,
        Exit::Break(leave) => Some(leave),
        Exit::Return(never) => match never {},
    }
}

/// In the place of what can't be: the driver ends no loop that tests stop by itself.
#[cold]
#[expect(clippy::unreachable, reason = "it says what would be wrong")]
pub fn no_value() -> ! {
    unreachable!("the driver has ended a loop that it was not to end")
}

/// Takes two functions that are the same: the runtime's, and what its name means where it was called.
pub fn same<F, C: CheckpointOf<F>>(_runtimes: F, _called: C) {}

/// As [`same`], in the place of a test that the driver makes: it has not been so.
#[inline(always)]
#[expect(clippy::inline_always, reason = "it is a constant")]
pub fn passed<F, C: CheckpointOf<F>>(_runtimes: F, _called: C) -> bool {
    false
}

/// What has the type of a function of the runtime.
#[diagnostic::on_unimplemented(
    message = "this has the name of a checkpoint, and is none of the runtime's",
    label = "this is `{Self}`",
    note = "rename it; or call the checkpoint as `kthread::…`"
)]
pub trait CheckpointOf<F> {}

impl<F> CheckpointOf<F> for F {}

/// In the place of a sleep or a parking that the driver does: the error that it would give.
///
/// # Errors
/// If the thread isn't a kthread.
#[inline]
pub fn in_kthread() -> Result<(), NotKthread> {
    crate::thread::current().map(drop)
}

/// What `?` may be behind.
#[diagnostic::on_unimplemented(
    message = "`?` can't be used on a `{Self}` in an iterant",
    note = "it works on Result, Option, ControlFlow, and Poll of a Result or of an Option of one"
)]
pub trait Question {
    /// What it gives.
    type Output;
    /// What it leaves with.
    type Residual;

    /// One or the other.
    fn branch(self) -> ControlFlow<Self::Residual, Self::Output>;
}

/// What a function can return to leave by `?`.
#[diagnostic::on_unimplemented(
    message = "`?` can't leave an iterant that returns `{Self}` with this",
    note = "the function has to return a Result, an Option, a ControlFlow or a Poll that fits"
)]
pub trait Answer<Residual> {
    /// Converts it.
    #[track_caller]
    fn from_residual(residual: Residual) -> Self;
}

impl<T, E> Question for Result<T, E> {
    type Output = T;
    type Residual = Result<Infallible, E>;

    #[inline]
    fn branch(self) -> ControlFlow<Self::Residual, T> {
        match self {
            Ok(value) => ControlFlow::Continue(value),
            Err(error) => ControlFlow::Break(Err(error)),
        }
    }
}

impl<T, E, F: From<E>> Answer<Result<Infallible, E>> for Result<T, F> {
    #[inline]
    #[track_caller]
    fn from_residual(residual: Result<Infallible, E>) -> Self {
        match residual {
            Err(error) => Err(F::from(error)),
        }
    }
}

impl<T> Question for Option<T> {
    type Output = T;
    type Residual = Option<Infallible>;

    #[inline]
    fn branch(self) -> ControlFlow<Option<Infallible>, T> {
        match self {
            Some(value) => ControlFlow::Continue(value),
            None => ControlFlow::Break(None),
        }
    }
}

impl<T> Answer<Option<Infallible>> for Option<T> {
    #[inline]
    #[track_caller]
    fn from_residual(_residual: Option<Infallible>) -> Self {
        None
    }
}

impl<B, C> Question for ControlFlow<B, C> {
    type Output = C;
    type Residual = ControlFlow<B, Infallible>;

    #[inline]
    fn branch(self) -> ControlFlow<ControlFlow<B, Infallible>, C> {
        match self {
            ControlFlow::Continue(value) => ControlFlow::Continue(value),
            ControlFlow::Break(value) => ControlFlow::Break(ControlFlow::Break(value)),
        }
    }
}

impl<B, C> Answer<ControlFlow<B, Infallible>> for ControlFlow<B, C> {
    #[inline]
    #[track_caller]
    fn from_residual(residual: ControlFlow<B, Infallible>) -> Self {
        match residual {
            ControlFlow::Break(value) => ControlFlow::Break(value),
        }
    }
}

impl<T, E, F: From<E>> Answer<Result<Infallible, E>> for Poll<Result<T, F>> {
    #[inline]
    #[track_caller]
    fn from_residual(residual: Result<Infallible, E>) -> Self {
        Self::Ready(Answer::from_residual(residual))
    }
}

impl<T, E, F: From<E>> Answer<Result<Infallible, E>> for Poll<Option<Result<T, F>>> {
    #[inline]
    #[track_caller]
    fn from_residual(residual: Result<Infallible, E>) -> Self {
        Self::Ready(Some(Answer::from_residual(residual)))
    }
}

impl<T, E> Question for Poll<Option<Result<T, E>>> {
    type Output = Poll<Option<T>>;
    type Residual = Result<Infallible, E>;

    #[inline]
    fn branch(self) -> ControlFlow<Self::Residual, Self::Output> {
        match self {
            Poll::Ready(Some(Ok(value))) => ControlFlow::Continue(Poll::Ready(Some(value))),
            Poll::Ready(Some(Err(error))) => ControlFlow::Break(Err(error)),
            Poll::Ready(None) => ControlFlow::Continue(Poll::Ready(None)),
            Poll::Pending => ControlFlow::Continue(Poll::Pending),
        }
    }
}

impl<T, E> Question for Poll<Result<T, E>> {
    type Output = Poll<T>;
    type Residual = Result<Infallible, E>;

    #[inline]
    fn branch(self) -> ControlFlow<Self::Residual, Poll<T>> {
        match self {
            Poll::Ready(Ok(value)) => ControlFlow::Continue(Poll::Ready(value)),
            Poll::Ready(Err(error)) => ControlFlow::Break(Err(error)),
            Poll::Pending => ControlFlow::Continue(Poll::Pending),
        }
    }
}

/// The checkpoints, as the attribute calls them.
pub mod names {
    pub use crate::thread::{
        freezable_should_stop, park_me, should_park, should_stop, sleep, sleep_timeout,
        try_to_freeze,
    };
}
