//! Stop, park and the like where they can't be.

use std::cell::RefCell;
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;

use kthread::{
    Action, BindError, Builder, Cpus, Kthread, Options, Outcome, ParkError, Sent, Signal, State,
    Step, StopError, from_fn,
};

use crate::given::Count;
use crate::{left, until};

/// Where a thread gets the handle of itself.
struct Own<T>(Arc<Mutex<Option<Arc<Kthread<T>>>>>);

impl<T> Clone for Own<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T> Own<T> {
    fn new() -> Self {
        Self(Arc::default())
    }

    fn put(&self, thread: Kthread<T>) -> Arc<Kthread<T>> {
        let thread = Arc::new(thread);
        *self.0.lock().expect("no panic") = Some(Arc::clone(&thread));
        thread.wake();
        thread
    }

    fn get(&self) -> Arc<Kthread<T>> {
        Arc::clone(self.0.lock().expect("no panic").as_ref().expect("it is there"))
    }

    /// Stops the calling thread, which is refused.
    fn stops_itself(&self) -> String {
        let thread = self.get();
        match thread.stop() {
            Err(error @ StopError::FromItself { .. }) => {
                assert!(!thread.is_stopping(), "it was not asked to stop");
                error.to_string()
            }
            other => format!("something else: {:?}", other.map(drop)),
        }
    }
}

const ITSELF: &str =
    "the thread \"itself\" can't wait for its own end; use stop_current(), or return";

#[test]
fn stop_inside_a_handler() {
    let (own, told) = (Own::new(), Arc::new(Mutex::new(Vec::new())));
    let (in_handler, tell) = (own.clone(), Arc::clone(&told));
    let handler = Action::handler(move |_| {
        tell.lock().expect("no panic").push(in_handler.stops_itself());
    });
    let mut turns = 0;
    let it = from_fn(move |cx| {
        turns += 1;
        match turns {
            1 => assert_eq!(cx.raise(Signal::HUP), Sent::Pending),
            4 => return Step::Break(turns),
            _ => {}
        }
        Step::Continue
    });
    let options = Options::new().signal(Signal::HUP, handler);
    let thread = own.put(Builder::new("itself").create_iterant(options, it).expect("a thread"));
    until::until("its end", || thread.state() == State::Exited);
    assert_eq!(*told.lock().expect("no panic"), [ITSELF]);
    // It went on, and the result is still to be had.
    assert_eq!(thread.stop().expect("it ran"), Outcome::Break(4));
}

#[test]
fn stop_inside_the_body() {
    let own = Own::new();
    let inside = own.clone();
    let thread =
        own.put(Builder::new("itself").create(move || inside.stops_itself()).expect("a thread"));
    until::until("its end", || thread.state() == State::Exited);
    assert_eq!(thread.stop().expect("it ran"), ITSELF);
}

#[test]
fn stop_while_the_body_is_dropped() {
    struct AtDrop(Own<()>, mpsc::Sender<String>);
    impl Drop for AtDrop {
        fn drop(&mut self) {
            let _ = self.1.send(self.0.stops_itself());
        }
    }
    let own = Own::new();
    let (tell, told) = mpsc::channel();
    let given = AtDrop(own.clone(), tell);
    let thread = own.put(Builder::new("itself").create(move || drop(given)).expect("a thread"));
    assert_eq!(told.recv_timeout(until::LIMIT).as_deref(), Ok(ITSELF));
    thread.stop().expect("it ran");
}

/// Who drops its own handle in its function is asked to stop, and goes on to its end.
#[test]
fn a_thread_drops_its_own_handle() {
    let count = Count::default();
    let (give, take) = mpsc::channel::<Kthread<_>>();
    let given = count.give();
    let thread = Builder::new("own handle")
        .create(move || {
            drop(take.recv());
            assert!(kthread::should_stop());
            given
        })
        .expect("a thread");
    thread.wake();
    give.send(thread).expect("it waits for it");
    left::nothing("own handle");
    until::until("the result is dropped", || count.dropped() == 1);
}

/// The same after its function is over, while the operating system takes the thread down.
#[test]
fn a_thread_drops_its_own_handle_as_the_last_thing() {
    struct AtExit(Arc<Kthread<()>>, mpsc::Sender<Result<(), String>>);
    impl Drop for AtExit {
        fn drop(&mut self) {
            let stopped = self.0.stop().map_err(|error| error.to_string());
            let _ = self.1.send(stopped);
        }
    }
    thread_local! {
        static AT_EXIT: RefCell<Option<AtExit>> = const { RefCell::new(None) };
    }
    let (give, take) = mpsc::channel::<Kthread<()>>();
    let (tell, told) = mpsc::channel();
    let thread = Builder::new("itself")
        .create(move || {
            let own = AtExit(Arc::new(take.recv().expect("it comes")), tell);
            AT_EXIT.with(|slot| *slot.borrow_mut() = Some(own));
        })
        .expect("a thread");
    let task = thread.task();
    thread.wake();
    give.send(thread).expect("it waits for it");
    assert_eq!(told.recv_timeout(until::LIMIT), Ok(Err(ITSELF.to_owned())));
    assert_eq!(task.state(), State::Exited);
}

#[test]
fn a_thread_that_never_ran() {
    let count = Count::default();
    let given = count.give();
    let thread = Builder::new("never").create(move || drop(given)).expect("a thread");
    let error = thread.stop().expect_err("it never ran");
    assert_eq!(error.to_string(), "the thread \"never\" was stopped before it ran");
    assert_eq!(count.dropped(), 1);
    left::nothing("never");
}

#[test]
fn what_comes_after_the_end() {
    let thread = Builder::new("ended").run(|| 7).expect("a thread");
    until::until("its end", || thread.state() == State::Exited);
    for stopped in [false, true] {
        if stopped {
            assert_eq!(thread.stop().expect("it ran"), 7);
        }
        thread.wake();
        thread.unpark();
        assert_eq!(thread.signal(Signal::KILL), Sent::Ignored);
        let exited = "the thread \"ended\" has ended, or is asked to: it will not park";
        assert_eq!(thread.park().expect_err("it has ended").to_string(), exited);
        let limit = Duration::from_secs(3600);
        assert_eq!(thread.park_timeout(limit).expect_err("it has ended").to_string(), exited);
        let error = thread.bind(&Cpus::one(0)).expect_err("it has ended");
        assert!(matches!(error, BindError::Started { .. }), "{error}");
        assert_eq!((thread.state(), thread.is_running()), (State::Exited, false));
    }
    let error = thread.stop().expect_err("it was stopped");
    let text = "somebody has stopped or joined the thread \"ended\" already; only the first to do so \
                gets its result";
    assert_eq!(error.to_string(), text);
}

#[test]
fn a_second_stop_and_a_second_park() {
    until::in_time("a second stop, or a second park", second);
}

fn second() {
    let (tell, told) = mpsc::channel::<()>();
    let thread =
        Builder::new("twice").create(move || told.recv().unwrap_or_default()).expect("a thread");
    thread.park().expect("it has not run");
    let busy = thread.park().expect_err("it is parked");
    assert_eq!(busy, ParkError::Busy { name: "twice".to_owned() });
    assert_eq!(busy.to_string(), "the thread \"twice\" is parked already; unpark it first");
    thread.unpark();
    until::until("it runs", || thread.state() == State::Running);
    let late = thread.park_timeout(Duration::from_millis(5)).expect_err("it has no checkpoint");
    assert_eq!(
        late.to_string(),
        "the thread \"twice\" did not park in time; does it come to a park checkpoint?"
    );
    std::thread::scope(|scope| {
        let first = scope.spawn(|| thread.stop());
        until::until("it is asked", || thread.is_stopping());
        // At once: the thread is not going to end before `tell` is dropped.
        let second = thread.stop();
        assert!(matches!(second, Err(StopError::AlreadyStopped { .. })), "{second:?}");
        drop(tell);
        first.join().expect("no panic").expect("it ran");
    });
}

#[test]
fn a_park_that_somebody_takes_back() {
    until::in_time("a park that is taken back", taken_back);
}

fn taken_back() {
    let (tell, told) = mpsc::channel::<()>();
    let (begins, begun) = mpsc::channel();
    let body = move || {
        begins.send(()).expect("somebody waits");
        told.recv().unwrap_or_default();
    };
    let thread = Builder::new("taken").run(body).expect("a thread");
    begun.recv_timeout(until::LIMIT).expect("it runs");
    std::thread::scope(|scope| {
        let parker = scope.spawn(|| thread.park());
        // A request that isn't there yet can't be taken back.
        until::until("the park is over", || {
            thread.unpark();
            parker.is_finished()
        });
        let error = parker.join().expect("no panic").expect_err("it was taken back");
        assert_eq!(error.to_string(), "the thread \"taken\" was unparked before it had parked");
    });
    drop(tell);
}

/// Who parks a thread is told that it is to stop, also while it runs on.
#[test]
fn a_park_of_a_thread_that_is_stopped_meanwhile() {
    until::in_time("a park of a thread that is stopped", || {
        let (tell, told) = mpsc::channel::<()>();
        let (begins, begun) = mpsc::channel();
        let body = move || {
            begins.send(()).expect("somebody waits");
            told.recv().unwrap_or_default();
        };
        let thread = Builder::new("runs on").run(body).expect("a thread");
        begun.recv_timeout(until::LIMIT).expect("it runs");
        std::thread::scope(|scope| {
            let parker = scope.spawn(|| thread.park());
            // So that it waits, most of the time.
            std::thread::sleep(Duration::from_millis(20));
            thread.request_stop();
            let error = parker.join().expect("no panic").expect_err("it is to end");
            assert_eq!(error, ParkError::Exited { name: "runs on".to_owned() });
        });
        assert_eq!(thread.state(), State::Running);
        drop(tell);
    });
}
