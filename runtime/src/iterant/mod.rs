//! Iterants: a thread's main loop as a function that is called once an iteration.

mod cx;
mod drive;
mod options;
mod run;
mod step;

use std::convert::Infallible;

pub use self::cx::Cx;
pub(crate) use self::drive::{Here, Manner, drive_function, drive_here};
pub use self::drive::{drive, wait_to_stop};
pub use self::options::{Checkpoints, Options};
pub use self::run::{OutcomeOf, run_here};
pub use self::step::{Exit, Outcome, Step};

/// A thread's main loop, in three parts that the driver calls.
///
/// ```
/// use kthread::{Builder, Cx, Iterant, Options, Outcome, Step};
/// use std::convert::Infallible;
/// use std::time::Duration;
///
/// /// Counts down, a step a millisecond.
/// struct Countdown(u32);
///
/// impl Iterant for Countdown {
///     type Output = &'static str;
///     type Error = Infallible;
///
///     fn iterate(&mut self, _cx: &mut Cx) -> Step<&'static str> {
///         if self.0 == 0 {
///             return Step::Break("lift-off");
///         }
///         self.0 -= 1;
///         Step::SleepTimeout(Duration::from_millis(1))
///     }
/// }
///
/// let thread = Builder::new("countdown").run_iterant(Options::new(), Countdown(3))?;
/// # while thread.state() != kthread::State::Exited { std::thread::yield_now(); }
/// assert_eq!(thread.stop()?, Outcome::Break("lift-off"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait Iterant {
    /// What [`Step::Break`] ends the loop with.
    type Output;
    /// Why `init` failed.
    type Error;

    /// Called once, in the thread, before everything else. After an error neither `iterate` nor
    /// `destroy` is called.
    ///
    /// # Errors
    /// As the iterant likes; the error is the thread's result.
    fn init(&mut self, _cx: &mut Cx) -> Result<(), Self::Error> {
        Ok(())
    }

    /// One iteration. It may block.
    fn iterate(&mut self, cx: &mut Cx) -> Step<Self::Output>;

    /// Called once, in the thread, after the last iteration, if `init` succeeded. Not after a panic in
    /// `iterate`, which may have left the iterant in any state; `Drop` still comes.
    fn destroy(&mut self, _cx: &mut Cx) {}
}

/// An iterant of one closure. See [`from_fn`].
#[derive(Debug, Clone)]
pub struct FromFn<F>(F);

/// Makes an iterant of a closure that is its iteration.
///
/// ```
/// use kthread::{Builder, Options, Step, from_fn};
///
/// let mut turns = 0;
/// let it = from_fn(move |_cx| {
///     turns += 1;
///     if turns == 3 { Step::Break(turns) } else { Step::Continue }
/// });
/// let thread = Builder::new("three").run_iterant(Options::new(), it)?;
/// # drop(thread);
/// # Ok::<(), kthread::CreateError>(())
/// ```
pub fn from_fn<B, F: FnMut(&mut Cx) -> Step<B>>(iterate: F) -> FromFn<F> {
    FromFn(iterate)
}

impl<B, F: FnMut(&mut Cx) -> Step<B>> Iterant for FromFn<F> {
    type Output = B;
    type Error = Infallible;

    fn iterate(&mut self, cx: &mut Cx) -> Step<B> {
        (self.0)(cx)
    }
}
