//! A driver of its own, on the public calls alone: the control of the traces and of their runner.
//!
//! As it is, it passes all traces but a few. With a fault it must not: each fault is found by the traces
//! that `faults.rs` names. It is what a loop written by hand comes to.

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use kthread::{Action, Checkpoints, Current, Outcome, Signal, Step, TaskState, current};

use super::body::{Body, Ended, handler};
use super::faults::Fault;
use super::run::Run;
use super::script::Made;

/// Runs the body in the calling thread.
pub(crate) fn run(body: Body) -> Ended {
    match current() {
        Ok(me) => Mini { run: Arc::clone(&body.run), me, body }.run(),
        Err(_) => Outcome::InitFailed(-1),
    }
}

struct Mini {
    run: Arc<Run>,
    me: Current,
    body: Body,
}

#[derive(Clone, Copy)]
enum Checkpoint {
    Signal,
    Freeze,
    Park,
}

impl Mini {
    fn has(&self, fault: Fault) -> bool {
        self.run.has(fault)
    }

    fn asks_for(&self, checkpoint: Checkpoints) -> bool {
        self.run.script.mask.contains(checkpoint)
    }

    fn run(mut self) -> Ended {
        let created = !matches!(self.run.script.made, Made::InPlace { .. });
        if created && self.asks_for(Checkpoints::FREEZE) || self.has(Fault::MakesFreezable) {
            self.me.set_freezable();
            if self.me.task().is_stopping() && !self.has(Fault::RunsThoughStopped) {
                return Outcome::InitFailed(-4);
            }
        }
        for (signal, _) in &self.run.script.signals {
            self.me.sigaction(*signal, Action::Default);
        }
        let ended = match self.body.begin(&self.me) {
            Ok(()) => {
                self.turns();
                self.body.end(&self.me);
                Outcome::Stopped(if self.has(Fault::LosesResult) { 0 } else { self.me.code() })
            }
            Err(error) => {
                if self.has(Fault::CallsFuncAfterError) {
                    self.turns();
                }
                if self.has(Fault::DestroysAfterError) {
                    self.body.end(&self.me);
                }
                Outcome::InitFailed(error)
            }
        };
        if self.run.script.wait_stop && !self.has(Fault::DoesNotWait) {
            self.wait_to_stop();
        }
        if self.has(Fault::LeavesDataBehind) {
            let owned = Arc::clone(&self.body.owned);
            thread::spawn(move || {
                thread::sleep(Duration::from_millis(500));
                drop(owned);
            });
        }
        ended
    }

    /// Rules 3 to 8.
    fn turns(&mut self) {
        let mut test_stop = self.run.script.test_first && !self.has(Fault::NeverTestsStopFirst)
            || self.has(Fault::TestsStopFirst);
        let stop_first = self.has(Fault::TestsStopBeforePark);
        while !self.run.ended() {
            if stop_first && test_stop && self.should_stop() {
                return;
            }
            self.checkpoints();
            // A stop has ended the freeze, not a thaw: nothing runs any more.
            let frozen = self.asks_for(Checkpoints::FREEZE | Checkpoints::STOP)
                && self.run.freezing(&self.me)
                && !self.has(Fault::RunsFrozen);
            let looks = test_stop && !stop_first || frozen;
            if self.run.ended() || looks && self.should_stop() {
                return;
            }
            if self.has(Fault::SetsRunning) {
                self.me.set_state(TaskState::Running);
            }
            let step = self.body.func(&self.me);
            self.pause(&step);
            if self.has(Fault::ParksAfterFunc) {
                self.me.park_me();
            }
            test_stop = true;
        }
        if self.has(Fault::PassesCheckpointsAfterEnd) {
            self.checkpoints();
        }
        if self.has(Fault::GoesOnAfterEnd) {
            let _ = self.body.func(&self.me);
        }
    }

    fn should_stop(&self) -> bool {
        let tests = self.asks_for(Checkpoints::STOP) || self.has(Fault::AlwaysTestsStop);
        self.run.ended() || tests && self.me.task().is_stopping()
    }

    fn checkpoints(&mut self) {
        use Checkpoint::{Freeze, Park, Signal};
        let order = if self.has(Fault::ParksBeforeFreezing) {
            [Signal, Park, Freeze]
        } else if self.has(Fault::ParksBeforeSignals) {
            [Park, Signal, Freeze]
        } else {
            [Signal, Freeze, Park]
        };
        for checkpoint in order {
            match checkpoint {
                Signal if self.asks_for(Checkpoints::SIGNAL) => self.signals(),
                Signal if self.has(Fault::TakesSignalsUnasked) => self.signals(),
                Freeze if self.asks_for(Checkpoints::FREEZE) => self.freeze(),
                Park if self.asks_for(Checkpoints::PARK) && !self.has(Fault::ParksAfterFunc) => {
                    self.me.park_me();
                }
                Signal | Freeze | Park => {}
            }
        }
    }

    fn freeze(&self) {
        if self.has(Fault::FreezesThoughStopped) {
            while self.run.freezing(&self.me) && !self.run.abandoned() {
                thread::sleep(Duration::from_millis(1));
            }
        } else if !self.has(Fault::NeverFreezes) {
            self.me.try_to_freeze();
        }
    }

    /// Rule 10.
    fn signals(&mut self) {
        while self.me.signal_pending() && !self.has(Fault::TakesNoSignals) {
            let freezes = self.asks_for(Checkpoints::FREEZE) && self.run.freezing(&self.me);
            let stops = self.should_stop() && !self.has(Fault::PassesCheckpointsAfterEnd);
            if stops && !self.has(Fault::TakesSignalsThoughStopped)
                || freezes && !self.has(Fault::TakesSignalsThoughFreezing)
            {
                return;
            }
            let Some(signal) = self.me.dequeue_signal() else { return };
            self.act(signal);
        }
    }

    fn act(&mut self, signal: Signal) {
        if self.run.script.handles(signal) && !self.has(Fault::IgnoresHandlers) {
            handler(&self.run, &self.me, signal);
        } else if signal == Signal::STOP {
            // There is no public call that stops a thread: what shows that one is stopped is left out.
            while self.has(Fault::StopsThoughStopped) && !self.run.abandoned() {
                thread::sleep(Duration::from_millis(1));
            }
        } else if ![Signal::CONT, Signal::CHLD, Signal::URG].contains(&signal)
            || self.has(Fault::IgnoresNothing)
        {
            if !self.has(Fault::KeepsSignals) {
                self.me.flush_signals();
            }
            self.run.end();
        }
    }

    /// Whether the thread has to park or to freeze first.
    fn held_up(&self) -> bool {
        let parks = self.asks_for(Checkpoints::PARK) && self.me.should_park();
        let freezes = self.asks_for(Checkpoints::FREEZE) && self.run.freezing(&self.me);
        parks && !self.has(Fault::SleepsWhenParked) || freezes && !self.has(Fault::NeverFreezes)
    }

    /// The sleep that func asked for; rules 3, 6 and 7.
    fn pause<B>(&mut self, step: &Step<B>) {
        let state = self.body.take_request();
        let limit = match step {
            Step::Sleep => None,
            Step::SleepTimeout(limit) => Some(*limit),
            _ if self.has(Fault::SleepsUnasked) => {
                self.me.set_state(TaskState::Idle);
                None
            }
            _ => return,
        };
        if let Some(state) = state.filter(|_| self.has(Fault::SetsStateLate)) {
            self.me.set_state(state);
        }
        let stops = if self.run.ended() {
            !self.has(Fault::SleepsAfterEnd)
        } else {
            self.should_stop() && !self.has(Fault::SleepsWhenStopped)
        };
        let no_time = limit.is_some_and(|limit| limit.is_zero());
        if stops || self.held_up() || no_time && !self.has(Fault::SleepsForNoTime) {
            if !self.has(Fault::LeavesState) {
                self.me.set_state(TaskState::Running);
            }
            return;
        }
        match limit {
            Some(limit) if !no_time && !self.has(Fault::IgnoresLimit) => {
                self.me.schedule_timeout(limit);
            }
            _ => self.me.schedule(),
        }
    }

    /// Rule 9.
    fn wait_to_stop(&mut self) {
        loop {
            if self.me.signal_pending() && !self.has(Fault::WaitsBusily) {
                self.me.flush_signals();
            }
            if self.asks_for(Checkpoints::FREEZE) {
                self.freeze();
            }
            if self.asks_for(Checkpoints::PARK) && !self.has(Fault::WaitsWithoutParking) {
                self.me.park_me();
            }
            self.me.set_state(TaskState::Interruptible);
            if self.me.task().is_stopping() {
                break;
            }
            if !self.held_up() || self.has(Fault::WaitsWithoutParking) {
                self.me.schedule();
            }
            self.me.set_state(TaskState::Running);
        }
        self.me.set_state(TaskState::Running);
    }
}
