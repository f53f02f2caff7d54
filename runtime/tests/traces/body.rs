//! What the thread does: init, func, destroy and handlers, as the script says.

use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use kthread::{Action, Current, Cx, Iterant, Options, Outcome, Signal, Step, TaskState, current};

use super::faults::Fault;
use super::parse::signal_name;
use super::run::Run;
use super::script::{Actor, BodyStep, Until};

/// The result of a func that has nothing more to do: a run was given up.
const CANCELED: i32 = -125;

/// What the thread owns. All of it is gone when the thread has ended.
pub(crate) type Owned = Arc<()>;

/// How the thread ends; the loop is never broken off with a value.
pub(crate) type Ended = Outcome<Owned, i32>;

/// An iterant that a script was made of.
pub(crate) struct Body {
    pub(crate) run: Arc<Run>,
    pub(crate) owned: Owned,
    /// Of func.
    calls: u64,
    /// The sleep that func has asked for.
    request: Option<(TaskState, Option<Duration>)>,
    /// When func returned.
    left: Instant,
}

impl Body {
    pub(crate) fn new(run: &Arc<Run>, owned: &Owned) -> Self {
        Self {
            run: Arc::clone(run),
            owned: Arc::clone(owned),
            calls: 0,
            request: None,
            left: Instant::now(),
        }
    }

    pub(crate) fn begin(&mut self, me: &Current) -> Result<(), i32> {
        self.run.event("init");
        let run = Arc::clone(&self.run);
        let mut result = None;
        for step in run.script.steps(Actor::Init) {
            if let BodyStep::Return(number) = step {
                result = result.or(Some(*number));
            }
            self.step(me, step);
        }
        result.filter(|number| *number != 0).map_or(Ok(()), Err)
    }

    /// One call of func. The request for sleep is made by the steps, and what it comes to is the result.
    pub(crate) fn func(&mut self, me: &Current) -> Step<Owned> {
        self.calls += 1;
        self.run.event(format_args!("func {}", self.calls));
        let run = Arc::clone(&self.run);
        if run.abandoned() {
            run.end();
            me.stop_current(CANCELED);
            return Step::Continue;
        }
        let of_its_own = Actor::Func(self.calls);
        let by = match run.script.steps(of_its_own).next() {
            Some(_) => of_its_own,
            None => Actor::AnyFunc,
        };
        for step in run.script.steps(by) {
            self.step(me, step);
        }
        self.left = Instant::now();
        match self.request {
            None => Step::Continue,
            Some((_, None)) => Step::Sleep,
            Some((_, Some(limit))) => Step::SleepTimeout(limit),
        }
    }

    /// The state of the sleep that the last call of func asked for; a request counts for one turn.
    pub(crate) fn take_request(&mut self) -> Option<TaskState> {
        self.request.take().map(|(state, _)| state)
    }

    pub(crate) fn end(&mut self, me: &Current) {
        self.run.event("destroy");
        let run = Arc::clone(&self.run);
        for step in run.script.steps(Actor::Destroy) {
            self.step(me, step);
        }
    }

    /// A step of func, or one that others may do as well.
    fn step(&mut self, me: &Current, step: &BodyStep) {
        match step {
            BodyStep::Sleep(state, limit) => {
                if self.run.sets_state() {
                    me.set_state(*state);
                }
                self.request = Some((*state, *limit));
            }
            BodyStep::Cancel if !self.run.has(Fault::IgnoresCancel) => {
                if self.run.sets_state() {
                    me.set_state(TaskState::Running);
                }
                self.request = None;
            }
            BodyStep::Wake => me.task().wake(),
            BodyStep::Elapsed(time) => {
                let not =
                    if self.left.elapsed() < Duration::from_millis(*time) { "not " } else { "" };
                self.run.event(format_args!("{not}elapsed {time}"));
            }
            step => common_step(&self.run, me, step),
        }
    }
}

impl Iterant for Body {
    type Output = Owned;
    type Error = i32;

    fn init(&mut self, cx: &mut Cx) -> Result<(), i32> {
        self.begin(cx)
    }

    fn iterate(&mut self, cx: &mut Cx) -> Step<Owned> {
        let step = self.func(cx);
        self.take_request();
        step
    }

    fn destroy(&mut self, cx: &mut Cx) {
        self.end(cx);
    }
}

/// The mask, the flags and the signals of the script.
pub(crate) fn options(run: &Arc<Run>, owned: &Owned) -> Options {
    let mut options = Options::new();
    for (signal, handled) in &run.script.signals {
        let handler = Handler { run: Arc::clone(run), _owned: Arc::clone(owned) };
        let action = if *handled {
            Action::handler(move |signal| handler.call(signal))
        } else {
            Action::Default
        };
        options = options.signal(*signal, action);
    }
    // Last, as a signal brings its checkpoint with it, which the script may not have.
    options = options.checkpoints(run.script.mask);
    if run.script.test_first {
        options = options.test_first();
    }
    if run.script.wait_stop {
        options = options.wait_stop();
    }
    options
}

/// A handler that the driver calls, with what it owns.
struct Handler {
    run: Arc<Run>,
    _owned: Owned,
}

impl Handler {
    fn call(&self, signal: Signal) {
        if let Ok(me) = current() {
            handler(&self.run, &me, signal);
        }
    }
}

pub(crate) fn handler(run: &Run, me: &Current, signal: Signal) {
    run.event(format_args!("handler {}", signal_name(signal)));
    for step in run.script.steps(Actor::Handler(signal)) {
        common_step(run, me, step);
    }
}

fn common_step(run: &Run, me: &Current, step: &BodyStep) {
    match step {
        BodyStep::StopCurrent(result) => {
            run.end();
            me.stop_current(*result);
        }
        BodyStep::Raise(signal) => {
            me.raise(*signal);
        }
        BodyStep::Set(state) => me.set_state(*state),
        BodyStep::Until(what) => until(run, me, *what),
        BodyStep::Emit(word) => run.event(format_args!("emit {word}")),
        BodyStep::State => run.event(format_args!("state {}", me.state())),
        BodyStep::Pending => run.event(if me.signal_pending() { "pending" } else { "not pending" }),
        BodyStep::Cpu => run.event(format_args!("cpu {}", rustix::thread::sched_getcpu())),
        // The parser lets only init return a result, which it looks for itself, and only func do the others.
        BodyStep::Pass
        | BodyStep::Return(_)
        | BodyStep::Sleep(..)
        | BodyStep::Cancel
        | BodyStep::Wake
        | BodyStep::Elapsed(_) => {}
    }
}

/// Stays, awake, until what it waits for has come.
fn until(run: &Run, me: &Current, what: Until) {
    let begun = Instant::now();
    loop {
        let come = match what {
            // Not `should_stop()`, which an end that the thread itself asked for makes true as well.
            Until::Stop => me.task().is_stopping(),
            Until::Park => me.should_park(),
            Until::Freeze => run.freezing(me),
            Until::Open => run.is_open(),
        };
        if come || run.abandoned() {
            return;
        }
        if begun.elapsed() > run.limit {
            return run.event("timeout");
        }
        thread::sleep(Duration::from_millis(1));
    }
}
