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
            let news = self.news.load();
            // First watched, then looked at: whoever changes what `look` sees finds that it is watched.
            let now = self.word.set(WATCHED) | WATCHED;
            let found = look(now);
            if found.is_some() {
                return found;
            }
            if self.news.wait(news, Waiter::Watcher, deadline) {
                return look(self.word.load());
            }
        }
    }
}
