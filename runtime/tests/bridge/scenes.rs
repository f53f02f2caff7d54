//! What the children play.

use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use kthread::signal::{Bridge, Does, Event};
use kthread::{
    Action, Builder, Checkpoints, Freezer, Kthread, Options, Outcome, Signal, State, Step, from_fn,
};
use rustix::process::{Resource, Rlimit, setrlimit};

use crate::until::{LIMIT, until};

/// The scene, for a child.
pub(crate) const CHILD: &str = "KTHREAD_TEST_SCENE";

/// Not through what the test harness captures, and at once.
fn say(line: &str) {
    let mut stdout = std::io::stdout().lock();
    let _ = writeln!(stdout, "{line}").and_then(|()| stdout.flush());
}

/// Waits for the parent.
fn wait() {
    let _ = std::io::stdin().read_line(&mut String::new());
}

#[test]
fn child() {
    match std::env::var(CHILD).as_deref() {
        Ok("daemon") => daemon(),
        Ok("stubborn") => stubborn(),
        Ok("own map") => own_map(),
        Ok("gone") => gone(),
        Ok("panics") => panics(),
        Ok("two") => two(),
        Ok("forbidden") => refused(Signal::KILL),
        Ok("no descriptors") => {
            // All that there are: the harness has three, and perhaps some more.
            while std::fs::File::open("/dev/null").map(std::mem::forget).is_ok() {}
            refused(Signal::WINCH);
        }
        Ok("no threads") => {
            // No memory for another stack.
            let limit = Rlimit { current: Some(1 << 20), maximum: Some(1 << 20) };
            setrlimit(Resource::As, limit).expect("a lower limit");
            refused(Signal::WINCH);
        }
        Ok(other) => panic!("no scene {other}"),
        // The parent's own run of all tests.
        Err(_) => {}
    }
}

/// Counts the turns of all threads.
type Turns = Arc<AtomicUsize>;

/// A thread that says its turns, and takes this signal.
fn says(name: &'static str, takes: Option<Signal>, freezer: &Freezer) -> (Kthread<Outcome>, Turns) {
    let turns = Turns::default();
    let counts = Arc::clone(&turns);
    let it = from_fn(move |_| {
        if counts.fetch_add(1, Ordering::SeqCst).is_multiple_of(16) {
            say("turn");
        }
        Step::<()>::SleepTimeout(Duration::from_millis(1))
    });
    let mut options = Options::new();
    if let Some(signal) = takes {
        let handler = Action::handler(move |taken| say(&format!("{name} takes {taken}")));
        options = options.signal(signal, handler);
    }
    let thread = Builder::new(name).freezer(freezer).run_iterant(options, it).expect("a thread");
    until("a turn", || turns.load(Ordering::SeqCst) > 0);
    (thread, turns)
}

/// Says the events, where the threads are, and whether they go on after a thaw.
fn reports(threads: &[(Kthread<Outcome>, Turns)]) -> impl Fn(&Event) + Send + 'static {
    let threads: Vec<_> =
        threads.iter().map(|(thread, turns)| (thread.task(), Arc::clone(turns))).collect();
    move |event| {
        say(&format!("event: {event:?}"));
        match event {
            Event::Frozen(Ok(())) => {
                let states: Vec<_> = threads
                    .iter()
                    .map(|(task, _)| match task.state() {
                        State::Running => State::Sleeping,
                        state => state,
                    })
                    .collect();
                say(&format!("states: {states:?}"));
            }
            Event::Stopping(_) => {
                let asked = threads.iter().filter(|(task, _)| task.is_stopping()).count();
                say(&format!("asked: {asked}"));
            }
            Event::Thawed | Event::Frozen(Err(_)) => {
                for (_, turns) in &threads {
                    let before = turns.load(Ordering::SeqCst);
                    until("another turn", || turns.load(Ordering::SeqCst) > before);
                }
                say("all go on");
            }
            _ => {}
        }
    }
}

fn daemon() {
    let domain = Freezer::process();
    let threads = [
        says("hup", Some(Signal::HUP), &domain),
        says("usr1", Some(Signal::USR1), &domain),
        says("deaf", None, &domain),
    ];
    let bridge = Bridge::new().on(Signal::USR1, Does::Forward).report(reports(&threads));
    let installed = bridge.install().expect("all can be caught");
    assert!(!installed.is_stopping());
    say("ready");
    installed.wait_for_stop();
    say(&format!("is stopping: {}", installed.is_stopping()));
    for (thread, _) in threads {
        let name = thread.name().to_owned();
        let outcome = thread.stop();
        say(&format!("{name}: {outcome:?}"));
    }
}

fn stubborn() {
    let domain = Freezer::process();
    let threads = [says("good", None, &domain)];
    // They opt in, and come to no checkpoint.
    let stubborn = ["stubborn/2", "stubborn/1"].map(|name| {
        let body = || {
            kthread::set_freezable().expect("a kthread");
            kthread::wait_to_stop(Checkpoints::STOP);
        };
        let thread = Builder::new(name).run(body).expect("a thread");
        until("it is freezable", || thread.is_freezable());
        thread
    });
    let bridge = Bridge::new().freeze_limit(Duration::from_millis(30)).report(reports(&threads));
    let installed = bridge.install().expect("all can be caught");
    say("ready");
    installed.wait_for_stop();
    drop((threads, stubborn));
}

fn own_map() {
    let domain = Freezer::new();
    let threads = [says("in it", None, &domain), says("not in it", None, &Freezer::process())];
    let bridge = Bridge::new()
        .without(Signal::TERM)
        .on(Signal::USR2, Does::FreezeAll)
        .on(Signal::WINCH, Does::ThawAll)
        .freezer(&domain)
        .report(reports(&threads));
    let installed = bridge.install().expect("all can be caught");
    say("ready");
    installed.wait_for_stop();
}

fn gone() {
    let bridge = Bridge::new().report(|event| say(&format!("event: {event:?}")));
    drop(bridge.install().expect("all can be caught"));
    say("ready");
    wait();
    say("alive");
}

fn panics() {
    // It is meant.
    std::panic::set_hook(Box::new(|_| ()));
    let bridge = Bridge::new().report(|event| {
        say(&format!("event: {event:?}"));
        panic!("in a report");
    });
    let installed = bridge.install().expect("all can be caught");
    say("ready");
    crate::until::in_time("wait_for_stop", move || installed.wait_for_stop());
    say("stopped");
}

fn two() {
    let install = |name: &'static str| {
        let report = move |event: &Event| say(&format!("{name}: {event:?}"));
        Bridge::new().report(report).install().expect("all can be caught")
    };
    let (one, other) = (install("one"), install("other"));
    say("ready");
    wait();
    drop(other);
    say("only one");
    one.wait_for_stop();
}

/// Stays, with a bridge that was not installed. The parent's `SIGHUP` ends it.
fn refused(signal: Signal) {
    say("ready");
    let bridge = Bridge::empty().on(Signal::HUP, Does::StopAll).on(signal, Does::Forward);
    let error = bridge.install().map(drop).expect_err("it can't be installed");
    say(&format!("error: {error}"));
    std::thread::sleep(LIMIT);
}
