//! What is known, at a pair of steps, of where the values of the original live in the output.

use super::label::Storage;

/// A set of places.
type Row = Vec<u64>;

/// For every local of the original the places of the output that hold its value, for certain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    places: usize,
    /// Locals that have no value yet: any place is as good as any other.
    bare: Row,
    holds: Vec<Row>,
    /// Where a local whose address was given away is.
    pins: Vec<Option<Storage>>,
    /// Pointers of the context that were set.
    points: u64,
    /// Locals of the original that are not zero.
    nonzero: Row,
}

fn row(places: usize, fill: bool) -> Row {
    vec![if fill { u64::MAX } else { 0 }; places.div_ceil(64).max(1)]
}

fn has(row: &Row, place: Storage) -> bool {
    row.get(place / 64).is_some_and(|word| word & (1 << (place % 64)) != 0)
}

fn put(row: &mut Row, place: Storage, value: bool) {
    if let Some(word) = row.get_mut(place / 64) {
        if value {
            *word |= 1 << (place % 64);
        } else {
            *word &= !(1 << (place % 64));
        }
    }
}

impl Facts {
    /// Nothing has a value yet.
    pub fn new(locals: usize, places: usize) -> Self {
        Self {
            places,
            bare: row(locals, true),
            holds: vec![row(places, false); locals],
            pins: vec![None; locals],
            points: 0,
            nonzero: row(locals, false),
        }
    }

    /// Whether a place holds a local's value, or the local has none.
    pub fn holds(&self, local: Storage, place: Storage) -> bool {
        has(&self.bare, local) || self.holds.get(local).is_some_and(|row| has(row, place))
    }

    /// A local has no value any more.
    pub fn declare(&mut self, local: Storage) {
        self.holds[local] = row(self.places, false);
        put(&mut self.bare, local, true);
        self.pins[local] = None;
        put(&mut self.nonzero, local, false);
    }

    /// A local gets the only value that it ever has, which some places may have been given before.
    pub fn define(&mut self, local: Storage) {
        put(&mut self.bare, local, false);
    }

    /// A place has a value that is no local's.
    pub fn clobber(&mut self, place: Storage) {
        for row in &mut self.holds {
            put(row, place, false);
        }
    }

    /// A local has a value that only this place holds; none where there is no place.
    pub fn write(&mut self, local: Storage, place: Option<Storage>) {
        if let Some(place) = place {
            self.clobber(place);
        }
        self.holds[local] = row(self.places, false);
        put(&mut self.bare, local, false);
        if let Some(place) = place {
            put(&mut self.holds[local], place, true);
        }
        put(&mut self.nonzero, local, false);
    }

    /// A place holds a local's value too.
    pub fn also(&mut self, local: Storage, place: Storage) {
        put(&mut self.holds[local], place, true);
    }

    /// The address of a local is given away: it lives here from now on.
    pub fn pin(&mut self, local: Storage, place: Storage) {
        self.pins[local] = Some(place);
    }

    /// Locals whose address was given away, and where they live.
    pub fn pins(&self) -> impl Iterator<Item = (Storage, Storage)> + '_ {
        self.pins.iter().enumerate().filter_map(|(local, pin)| Some((local, (*pin)?)))
    }

    /// Whether the address of one of these locals was given away: others may look at it.
    pub fn any_pinned(&self, locals: &[Storage]) -> bool {
        locals.iter().any(|local| self.pins[*local].is_some())
    }

    /// Whether others who have a local's address, if there are any, look at this place.
    pub fn lives_at(&self, local: Storage, place: Option<Storage>) -> bool {
        self.pins[local].is_none_or(|pin| place == Some(pin))
    }

    /// Whether a local whose address was given away lives at one of these places.
    pub fn any_pin(&self, places: &[Storage]) -> bool {
        places.iter().any(|place| self.pins.contains(&Some(*place)))
    }

    /// Something is called or stored: what an address was given of may have another value.
    pub fn disturb(&mut self) {
        for local in 0..self.holds.len() {
            let Some(pin) = self.pins[local] else { continue };
            for (other, row) in self.holds.iter_mut().enumerate() {
                if other == local {
                    let kept = has(row, pin);
                    row.fill(0);
                    put(row, pin, kept);
                } else {
                    put(row, pin, false);
                }
            }
            put(&mut self.nonzero, local, false);
        }
    }

    /// In the original, one local gets the value of another.
    pub fn copy_local(&mut self, to: Storage, from: Storage) {
        self.holds[to] = self.holds[from].clone();
        let bare = has(&self.bare, from);
        put(&mut self.bare, to, bare);
        let known = has(&self.nonzero, from);
        put(&mut self.nonzero, to, known);
    }

    /// In the original, one local gets the only value that it ever has, which is that of another.
    pub fn also_local(&mut self, to: Storage, from: Storage) {
        let held = self.holds[from].clone();
        for (word, held) in self.holds[to].iter_mut().zip(held) {
            *word |= held;
        }
        let bare = has(&self.bare, from);
        put(&mut self.bare, to, bare);
    }

    /// In the output, one place gets the value of another.
    pub fn copy_place(&mut self, to: Storage, from: Storage) {
        for row in &mut self.holds {
            let held = has(row, from);
            put(row, to, held);
        }
    }

    /// A pointer of the context is set.
    pub fn point(&mut self, index: usize) {
        self.points |= 1_u64.checked_shl(index as u32).unwrap_or_default();
    }

    /// Whether it is.
    pub fn points(&self, index: usize) -> bool {
        self.points & 1_u64.checked_shl(index as u32).unwrap_or_default() != 0
    }

    /// A local was found to be other than zero.
    pub fn set_nonzero(&mut self, local: Storage) {
        put(&mut self.nonzero, local, true);
    }

    /// Whether a local is not zero.
    pub fn is_nonzero(&self, local: Storage) -> bool {
        has(&self.nonzero, local)
    }

    /// Keeps what another way here knows too; tells whether something was lost.
    pub fn meet(&mut self, other: &Self) -> bool {
        let before = self.clone();
        for local in 0..self.holds.len() {
            match (has(&self.bare, local), has(&other.bare, local)) {
                (_, true) => {}
                (true, false) => {
                    self.holds[local].clone_from(&other.holds[local]);
                    put(&mut self.bare, local, false);
                }
                (false, false) => {
                    for (word, other) in self.holds[local].iter_mut().zip(&other.holds[local]) {
                        *word &= other;
                    }
                }
            }
        }
        for (word, other) in self.nonzero.iter_mut().zip(&other.nonzero) {
            *word &= other;
        }
        for (local, (pin, other)) in self.pins.iter_mut().zip(&other.pins).enumerate() {
            if *pin != *other {
                match (*pin, *other) {
                    // Given away on one way only: it must be there on the other too.
                    (None, Some(place)) | (Some(place), None) => *pin = Some(place),
                    _ => {
                        self.holds[local].fill(0);
                    }
                }
            }
        }
        self.points &= other.points;
        *self != before
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_write_leaves_one_place() {
        let mut facts = Facts::new(2, 3);
        assert!(facts.holds(0, 2));
        facts.write(0, Some(1));
        assert!(facts.holds(0, 1) && !facts.holds(0, 2));
        facts.copy_place(2, 1);
        assert!(facts.holds(0, 2));
        facts.write(1, Some(1));
        assert!(!facts.holds(0, 1) && facts.holds(0, 2));
    }

    #[test]
    fn what_was_given_away_lives_in_one_place() {
        let mut facts = Facts::new(1, 2);
        facts.write(0, Some(0));
        facts.copy_place(1, 0);
        facts.pin(0, 0);
        facts.disturb();
        assert!(facts.holds(0, 0) && !facts.holds(0, 1));
    }

    #[test]
    fn ways_that_disagree_know_less() {
        let mut one = Facts::new(1, 2);
        one.write(0, Some(0));
        let mut two = one.clone();
        two.write(0, Some(1));
        assert!(one.meet(&two));
        assert!(!one.holds(0, 0) && !one.holds(0, 1));
        assert!(!one.clone().meet(&one));
    }
}
