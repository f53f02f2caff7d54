//! What the threads do.

use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use kthread::{
    Action, Builder, Checkpoints, CreateError, Current, Cx, Iterant, Kthread, Options, Signal,
    Step, Task, TaskState, drive, run_here,
};

use crate::given::Given;
use crate::probe::{Form, Kind, Probe};
use crate::rng::Rng;
use crate::subject::{Actor, Subject};
use crate::world::World;

/// A thread's data, and its turns.
pub(crate) struct Life {
    world: Arc<World>,
    probe: Arc<Probe>,
    rng: Rng,
    #[allow(dead_code, reason = "it is there to be dropped")]
    given: Given,
}

impl Life {
    /// One turn: what the thread's function does.
    fn turn(&mut self, me: &Current) -> Step {
        let runs = self.probe.runs();
        if !self.probe.kind.stop && (me.should_stop() || self.world.over.load(Ordering::Relaxed)) {
            return Step::Break(());
        }
        let choice = if self.probe.kind.calm { usize::MAX } else { self.rng.below(120) };
        match choice {
            0 => {
                self.world.did("parked itself");
                let _ = me.task().park();
            }
            1 => {
                me.raise(Signal::HUP);
            }
            2 if self.rng.one_in(6) => {
                self.world.did("stopped itself");
                me.stop_current(1);
            }
            3 if self.rng.one_in(6) => {
                panic!("as it may");
            }
            4 => me.block(Signal::USR1),
            5 => me.unblock(Signal::USR1),
            6 => me.set_state(TaskState::Interruptible),
            7 => me.flush_signals(),
            8..=12 => {
                drop(runs);
                self.wait(me);
                return Step::Continue;
            }
            13..=30 => std::thread::sleep(Duration::from_micros(self.rng.next() % 300)),
            _ => {}
        }
        match self.rng.below(8) {
            0 => Step::Sleep,
            1..=5 => Step::SleepTimeout(Duration::from_micros(self.rng.next() % 3000)),
            _ => Step::Continue,
        }
    }

    /// Waits in the queue, in which it may freeze. Only its condition is the user's code.
    fn wait(&mut self, me: &Current) {
        self.world.did("waited");
        let (probe, rng) = (&self.probe, &mut self.rng);
        let limit = Duration::from_micros(rng.next() % 3000);
        let condition = || {
            let _runs = probe.runs();
            rng.one_in(3)
        };
        probe.waits(true);
        let _ = if probe.kind.freeze {
            self.world.queue.wait_freezable_timeout(limit, condition)
        } else {
            self.world.queue.wait_timeout(limit, condition)
        };
        let _runs = probe.runs();
        probe.waits(false);
        assert_eq!(me.state(), TaskState::Running, "after a wait");
    }

    /// A loop without the driver.
    fn own_loop(mut self) {
        let me = kthread::current().expect("a kthread");
        me.set_freezable();
        while !me.should_stop() {
            let step = self.turn(&me);
            me.park_me();
            me.try_to_freeze();
            match step {
                Step::Sleep => me.sleep(),
                Step::SleepTimeout(limit) => _ = me.sleep_timeout(limit),
                _ => {}
            }
        }
    }
}

impl Iterant for Life {
    type Output = ();
    type Error = ();

    fn init(&mut self, _cx: &mut Cx) -> Result<(), ()> {
        if !self.probe.kind.calm && self.rng.one_in(20) { Err(()) } else { Ok(()) }
    }

    fn iterate(&mut self, cx: &mut Cx) -> Step {
        self.turn(cx)
    }
}

/// The options of a loop in the driver.
fn options(world: &Arc<World>, probe: &Arc<Probe>) -> Options {
    let kind = &probe.kind;
    let mut checkpoints = Checkpoints::NONE;
    for (has, checkpoint) in [
        (kind.stop, Checkpoints::STOP),
        (kind.freeze, Checkpoints::FREEZE),
        (kind.park, Checkpoints::PARK),
        (kind.signal, Checkpoints::SIGNAL),
    ] {
        if has {
            checkpoints |= checkpoint;
        }
    }
    let mut options = Options::new().checkpoints(checkpoints);
    if kind.test_first {
        options = options.test_first();
    }
    if kind.wait_stop {
        options = options.wait_stop();
    }
    if kind.signal {
        for signal in [Signal::HUP, Signal::USR1] {
            let (world, probe, given) = (Arc::clone(world), Arc::clone(probe), probe.count.give());
            options = options.signal(
                signal,
                Action::handler(move |_| {
                    let _runs = probe.runs();
                    let _ = &given;
                    world.did("handled");
                }),
            );
        }
        options = options.signal(Signal::KILL, Action::Default);
        options = options.signal(Signal::TSTP, Action::Default);
    }
    options
}

/// Makes a thread.
pub(crate) fn create(
    world: &Arc<World>,
    rng: &mut Rng,
    kind: Kind,
    domain: usize,
) -> Result<Subject, CreateError> {
    let name = world.next_name();
    let mut builder = Builder::new(&name).freezer(&world.domains[domain].0);
    if rng.one_in(3) {
        builder = builder.nice(5);
    }
    let probe = Arc::new(Probe::new(name, kind, domain, world.count()));
    let life = Life {
        world: Arc::clone(world),
        probe: Arc::clone(&probe),
        rng: Rng::new(rng.next()),
        given: probe.count.give(),
    };
    let result = probe.count.give();
    let options = options(world, &probe);
    let freeze = probe.kind.freeze;
    let (task, actor) = match probe.kind.form {
        Form::Iterant => {
            drop(result);
            boxed(builder.create_iterant(options, life)?)
        }
        Form::RunHere => boxed(builder.create(move || {
            freezable(freeze);
            let _ = run_here(options, life);
            result
        })?),
        Form::Drive => boxed(builder.create(move || {
            let mut life = life;
            freezable(freeze);
            let _: kthread::Exit = drive(options, |cx| life.turn(cx));
            result
        })?),
        Form::Loop => boxed(builder.create(move || {
            life.own_loop();
            result
        })?),
    };
    world.did("created");
    Ok(Subject { task, probe, actor: Some(actor), park_right: Mutex::default() })
}

fn freezable(freeze: bool) {
    if freeze {
        kthread::set_freezable().expect("a kthread");
    }
}

fn boxed<T: Send + 'static>(thread: Kthread<T>) -> (Task, Box<dyn Actor>) {
    (thread.task(), Box::new(thread))
}
