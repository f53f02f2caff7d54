//! That no side goes on for ever while the other stays where it is.
//!
//! Steps that one side makes alone are nothing only if they come to an end: a loop of them is a thread
//! that spins, or never ends, where the other does not.

use rustc_hash::FxHashSet;

/// One of the two programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Original,
    Output,
}

/// Which pairs lead to which, and who moved on the way.
#[derive(Debug, Default)]
pub(super) struct Progress {
    from: usize,
    /// Whether the original, and the output, made a step since the pair was begun.
    pub(super) sides: (bool, bool),
    /// Ways on which the original stays.
    output_alone: FxHashSet<(usize, usize)>,
    /// Ways on which the output stays.
    original_alone: FxHashSet<(usize, usize)>,
}

impl Progress {
    /// A pair is played.
    pub(super) fn begin(&mut self, from: usize) {
        (self.from, self.sides) = (from, (false, false));
    }

    /// A side has made a step since.
    pub(super) fn moved(&mut self, side: Side) {
        match side {
            Side::Original => self.sides.0 = true,
            Side::Output => self.sides.1 = true,
        }
    }

    /// The pair leads to this one.
    pub(super) fn reach(&mut self, to: usize) {
        if !self.sides.0 {
            self.output_alone.insert((self.from, to));
        }
        if !self.sides.1 {
            self.original_alone.insert((self.from, to));
        }
    }

    /// A pair from which one side alone comes back to it.
    pub(super) fn idle_loop(&self) -> Option<usize> {
        circle(&self.output_alone).or_else(|| circle(&self.original_alone))
    }
}

/// A node that ways lead back to: what is left when those that nothing leads to are taken away, again
/// and again.
fn circle(ways: &FxHashSet<(usize, usize)>) -> Option<usize> {
    let size = ways.iter().map(|(from, to)| from.max(to) + 1).max()?;
    let mut next: Vec<Vec<usize>> = vec![Vec::new(); size];
    let mut before = vec![0_usize; size];
    for (from, to) in ways {
        next[*from].push(*to);
        before[*to] += 1;
    }
    let mut free: Vec<usize> = (0..size).filter(|node| before[*node] == 0).collect();
    while let Some(node) = free.pop() {
        for to in std::mem::take(&mut next[node]) {
            before[to] -= 1;
            if before[to] == 0 {
                free.push(to);
            }
        }
    }
    (0..size).find(|node| before[*node] > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_circle_is_one() {
        let ways = |list: &[(usize, usize)]| circle(&list.iter().copied().collect());
        assert_eq!(ways(&[]), None);
        assert_eq!(ways(&[(0, 1), (0, 2), (1, 3), (2, 3)]), None);
        assert_eq!(ways(&[(0, 1), (1, 1)]), Some(1));
        assert!(ways(&[(0, 1), (1, 2), (2, 1)]).is_some());
    }

    #[test]
    fn together_they_may_go_on_for_ever() {
        let mut progress = Progress::default();
        progress.begin(0);
        progress.moved(Side::Output);
        progress.moved(Side::Original);
        progress.reach(0);
        assert_eq!(progress.idle_loop(), None);
        progress.begin(0);
        progress.moved(Side::Output);
        progress.reach(0);
        assert_eq!(progress.idle_loop(), Some(0));
    }
}
