//! What the operating system is asked to do for a thread: name, affinity, nice, policy.

use super::Cpus;
use super::policy::Policy;
use crate::error::SetupError;

/// What is applied to a new thread before anybody sees it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Setup {
    pub(crate) cpus: Option<Cpus>,
    pub(crate) nice: Option<i32>,
    pub(crate) policy: Option<Policy>,
}

#[cfg(not(any(loom, shuttle)))]
mod linux {
    use std::ffi::CString;

    use rustix::io::Errno;
    use rustix::process::{Pid, setpriority_process};
    use rustix::thread::{CpuSet, gettid, sched_getaffinity, sched_setaffinity, set_name};

    use super::{Cpus, Policy, Setup, SetupError};
    use crate::thread::name::comm;

    /// The CPUs that the calling thread may use.
    pub(crate) fn usable_cpus() -> Cpus {
        let set = sched_getaffinity(None).unwrap_or_default();
        (0..CpuSet::MAX_CPU).filter(|cpu| set.is_set(*cpu)).collect()
    }

    /// The CPU on which the calling thread runs.
    pub(crate) fn current_cpu() -> usize {
        rustix::thread::sched_getcpu()
    }

    /// Whether a thread that has not ended is the calling one.
    pub(crate) fn is_caller(of: i32) -> bool {
        tid() == of
    }

    pub(crate) fn tid() -> i32 {
        gettid().as_raw_pid()
    }

    /// Sets the calling thread up. What is refused stops it at once; the thread then ends.
    pub(crate) fn apply(setup: &Setup, name: &str) -> Result<(), SetupError> {
        show_name(name);
        if let Some(cpus) = &setup.cpus {
            bind(None, cpus)?;
        }
        if let Some(policy) = setup.policy {
            set_policy(policy)?;
        }
        if let Some(nice) = setup.nice {
            set_nice(nice)?;
        }
        Ok(())
    }

    /// Shows the thread's name in `/proc`; names with NUL were refused before.
    fn show_name(name: &str) {
        // Miri has no name for the kernel's way, and no `/proc`.
        if cfg!(miri) {
            return;
        }
        if let Ok(name) = CString::new(comm(name)) {
            // It can't fail: the address is valid.
            let _ = set_name(&name);
        }
    }

    /// Binds a thread, the calling one if `tid` is `None`. All of the CPUs must be there: the kernel
    /// would silently leave out those that aren't.
    pub(crate) fn bind(tid: Option<i32>, cpus: &Cpus) -> Result<(), SetupError> {
        if cpus.is_empty() {
            return Err(SetupError::NoCpus);
        }
        let tid = tid.and_then(Pid::from_raw);
        let before = sched_getaffinity(tid).map_err(|errno| affinity(cpus, errno))?;
        let mut set = CpuSet::new();
        cpus.iter().filter(|cpu| *cpu < CpuSet::MAX_CPU).for_each(|cpu| set.set(cpu));
        sched_setaffinity(tid, &set).map_err(|errno| affinity(cpus, errno))?;
        let now = sched_getaffinity(tid).map_err(|errno| affinity(cpus, errno))?;
        match cpus.iter().find(|cpu| *cpu >= CpuSet::MAX_CPU || !now.is_set(*cpu)) {
            None => Ok(()),
            Some(cpu) => {
                let _ = sched_setaffinity(tid, &before);
                Err(SetupError::NoSuchCpu { cpu })
            }
        }
    }

    fn affinity(cpus: &Cpus, errno: Errno) -> SetupError {
        match (errno, cpus.iter().next()) {
            // None of them is there.
            (Errno::INVAL, Some(cpu)) => SetupError::NoSuchCpu { cpu },
            _ => SetupError::Affinity { cpus: cpus.clone(), source: errno.into() },
        }
    }

    fn set_nice(nice: i32) -> Result<(), SetupError> {
        if !(-20..=19).contains(&nice) {
            return Err(SetupError::NiceOutOfRange { nice });
        }
        // Of the thread, not of the process: Linux takes a thread's id here, and 0 for the caller's.
        setpriority_process(None, nice)
            .map_err(|errno| SetupError::Nice { nice, source: errno.into() })
    }

    fn set_policy(policy: Policy) -> Result<(), SetupError> {
        if let Policy::Fifo(priority) | Policy::RoundRobin(priority) = policy
            && !(1..=99).contains(&priority)
        {
            return Err(SetupError::PriorityOutOfRange { priority });
        }
        let (number, priority) = match policy {
            Policy::Normal => (libc::SCHED_OTHER, 0),
            Policy::Batch => (libc::SCHED_BATCH, 0),
            Policy::Idle => (libc::SCHED_IDLE, 0),
            Policy::Fifo(priority) => (libc::SCHED_FIFO, priority),
            Policy::RoundRobin(priority) => (libc::SCHED_RR, priority),
        };
        let param = libc::sched_param { sched_priority: i32::from(priority) };
        // SAFETY: `param` is valid for reads during the call, which keeps no pointer; 0 is the caller.
        let failed = unsafe { libc::sched_setscheduler(0, number, &raw const param) } != 0;
        if failed {
            return Err(SetupError::Policy { policy, source: std::io::Error::last_os_error() });
        }
        Ok(())
    }
}

#[cfg(not(any(loom, shuttle)))]
pub(crate) use self::linux::{apply, bind, current_cpu, is_caller, tid, usable_cpus};

#[cfg(any(loom, shuttle))]
mod model {
    use super::{Cpus, Setup, SetupError};

    /// A machine without any but the first CPUs.
    const CPUS: usize = 4;

    pub(crate) fn usable_cpus() -> Cpus {
        (0..CPUS).collect()
    }

    pub(crate) fn current_cpu() -> usize {
        0
    }

    /// All threads of a model are one to the system.
    pub(crate) fn is_caller(_of: i32) -> bool {
        false
    }

    pub(crate) fn tid() -> i32 {
        1
    }

    pub(crate) fn apply(setup: &Setup, _name: &str) -> Result<(), SetupError> {
        setup.cpus.as_ref().map_or(Ok(()), |cpus| bind(None, cpus))
    }

    pub(crate) fn bind(_tid: Option<i32>, cpus: &Cpus) -> Result<(), SetupError> {
        match cpus.iter().find(|cpu| *cpu >= CPUS) {
            None => Ok(()),
            Some(cpu) => Err(SetupError::NoSuchCpu { cpu }),
        }
    }
}

#[cfg(any(loom, shuttle))]
pub(crate) use self::model::{apply, bind, current_cpu, is_caller, tid, usable_cpus};
