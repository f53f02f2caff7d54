//! Iterants in threads of their own, and in place.

use std::rc::Rc;

use super::drive::{Here, Manner, drive_here, stay};
use super::{Cx, Exit, Iterant, Options, Outcome};
use crate::control::bits::{FREEZE, STOP};
use crate::error::CreateError;
use crate::thread::{Builder, Current, Kthread};

/// How a created iterant ends: what [`Kthread::stop`] gives.
pub type OutcomeOf<I> = Outcome<<I as Iterant>::Output, <I as Iterant>::Error>;

/// Runs an iterant in the calling thread, with its init and destroy. Whether the thread is freezable
/// stays as it is.
///
/// In a thread that is no kthread it works as [`drive`](crate::drive) does there;
/// [`Options::wait_stop`] then has no effect, as nobody can stop it.
///
/// # Blocking
/// As the iterant asks for. The kernel's name: `kthread_iterant_run_here()`.
///
/// ```
/// use kthread::{Options, Outcome, Step, from_fn, run_here};
///
/// let outcome = run_here(Options::new(), from_fn(|cx| {
///     cx.stop_current(7);
///     Step::<()>::Continue
/// }));
/// assert_eq!(outcome, Outcome::Stopped(7));
/// ```
pub fn run_here<I: Iterant>(options: Options, iterant: I) -> OutcomeOf<I> {
    let here = Here::new();
    run_in(&here, options, iterant)
}

fn run_in<I: Iterant>(here: &Here, options: Options, mut iterant: I) -> OutcomeOf<I> {
    let own = &here.own;
    let _loop = own.begin_loop();
    here.allow(options.actions);
    let checkpoints = options.checkpoints.bits();
    let mut cx = Cx::new(Current::new(Rc::clone(own)));
    let outcome = if let Err(error) = own.beside(|| iterant.init(&mut cx)) {
        Outcome::InitFailed(error)
    } else {
        let manner = Manner::iterant(checkpoints, options.test_first);
        let exit = drive_here(here, manner, |cx| iterant.iterate(cx));
        own.beside(|| iterant.destroy(&mut cx));
        match exit {
            Exit::Stopped => Outcome::Stopped(own.code.get()),
            Exit::Break(value) => Outcome::Break(value),
            Exit::Return(never) => match never {},
        }
    };
    if options.wait_stop && !here.is_adopted() {
        stay(own, checkpoints);
    }
    outcome
}

impl Builder {
    /// Creates a thread for an iterant. It waits for its first [`Task::wake`](crate::Task::wake). With
    /// the freeze checkpoint, which is in the default, it is freezable from before its init on.
    ///
    /// # Errors
    /// Those of [`Builder::create`]; the iterant is dropped then.
    ///
    /// # Blocking
    /// As [`Builder::create`]. The kernel's name: `kthread_iterant_create()`.
    pub fn create_iterant<I>(
        &self,
        options: Options,
        iterant: I,
    ) -> Result<Kthread<OutcomeOf<I>>, CreateError>
    where
        I: Iterant + Send + 'static,
        I::Output: Send + 'static,
        I::Error: Send + 'static,
    {
        // From its creation on: one that comes before the thread runs waits for it.
        let allowed: Vec<_> = options.actions.iter().map(|(signal, _)| *signal).collect();
        self.spawn(&allowed, move |own| {
            if options.checkpoints.bits() & FREEZE != 0 {
                own.set_freezable();
                // It may have been stopped while it was frozen: nothing has run yet, and nothing does.
                if own.asked(STOP) {
                    return None;
                }
            }
            Some(run_in(&Here::new(), options, iterant))
        })
    }

    /// Creates a thread for an iterant and wakes it.
    ///
    /// # Errors
    /// Those of [`Builder::create`]; the iterant is dropped then.
    ///
    /// # Blocking
    /// As [`Builder::create`]. The kernel's name: `kthread_iterant_run()`.
    pub fn run_iterant<I>(
        &self,
        options: Options,
        iterant: I,
    ) -> Result<Kthread<OutcomeOf<I>>, CreateError>
    where
        I: Iterant + Send + 'static,
        I::Output: Send + 'static,
        I::Error: Send + 'static,
    {
        let thread = self.create_iterant(options, iterant)?;
        thread.wake();
        Ok(thread)
    }
}
