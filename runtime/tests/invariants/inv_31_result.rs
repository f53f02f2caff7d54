//! 31: who stops a thread sees its result, and all that the thread owned is dropped before.

use kthread::{Builder, StopError};

use crate::check::{Drops, Shared, check, mutants};

#[test]
fn it_is_there() {
    check("inv_31_result::it_is_there", model, mutants![EndBeforeResult]);
}

fn model() {
    let (written, drops) = (Shared::new(0), Drops::new());
    let (write, given) = (written.clone(), drops.one());
    let thread = Builder::new("t").run(move || {
        let _given = given;
        write.set(3);
        Box::new(4)
    });
    match thread.expect("it is created").stop() {
        Ok(result) => assert_eq!((*result, written.get()), (4, 3)),
        Err(StopError::NotStarted { .. }) => {}
        Err(error) => panic!("{error}"),
    }
    assert_eq!(drops.count(), 1, "dropped before stop returns");
}
