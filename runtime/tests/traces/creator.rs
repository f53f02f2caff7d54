//! What the creator does, and what it sees of the thread. Every wait has a limit.

use std::fmt;
use std::mem;
use std::sync::{Arc, Weak, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use kthread::{Builder, CreateError, Kthread, State, Task};

use super::body::Ended;
use super::faults::Fault;
use super::make::{make, parked, stopped, suspend};
use super::run::{Driver, Run, Verdict};
use super::script::{Condition, CreatorStep, Made, Script, Work};

/// Runs a script to its end, and leaves nothing behind unless something hangs.
pub(crate) fn run_script(script: &Script, driver: Driver, limit: Duration) -> Verdict {
    let run = Arc::new(Run::new(script.clone(), driver, limit));
    let mut creator = Creator::new(Arc::clone(&run));
    match run.script.creator.iter().try_for_each(|step| creator.step(step)) {
        Err(wrong) => run.event(wrong),
        Ok(()) if creator.thread.is_some() || creator.begun.is_some() => run.event("left running"),
        Ok(()) => {}
    }
    run.abandon();
    creator.clean_up();
    run.judge()
}

struct Creator {
    run: Arc<Run>,
    /// Until it was stopped, or joined.
    thread: Option<Arc<Kthread<Ended>>>,
    /// The same, to look at.
    seen: Option<Task>,
    /// What the thread owns.
    owned: Weak<()>,
    begun: Option<Begun>,
}

/// What a helper does.
struct Begun {
    work: Work,
    result: mpsc::Receiver<Result<i32, String>>,
}

/// Why a script ends before its last step.
enum Wrong {
    Timeout,
    /// The script asks for what can't be done now.
    Misplaced,
    NotCreated(CreateError),
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Timeout => f.write_str("timeout"),
            Self::Misplaced => f.write_str("a step that is out of place"),
            Self::NotCreated(error) => write!(f, "not created: {error}"),
        }
    }
}

impl Creator {
    fn new(run: Arc<Run>) -> Self {
        Self { run, thread: None, seen: None, owned: Weak::new(), begun: None }
    }

    fn step(&mut self, step: &CreatorStep) -> Result<(), Wrong> {
        match step {
            CreatorStep::Create { cpu, wake } => return self.create(*cpu, *wake),
            CreatorStep::CreateKilled => return Err(Wrong::Misplaced),
            CreatorStep::Settle(time) => thread::sleep(*time),
            CreatorStep::Do(work) => {
                self.begin(*work)?;
                return self.end(self.run.limit);
            }
            CreatorStep::Begin(work) => return self.begin(*work),
            CreatorStep::End => return self.end(self.run.limit),
            CreatorStep::Join => {
                self.begin(Work::Join)?;
                return self.end(self.run.limit);
            }
            CreatorStep::AwaitEvent(event) => {
                return self.wait(|creator| Ok(creator.run.has_event(event)));
            }
            CreatorStep::AwaitCondition(condition) => {
                return self.wait(|creator| creator.holds(*condition));
            }
            CreatorStep::Check(condition) => {
                let not = if self.holds(*condition)? { "" } else { "not " };
                self.run.event(format_args!("{not}{}", condition.name()));
            }
            CreatorStep::Wake => self.task()?.wake(),
            CreatorStep::Unpark => self.task()?.unpark(),
            CreatorStep::Signal(signal) => {
                self.task()?.signal(*signal);
            }
            CreatorStep::Open => self.task().map(|_| self.run.open())?,
            CreatorStep::Freeze => self.task().map(|_| self.run.freezer.request_freeze())?,
            CreatorStep::Thaw => self.task().map(|_| self.run.freezer.thaw_all())?,
        }
        Ok(())
    }

    fn create(&mut self, cpu: Option<usize>, wake: bool) -> Result<(), Wrong> {
        if self.seen.is_some() {
            return Err(Wrong::Misplaced);
        }
        let owned = Arc::new(());
        self.owned = Arc::downgrade(&owned);
        let run = Arc::clone(&self.run);
        let mut builder =
            Builder::new(format_args!("trace/{}", cpu.unwrap_or(0))).freezer(&run.freezer);
        if let Some(cpu) = cpu {
            builder = builder.cpu(if run.has(Fault::IgnoresCpu) { cpu ^ 1 } else { cpu });
        }
        let unasked = run.has(Fault::RunsUnasked);
        let thread = make(&builder, &run, owned, wake || unasked).map_err(Wrong::NotCreated)?;
        self.seen = Some(thread.task());
        self.thread = Some(Arc::new(thread));
        if unasked {
            self.wait(|creator| Ok(creator.run.has_event("init")))?;
        }
        Ok(())
    }

    /// The thread, if it is there and not yet stopped.
    fn task(&self) -> Result<&Task, Wrong> {
        self.thread.as_deref().map(|thread| &**thread).ok_or(Wrong::Misplaced)
    }

    fn holds(&self, condition: Condition) -> Result<bool, Wrong> {
        let task = self.seen.as_ref().ok_or(Wrong::Misplaced)?;
        Ok(match condition {
            Condition::Asleep => task.state() == State::Sleeping,
            Condition::Frozen => task.state() == State::Frozen,
            Condition::Parked => task.state() == State::Parked,
            Condition::Stopped => task.state() == State::Stopped,
            Condition::Ended => task.state() == State::Exited,
            Condition::Freezable => task.is_freezable(),
            // What needs these is left out.
            Condition::Held | Condition::Free => return Err(Wrong::Misplaced),
        })
    }

    fn wait(&self, come: impl Fn(&Self) -> Result<bool, Wrong>) -> Result<(), Wrong> {
        let begun = Instant::now();
        while !come(self)? {
            if begun.elapsed() > self.run.limit {
                return Err(Wrong::Timeout);
            }
            thread::sleep(Duration::from_micros(500));
        }
        Ok(())
    }

    /// Lets a helper do what may block for ever.
    fn begin(&mut self, work: Work) -> Result<(), Wrong> {
        let thread = self.thread.clone().ok_or(Wrong::Misplaced)?;
        let nobody_stops_it = self.run.script.made == Made::CreatedDone;
        let fits = match work {
            Work::Join => nobody_stops_it,
            Work::Stop => !nobody_stops_it || self.run.abandoned(),
            Work::Park | Work::Suspend => true,
        };
        if !fits || self.begun.is_some() {
            return Err(Wrong::Misplaced);
        }
        let run = Arc::clone(&self.run);
        let (tell, result) = mpsc::channel();
        thread::spawn(move || {
            let result = match work {
                Work::Stop => stopped(thread.stop()),
                Work::Join => stopped(thread.join()),
                Work::Park => parked(thread.park()),
                Work::Suspend => suspend(&run),
            };
            // So that the creator has the last one.
            drop(thread);
            // Who does not listen any more has given up.
            let _ = tell.send(result);
        });
        self.begun = Some(Begun { work, result });
        Ok(())
    }

    fn end(&mut self, limit: Duration) -> Result<(), Wrong> {
        let begun = self.begun.as_ref().ok_or(Wrong::Misplaced)?;
        let work = begun.work;
        let result = begun.result.recv_timeout(limit).map_err(|_| Wrong::Timeout)?;
        self.begun = None;
        match (work, result) {
            (Work::Join, Ok(_)) => self.run.event("join"),
            (_, Ok(number)) => self.run.event(format_args!("{} {number}", work.name())),
            (_, Err(error)) => self.run.event(format_args!("{} {error}", work.name())),
        }
        if matches!(work, Work::Stop | Work::Join) {
            self.thread = None;
            // The end that both wait for is the crate's own doing, and no last act of the body: nothing of
            // the body is in use any more.
            self.expect_all_gone();
        }
        Ok(())
    }

    fn expect_all_gone(&self) {
        if self.owned.strong_count() != 0 {
            self.run.event("still in use");
        }
    }

    /// Ends a thread that a script has left, because it went wrong or forgot to stop it.
    fn clean_up(&mut self) {
        if self.begun.is_some() {
            self.end_by_all_means();
        }
        if self.begin(Work::Stop).is_ok() {
            self.end_by_all_means();
        }
        // Dropping it would wait for ever.
        if self.begun.is_some() {
            mem::forget(self.thread.take());
        }
    }

    /// Waits for what was begun. A driver with a fault may need to be woken for it, again and again.
    fn end_by_all_means(&mut self) {
        let begun = Instant::now();
        while self.begun.is_some() && begun.elapsed() < self.run.limit {
            self.run.freezer.thaw_all();
            if let Ok(task) = self.task() {
                task.request_stop();
                task.wake();
            }
            // Too early is no fault here.
            let _ = self.end(Duration::from_millis(5));
        }
    }
}
