//! Calls that make, stop and wake a thread.

/// What a creating call makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Makes {
    /// A kthread, which can be stopped with kthread_stop().
    Kthread,
    /// A thread that is no kthread of the kthread API.
    Task,
    /// A percpu hotplug thread; the argument is a structure with a `thread_fn`.
    Percpu,
    /// A kthread_worker; there is no thread function.
    Worker,
}

/// A primitive that creates a thread.
#[derive(Debug, Clone, Copy)]
pub struct Creator {
    /// Its name.
    pub name: &'static str,
    /// The argument that is the thread function (or the structure that names it).
    pub function: usize,
    /// What it makes.
    pub makes: Makes,
}

const fn creator(name: &'static str, function: usize, makes: Makes) -> Creator {
    Creator { name, function, makes }
}

/// Every primitive. A tree's own definitions of these are not looked into.
pub const CREATORS: &[Creator] = &[
    creator("kthread_run", 0, Makes::Kthread),
    creator("kthread_create", 0, Makes::Kthread),
    creator("kthread_create_on_node", 0, Makes::Kthread),
    creator("kthread_create_on_cpu", 0, Makes::Kthread),
    creator("kthread_run_on_cpu", 0, Makes::Kthread),
    creator("kernel_thread", 0, Makes::Task),
    creator("user_mode_thread", 0, Makes::Task),
    creator("create_io_thread", 0, Makes::Task),
    creator("vhost_task_create", 0, Makes::Task),
    creator("smpboot_register_percpu_thread", 0, Makes::Percpu),
    creator("smpboot_register_percpu_thread_cpumask", 0, Makes::Percpu),
    creator("kthread_create_worker", 0, Makes::Worker),
    creator("kthread_create_worker_on_cpu", 0, Makes::Worker),
    creator("kthread_create_worker_on_node", 0, Makes::Worker),
    creator("kthread_run_worker", 0, Makes::Worker),
    creator("kthread_run_worker_on_cpu", 0, Makes::Worker),
];

/// Field of the structure that [`Makes::Percpu`] takes.
pub const PERCPU_FIELD: &str = "thread_fn";

/// Forwarders of the kernel itself whose arguments stayed the same, for inputs in which their
/// definition does not lie: name and argument.
pub const KNOWN_FORWARDERS: &[(&str, usize)] =
    &[("torture_create_kthread", 0), ("svc_create", 2), ("rsi_create_kthread", 2)];

/// Registrations of a body that a thread of the kernel calls, for inputs in which their definition
/// does not lie: name and argument.
pub const KNOWN_REGISTRATIONS: &[(&str, usize)] = &[
    ("md_register_thread", 0),
    ("mt76_worker_setup", 2),
    ("vb2_thread_start", 1),
    ("kvm_vm_create_worker_thread", 1),
];

/// The creator of this name.
pub fn find(name: &[u8]) -> Option<&'static Creator> {
    CREATORS.iter().find(|creator| creator.name.as_bytes() == name)
}

/// Calls that stop the thread of their first argument and wait for its end.
pub const STOPPERS: &[&str] = &["kthread_stop", "kthread_stop_put"];

/// The call by which another file most often wakes a thread.
pub const TASK_WAKER: &str = "wake_up_process";

/// Calls that wake the task of their first argument.
pub const WAKERS: &[&str] = &["wake_up_process", "wake_up_state", "kthread_unpark"];

/// Whether a name is of the kthread API itself: who calls it from inside the API is no news.
pub fn is_api(name: &[u8]) -> bool {
    name.starts_with(b"kthread_") || name.starts_with(b"__kthread_")
}

/// Byte strings of which a file holds one if it creates or stops a thread.
pub const TRIGGERS: &[&str] = &[
    "kthread_",
    "torture_create_kthread",
    "rsi_create_kthread",
    "kernel_thread",
    "user_mode_thread",
    "create_io_thread",
    "vhost_task_create",
    "smpboot_register_percpu_thread",
    "svc_create",
    "md_register_thread",
    "mt76_worker_setup",
    "vb2_thread_start",
    "kvm_vm_create_worker_thread",
];

/// Calls that wake whoever waits on their first argument.
pub const QUEUE_WAKERS: &[&str] = &[
    "wake_up",
    "wake_up_all",
    "wake_up_nr",
    "wake_up_sync",
    "wake_up_interruptible",
    "wake_up_interruptible_all",
    "wake_up_interruptible_nr",
    "wake_up_interruptible_sync",
    "wake_up_interruptible_poll",
    "wake_up_poll",
    "wake_up_locked",
    "wake_up_all_locked",
    "swake_up_one",
    "swake_up_all",
    "complete",
    "complete_all",
    "up",
    "rcuwait_wake_up",
];
