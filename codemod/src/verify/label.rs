//! What a step of a program is called: its tokens, with every local replaced by what it stores.

use std::sync::Arc;

/// Where a value lives: a local of one part of a program, or a field of the context.
pub type Storage = usize;

/// A token of a label.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Tok {
    /// Any token but the name of a local.
    Text(Arc<[u8]>),
    /// A local, or a field that stands for one.
    Place(Storage),
    /// The same, of which only the type matters.
    Sized(Storage),
}

impl Tok {
    /// A token that is text.
    pub fn text(bytes: &[u8]) -> Self {
        Self::Text(bytes.into())
    }

    /// Whether it is this text.
    pub fn is(&self, bytes: &[u8]) -> bool {
        matches!(self, Self::Text(text) if **text == *bytes)
    }
}

/// The tokens of an expression.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Label {
    /// The tokens.
    pub toks: Vec<Tok>,
    /// Pointers of the context through which the places are reached: they must have been set.
    pub via: Vec<usize>,
}

impl Label {
    /// Whether another label has the same tokens, whatever its places are.
    pub fn matches(&self, other: &Self) -> bool {
        self.toks.len() == other.toks.len()
            && self.toks.iter().zip(&other.toks).all(|pair| match pair {
                (Tok::Text(one), Tok::Text(two)) => one == two,
                (Tok::Place(_), Tok::Place(_)) | (Tok::Sized(_), Tok::Sized(_)) => true,
                _ => false,
            })
    }

    /// The places of two labels that match, side by side.
    pub fn pairs<'a>(&'a self, other: &'a Self) -> impl Iterator<Item = (Storage, Storage)> + 'a {
        self.toks.iter().zip(&other.toks).filter_map(|pair| match pair {
            (Tok::Place(one), Tok::Place(two)) => Some((*one, *two)),
            _ => None,
        })
    }

    /// The same for those of which only the type matters.
    pub fn measured<'a>(
        &'a self,
        other: &'a Self,
    ) -> impl Iterator<Item = (Storage, Storage)> + 'a {
        self.toks.iter().zip(&other.toks).filter_map(|pair| match pair {
            (Tok::Sized(one), Tok::Sized(two)) => Some((*one, *two)),
            _ => None,
        })
    }

    /// Of the places from this token on only the type matters.
    pub fn measure(&mut self, from: usize) {
        for tok in self.toks.iter_mut().skip(from) {
            if let Tok::Place(place) = tok {
                *tok = Tok::Sized(*place);
            }
        }
    }

    /// The only token, if it is a place.
    pub fn place(&self) -> Option<Storage> {
        match self.toks.as_slice() {
            [Tok::Place(place)] => Some(*place),
            _ => None,
        }
    }

    /// Its tokens as text, for messages.
    pub fn show(&self, name: &dyn Fn(Storage) -> String) -> String {
        let words: Vec<String> = self
            .toks
            .iter()
            .map(|tok| match tok {
                Tok::Text(text) => String::from_utf8_lossy(text).into_owned(),
                Tok::Place(place) | Tok::Sized(place) => name(*place),
            })
            .collect();
        words.join(" ")
    }
}

/// What a step does to the places in its label.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Roles {
    /// Their old value matters.
    pub read: Vec<Storage>,
    /// They have a new value behind it.
    pub written: Vec<Storage>,
    /// Their address is given away.
    pub addressed: Vec<Storage>,
    /// Whether something is called or stored: what is reached through an address may change.
    pub disturbs: bool,
}
