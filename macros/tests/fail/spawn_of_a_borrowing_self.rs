//! What `Self` borrows is seen by the compiler only.
use kthread::{kthread_iterant, should_stop};

struct Reader<'a> {
    from: &'a [u8],
}

impl<'a> Reader<'a> {
    #[kthread_iterant(spawn)]
    fn read(self) -> usize {
        while !should_stop() {}
        self.from.len()
    }
}

fn main() {
    let bytes = vec![1, 2];
    Reader { from: &bytes }.spawn_read().unwrap();
}
