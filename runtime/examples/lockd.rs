//! A lock server: the loop of `fs/lockd/svc.c` as a function with `#[kthread_iterant]`.
//!
//! A service library hands requests to the thread; receiving one sleeps, freezes and is ended by a stop.
//! `SIGKILL` doesn't end the thread: it drops all locks and begins a period of grace, in which who held a lock
//! may claim it again. When nobody asks for anything, the thread wakes up now and then to look whether the
//! grace is over.
//!
//! | kernel | here |
//! |---|---|
//! | `if (signalled()) { flush_signals(); restart_grace(); continue; }` | the action of `SIGKILL` |
//! | `svc_recv(rqstp, timeout)` | `Desk::receive()`, with a wait queue inside |
//! | `-EINTR`, `-EAGAIN` and `continue` | the next turn; the checkpoint sees why |
//! | the tail | what stands behind the loop |

#![allow(clippy::disallowed_types, clippy::disallowed_methods, reason = "the crate's own rule")]

use std::collections::{BTreeMap, VecDeque};
use std::error::Error;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use kthread::{
    Action, Builder, Freezer, Kthread, NotKthread, Signal, WaitError, WaitQueue, kthread_iterant,
    should_stop,
};

const GRACE: Duration = Duration::from_millis(500);
const IDLE: Duration = Duration::from_millis(50);

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[derive(Clone, Copy, Debug)]
enum Asks {
    Lock,
    /// A lock that it held before.
    Reclaim,
    Unlock,
}

struct Request {
    client: &'static str,
    asks: Asks,
    file: &'static str,
    answer: Sender<&'static str>,
}

/// The service library: requests wait here.
#[derive(Default)]
struct Desk {
    requests: Mutex<VecDeque<Request>>,
    wait: WaitQueue,
}

impl Desk {
    fn post(&self, request: Request) {
        lock(&self.requests).push_back(request);
        self.wait.wake_one();
    }

    /// Waits for a request, for a limited time. The kernel's `svc_recv()`.
    fn receive(&self, patience: Duration) -> Result<Option<Request>, WaitError> {
        self.wait.wait_freezable_timeout(patience, || !lock(&self.requests).is_empty())?;
        Ok(lock(&self.requests).pop_front())
    }
}

/// Who holds what, and until when only who held it may have it.
#[derive(Default)]
struct Book {
    holders: BTreeMap<&'static str, &'static str>,
    before: BTreeMap<&'static str, &'static str>,
    grace_ends: Option<Instant>,
}

impl Book {
    fn restart_grace(&mut self) {
        println!("lockd: SIGKILL, locks dropped: {}, grace begins", self.holders.len());
        self.before = std::mem::take(&mut self.holders);
        self.grace_ends = Some(Instant::now() + GRACE);
    }

    fn look_for_the_end_of_grace(&mut self) {
        if self.grace_ends.is_some_and(|end| Instant::now() >= end) {
            println!("lockd: grace is over");
            self.grace_ends = None;
            self.before.clear();
        }
    }

    /// How long the thread may wait for a request.
    fn patience(&self) -> Duration {
        let left = self.grace_ends.map(|end| end.saturating_duration_since(Instant::now()));
        // Not 0, which would be no sleep at all.
        left.map_or(IDLE, |left| left.max(Duration::from_millis(1)))
    }

    fn answer(&mut self, request: &Request) -> &'static str {
        let holder = self.holders.get(request.file).copied();
        match (request.asks, holder) {
            (Asks::Unlock, Some(holder)) if holder == request.client => {
                self.holders.remove(request.file);
                "unlocked"
            }
            (Asks::Unlock, _) => "not yours",
            (_, Some(_)) => "denied",
            (Asks::Lock, None) if self.grace_ends.is_some() => "denied, grace period",
            (Asks::Reclaim, None) if self.before.get(request.file) != Some(&request.client) => {
                "nothing to reclaim"
            }
            (Asks::Lock | Asks::Reclaim, None) => {
                self.holders.insert(request.file, request.client);
                "granted"
            }
        }
    }
}

/// The kernel's `lockd()`. The loop never froze at its own checkpoint, only in the receive.
#[kthread_iterant(freezable = false, signals(SIGKILL))]
fn lockd(desk: &Desk, book: &Arc<Mutex<Book>>) -> Result<(), NotKthread> {
    let current = kthread::current()?;
    let all = Arc::clone(book);
    current.sigaction(Signal::KILL, Action::handler(move |_| lock(&all).restart_grace()));
    current.set_freezable();
    println!("lockd: up");
    let mut idle = false;
    while !should_stop() {
        let patience = {
            let mut book = lock(book);
            book.look_for_the_end_of_grace();
            book.patience()
        };
        match desk.receive(patience) {
            Ok(Some(request)) => {
                idle = false;
                let answer = lock(book).answer(&request);
                println!("lockd: {} {:?} {}: {answer}", request.client, request.asks, request.file);
                // Who asked may have gone.
                let _ = request.answer.send(answer);
            }
            Err(WaitError::TimedOut) if !idle && patience == IDLE => {
                idle = true;
                println!("lockd: idle");
            }
            // A signal, a stop, or another thread was faster.
            Ok(None) | Err(_) => {}
        }
    }
    current.flush_signals();
    let mut book = lock(book);
    println!("lockd: down, locks dropped: {}", book.holders.len());
    *book = Book::default();
    Ok(())
}

/// A server and its clients' end of it.
struct Server {
    desk: Arc<Desk>,
    book: Arc<Mutex<Book>>,
    thread: Kthread<Result<(), NotKthread>>,
}

impl Server {
    /// The kernel's `lockd_up()`.
    fn up(freezer: &Freezer) -> Result<Self, Box<dyn Error>> {
        let (desk, book) = (Arc::new(Desk::default()), Arc::new(Mutex::new(Book::default())));
        let (its_desk, its_book) = (Arc::clone(&desk), Arc::clone(&book));
        let thread =
            Builder::new("lockd").freezer(freezer).run(move || lockd(&its_desk, &its_book))?;
        Ok(Self { desk, book, thread })
    }

    fn post(&self, client: &'static str, asks: Asks, file: &'static str) -> Receiver<&'static str> {
        let (answer, told) = channel();
        self.desk.post(Request { client, asks, file, answer });
        told
    }

    fn ask(
        &self,
        client: &'static str,
        asks: Asks,
        file: &'static str,
    ) -> Result<&'static str, Box<dyn Error>> {
        Ok(self.post(client, asks, file).recv_timeout(Duration::from_secs(20))?)
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let freezer = Freezer::new();
    let server = Server::up(&freezer)?;
    server.ask("ann", Asks::Lock, "mail")?;
    server.ask("bob", Asks::Lock, "mail")?;
    server.ask("bob", Asks::Unlock, "mail")?;
    server.ask("ann", Asks::Unlock, "mail")?;
    server.ask("bob", Asks::Lock, "mail")?;
    std::thread::sleep(IDLE * 3);

    // A client sends it after it has crashed; what it held must not stay locked.
    server.thread.signal(Signal::KILL);
    while lock(&server.book).grace_ends.is_none() {
        std::thread::sleep(Duration::from_millis(1));
    }
    server.ask("ann", Asks::Lock, "mail")?;
    server.ask("ann", Asks::Reclaim, "mail")?;
    server.ask("bob", Asks::Reclaim, "mail")?;
    while lock(&server.book).grace_ends.is_some() {
        std::thread::sleep(Duration::from_millis(1));
    }
    server.ask("ann", Asks::Lock, "notes")?;

    freezer.freeze_all(Duration::from_secs(20))?;
    println!("frozen");
    let asked = server.post("ann", Asks::Unlock, "notes");
    let early = asked.recv_timeout(IDLE * 2);
    println!("while it is frozen: {}", early.map_or("no answer", |answer| answer));
    println!("thaw");
    freezer.thaw_all();
    asked.recv_timeout(Duration::from_secs(20))?;

    println!("ended: {:?}", server.thread.stop()?);
    Ok(())
}
