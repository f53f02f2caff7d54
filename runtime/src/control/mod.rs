//! One packed atomic word a thread: what it is asked to do, and where it is.
//!
//! All changes of it are here. `requests.rs` has what others do to a thread, `own.rs` what only the
//! thread itself does, `watch.rs` how others wait for it.
//!
//! - A turn of a loop costs one load: requests that nobody made are all 0.
//! - An acknowledgement is a state, not an event. Who parks a thread waits until the word says that it
//!   *is* parked; a thread leaves that state by an exchange that fails if the request is still, or
//!   again, there. So no acknowledgement can be stale.
//! - A wake-up always sets `WOKEN`, whatever the thread does. Setting a state clears it, and comes
//!   before the condition is tested; what wakes makes the condition true first. Both are
//!   read-modify-writes of one word, so one of them sees the other.

pub(crate) mod bits;
mod own;
mod requests;
mod watch;

pub(crate) use self::own::Sleep;
pub(crate) use self::requests::NoPark;
use crate::sync::WaitWord;

/// The word; alone on its cache line, which a thread reads once a turn.
#[derive(Debug)]
#[repr(align(64))]
pub(crate) struct Control {
    word: WaitWord,
    /// Counts what those who watch are told. They wait on it, not on the word, which can look as it did
    /// before when two things have happened meanwhile.
    news: WaitWord,
}

impl Control {
    pub(crate) fn new() -> Self {
        Self { word: WaitWord::new(bits::HELD), news: WaitWord::new(0) }
    }

    /// The word as it is now; what happened before a bit was set is seen.
    #[inline]
    pub(crate) fn load(&self) -> u32 {
        self.word.load()
    }

    /// Sets bits that nobody waits for.
    pub(crate) fn mark(&self, bits: u32) {
        self.word.set(bits);
    }

    /// Clears bits that nobody waits for.
    pub(crate) fn unmark(&self, bits: u32) {
        self.word.clear(bits);
    }

    /// The model's clock was set: whoever waits for it looks at it.
    #[cfg(any(loom, shuttle))]
    pub(crate) fn time_has_passed(&self) {
        self.word.wake_owner();
        self.news.wake_all();
    }

    /// Exchanges the word as `change` says until that succeeds or `change` gives up; gives back the
    /// word before and after, or what `change` gave up with.
    fn update<E>(&self, mut change: impl FnMut(u32) -> Result<u32, E>) -> Result<(u32, u32), E> {
        let mut old = self.word.load();
        loop {
            let new = change(old)?;
            if new == old {
                return Ok((old, new));
            }
            match self.word.exchange(old, new) {
                Ok(_) => return Ok((old, new)),
                Err(seen) => old = seen,
            }
        }
    }
}
