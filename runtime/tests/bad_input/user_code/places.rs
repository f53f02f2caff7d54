//! The places where user code runs in a thread that has not ended.

use std::sync::Arc;
use std::time::Duration;

use kthread::{
    Action, Builder, CreateError, Cx, Iterant, Options, Signal, Step, WaitError, WaitQueue, drive,
    from_fn,
};

use super::stage::{Actor, Bomb, Stage};

type Make = fn(&Builder, &Arc<Stage>) -> Result<Box<dyn Actor>, CreateError>;

pub(crate) const PLACES: [(&str, Make); 21] = [
    ("a body", |builder, stage| body(builder, stage, |stage| stage.panics())),
    ("a step of drive()", |builder, stage| {
        body(builder, stage, |stage| {
            let _: kthread::Exit = drive(Options::new(), |_| stage.panics());
        })
    }),
    ("an init", |builder, stage| iterant(builder, Part::Init(Arc::clone(stage)))),
    ("an iteration", |builder, stage| iterant(builder, Part::Iterate(Arc::clone(stage)))),
    ("a destroy", |builder, stage| iterant(builder, Part::Destroy(Arc::clone(stage)))),
    ("the drop of an iterant", |builder, stage| {
        iterant(builder, Part::Drop(Bomb(Arc::clone(stage))))
    }),
    ("the drop of what a body holds", |builder, stage| {
        let bomb = Bomb(Arc::clone(stage));
        body(builder, stage, move |_| drop(bomb))
    }),
    ("the drop of what a body ignores", |builder, stage| {
        let bomb = Bomb(Arc::clone(stage));
        body(builder, stage, move |_| {
            let _ = &bomb;
        })
    }),
    ("the condition of wait()", |builder, stage| {
        waits(builder, stage, |queue, condition| queue.wait(condition))
    }),
    ("the condition of wait_interruptible()", |builder, stage| {
        waits(builder, stage, |queue, condition| queue.wait_interruptible(condition))
    }),
    ("the condition of wait_freezable()", |builder, stage| {
        waits(builder, stage, |queue, condition| queue.wait_freezable(condition))
    }),
    ("the condition of wait_timeout()", |builder, stage| {
        waits(builder, stage, |queue, condition| queue.wait_timeout(DAY, condition))
    }),
    ("the condition of wait_interruptible_timeout()", |builder, stage| {
        waits(builder, stage, |queue, condition| queue.wait_interruptible_timeout(DAY, condition))
    }),
    ("the condition of wait_freezable_timeout()", |builder, stage| {
        waits(builder, stage, |queue, condition| queue.wait_freezable_timeout(DAY, condition))
    }),
    ("a handler", |builder, stage| {
        let stage = Arc::clone(stage);
        handled(builder, Action::handler(move |_| stage.panics()), |cx| {
            cx.raise(Signal::HUP);
            Step::Continue
        })
    }),
    ("the drop of a handler, at the end", |builder, stage| {
        handled(builder, dropped(stage), |_| Step::Break(()))
    }),
    ("the drop of a handler that is replaced", |builder, stage| {
        handled(builder, dropped(stage), |cx| {
            cx.sigaction(Signal::HUP, Action::Default);
            Step::Continue
        })
    }),
    ("the drop of a handler that replaced itself", |builder, stage| {
        let bomb = Bomb(Arc::clone(stage));
        let handler = Action::handler(move |signal| {
            let _ = &bomb;
            let me = kthread::current().expect("a kthread");
            me.sigaction(signal, Action::Default);
        });
        handled(builder, handler, |cx| {
            cx.raise(Signal::HUP);
            Step::Continue
        })
    }),
    ("the drop of a handler that is disallowed", |builder, stage| {
        handled(builder, dropped(stage), |cx| {
            cx.disallow(Signal::HUP);
            Step::Continue
        })
    }),
    ("the drop of a handler, after a failed init", |builder, stage| {
        let it = Part::Fails;
        let options = Options::new().signal(Signal::HUP, dropped(stage));
        Ok(Box::new(builder.create_iterant(options, it)?))
    }),
    ("a handler inside of another loop", |builder, stage| {
        let inner = Arc::clone(stage);
        body(builder, stage, move |_| {
            let options = || {
                Options::new().signal(
                    Signal::HUP,
                    Action::handler({
                        let inner = Arc::clone(&inner);
                        move |_| inner.panics()
                    }),
                )
            };
            let _: kthread::Exit = drive(options(), |_| {
                let _: kthread::Exit = drive(options(), |cx| {
                    cx.raise(Signal::HUP);
                    Step::Continue
                });
                Step::Break(())
            });
        })
    }),
];

const DAY: Duration = Duration::from_secs(86400);

/// A thread with a body, which takes part in freezes.
fn body(
    builder: &Builder,
    stage: &Arc<Stage>,
    body: impl FnOnce(&Stage) + Send + 'static,
) -> Result<Box<dyn Actor>, CreateError> {
    let stage = Arc::clone(stage);
    let thread = builder.create(move || {
        kthread::set_freezable().expect("a kthread");
        body(&stage);
    })?;
    Ok(Box::new(thread))
}

/// A thread that waits in a queue.
fn waits(
    builder: &Builder,
    stage: &Arc<Stage>,
    wait: fn(&WaitQueue, &mut dyn FnMut() -> bool) -> Result<(), WaitError>,
) -> Result<Box<dyn Actor>, CreateError> {
    body(builder, stage, move |stage| {
        let _ = wait(&WaitQueue::new(), &mut || stage.panics());
    })
}

/// A handler that does nothing, but panics as it goes.
fn dropped(stage: &Arc<Stage>) -> Action {
    let bomb = Bomb(Arc::clone(stage));
    Action::handler(move |_| {
        let _ = &bomb;
    })
}

/// An iterant with an action for `SIGHUP`.
fn handled(
    builder: &Builder,
    action: Action,
    iterate: impl FnMut(&mut Cx) -> Step + Send + 'static,
) -> Result<Box<dyn Actor>, CreateError> {
    let options = Options::new().signal(Signal::HUP, action);
    Ok(Box::new(builder.create_iterant(options, from_fn(iterate))?))
}

/// An iterant one part of which panics.
enum Part {
    Init(Arc<Stage>),
    Iterate(Arc<Stage>),
    Destroy(Arc<Stage>),
    Drop(#[allow(dead_code, reason = "it is there to be dropped")] Bomb),
    Fails,
}

impl Iterant for Part {
    type Output = ();
    type Error = ();

    fn init(&mut self, _cx: &mut Cx) -> Result<(), ()> {
        match self {
            Self::Init(stage) => stage.panics(),
            Self::Fails => Err(()),
            _ => Ok(()),
        }
    }

    fn iterate(&mut self, _cx: &mut Cx) -> Step {
        match self {
            Self::Iterate(stage) => stage.panics(),
            _ => Step::Break(()),
        }
    }

    fn destroy(&mut self, _cx: &mut Cx) {
        if let Self::Destroy(stage) = self {
            stage.panics();
        }
    }
}

fn iterant(builder: &Builder, part: Part) -> Result<Box<dyn Actor>, CreateError> {
    Ok(Box::new(builder.create_iterant(Options::new(), part)?))
}
