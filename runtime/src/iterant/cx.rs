//! What an iteration gets.

use std::ops::Deref;

use crate::thread::Current;

/// What the driver hands to an iteration: the calling thread, and that a driver runs it.
#[derive(Debug)]
pub struct Cx {
    current: Current,
}

impl Cx {
    pub(super) fn new(current: Current) -> Self {
        Self { current }
    }
}

impl Deref for Cx {
    type Target = Current;

    #[inline]
    fn deref(&self) -> &Current {
        &self.current
    }
}
