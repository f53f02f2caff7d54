//! Peers side by side: rounds in which each has its turn, in an order that alternates.

use std::error::Error;

use crate::plan::Plan;

pub(crate) type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

/// Adds the figures of its groups.
pub(crate) type Measure = fn(&Plan, &mut Vec<Figures>) -> Result<()>;

/// Peers that do the same; the first is the one that the others are compared with.
pub(crate) struct Group<'a> {
    name: String,
    peers: Vec<Peer<'a>>,
}

struct Peer<'a> {
    name: &'static str,
    /// At most this many times the reference.
    target: Option<f64>,
    /// One round: samples, in nanoseconds.
    run: Box<dyn FnMut() -> Result<Vec<f64>> + 'a>,
}

/// What samples are counted in.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Unit {
    Nanoseconds,
    Bytes,
}

/// What the rounds of a group gave.
#[derive(Debug)]
pub(crate) struct Figures {
    pub(crate) group: String,
    pub(crate) unit: Unit,
    pub(crate) rows: Vec<Row>,
}

/// What the rounds of one peer gave, in nanoseconds.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) target: Option<f64>,
    /// Of all rounds.
    pub(crate) samples: Vec<f64>,
    /// The median of each round.
    pub(crate) rounds: Vec<f64>,
}

impl<'a> Group<'a> {
    pub(crate) fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), peers: Vec::new() }
    }

    pub(crate) fn peer(
        self,
        name: &'static str,
        run: impl FnMut() -> Result<Vec<f64>> + 'a,
    ) -> Self {
        self.add(name, None, run)
    }

    /// A peer that shall take at most `target` times what the first takes.
    pub(crate) fn ours(
        self,
        name: &'static str,
        target: f64,
        run: impl FnMut() -> Result<Vec<f64>> + 'a,
    ) -> Self {
        self.add(name, Some(target), run)
    }

    fn add(
        mut self,
        name: &'static str,
        target: Option<f64>,
        run: impl FnMut() -> Result<Vec<f64>> + 'a,
    ) -> Self {
        self.peers.push(Peer { name, target, run: Box::new(run) });
        self
    }

    /// Each peer once to warm up, then the rounds. Forwards in one, backwards in the next, and with
    /// another peer first after each such pair, so that nobody always follows the same one.
    pub(crate) fn run(mut self, rounds: usize) -> Result<Figures> {
        let mut rows = Vec::new();
        for peer in &mut self.peers {
            (peer.run)()?;
            let (samples, rounds) = (Vec::new(), Vec::new());
            rows.push(Row { name: peer.name, target: peer.target, samples, rounds });
        }
        for round in 0..rounds {
            let mut order: Vec<usize> = (0..self.peers.len()).collect();
            let first = round / 2 % order.len();
            order.rotate_left(first);
            if round % 2 == 1 {
                order.reverse();
            }
            for peer in order {
                let mut samples = (self.peers[peer].run)()?;
                rows[peer].rounds.push(median(&mut samples));
                rows[peer].samples.append(&mut samples);
            }
        }
        Ok(Figures { group: self.name, unit: Unit::Nanoseconds, rows })
    }
}

impl Row {
    /// The ratio of the medians of all samples.
    pub(crate) fn ratio(&self, reference: &Self) -> f64 {
        median(&mut self.samples.clone()) / median(&mut reference.samples.clone())
    }

    /// The median of the rounds' ratios.
    pub(crate) fn paired(&self, reference: &Self) -> f64 {
        let mut ratios: Vec<f64> =
            self.rounds.iter().zip(&reference.rounds).map(|(ours, theirs)| ours / theirs).collect();
        median(&mut ratios)
    }
}

/// The value below which `percent` of the samples lie.
pub(crate) fn percentile(samples: &mut [f64], percent: usize) -> f64 {
    samples.sort_unstable_by(f64::total_cmp);
    match samples.len().checked_sub(1) {
        None => f64::NAN,
        Some(last) => samples[(last * percent + 50) / 100],
    }
}

pub(crate) fn median(samples: &mut [f64]) -> f64 {
    percentile(samples, 50)
}
