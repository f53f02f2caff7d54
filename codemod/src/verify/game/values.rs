//! Whether both sides read the same values, and where these are afterwards.

use super::{
    Facts, Game, Key, Know, Label, MAX_CAPTURED, Mismatch, Recompute, Roles, Storage, Tok,
};
use crate::verify::part::is_plain;

impl Game<'_> {
    /// Nothing is outstanding: same task state, and no checkpoint that the original has yet to pass.
    pub(super) fn calm(key: &Key) -> bool {
        key.states.0 == key.states.1
            && Self::unlocked(key)
            && (key.credit == 0 || key.know == Know::Yes)
    }

    /// Whether neither side holds a lock that it took alone.
    pub(super) fn unlocked(key: &Key) -> bool {
        key.locks.0.is_empty() && key.locks.1.is_empty()
    }

    /// Two labels that match read the same values.
    pub(super) fn reads(
        &self,
        key: &Key,
        facts: &mut Facts,
        one: &Label,
        two: &Label,
        roles: &Roles,
    ) -> Result<(), Mismatch> {
        for index in &two.via {
            if !facts.points(*index) {
                return Err(Self::mismatch(key, "a pointer of the context is not set"));
            }
        }
        for (local, place) in one.measured(two) {
            let kinds = (self.setting.local_types.get(local), self.setting.place_types.get(place));
            if !matches!(kinds, (Some(one), Some(two)) if one == two) {
                let why = format!("`{}` has another type", self.name(local));
                return Err(Self::mismatch(key, &why));
            }
        }
        for (local, place) in one.pairs(two) {
            let (local_type, place_type) =
                (self.setting.local_types.get(local), self.setting.place_types.get(place));
            if let (Some(local_type), Some(place_type)) = (local_type, place_type)
                && local_type != place_type
            {
                return Err(Self::mismatch(
                    key,
                    &format!("`{}` has another type", self.name(local)),
                ));
            }
            let read = roles.read.contains(&local) || !roles.written.contains(&local);
            if read && !facts.holds(local, place) {
                let why = format!("`{}` may have another value", self.name(local));
                return Err(Self::mismatch(key, &why));
            }
        }
        Ok(())
    }

    pub(super) fn name(&self, local: Storage) -> String {
        let name = self.setting.local_names.get(local).map_or(&b""[..], Vec::as_slice);
        String::from_utf8_lossy(name).into_owned()
    }

    /// Two labels that match do the same.
    pub(super) fn apply(
        &self,
        key: &Key,
        facts: &mut Facts,
        one: &Label,
        two: &Label,
        roles: &Roles,
    ) -> Result<(), Mismatch> {
        self.reads(key, facts, one, two, roles)?;
        let place_of = |local: Storage| {
            let mut places = one.pairs(two).filter(|(at, _)| *at == local).map(|(_, place)| place);
            let first = places.next()?;
            places.all(|place| place == first).then_some(first)
        };
        for local in roles.addressed.iter().chain(&roles.written) {
            if !facts.lives_at(*local, place_of(*local)) {
                let why = format!("`{}` is in another place than its address", self.name(*local));
                return Err(Self::mismatch(key, &why));
            }
        }
        for local in &roles.addressed {
            if let Some(place) = place_of(*local) {
                facts.pin(*local, place);
            }
        }
        for local in &roles.written {
            match place_of(*local) {
                Some(place) if self.computed(*local) => {
                    facts.define(*local);
                    facts.clobber(place);
                    facts.also(*local, place);
                }
                place => facts.write(*local, place),
            }
        }
        if roles.disturbs {
            facts.disturb();
        }
        Ok(())
    }

    /// What the driver is told is read when it is told: each local goes to a place of its own, the first
    /// of which has this number.
    pub(super) fn capture(&self, facts: &mut Facts, label: &Label, first: usize) -> Label {
        let mut out = Label::default();
        let set = label.via.iter().all(|index| facts.points(*index));
        let mut slots = (first..first + MAX_CAPTURED).map(|at| self.setting.place_types.len() + at);
        for tok in &label.toks {
            let Tok::Place(place) = tok else {
                out.toks.push(tok.clone());
                continue;
            };
            let Some(slot) = slots.next() else {
                // More than anybody writes: equal to nothing.
                out.toks.push(Tok::text(b"?"));
                continue;
            };
            if set {
                facts.copy_place(slot, *place);
            } else {
                facts.clobber(slot);
            }
            out.toks.push(Tok::Place(slot));
        }
        out
    }

    /// Memory that a result was read from may have changed since.
    pub(super) fn spoil(key: &mut Key) {
        let read = |label: &Label| {
            label.toks.iter().any(|tok| matches!(tok, Tok::Text(text) if !is_plain(text)))
        };
        if key.code.as_ref().is_some_and(read) {
            key.code = Some(Label { toks: vec![Tok::text(b"?")], via: Vec::new() });
        }
    }

    /// Whether a local only ever has one value, that can be computed again.
    pub(super) fn computed(&self, local: Storage) -> bool {
        self.setting.recompute.iter().any(|known| known.local == local)
    }

    /// The original gives a local a value, and the output does not.
    pub(super) fn define(&self, facts: &mut Facts, local: Storage) {
        if self.computed(local) {
            facts.define(local);
        } else {
            facts.write(local, None);
        }
    }

    /// Locals that are copies, for good, of one that this place holds, and of the type of another.
    pub(super) fn copies(&self, facts: &Facts, to: Storage, from: Storage) -> Vec<Storage> {
        let kind = self.setting.place_types.get(to);
        let copy = |known: &&Recompute| {
            self.setting.local_types.get(known.local) == kind
                && matches!(known.value[..], [Tok::Place(local)] if facts.holds(local, from))
        };
        self.setting.recompute.iter().filter(copy).map(|known| known.local).collect()
    }

    pub(super) fn recompute(&self, facts: &mut Facts, place: Storage, label: &Label) {
        let value = label.toks.get(2..).unwrap_or_default();
        let same = |known: &Recompute, facts: &Facts| {
            known.value.len() == value.len()
                && known.value.iter().zip(value).all(|pair| match pair {
                    (Tok::Text(one), Tok::Text(two)) => one == two,
                    (Tok::Place(local), Tok::Place(place)) => facts.holds(*local, *place),
                    _ => false,
                })
        };
        // Several locals may be given one value; what a type makes of it must be the same too.
        let types = (self.setting.local_types, self.setting.place_types.get(place));
        let found = self
            .setting
            .recompute
            .iter()
            .filter(|known| types.0.get(known.local) == types.1 && same(known, facts));
        let found: Vec<Storage> = found.map(|known| known.local).collect();
        facts.clobber(place);
        for local in found {
            facts.also(local, place);
        }
    }
}
