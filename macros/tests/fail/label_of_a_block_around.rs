//! Labels that a macro makes and those that it is given may be the same text, and two labels.
use kthread::{kthread_iterant, should_stop};

macro_rules! made {
    ($out:lifetime) => {
        #[kthread_iterant]
        fn run() -> u32 {
            let mut n = 0;
            $out: {
                'out: loop {
                    if should_stop() {
                        break;
                    }
                    n += 1;
                    break $out;
                }
                n += 10;
            }
            n
        }
    };
}

made!('out);

fn main() {
    run();
}
