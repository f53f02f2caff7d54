//! What the driver does between two iterations.

use std::fmt;
use std::ops::{BitOr, BitOrAssign};

use crate::control::bits::{FREEZE, PARK, SIGNAL, STOP};
use crate::signal::{Action, Signal};

/// A set of checkpoints. They are passed in a fixed order: signal, freeze, park, stop.
///
/// The kernel's name: the `KTI_*` mask in `struct kthread_iterant`.
///
/// ```
/// use kthread::Checkpoints;
///
/// let both = Checkpoints::STOP | Checkpoints::PARK;
/// assert!(both.contains(Checkpoints::PARK));
/// assert_eq!(Checkpoints::DEFAULT, Checkpoints::STOP | Checkpoints::FREEZE);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Checkpoints(u32);

impl Checkpoints {
    /// None at all.
    pub const NONE: Self = Self(0);
    /// End when the thread is stopped.
    pub const STOP: Self = Self(STOP);
    /// Freeze with the thread's domain.
    pub const FREEZE: Self = Self(FREEZE);
    /// Park when the thread is parked.
    pub const PARK: Self = Self(PARK);
    /// Take pending signals.
    pub const SIGNAL: Self = Self(SIGNAL);
    /// What a hand-written iterant has: stop and freeze.
    pub const DEFAULT: Self = Self(STOP | FREEZE);

    /// Whether all of `others` are in the set.
    pub const fn contains(self, others: Self) -> bool {
        self.0 & others.0 == others.0
    }

    pub(crate) const fn bits(self) -> u32 {
        self.0
    }
}

impl Default for Checkpoints {
    fn default() -> Self {
        Self::DEFAULT
    }
}

impl BitOr for Checkpoints {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl BitOrAssign for Checkpoints {
    fn bitor_assign(&mut self, other: Self) {
        self.0 |= other.0;
    }
}

impl fmt::Debug for Checkpoints {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = [(SIGNAL, "SIGNAL"), (FREEZE, "FREEZE"), (PARK, "PARK"), (STOP, "STOP")];
        let set: Vec<_> =
            names.iter().filter(|(bit, _)| self.0 & bit != 0).map(|(_, name)| *name).collect();
        write!(f, "Checkpoints({})", set.join(" | "))
    }
}

/// How the driver runs a loop.
///
/// Without more it tests stop after each iteration, and freezes before.
///
/// ```
/// use kthread::{Action, Checkpoints, Options, Signal};
///
/// let options = Options::new()
///     .checkpoints(Checkpoints::DEFAULT | Checkpoints::PARK)
///     .test_first()
///     .signal(Signal::HUP, Action::handler(|_| println!("reread")));
/// ```
#[derive(Debug, Default)]
#[must_use = "a driver takes it"]
pub struct Options {
    pub(super) checkpoints: Checkpoints,
    pub(super) test_first: bool,
    pub(super) wait_stop: bool,
    pub(super) actions: Vec<(Signal, Action)>,
}

impl Options {
    /// Stop and freeze, stop being tested after the first iteration.
    pub fn new() -> Self {
        Self::default()
    }

    /// The checkpoints between two iterations, in place of the default.
    pub fn checkpoints(mut self, checkpoints: Checkpoints) -> Self {
        self.checkpoints = checkpoints;
        self
    }

    /// Tests stop before the first iteration as well: `while (!kthread_should_stop())` in place of
    /// `do … while`.
    pub fn test_first(mut self) -> Self {
        self.test_first = true;
        self
    }

    /// An iterant that ended by itself stays, after its destroy, until it is stopped. It concerns
    /// iterants; [`drive`](crate::drive) comes back to its caller, who calls
    /// [`wait_to_stop`](crate::wait_to_stop).
    pub fn wait_stop(mut self) -> Self {
        self.wait_stop = true;
        self
    }

    /// Allows a signal from before init on, with what it does; adds the signal checkpoint.
    pub fn signal(mut self, signal: Signal, action: Action) -> Self {
        self.checkpoints |= Checkpoints::SIGNAL;
        self.actions.push((signal, action));
        self
    }
}
