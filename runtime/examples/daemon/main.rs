//! A daemon of three iterants, which stops cleanly on `SIGTERM` and freezes on `SIGTSTP`.
//!
//! ```sh
//! cargo run -p kthread --example daemon &
//! kill -TSTP %1     # all three freeze at their next checkpoint
//! kill -CONT %1     # and go on
//! kill -HUP %1      # the keeper rereads its settings
//! kill %1           # all three end, with what they have begun
//! ```

#![allow(clippy::disallowed_types, clippy::disallowed_methods, reason = "the crate's own rule")]

mod iterants;

use std::error::Error;
use std::io::Write;
use std::sync::Arc;
use std::time::Duration;

use kthread::signal::{Bridge, Event};
use kthread::{Action, Builder, Checkpoints, Options, Outcome, Signal, StopError};

use self::iterants::{Intake, Keeper, Shared, Worker};

fn main() -> Result<(), Box<dyn Error>> {
    // First of all: from now on no signal ends the process in the middle of something.
    let bridge = Bridge::new().report(report).install()?;
    let (shared, up) = Shared::new();

    let intake = Builder::new("daemon/intake").run_iterant(Options::new(), Intake::new(&shared))?;
    let worker = Builder::new("daemon/worker").run_iterant(
        Options::new().checkpoints(Checkpoints::DEFAULT | Checkpoints::PARK),
        Worker::new(&shared),
    )?;
    let settings = Arc::clone(&shared);
    let keeper = Builder::new("daemon/keeper").nice(10).run_iterant(
        Options::new().signal(Signal::HUP, Action::handler(move |_| settings.reread())),
        Keeper::new(&shared),
    )?;
    // One that is stopped before it begins never says that it is up.
    let mut begun = 0;
    while begun < 3 && !bridge.is_stopping() {
        begun += up.recv_timeout(Duration::from_millis(10)).iter().count();
    }
    say(&format!("ready, as process {}", std::process::id()));

    // Everything that follows is the way out. The signal has asked all of them to stop, at once: so the
    // intake may have taken in a job after the worker had done its last.
    bridge.wait_for_stop();
    ended("intake", intake.stop());
    ended("worker", worker.stop());
    ended("keeper", keeper.stop());
    shared.work_off();
    say(&shared.balance()?);
    say("stopped cleanly");
    Ok(())
}

/// What the bridge did. It is called in the bridge's thread.
fn report(event: &Event) {
    say(&match event {
        Event::Stopping(threads) => format!("stopping {threads} threads"),
        Event::Frozen(Ok(())) => "frozen".to_owned(),
        Event::Frozen(Err(error)) => format!("not frozen: {error}"),
        Event::Thawed => "thawed".to_owned(),
        Event::Forwarded(signal, threads) => format!("{signal} for {threads} threads"),
        other => format!("{other:?}"),
    });
}

fn ended(name: &str, outcome: Result<Outcome, StopError>) {
    match outcome {
        Ok(_) => say(&format!("{name} ended")),
        // Signals may come at any time, also before a thread has begun.
        Err(error) => say(&format!("{name}: {error}")),
    }
}

/// Says it on the standard output. That nobody listens any more is no reason to end.
fn say(what: &str) {
    let mut stdout = std::io::stdout().lock();
    let _ = writeln!(stdout, "daemon: {what}").and_then(|()| stdout.flush());
}
