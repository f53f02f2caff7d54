//! The bare timer wheel, for the bench only: it is measured beside other wheels, which have no worker's
//! locks around them.

use std::marker::PhantomData;
use std::rc::Rc;

use crate::list::Node;
use crate::sync::clock::Moment;
use crate::sync::{Arc, SmallGuarded, next_id};
use crate::timer::{self, Timed};

/// Something that can be in a [`Wheel`].
#[derive(Debug)]
pub struct Timer {
    node: Arc<Node<Plain>>,
    /// What the wheel gets, so that no count is changed while the time is taken. It has it while `within`
    /// says so.
    given: Option<Arc<Node<Plain>>>,
    _of_one_thread: PhantomData<Rc<()>>,
}

#[derive(Debug)]
struct Plain {
    timer: timer::Timer,
    /// The wheel in which it is; 0 for none.
    within: SmallGuarded,
}

impl Timed for Plain {
    fn timer(&self) -> &timer::Timer {
        &self.timer
    }
}

/// The wheel.
#[derive(Debug)]
pub struct Wheel {
    id: u32,
    inner: timer::Wheel<Plain>,
    _of_one_thread: PhantomData<Rc<()>>,
}

impl Timer {
    /// One that isn't pending.
    #[allow(clippy::new_without_default)]
    pub fn new() -> Self {
        let plain = Plain { timer: timer::Timer::new(), within: SmallGuarded::new(0) };
        let node = Arc::new(Node::new(plain));
        Self { given: Some(Arc::clone(&node)), node, _of_one_thread: PhantomData }
    }
}

impl Wheel {
    /// An empty wheel that stands at 0.
    #[allow(clippy::new_without_default)]
    pub fn new() -> Self {
        let inner = timer::Wheel::new(Moment::from_nanos(0));
        Self { id: next_id(), inner, _of_one_thread: PhantomData }
    }

    /// Puts a timer in that isn't pending and has not expired.
    #[inline]
    pub fn insert(&mut self, timer: &mut Timer, nanos: u64) {
        if let Some(node) = timer.given.take() {
            node.within.set(self.id);
            // SAFETY: it is in no wheel; a wheel and its timers stay in one thread.
            unsafe { self.inner.insert(node, Moment::from_nanos(nanos)) };
        }
    }

    /// Moves one that is pending.
    #[inline]
    pub fn modify(&mut self, timer: &Timer, nanos: u64) {
        if timer.node.within.get() == self.id {
            // SAFETY: it is in this wheel, and then in none.
            unsafe {
                let node = self.inner.remove(&timer.node);
                self.inner.insert(node, Moment::from_nanos(nanos));
            }
        }
    }

    /// Takes one out, if it is pending.
    #[inline]
    pub fn cancel(&mut self, timer: &mut Timer) {
        if timer.node.within.get() == self.id {
            timer.node.within.set(0);
            // SAFETY: it is in this wheel.
            timer.given = Some(unsafe { self.inner.remove(&timer.node) });
        }
    }

    /// Lets time go on; gives back how many timers have expired.
    pub fn expire(&mut self, nanos: u64) -> usize {
        let mut expired = 0;
        self.inner.expire(Moment::from_nanos(nanos), usize::MAX, |node| {
            node.within.set(0);
            expired += 1;
        });
        expired
    }
}
