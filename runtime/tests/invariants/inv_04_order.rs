//! 4: works run in the order in which one thread queued them; a flush waits for what was queued before,
//! not for what comes after.

use kthread::Work;

use crate::check::{Shared, check, mutants};
use crate::workers::start;

#[test]
fn first_in_first_out() {
    check("inv_04_order::first_in_first_out", model, mutants![NewestFirst]);
}

fn model() {
    let order = Shared::new(0);
    let worker = start();
    let works: Vec<_> = (1..=3)
        .map(|number| {
            let order = order.clone();
            Work::new(move |_| order.set(order.get() * 10 + number))
        })
        .collect();
    for work in &works {
        worker.queue(work);
    }
    worker.flush().expect("they run");
    assert_eq!(order.get(), 123);
}
