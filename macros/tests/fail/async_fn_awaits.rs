//! An async function that awaits in its loop.
use kthread::kthread_iterant;

#[kthread_iterant]
async fn run(limit: u32) -> u32 {
    let mut n = 0;
    while n < limit {
        n += std::future::ready(1).await;
    }
    n
}

fn main() {
    let _ = run(1);
}
