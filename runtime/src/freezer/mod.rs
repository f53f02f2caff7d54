//! Freezing: bringing all freezable threads of a domain to rest, and letting them go on.

use std::time::Duration;

use crate::control::bits::{EXITED, FREEZE, FROZEN, PARKED};
use crate::error::FreezeError;
use crate::sync::clock::Moment;
use crate::sync::mutant::{Mutant, planted};
use crate::sync::{Arc, Mutex, lock};
use crate::thread::{Own, Shared, own};

/// A domain of threads that freeze together.
///
/// There is one for the process, [`Freezer::process`], to which a thread belongs unless
/// [`Builder::freezer`](crate::Builder::freezer) names another. A domain holds only those of its
/// threads that opted in: iterants that are created with the freeze checkpoint, which is the default,
/// and threads that call [`Current::set_freezable`](crate::Current::set_freezable).
///
/// What counts as at rest: frozen at a freeze checkpoint; parked, for a parked thread freezes before
/// it goes on; ended. From the moment that `freeze_all` returns `Ok` until the thaw, no such thread
/// runs its function; one that opts in meanwhile freezes at once. A thread that is *stopped* meanwhile
/// ends, so that who stops it need not wait for the thaw; it runs what stands behind its loop.
///
/// The kernel's name: `freeze_kernel_threads()`, `thaw_kernel_threads()`; there, a frozen thread is
/// not woken by `kthread_stop()`.
///
/// ```
/// use std::time::Duration;
/// use kthread::{Builder, Freezer, Options, State, Step, from_fn};
///
/// let freezer = Freezer::new();
/// let it = from_fn(|_| Step::SleepTimeout::<()>(Duration::from_millis(1)));
/// let thread = Builder::new("sampler").freezer(&freezer).run_iterant(Options::new(), it)?;
///
/// # while thread.stats().sleeps == 0 { std::thread::yield_now(); }
/// freezer.freeze_all(Duration::from_secs(20))?;
/// assert_eq!(thread.state(), State::Frozen);
/// freezer.thaw_all();
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Freezer(Arc<Domain>);

#[derive(Debug)]
struct Domain {
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    frozen: bool,
    /// Counts freezes and thaws, so that who waits sees that its freeze is over.
    epoch: u64,
    members: Vec<Arc<Shared>>,
}

/// How long to wait for a thread before it is woken once more.
const RETRY: Duration = Duration::from_millis(20);

impl Freezer {
    /// A domain of its own.
    pub fn new() -> Self {
        Self(Arc::new(Domain { inner: Mutex::new(Inner::default()) }))
    }

    /// The domain of the process.
    #[cfg(not(any(loom, shuttle)))]
    pub fn process() -> Self {
        static PROCESS: crate::sync::LazyLock<Freezer> = crate::sync::LazyLock::new(Freezer::new);
        PROCESS.clone()
    }

    /// Under a model checker there is no process: a new domain.
    #[cfg(any(loom, shuttle))]
    pub fn process() -> Self {
        Self::new()
    }

    /// Freezes all threads of the domain that are freezable, and waits until they are at rest. The
    /// calling thread, if it is one of them, is left out: it is not asked to freeze.
    ///
    /// # Errors
    /// If some don't come to rest within `timeout`, those are named, and all are thawed again, unless the
    /// domain was frozen by somebody else before. If
    /// somebody thaws the domain meanwhile, that is the error.
    ///
    /// # Blocking
    /// Until all are at rest, at most for `timeout`. May be called from anywhere that may block.
    ///
    /// The kernel's name: `freeze_kernel_threads()`.
    pub fn freeze_all(&self, timeout: Duration) -> Result<(), FreezeError> {
        let began = self.request(own::current().as_deref().map(Own::shared));
        self.wait(timeout, began)
    }

    /// Asks all freezable threads of the domain to freeze, the calling one included, and doesn't wait for
    /// them. Never blocks.
    pub fn request_freeze(&self) {
        self.request(None);
    }

    /// Asks all but one; true if the domain was not frozen before.
    fn request(&self, but: Option<&Arc<Shared>>) -> bool {
        let mut inner = lock(&self.0.inner);
        let began = !inner.frozen;
        if began {
            inner.frozen = true;
            inner.epoch += 1;
        }
        for member in &inner.members {
            if but.is_none_or(|but| !Arc::ptr_eq(but, member)) {
                member.control.request_freeze();
            }
        }
        began
    }

    /// Waits until all that were asked are at rest. Errors and blocking are those of
    /// [`freeze_all`](Self::freeze_all).
    ///
    /// # Errors
    /// See [`freeze_all`](Self::freeze_all).
    pub fn wait_frozen(&self, timeout: Duration) -> Result<(), FreezeError> {
        self.wait(timeout, true)
    }

    fn wait(&self, timeout: Duration, thaws: bool) -> Result<(), FreezeError> {
        if planted(Mutant::FrozenEarly) {
            return Ok(());
        }
        let deadline = Moment::after(timeout);
        let (epoch, mut waited_for) = {
            let inner = lock(&self.0.inner);
            (inner.frozen.then_some(inner.epoch), inner.members.clone())
        };
        if epoch.is_none() {
            return Err(FreezeError::Thawed);
        }
        let current = own::current();
        waited_for
            .retain(|member| current.as_ref().is_none_or(|own| !Arc::ptr_eq(own.shared(), member)));
        let mut refused = Vec::new();
        for member in waited_for {
            match Self::wait_for(&member, deadline) {
                Some(Rest::Yes) => {}
                // It has left the domain, if the domain was not thawed.
                Some(Rest::NotAsked) => self.over(epoch)?,
                None => refused.push(member.name.to_string()),
            }
        }
        if !refused.is_empty() {
            // A freeze that somebody else has begun is not undone.
            if thaws {
                self.thaw_if(epoch);
            }
            refused.sort();
            return Err(FreezeError::Refused { refused });
        }
        self.over(epoch)
    }

    /// Waits for one; `None` if time runs out.
    fn wait_for(member: &Shared, deadline: Option<Moment>) -> Option<Rest> {
        loop {
            let retry = earlier(deadline, Moment::after(RETRY));
            let rest = member.control.watch(retry, |word| match word {
                _ if word & EXITED != 0 => Some(Rest::Yes),
                _ if word & FREEZE == 0 => Some(Rest::NotAsked),
                _ if word & (FROZEN | PARKED) != 0 => Some(Rest::Yes),
                _ => None,
            });
            if rest.is_some() || retry == deadline {
                return rest;
            }
            // It may have begun a sleep between its checkpoints; the kernel retries as well.
            member.control.request_freeze();
        }
    }

    /// Lets all threads of the domain go on. Never blocks. The kernel's name: `thaw_kernel_threads()`.
    pub fn thaw_all(&self) {
        self.thaw_if(None);
    }

    /// Whether the domain is frozen, or asked to be.
    pub fn is_frozen(&self) -> bool {
        lock(&self.0.inner).frozen
    }

    /// Thaws, if the freeze is still the one of `epoch`.
    fn thaw_if(&self, epoch: Option<u64>) {
        let mut inner = lock(&self.0.inner);
        if !inner.frozen || epoch.is_some_and(|epoch| epoch != inner.epoch) {
            return;
        }
        inner.frozen = false;
        inner.epoch += 1;
        for member in &inner.members {
            member.control.thaw();
        }
    }

    fn over(&self, epoch: Option<u64>) -> Result<(), FreezeError> {
        let inner = lock(&self.0.inner);
        if inner.frozen && epoch == Some(inner.epoch) { Ok(()) } else { Err(FreezeError::Thawed) }
    }

    /// Makes a thread freezable. In a frozen domain it is asked to freeze at once.
    pub(crate) fn add(&self, shared: &Arc<Shared>) {
        let mut inner = lock(&self.0.inner);
        // What a thread keeps beyond its end must not make it a member again.
        if shared.control.load() & EXITED != 0 {
            return;
        }
        if inner.members.iter().any(|member| Arc::ptr_eq(member, shared)) {
            return;
        }
        shared.control.mark(crate::control::bits::FREEZABLE);
        if inner.frozen && !planted(Mutant::JoinsAwake) {
            shared.control.request_freeze();
        }
        inner.members.push(Arc::clone(shared));
    }

    /// Makes it so no more, and lets it go on.
    pub(crate) fn remove(&self, shared: &Arc<Shared>) {
        let mut inner = lock(&self.0.inner);
        if let Some(at) = inner.members.iter().position(|member| Arc::ptr_eq(member, shared)) {
            inner.members.swap_remove(at);
            shared.control.unmark(crate::control::bits::FREEZABLE);
            shared.control.thaw();
        }
    }
}

impl Default for Freezer {
    /// The domain of the process, not a new one.
    fn default() -> Self {
        Self::process()
    }
}

#[derive(Debug)]
enum Rest {
    Yes,
    NotAsked,
}

fn earlier(one: Option<Moment>, other: Option<Moment>) -> Option<Moment> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}
