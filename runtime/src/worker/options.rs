//! How a worker works.

/// How a worker works.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[must_use = "a worker is made with it"]
pub struct WorkerOptions {
    pub(crate) freezable: bool,
    pub(crate) precise: bool,
}

impl WorkerOptions {
    /// Not freezable.
    pub fn new() -> Self {
        Self::default()
    }

    /// Lets the worker freeze with its domain, between two works. The kernel's name: `KTW_FREEZABLE`.
    pub fn freezable(mut self) -> Self {
        self.freezable = true;
        self
    }

    /// Measures [`longest`](crate::WorkerStats::longest) with the precise clock, some 25 ns a work, in
    /// place of the coarse one, which goes on in steps of 1 to 10 ms.
    pub fn precise_times(mut self) -> Self {
        self.precise = true;
        self
    }
}
