//! The calls of the crate that a run is about, and their results as the kernel's numbers.

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use kthread::{
    Builder, CreateError, FreezeError, Kthread, Outcome, ParkError, StopError, run_here,
    set_freezable,
};

use super::body::{Body, Ended, Owned, options};
use super::mini;
use super::run::{Driver, Run};
use super::script::Made;

/// Makes the thread of a run.
pub(crate) fn make(
    builder: &Builder,
    run: &Arc<Run>,
    owned: Owned,
    wake: bool,
) -> Result<Kthread<Ended>, CreateError> {
    let body = Body::new(run, &owned);
    let made = run.script.made;
    if !matches!(run.driver, Driver::Mini(_)) && !matches!(made, Made::InPlace { .. }) {
        let options = options(run, &owned);
        drop(owned);
        return if wake {
            builder.run_iterant(options, body)
        } else {
            builder.create_iterant(options, body)
        };
    }
    let run = Arc::clone(run);
    let plain = move || {
        if made == (Made::InPlace { freezable: true }) {
            // It is a kthread.
            let _ = set_freezable();
        }
        match run.driver {
            Driver::Crate | Driver::CrateByStep => run_here(options(&run, &owned), body),
            Driver::Mini(_) => mini::run(body),
        }
    };
    if wake { builder.run(plain) } else { builder.create(plain) }
}

/// The kernel's number for how a thread ended.
pub(crate) fn stopped(ended: Result<Ended, StopError>) -> Result<i32, String> {
    match ended {
        Ok(Outcome::Stopped(code)) => Ok(code),
        Ok(Outcome::InitFailed(error)) => Ok(error),
        Ok(Outcome::Break(_)) => Err("with a value".to_owned()),
        Err(StopError::NotStarted { .. }) => Ok(-4),
        Err(error) => Err(error.to_string()),
    }
}

pub(crate) fn parked(parked: Result<(), ParkError>) -> Result<i32, String> {
    match parked {
        Ok(()) => Ok(0),
        Err(ParkError::Busy { .. }) => Ok(-16),
        Err(ParkError::Exited { .. }) => Ok(-38),
        Err(error) => Err(error.to_string()),
    }
}

/// How long everything stays frozen.
const SUSPENDED: Duration = Duration::from_millis(20);

/// Freezes everything for a moment: here, all that is in the run's domain.
pub(crate) fn suspend(run: &Run) -> Result<i32, String> {
    // Less than who waits for it does.
    let frozen = run.freezer.freeze_all(run.limit / 2);
    if frozen.is_ok() {
        thread::sleep(SUSPENDED);
        run.freezer.thaw_all();
    }
    match frozen {
        Ok(()) => Ok(0),
        Err(FreezeError::Refused { .. }) => Ok(-16),
        Err(error) => Err(error.to_string()),
    }
}
