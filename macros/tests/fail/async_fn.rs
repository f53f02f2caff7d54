//! An async function.
use kthread::kthread_iterant;

#[kthread_iterant]
async fn run(limit: u32) -> u32 {
    let mut n = 0;
    while n < limit {
        n += 1;
    }
    n
}

async fn caller() -> u32 {
    run(1).await
}

fn main() {
    let _ = caller();
}
