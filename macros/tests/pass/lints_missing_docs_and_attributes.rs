//! The caller denies all: attributes, documentation and visibility stay, and no lint speaks of what is generated.
#![deny(warnings, missing_docs, unreachable_pub, missing_debug_implementations)]
#![deny(clippy::all, clippy::pedantic, clippy::nursery, clippy::unwrap_used, clippy::panic)]
#![deny(unused_must_use, unused_qualifications, unused_results, let_underscore_drop)]
#![forbid(unsafe_code)]

/// A module.
pub mod documented {
    use std::time::Duration;

    use kthread::{kthread_iterant, should_park, should_stop, sleep, sleep_timeout, try_to_freeze};

    /// Documented.
    ///
    /// # Errors
    /// If a text is no number.
    #[kthread_iterant(name = "sums-x", nice = 1)]
    #[inline]
    #[must_use = "it is the sum"]
    pub fn sums(from: Vec<String>) -> Result<u32, std::num::ParseIntError> {
        let mut sum = 0;
        for text in from {
            sum += text.parse::<u32>()?;
        }
        Ok(sum)
    }

    /// All checkpoints.
    #[kthread_iterant(spawn, parkable, signals(SIGHUP))]
    pub fn all_checkpoints() {
        while !should_stop() {
            let _ = try_to_freeze();
            if should_park() {
                let _ = kthread::park_me();
            }
            let _ = sleep();
        }
    }

    /// A loop with an action.
    #[kthread_iterant]
    #[doc(alias = "other")]
    #[cfg_attr(all(), doc = "More.")]
    pub(crate) fn action(mut values: Vec<u32>) -> Vec<u32> {
        loop {
            if should_stop() {
                values.clear();
                return values;
            }
            values.push(1);
            if values.len() > 3 {
                break values;
            }
            let _ = sleep_timeout(Duration::from_micros(1));
        }
    }

    #[kthread_iterant]
    #[deprecated = "kept"]
    #[track_caller]
    fn old(limit: u32) -> &'static std::panic::Location<'static> {
        let mut n = 0;
        while n < limit {
            n += 1;
        }
        std::panic::Location::caller()
    }

    /// Calls what is private.
    #[must_use]
    pub fn line() -> u32 {
        #[allow(deprecated)]
        old(1).line()
    }
}

fn main() {
    assert_eq!(documented::sums(vec!["1".into()]), Ok(1));
    assert_eq!(documented::spawn_sums(vec![]).map(|thread| thread.name().starts_with("sums-")).ok(), Some(true));
    assert_eq!(documented::action(vec![]), [1; 4]);
    assert_eq!(documented::line(), 73);
}
