//! 15: a work may let go of itself in its own function: the worker touches nothing of it afterwards, and
//! it is dropped once.

use std::sync::{Arc, Mutex};

use kthread::Work;

use crate::check::{Drops, check, mutants};
use crate::workers::start;

#[test]
fn once() {
    check("inv_15_drops_itself::once", model, mutants![LeaksWork]);
}

fn model() {
    let drops = Drops::new();
    let given = drops.one();
    let worker = start();
    let own: Arc<Mutex<Option<Work>>> = Arc::default();
    let mine = Arc::clone(&own);
    let work = Work::new(move |_| {
        let _given = &given;
        drop(mine.lock().expect("nobody panics").take());
    });
    *own.lock().expect("nobody panics") = Some(work.clone());
    worker.queue(&work);
    drop(work);
    worker.flush().expect("it runs");
    // The last reference goes between the end of the run and what the worker does next.
    let _left = worker.destroy(std::time::Duration::from_secs(3600)).expect("it ends");
    assert_eq!(drops.count(), 1);
}
