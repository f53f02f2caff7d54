//! How a thread is made.

use std::any::Any;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;

use super::kthread::{Ended, Kthread, Slot};
use super::os::{self, Setup};
use super::own::{self, Own};
use super::{Cpus, Policy, Shared, Task, registry};
use crate::control::bits::{EXITED, READY};
use crate::error::{CreateError, Panic, SetupError};
use crate::freezer::Freezer;
use crate::signal::Signal;
use crate::stats::State;
use crate::sync::mutant::{Mutant, planted};
use crate::sync::{self, Arc, Mutex, lock};

/// Makes threads: a name, and what the operating system shall do for them.
///
/// What isn't said is inherited from the creating thread, as with any thread on Linux.
///
/// ```
/// use kthread::Builder;
///
/// let unit = 3;
/// let thread = Builder::new(format_args!("flusher/{unit}")).run(|| {
///     let mut turns = 0;
///     while !kthread::should_stop() {
///         turns += 1;
///         kthread::sleep().expect("it is a kthread");
///     }
///     turns
/// })?;
/// assert_eq!(thread.name(), "flusher/3");
/// // The number of turns, or an error that says that the thread had no time to run.
/// let turns = thread.stop();
/// assert!(turns.is_ok() || turns.unwrap_err().to_string().contains("before it ran"));
/// # Ok::<(), kthread::CreateError>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "it makes a thread when create() or run() is called"]
pub struct Builder {
    name: String,
    stack_size: Option<usize>,
    setup: Setup,
    freezer: Freezer,
    panics_may_abort: bool,
}

impl Builder {
    /// A builder of threads with this name; `format_args!()` is a good argument. The operating system
    /// shows the first 15 bytes of it, in `/proc/<pid>/task/<tid>/comm`.
    pub fn new(name: impl fmt::Display) -> Self {
        Self {
            name: name.to_string(),
            stack_size: None,
            setup: Setup::default(),
            freezer: Freezer::process(),
            panics_may_abort: false,
        }
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// The same, with a slash and a number behind the name.
    pub(crate) fn suffixed(mut self, number: usize) -> Self {
        self.name = format!("{}/{number}", self.name);
        self
    }

    /// Binds the threads to a CPU. The kernel's name: `kthread_bind()`.
    pub fn cpu(self, cpu: usize) -> Self {
        self.cpus(Cpus::one(cpu))
    }

    /// Binds the threads to a set of CPUs, all of which must be there. The kernel's name:
    /// `kthread_bind_mask()`.
    pub fn cpus(mut self, cpus: Cpus) -> Self {
        self.setup.cpus = Some(cpus);
        self
    }

    /// Sets the nice value, from -20 to 19. The kernel's name: `set_user_nice()`.
    pub fn nice(mut self, nice: i32) -> Self {
        self.setup.nice = Some(nice);
        self
    }

    /// Sets the scheduling policy. The kernel's name: `sched_setscheduler()`, `sched_set_fifo()`.
    pub fn policy(mut self, policy: Policy) -> Self {
        self.setup.policy = Some(policy);
        self
    }

    /// Sets the size of the stack, in bytes. The system rounds it up.
    pub fn stack_size(mut self, bytes: usize) -> Self {
        self.stack_size = Some(bytes);
        self
    }

    /// Puts the threads into a freezer domain other than that of the process. They take part in its
    /// freezes once they are freezable.
    pub fn freezer(mut self, freezer: &Freezer) -> Self {
        self.freezer = freezer.clone();
        self
    }

    /// Accepts that a panic ends the process where the program is built with `panic = "abort"`. Without
    /// it, no thread is made there, as the promise to contain panics could not be kept.
    pub fn panics_may_abort(mut self) -> Self {
        self.panics_may_abort = true;
        self
    }

    /// Creates a thread. It waits for its first [`Task::wake`], and is named, bound and set up when this
    /// returns.
    ///
    /// # Errors
    /// If the name holds a NUL, the operating system makes no thread, or refuses what was asked for.
    /// Nothing is left of the thread then, and `body` is dropped.
    ///
    /// # Blocking
    /// Until the thread is set up. The kernel's name: `kthread_create()`.
    pub fn create<T, F>(&self, body: F) -> Result<Kthread<T>, CreateError>
    where
        T: Send + 'static,
        F: FnOnce() -> T + Send + 'static,
    {
        self.spawn(&[], |_| Some(body()))
    }

    /// Creates a thread and wakes it.
    ///
    /// # Errors
    /// Those of [`Builder::create`].
    ///
    /// # Blocking
    /// As [`Builder::create`]. The kernel's name: `kthread_run()`.
    pub fn run<T, F>(&self, body: F) -> Result<Kthread<T>, CreateError>
    where
        T: Send + 'static,
        F: FnOnce() -> T + Send + 'static,
    {
        let thread = self.create(body)?;
        thread.wake();
        Ok(thread)
    }

    /// Creates a thread that is bound to a CPU before it first runs. It isn't parked.
    ///
    /// # Errors
    /// Those of [`Builder::create`].
    ///
    /// # Blocking
    /// As [`Builder::create`]. The kernel's name: `kthread_create_on_cpu()`.
    pub fn create_on_cpu<T, F>(&self, cpu: usize, body: F) -> Result<Kthread<T>, CreateError>
    where
        T: Send + 'static,
        F: FnOnce() -> T + Send + 'static,
    {
        self.clone().cpu(cpu).create(body)
    }

    /// Creates a thread on a CPU and wakes it.
    ///
    /// # Errors
    /// Those of [`Builder::create`].
    ///
    /// # Blocking
    /// As [`Builder::create`]. The kernel's name: `kthread_run_on_cpu()`.
    pub fn run_on_cpu<T, F>(&self, cpu: usize, body: F) -> Result<Kthread<T>, CreateError>
    where
        T: Send + 'static,
        F: FnOnce() -> T + Send + 'static,
    {
        self.clone().cpu(cpu).run(body)
    }

    /// Makes the thread. `body` says `None` if it did nothing, as if it had never been called.
    pub(crate) fn spawn<T, F>(&self, allowed: &[Signal], body: F) -> Result<Kthread<T>, CreateError>
    where
        T: Send + 'static,
        F: FnOnce(&Rc<Own>) -> Option<T> + Send + 'static,
    {
        let name = || self.name.clone();
        if let Some(position) = self.name.bytes().position(|byte| byte == 0) {
            return Err(CreateError::NameHasNul { name: name(), position });
        }
        if cfg!(panic = "abort") && !self.panics_may_abort {
            return Err(CreateError::PanicsAbort { name: name() });
        }
        let shared = Arc::new(Shared::new(name().into_boxed_str(), self.freezer.clone()));
        for signal in allowed {
            shared.signals.allow(*signal);
        }
        let slot = Arc::new(Mutex::new(None));
        let refused = Arc::new(Mutex::new(None));
        let thread = {
            let setup = self.setup.clone();
            let (shared, slot, refused) =
                (Arc::clone(&shared), Arc::clone(&slot), Arc::clone(&refused));
            move || thread_main(&shared, &setup, slot, &refused, body)
        };
        let mut builder = sync::os::Builder::new().name(name());
        if let Some(bytes) = self.stack_size {
            builder = builder.stack_size(bytes);
        }
        let join =
            builder.spawn(thread).map_err(|source| CreateError::Spawn { name: name(), source })?;

        // It is one of two: set up, or at its end.
        shared.control.watch(None, |word| (word & (READY | EXITED) != 0).then_some(()));
        let refusal = lock(&refused).take();
        if let Some(source) = refusal {
            if !planted(Mutant::LeaveFailed) {
                // Also what the thread was given is gone after this.
                let _ = join.join();
            }
            return Err(CreateError::Setup { name: name(), source });
        }
        Ok(Kthread::new(Task(shared), slot, join))
    }
}

/// The outermost function of every kthread.
fn thread_main<T, F>(
    shared: &Arc<Shared>,
    setup: &Setup,
    slot: Slot<T>,
    refused: &Mutex<Option<SetupError>>,
    body: F,
) where
    F: FnOnce(&Rc<Own>) -> Option<T>,
{
    shared.set_tid(os::tid());
    if let Err(source) = os::apply(setup, &shared.name) {
        *lock(refused) = Some(source);
        shared.control.exit();
        return;
    }
    registry::add(shared);
    shared.control.ready();
    let ended = run(shared, body);
    let silent = planted(Mutant::SilentPanic) && matches!(ended, Ended::Panicked(_));
    if planted(Mutant::EndBeforeResult) {
        shared.control.exit();
    }
    *lock(&slot) = Some(ended);
    // If nobody else wants the result, this drops it: before the end is announced. The drop is the
    // user's, and may panic.
    let _ = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| drop(slot)));
    if silent {
        return;
    }
    shared.stats.enter(State::Exited);
    shared.freezer.remove(shared);
    registry::remove(shared);
    shared.control.exit();
}

/// Waits for the first wake-up and runs the body, if the thread isn't stopped before. What the body
/// owns is dropped when this returns.
fn run<T, F>(shared: &Arc<Shared>, body: F) -> Ended<T>
where
    F: FnOnce(&Rc<Own>) -> Option<T>,
{
    let own = Rc::new(Own::new(Arc::clone(shared), false));
    let _entered = own::enter(&own);
    let body = || {
        let runs = shared.control.wait_for_first_run(|at| shared.stats.enter(State::of(at)));
        // An iterant begins with no wake-up, as the first one has been used up.
        own.begin_turn();
        let mut result = if runs { body(&own) } else { None };
        if planted(Mutant::HalfRun) && own.should_stop() {
            result = None;
        }
        result
    };
    // What the body shares with others is as poisoned as they made it; the thread has nothing else.
    let ran = catch_unwind(AssertUnwindSafe(body));
    own.publish();
    // Handlers are the user's, and may panic as they go, also after the body. From here on none is taken.
    let handlers = own.actions.borrow_mut().close();
    let went = catch_unwind(AssertUnwindSafe(|| drop(handlers)));
    match (ran, went) {
        (Ok(Some(result)), Ok(())) => Ended::Returned(result),
        (Ok(None), Ok(())) => Ended::NotStarted,
        (Err(payload), went) => {
            forget_panic(went);
            Ended::Panicked(Panic::new(payload))
        }
        (Ok(result), Err(payload)) => {
            forget_panic(catch_unwind(AssertUnwindSafe(|| drop(result))));
            Ended::Panicked(Panic::new(payload))
        }
    }
}

/// One panic of a thread is told, the first. What a later one carries may panic when it is dropped.
fn forget_panic(caught: Result<(), Box<dyn Any + Send>>) {
    std::mem::forget(caught);
}
