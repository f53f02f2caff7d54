//! A doubly linked list whose links are in its members: putting something in or taking it out
//! allocates nothing, and any member is taken out in constant time.
//!
//! A member is an [`Arc`] of a [`Node`]; the list owns one count of it. What keeps it sound is one rule,
//! which `List`'s methods ask of their callers: a node is in one list at a time, and its links are only
//! touched by who has that list as `&mut`, or has the node in no list. The kernel's name:
//! `struct list_head`.

use std::marker::PhantomData;
use std::ptr::NonNull;

use crate::sync::{Arc, UnsafeCell};

/// What can be in a list.
#[derive(Debug)]
#[repr(C)]
pub(crate) struct Node<T> {
    links: UnsafeCell<Links<T>>,
    data: T,
}

#[derive(Debug)]
struct Links<T> {
    previous: Link<T>,
    next: Link<T>,
}

type Link<T> = Option<NonNull<Node<T>>>;

// SAFETY: a node is its data and two pointers, which are only followed by who has the list that it is in.
unsafe impl<T: Send + Sync> Send for Node<T> {}
// SAFETY: as above; a shared node lends out its data only.
unsafe impl<T: Send + Sync> Sync for Node<T> {}

impl<T> Node<T> {
    pub(crate) fn new(data: T) -> Self {
        Self { links: UnsafeCell::new(Links { previous: None, next: None }), data }
    }
}

impl<T> std::ops::Deref for Node<T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        &self.data
    }
}

/// The list.
#[derive(Debug)]
pub(crate) struct List<T> {
    first: Link<T>,
    last: Link<T>,
    /// It owns its members.
    _owns: PhantomData<Arc<Node<T>>>,
}

// SAFETY: the list owns counted references to its members, and nothing of one thread.
unsafe impl<T: Send + Sync> Send for List<T> {}

impl<T> List<T> {
    pub(crate) const fn new() -> Self {
        Self { first: None, last: None, _owns: PhantomData }
    }

    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.first.is_none()
    }

    pub(crate) fn front(&self) -> Option<&Node<T>> {
        // SAFETY: members are alive: the list owns a count of each.
        self.first.map(|node| unsafe { node.as_ref() })
    }

    /// The members, in their order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Node<T>> {
        let mut at = self.first;
        std::iter::from_fn(move || {
            // SAFETY: members are alive, and nobody changes their links while we have the list.
            let node = unsafe { at?.as_ref() };
            // SAFETY: as above.
            at = node.links.with(|links| unsafe { (*links).next });
            Some(node)
        })
    }

    /// Puts a node at the end.
    ///
    /// # Safety
    /// The node is in no list, and nobody else puts it into one meanwhile.
    #[inline]
    pub(crate) unsafe fn push_back(&mut self, node: Arc<Node<T>>) {
        let raw = Arc::into_raw(node).cast_mut();
        // SAFETY: what an Arc points to is not null.
        let new = unsafe { NonNull::new_unchecked(raw) };
        let last = self.last.replace(new);
        // SAFETY: the node is alive, and by the caller's promise its links are ours from now on.
        unsafe { Self::set(new, |links| *links = Links { previous: last, next: None }) };
        match last {
            // SAFETY: the last one is a member.
            Some(last) => unsafe { Self::set(last, |links| links.next = Some(new)) },
            None => self.first = Some(new),
        }
    }

    #[inline]
    pub(crate) fn pop_front(&mut self) -> Option<Arc<Node<T>>> {
        let first = self.first?;
        // SAFETY: the first one is a member of this list.
        Some(unsafe { self.take(first) })
    }

    /// Takes a member out.
    ///
    /// # Safety
    /// The node is a member of this list.
    #[inline]
    pub(crate) unsafe fn remove(&mut self, node: &Arc<Node<T>>) -> Arc<Node<T>> {
        // The Arc's pointer, not one of a reference to the node: only it reaches the counts.
        // SAFETY: what an Arc points to is not null.
        let member = unsafe { NonNull::new_unchecked(Arc::as_ptr(node).cast_mut()) };
        // SAFETY: passed on.
        unsafe { self.take(member) }
    }

    /// Puts all members of another list at the end, in their order.
    #[inline]
    pub(crate) fn append(&mut self, other: &mut Self) {
        let Some(first) = other.first.take() else { return };
        let last = other.last.take();
        match self.last {
            Some(end) => {
                // SAFETY: both are members of lists that we have as `&mut`.
                unsafe {
                    Self::set(end, |links| links.next = Some(first));
                    Self::set(first, |links| links.previous = Some(end));
                }
            }
            None => self.first = Some(first),
        }
        self.last = last;
    }

    /// # Safety
    /// The node is a member of this list.
    #[inline]
    unsafe fn take(&mut self, node: NonNull<Node<T>>) -> Arc<Node<T>> {
        // SAFETY: a member is alive, and its links are ours.
        let (previous, next) = unsafe {
            node.as_ref().links.with_mut(|links| ((*links).previous.take(), (*links).next.take()))
        };
        match previous {
            // SAFETY: a neighbour is a member.
            Some(previous) => unsafe { Self::set(previous, |links| links.next = next) },
            None => self.first = next,
        }
        match next {
            // SAFETY: as above.
            Some(next) => unsafe { Self::set(next, |links| links.previous = previous) },
            None => self.last = previous,
        }
        // SAFETY: `push_back` made this pointer of an Arc, whose count the list has owned since.
        unsafe { Arc::from_raw(node.as_ptr()) }
    }

    /// # Safety
    /// The node is alive, and a member of a list that the caller has as `&mut`.
    #[inline]
    unsafe fn set(node: NonNull<Node<T>>, change: impl FnOnce(&mut Links<T>)) {
        // SAFETY: nobody else is at the links while we have the list.
        unsafe { node.as_ref().links.with_mut(|links| change(&mut *links)) };
    }
}

impl<T> Drop for List<T> {
    fn drop(&mut self) {
        while self.pop_front().is_some() {}
    }
}

#[cfg(test)]
mod tests;
