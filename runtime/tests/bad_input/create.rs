//! Threads that can't be made as asked.

use kthread::{BindError, Builder, Cpus, CreateError, Policy, SetupError, State};

use crate::{left, proc};

/// A CPU that no machine has.
const FAR: usize = 5000;

/// The first CPU that isn't there, and one that is.
fn absent_and_present() -> (usize, usize) {
    let possible = std::fs::read_to_string("/sys/devices/system/cpu/possible").expect("a list");
    let last = possible.trim().rsplit(['-', ',']).next().and_then(|last| last.parse().ok());
    let present = proc::cpus(proc::me()).expect("its status").pop_first().expect("a CPU");
    (last.map_or(FAR, |last: usize| last + 1), present)
}

#[test]
fn a_name_with_nul() {
    for (name, at) in [("\0", 0), ("\0front", 0), ("mid\0dle\0", 3), ("end\0", 3), ("ü\0", 2)] {
        let check = |error: &CreateError| {
            let CreateError::NameHasNul { name: named, position } = error else {
                panic!("{error:?}")
            };
            assert_eq!((named.as_str(), *position), (name, at));
            let text = format!("a thread can't be named {name:?}: byte {at} is NUL; leave it out");
            assert_eq!(error.to_string(), text);
        };
        left::refused(&Builder::new(name), name, check);
        // The operating system would have shown what stands before it.
        left::nothing(&name[..at.max(1)]);
    }
}

#[test]
fn a_cpu_that_is_not_there() {
    let (absent, present) = absent_and_present();
    let cases = [
        (vec![absent], absent),
        (vec![FAR], FAR),
        (vec![usize::MAX], usize::MAX),
        (vec![present, absent], absent),
        (vec![FAR, present], FAR),
        (vec![FAR, absent, present], absent),
    ];
    for (set, first) in cases {
        let builder = Builder::new("no such cpu").cpus(set.iter().copied().collect());
        left::refused(&builder, "no such cpu", |error| {
            let expected = format!(
                "the thread \"no such cpu\" was not created: it can't be bound to CPU {first}: there is no such \
                 CPU online that this process may use"
            );
            assert_eq!(error.to_string(), expected, "of {set:?}");
            let CreateError::Setup { source: SetupError::NoSuchCpu { cpu }, .. } = error else {
                panic!("{error:?}")
            };
            assert_eq!(*cpu, first);
        });
    }
    for made in [
        Builder::new("no such cpu").create_on_cpu(FAR, || ()),
        Builder::new("no such cpu").run_on_cpu(absent, || ()),
    ] {
        let error = made.map(drop).expect_err("there is no such CPU");
        assert!(error.to_string().contains("there is no such CPU online"), "{error}");
        left::nothing("no such cpu");
    }
}

#[test]
fn no_cpu_at_all() {
    let builder = Builder::new("no cpu").cpus(Cpus::default());
    left::refused(&builder, "no cpu", |error| {
        let text = "the thread \"no cpu\" was not created: it can't be bound to an empty set of CPUs; name one at least";
        assert_eq!(error.to_string(), text);
    });
}

/// A binding that is refused leaves the thread as it was, and it can still be bound, and run.
#[test]
fn binding_to_a_cpu_that_is_not_there() {
    let (absent, present) = absent_and_present();
    let thread = Builder::new("not bound").create(|| proc::cpus(proc::me())).expect("a thread");
    let before = proc::cpus(thread.tid());
    for (set, why) in [
        (vec![], "it can't be bound to an empty set of CPUs; name one at least".to_owned()),
        (vec![absent], no_such_cpu(absent)),
        (vec![FAR], no_such_cpu(FAR)),
        (vec![present, absent], no_such_cpu(absent)),
        (vec![present, FAR], no_such_cpu(FAR)),
        (vec![absent, FAR], no_such_cpu(absent)),
    ] {
        let error = thread.bind(&set.iter().copied().collect()).expect_err("it can't be bound");
        assert!(matches!(error, BindError::Setup { .. }), "{error:?}");
        assert_eq!(error.to_string(), format!("the thread \"not bound\" was not bound: {why}"));
        assert_eq!(proc::cpus(thread.tid()), before, "{set:?}");
        assert_eq!(thread.state(), State::New);
    }
    thread.bind(&Cpus::one(present)).expect("it has not started");
    thread.wake();
    crate::until::until("its end", || thread.state() == State::Exited);
    assert_eq!(thread.stop().expect("it ran"), Some([present].into()));
}

fn no_such_cpu(cpu: usize) -> String {
    format!("it can't be bound to CPU {cpu}: there is no such CPU online that this process may use")
}

#[test]
fn a_nice_value_that_does_not_exist() {
    for nice in [20, -21, i32::MAX, i32::MIN] {
        left::refused(&Builder::new("no such nice").nice(nice), "no such nice", |error| {
            let text = format!(
                "the thread \"no such nice\" was not created: there is no nice value {nice}: they go from -20 to 19"
            );
            assert_eq!(error.to_string(), text);
        });
    }
}

#[test]
fn a_priority_that_does_not_exist() {
    for priority in [0, 100, u8::MAX] {
        for policy in [Policy::Fifo(priority), Policy::RoundRobin(priority)] {
            left::refused(&Builder::new("no priority").policy(policy), "no priority", |error| {
                let text = format!(
                    "the thread \"no priority\" was not created: there is no real-time priority {priority}: they go \
                     from 1 to 99"
                );
                assert_eq!(error.to_string(), text);
            });
        }
    }
}

#[test]
fn a_stack_that_does_not_fit() {
    for bytes in [usize::MAX, usize::MAX / 2, 1 << 60] {
        left::refused(&Builder::new("no stack").stack_size(bytes), "no stack", |error| {
            let CreateError::Spawn { name, source } = error else { panic!("{error:?}") };
            assert_eq!(name, "no stack");
            let text = error.to_string();
            assert!(
                text.starts_with("the operating system made no thread for \"no stack\": "),
                "{text}"
            );
            assert!(text.contains(&source.to_string()), "{text}");
            assert!(text.ends_with("is a limit on threads or memory reached?"), "{text}");
        });
    }
    // The smallest is rounded up.
    drop(Builder::new("small stack").stack_size(0).run(|| ()).expect("a thread"));
}

/// What is refused first is told, and nothing of the rest is done.
#[test]
fn several_things_at_once() {
    let builder = Builder::new("all wrong").cpu(FAR).nice(99).policy(Policy::Fifo(0));
    left::refused(&builder, "all wrong", |error| {
        assert!(matches!(error, CreateError::Setup { .. }), "{error:?}");
    });
    let builder = Builder::new("all\0wrong").cpu(FAR);
    left::refused(&builder, "all", |error| {
        assert!(matches!(error, CreateError::NameHasNul { .. }), "{error:?}");
    });
}
