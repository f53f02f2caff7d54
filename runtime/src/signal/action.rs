//! What a thread does with a signal that it takes.

use std::collections::BTreeMap;
use std::fmt;

use super::Signal;

/// A handler: a plain call in the thread, at its signal checkpoint. It may block.
pub type Handler = Box<dyn FnMut(Signal) + Send>;

/// What a signal does.
pub enum Action {
    /// The default: `SIGSTOP`, `SIGTSTP`, `SIGTTIN` and `SIGTTOU` stop the thread until `SIGCONT`;
    /// `SIGCONT`, `SIGCHLD`, `SIGURG` and `SIGWINCH` do nothing; all others are fatal, which only asks
    /// the loop to end, and drops what else is pending.
    Default,
    /// Calls a handler in place of the default, also for `SIGKILL` and `SIGSTOP`.
    Handler(Handler),
}

impl Action {
    /// An action that calls `handler`.
    pub fn handler(handler: impl FnMut(Signal) + Send + 'static) -> Self {
        Self::Handler(Box::new(handler))
    }
}

impl fmt::Debug for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Default => "Default",
            Self::Handler(_) => "Handler",
        })
    }
}

/// The handlers of a thread.
#[derive(Default)]
pub(crate) struct Actions {
    handlers: BTreeMap<Signal, Handler>,
    /// Signals whose action was set since their handler was taken out: one bit each.
    changed: u64,
    /// The thread is over: no handler is taken any more.
    closed: bool,
}

impl Actions {
    /// Gives back the handler that was there: it is the user's, and may do anything as it goes, so it
    /// is not dropped here.
    pub(crate) fn set(&mut self, signal: Signal, action: Action) -> Option<Handler> {
        if self.closed {
            return match action {
                Action::Default => None,
                Action::Handler(handler) => Some(handler),
            };
        }
        self.changed |= signal.bit();
        match action {
            Action::Default => self.handlers.remove(&signal),
            Action::Handler(handler) => self.handlers.insert(signal, handler),
        }
    }

    /// Gives all handlers back, and takes none from now on.
    pub(crate) fn close(&mut self) -> Vec<Handler> {
        self.closed = true;
        std::mem::take(&mut self.handlers).into_values().collect()
    }

    pub(super) fn handles(&self, signal: Signal) -> bool {
        self.handlers.contains_key(&signal)
    }

    /// Takes a handler out to call it: it may set handlers itself.
    pub(super) fn take(&mut self, signal: Signal) -> Option<Handler> {
        self.changed &= !signal.bit();
        self.handlers.remove(&signal)
    }

    /// Puts it back, unless it has set another, or the default: then it is given back.
    pub(super) fn put_back(&mut self, signal: Signal, handler: Handler) -> Option<Handler> {
        if self.changed & signal.bit() == 0 && !self.closed {
            self.handlers.insert(signal, handler)
        } else {
            Some(handler)
        }
    }
}

impl fmt::Debug for Actions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.handlers.keys()).finish()
    }
}
