//! A caller of an older edition: each of the crates beside says of which.
#![deny(warnings)]

use kthread::{kthread_iterant, should_stop};

struct Device {
    names: Vec<String>,
    sum: usize,
}

impl Device {
    // Fields are captured apart from each other in all editions.
    #[kthread_iterant]
    fn fields(&mut self) -> Result<usize, std::num::ParseIntError> {
        for name in &self.names {
            self.sum += name.parse::<usize>()?;
        }
        Ok(self.sum)
    }
}

#[kthread_iterant(spawn)]
fn counts(limit: u32) -> u32 {
    let mut n = 0;
    while !should_stop() && n < limit {
        n += 1
    }
    n
}

struct Loud<'a>(&'a std::cell::RefCell<Vec<&'static str>>, &'static str);

impl Drop for Loud<'_> {
    fn drop(&mut self) {
        self.0.borrow_mut().push(self.1);
    }
}

impl Loud<'_> {
    fn touch(&self) {}
    fn next(&self, n: u32) -> Option<u32> {
        n.checked_sub(1)
    }
}

macro_rules! function {
    ($(#[$attr:meta])* $name:ident) => {
        $(#[$attr])*
        fn $name(trace: &std::cell::RefCell<Vec<&'static str>>) {
            let mut n = 2;
            while let Some(less) = Loud(trace, "condition").next(n) {
                n = less;
                let _local = Loud(trace, "local");
                Loud(trace, "tail").touch()
            }
            trace.borrow_mut().push("behind");
        }
    };
}

function!(plain);
function!(#[kthread_iterant] driven);

macro_rules! loop_at_the_end {
    ($(#[$attr:meta])* $name:ident) => {
        $(#[$attr])*
        fn $name(trace: &std::cell::RefCell<Vec<&'static str>>) {
            let _local = Loud(trace, "local");
            for n in Loud(trace, "head").items() {
                trace.borrow_mut().push(n);
            }
        }
    };
}

loop_at_the_end!(plain_end);
loop_at_the_end!(#[kthread_iterant] driven_end);

impl Loud<'_> {
    fn items(&self) -> Vec<&'static str> {
        vec!["one", "two"]
    }
}

/// What a head borrows is given back before what it is borrowed from is dropped.
#[kthread_iterant]
fn locked(sum: &std::cell::Cell<u32>) {
    let queue = std::sync::Mutex::new(vec![1, 2]);
    for n in queue.lock().unwrap().iter() {
        sum.set(sum.get() + n);
    }
}

fn main() {
    let (one, two) = Default::default();
    plain_end(&one);
    driven_end(&two);
    assert_eq!(one, two);
    assert_eq!(one.borrow()[..], ["one", "two", "head", "local"]);
    let sum = std::cell::Cell::new(0);
    locked(&sum);
    assert_eq!(sum.get(), 3);
    let mut device = Device { names: vec!["1".into(), "2".into()], sum: 0 };
    assert_eq!(device.fields(), Ok(3));
    assert_eq!(counts(3), 3);
    assert_eq!(spawn_counts(3).unwrap().join().unwrap(), 3);
    let (one, two) = Default::default();
    plain(&one);
    driven(&two);
    assert_eq!(one, two);
}
