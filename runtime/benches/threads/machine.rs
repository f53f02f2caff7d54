//! Which machine the figures are of.

use std::fs::read_to_string;

/// Prints what a reader has to know of it.
pub(crate) fn print() {
    let cpus = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    println!("CPU     {}, {cpus} for us", model());
    println!("kernel  {}", first_line("/proc/sys/kernel/osrelease"));
    println!("load    {}", first_line("/proc/loadavg"));
    println!();
}

fn model() -> String {
    let info = read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    model.map_or_else(|| "unknown".to_owned(), |(_, model)| model.to_owned())
}

fn first_line(path: &str) -> String {
    let text = read_to_string(path).unwrap_or_default();
    text.lines().next().unwrap_or("unknown").to_owned()
}
