//! The number of threads that the operating system shows, before and after. It counts in a process of
//! its own: here, the other tests make threads as well.

use std::process::Command;

use kthread::{Builder, Cpus, Options, Step, from_fn};

use crate::given::Count;
use crate::{proc, until};

const CHILD: &str = "KTHREAD_TEST_COUNTS";

/// All that fails, and all that ends without having run. Gives what was given to it.
fn fail_in_all_ways(count: &Count) {
    let builders = [
        Builder::new("a\0b"),
        Builder::new("counted").cpu(5000),
        Builder::new("counted").cpus(Cpus::default()),
        Builder::new("counted").nice(20),
        Builder::new("counted").stack_size(1 << 60),
    ];
    for builder in builders {
        let given = count.give();
        builder.create(move || drop(given)).map(drop).expect_err("it can't be made");
        let given = count.give();
        let it = from_fn(move |_| {
            let _ = &given;
            Step::<()>::Continue
        });
        builder.run_iterant(Options::new(), it).map(drop).expect_err("it can't be made");
    }
    for stop in [true, false] {
        let given = count.give();
        let thread = Builder::new("counted").create(move || drop(given)).expect("a thread");
        thread.bind(&Cpus::one(5000)).expect_err("there is no such CPU");
        if stop {
            thread.stop().expect_err("it never ran");
        }
    }
    let given = count.give();
    let thread = Builder::new("counted").run(move || {
        let _given = given;
        panic!("it counts as well");
    });
    drop::<kthread::Kthread<()>>(thread.expect("a thread"));
}

/// Run by the test below, alone in its process.
#[test]
fn child() {
    if std::env::var_os(CHILD).is_none() {
        return;
    }
    let (count, before) = (Count::default(), proc::tids());
    for _ in 0..20 {
        fail_in_all_ways(&count);
    }
    // A thread that was joined is shown for a moment still.
    until::until("as many threads as before", || proc::tids() == before);
    assert_eq!(count.dropped(), count.made(), "dropped, of all that were given");
    assert_eq!(kthread::tasks(), []);
    // The control: one more is seen.
    let thread = Builder::new("one more").create(|| ()).expect("a thread");
    assert_eq!(proc::tids().len(), before.len() + 1);
    assert_eq!(kthread::tasks(), [thread.task()]);
    println!("as before: {}", before.len());
}

#[test]
fn as_many_threads_as_before() {
    let this = std::env::current_exe().expect("this program");
    let output = Command::new(this)
        .args(["--exact", "counted::child", "--test-threads=1", "--nocapture"])
        .env(CHILD, "1")
        .output()
        .expect("it runs");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
    assert!(text.contains("as before: "), "{text}");
}
