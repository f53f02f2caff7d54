//! All kthreads of the process.

#[cfg(not(any(loom, shuttle)))]
mod process {
    use crate::sync::{Arc, Mutex, Weak, lock};
    use crate::thread::{Shared, Task};

    static THREADS: Mutex<Vec<Weak<Shared>>> = Mutex::new(Vec::new());

    pub(crate) fn add(shared: &Arc<Shared>) {
        lock(&THREADS).push(Arc::downgrade(shared));
    }

    pub(crate) fn remove(shared: &Arc<Shared>) {
        lock(&THREADS).retain(|thread| thread.as_ptr() != Arc::as_ptr(shared));
    }

    /// All kthreads of the process that have not ended, in the order in which they were made.
    ///
    /// Never blocks for long; may be called from any thread, but not in a handler of the operating system's
    /// signals. The kernel's name: the children of
    /// `kthreadd`.
    pub fn tasks() -> Vec<Task> {
        // Not dropped under the lock: the last reference to a thread may be here.
        let threads = lock(&THREADS).clone();
        threads.iter().filter_map(Task::upgrade).collect()
    }
}

#[cfg(not(any(loom, shuttle)))]
pub use self::process::tasks;
#[cfg(not(any(loom, shuttle)))]
pub(crate) use self::process::{add, remove};

#[cfg(any(loom, shuttle))]
mod model {
    use crate::sync::Arc;
    use crate::thread::{Shared, Task};

    pub(crate) fn add(_shared: &Arc<Shared>) {}

    pub(crate) fn remove(_shared: &Arc<Shared>) {}

    /// Under a model checker there is no process.
    pub fn tasks() -> Vec<Task> {
        Vec::new()
    }
}

#[cfg(any(loom, shuttle))]
pub use self::model::tasks;
#[cfg(any(loom, shuttle))]
pub(crate) use self::model::{add, remove};
