//! `&self`, `&mut self`, `self`, `self: Arc<Self>` and `self: Box<Self>`, and `Self` in the result.
#![deny(warnings)]

#[macro_use]
#[path = "../common/mod.rs"]
mod common;

#[allow(unused_imports)]
use common::*;

use kthread::{kthread_iterant, should_stop};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

#[derive(Debug)]
struct Counter {
    count: AtomicU32,
    plain: u32,
    names: Vec<String>,
}

impl Counter {
    fn new() -> Self {
        Self { count: AtomicU32::new(0), plain: 0, names: vec!["a".into(), "b".into()] }
    }

    #[kthread_iterant]
    fn by_ref(&self) -> u32 {
        while !should_stop() {
            if self.count.fetch_add(1, Ordering::Relaxed) == 2 {
                break;
            }
        }
        self.count.load(Ordering::Relaxed)
    }

    #[kthread_iterant]
    fn first_long(&self, more_than: usize) -> Option<&str> {
        for name in &self.names {
            if name.len() > more_than {
                return Some(name);
            }
        }
        None
    }

    #[kthread_iterant]
    fn by_mut(&mut self) -> &mut u32 {
        while !should_stop() && self.plain < 3 {
            self.plain += 1;
        }
        &mut self.plain
    }

    // Fields are captured apart from each other.
    #[kthread_iterant]
    fn fields(&mut self) -> u32 {
        for name in &self.names {
            self.plain += name.len() as u32;
        }
        self.plain
    }

    #[kthread_iterant]
    fn by_value(mut self) -> Self {
        loop {
            if should_stop() {
                break self;
            }
            self.plain += 1;
            if self.plain == 4 {
                return self;
            }
        }
    }

    #[kthread_iterant]
    fn by_arc(self: Arc<Self>) -> usize {
        while !should_stop() {
            if self.count.fetch_add(1, Ordering::Relaxed) > 2 {
                break;
            }
        }
        Arc::strong_count(&self)
    }

    #[kthread_iterant]
    fn by_box(mut self: Box<Self>) -> Result<Box<Self>, String> {
        loop {
            if should_stop() {
                return Ok(self);
            }
            self.plain += 1;
            if self.plain > 5 {
                return Ok(self);
            }
        }
    }
}

fn main() {
    let mut counter = Counter::new();
    assert_eq!(counter.by_ref(), 3);
    assert_eq!(counter.first_long(0), Some("a"));
    assert_eq!(counter.first_long(1), None);
    *counter.by_mut() += 10;
    assert_eq!(counter.fields(), 15);
    counter.plain = 0;
    assert_eq!(counter.by_value().plain, 4);
    let counter = Arc::new(Counter::new());
    assert_eq!(Arc::clone(&counter).by_arc(), 2);
    assert_eq!(Box::new(Counter::new()).by_box().unwrap().plain, 6);
}
