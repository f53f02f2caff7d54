//! Whether a text holds one of a few byte strings.

use aho_corasick::packed;
use memchr::memmem;

/// Looks for triggers.
#[derive(Debug)]
pub(super) enum Triggers {
    /// All at once.
    Packed(packed::Searcher),
    /// One after the other: for one it is the fastest, and it works everywhere.
    Each(Vec<memmem::Finder<'static>>),
}

impl Triggers {
    pub(super) fn new(triggers: &[String]) -> Self {
        let sane = triggers.len() > 1 && triggers.iter().all(|trigger| !trigger.is_empty());
        if sane && let Some(packed) = packed::Searcher::new(triggers) {
            return Self::Packed(packed);
        }
        Self::Each(
            triggers.iter().map(|trigger| memmem::Finder::new(trigger).into_owned()).collect(),
        )
    }

    pub(super) fn are_in(&self, text: &[u8]) -> bool {
        match self {
            Self::Packed(packed) => packed.find(text).is_some(),
            Self::Each(finders) => finders.iter().any(|finder| finder.find(text).is_some()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_any_of_them() {
        let of = |triggers: &[&str], text: &str| {
            let triggers: Vec<String> = triggers.iter().map(|text| (*text).to_owned()).collect();
            Triggers::new(&triggers).are_in(text.as_bytes())
        };
        let long = "x".repeat(1000);
        for triggers in [&["kthread_"][..], &["kthread_", "smpboot_"], &["smpboot_", "kthread_"]] {
            assert!(of(triggers, "kthread_run"));
            assert!(of(triggers, &(long.clone() + "kthread_")));
            assert!(!of(triggers, "kthread"));
            assert!(!of(triggers, &long));
            assert!(!of(triggers, ""));
        }
        assert!(of(&["", "a"], ""));
        assert!(!of(&[], "a"));
    }
}
