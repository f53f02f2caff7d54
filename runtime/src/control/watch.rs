//! How others wait for a thread.

use super::Control;
use super::bits::WATCHED;
use crate::sync::Waiter;
use crate::sync::clock::Moment;

impl Control {
    /// Blocks until `look` finds what it looks for in the word; `None` if time runs out.
    pub(crate) fn watch<T>(
        &self,
        deadline: Option<Moment>,
        look: impl Fn(u32) -> Option<T>,
    ) -> Option<T> {
        loop {
            let watched = self.update(|word| match look(word) {
                Some(found) => Err(found),
                None => Ok(word | WATCHED),
            });
            match watched {
                Err(found) => return Some(found),
                Ok((_, now)) => {
                    if self.word.wait(now, Waiter::Watcher, deadline) {
                        return look(self.word.load());
                    }
                }
            }
        }
    }
}
