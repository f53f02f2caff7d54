//! What is wrong with options is said of each, and who calls the starter gets no error.
use kthread::{kthread_iterant, should_stop};

struct Server;

impl Server {
    #[kthread_iterant("x", prakable, signals(15, SIGRTMIN), nice 3, name("x"), freezable(false), parkable = !true, spawn)]
    fn serve(self) {
        while !should_stop() {}
    }

    #[kthread_iterant(name = "{} {}")]
    fn named(self, n: u32) {
        while !should_stop() {}
        let _ = n;
    }

    #[kthread_iterant(spawn, name = "{}")]
    fn borrows(&self, one: &str, two: &str) {
        while !should_stop() {}
        let _ = (one, two);
    }

    #[kthread_iterant(spawn)]
    async fn later(self) {
        while !should_stop() {}
    }
}

fn main() {
    Server.spawn_serve().unwrap();
    Server.spawn_named(3).unwrap();
    Server.spawn_borrows("a", "b").unwrap();
    Server.spawn_later().unwrap();
}
