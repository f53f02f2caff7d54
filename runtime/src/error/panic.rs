//! What a thread panicked with.

use std::any::Any;
use std::fmt;

use crate::sync::Exclusive;

/// What a thread panicked with.
///
/// It can be shared between threads, unlike what [`std::thread::JoinHandle::join`] gives; so
/// [`StopError`](crate::StopError) goes into any error type.
pub struct Panic {
    message: String,
    payload: Exclusive<Box<dyn Any + Send>>,
}

impl Panic {
    pub(crate) fn new(payload: Box<dyn Any + Send>) -> Self {
        let message = match (payload.downcast_ref::<&str>(), payload.downcast_ref::<String>()) {
            (Some(text), _) => (*text).to_owned(),
            (_, Some(text)) => text.clone(),
            _ => "with a value that is no text".to_owned(),
        };
        Self { message, payload: Exclusive::new(payload) }
    }

    /// The text of the panic.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The payload, for [`std::panic::resume_unwind`] or a downcast.
    pub fn into_payload(self) -> Box<dyn Any + Send> {
        self.payload.into_inner()
    }
}

impl fmt::Display for Panic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl fmt::Debug for Panic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Panic({:?})", self.message)
    }
}
