//! What the phases cost.

use std::time::Instant;

/// Ticks of the clock in a second, as Linux tells them to programs on every architecture.
const TICKS: f64 = 100.0;

/// Measures one phase after the other; children count when they have ended.
#[derive(Debug)]
pub(crate) struct Clock {
    wall: Instant,
    cpu: f64,
}

impl Clock {
    /// Starts the first phase.
    pub(crate) fn start() -> Self {
        Self { wall: Instant::now(), cpu: cpu() }
    }

    /// Prints what the phase cost that ends here.
    pub(crate) fn lap(&mut self, phase: &str) {
        let now = Self::start();
        let (cpu, wall) = (now.cpu - self.cpu, (now.wall - self.wall).as_secs_f64());
        println!("{phase:24} {cpu:6.1} s CPU {wall:6.1} s");
        *self = now;
    }
}

/// CPU seconds of this process and its children so far; 0 where the system does not tell.
fn cpu() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // The name, in parentheses, may hold blanks. utime is the twelfth word behind it.
    let behind = stat.rsplit_once(") ").map_or("", |(_, behind)| behind);
    let times = behind.split(' ').skip(11).take(4);
    times.filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / TICKS
}
