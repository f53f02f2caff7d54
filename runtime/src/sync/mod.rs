//! The only place that names `std::sync` and `std::thread`; `clippy.toml` keeps it so.
//!
//! Everything else of the crate is written against this facade, so that the same code runs on real
//! threads, under loom (`--cfg loom`) and under shuttle (`--cfg shuttle`).
//!
//! `Arc` is std's everywhere. Nothing in the crate relies on what an `Arc`'s counter orders: data that
//! threads share is in atomics and locks.

#![allow(clippy::disallowed_types, clippy::disallowed_methods)]

#[cfg(not(any(loom, shuttle)))]
#[path = "plain.rs"]
mod imp;
#[cfg(loom)]
#[path = "under_loom.rs"]
mod imp;
#[cfg(all(shuttle, not(loom)))]
#[path = "under_shuttle.rs"]
mod imp;

pub(crate) mod clock;
#[cfg(any(loom, shuttle))]
pub(crate) mod model;
pub(crate) mod mutant;

#[cfg(not(any(loom, shuttle)))]
pub(crate) use self::imp::WaitWord;
#[cfg(any(loom, shuttle))]
pub(crate) use self::model::WaitWord;

pub(crate) use self::imp::{AtomicI32, AtomicU32, Mutex, MutexGuard, UnsafeCell, os, thread_local};
use std::collections::BTreeSet;
pub(crate) use std::sync::Arc;

pub(crate) use std::sync::atomic::Ordering;

#[cfg(not(any(loom, shuttle)))]
pub(crate) use std::sync::atomic::{AtomicU8, AtomicU64, fence};
#[cfg(not(any(loom, shuttle)))]
pub(crate) use std::sync::{LazyLock, Weak};

/// Who waits on a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Waiter {
    /// The one whose word it is.
    Owner,
    /// Anybody else.
    Watcher,
}

/// Asks the processor to fetch what an Arc points to, its counts and 112 bytes, to be written, and doesn't
/// wait for it.
#[inline]
pub(crate) fn fetch_to_write<T>(what: *const T) {
    #[cfg(all(target_arch = "x86_64", not(miri)))]
    {
        let first = what.cast::<u8>();
        // SAFETY: a prefetch reads and writes nothing, whatever the address is.
        unsafe {
            std::arch::asm!(
                "prefetchw [{first} - 16]",
                "prefetchw [{first} + 48]",
                first = in(reg) first,
                options(nostack, preserves_flags, readonly),
            );
        }
    }
    #[cfg(not(all(target_arch = "x86_64", not(miri))))]
    let _ = what;
}

/// Takes a lock of ours, also after a panic under it: nothing of a user's runs while one is held, and
/// what they guard is whole between any two statements.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// What is only got at by who owns it, so that it may be shared whatever it is.
pub(crate) struct Exclusive<T>(std::sync::Mutex<T>);

impl<T> Exclusive<T> {
    pub(crate) fn new(value: T) -> Self {
        Self(std::sync::Mutex::new(value))
    }

    pub(crate) fn into_inner(self) -> T {
        self.0.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

/// Numbers that are in use, and the last that was given out.
static IDS: std::sync::Mutex<(BTreeSet<u32>, u32)> = std::sync::Mutex::new((BTreeSet::new(), 0));

fn ids() -> std::sync::MutexGuard<'static, (BTreeSet<u32>, u32)> {
    IDS.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// A number that nobody else has; never 0.
pub(crate) fn next_id() -> u32 {
    let mut ids = ids();
    loop {
        ids.1 = ids.1.wrapping_add(1);
        let id = ids.1;
        if id != 0 && ids.0.insert(id) {
            return id;
        }
    }
}

/// The number is nobody's any more.
pub(crate) fn retire(id: u32) {
    ids().0.remove(&id);
}

/// Whether somebody has the number.
pub(crate) fn is_alive(id: u32) -> bool {
    ids().0.contains(&id)
}

/// A small number whose guard is a lock elsewhere. No model checker looks at it.
#[derive(Debug)]
pub(crate) struct SmallGuarded(std::sync::atomic::AtomicU32);

impl SmallGuarded {
    pub(crate) const fn new(value: u32) -> Self {
        Self(std::sync::atomic::AtomicU32::new(value))
    }

    #[inline]
    pub(crate) fn get(&self) -> u32 {
        self.0.load(Ordering::Relaxed)
    }

    #[inline]
    pub(crate) fn set(&self, value: u32) {
        self.0.store(value, Ordering::Relaxed);
    }

    /// Sets it, and gives back what was there.
    #[inline]
    pub(crate) fn replace(&self, value: u32) -> u32 {
        let before = self.get();
        self.set(value);
        before
    }
}

/// A number whose guard is a lock elsewhere. No model checker looks at it.
#[derive(Debug)]
pub(crate) struct Guarded(std::sync::atomic::AtomicU64);

impl Guarded {
    pub(crate) const fn new(value: u64) -> Self {
        Self(std::sync::atomic::AtomicU64::new(value))
    }

    #[inline]
    pub(crate) fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    #[inline]
    pub(crate) fn set(&self, value: u64) {
        self.0.store(value, Ordering::Relaxed);
    }
}

/// Keeps what is in it away from the cache lines of its neighbours. Processors fetch lines in pairs.
#[derive(Debug)]
#[repr(align(128))]
pub(crate) struct Apart<T>(pub(crate) T);
