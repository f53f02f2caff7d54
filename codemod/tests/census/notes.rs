//! The notes on the census: what explains a difference, and what must hold besides.

use serde::Deserialize;

use crate::census::Record;
use crate::compare::{Comparison, Kind, Why};
use crate::ours::Ours;

/// What explains a difference between the census and the tool.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Notes {
    /// True threads that the census lacks.
    #[serde(default)]
    pub(crate) extra: Vec<ExtraNote>,
    /// Records that are believed wrong.
    #[serde(default)]
    pub(crate) wrong: Vec<WrongNote>,
    /// Bodies that the census knows through the thread that calls them.
    #[serde(default)]
    pub(crate) callback: Vec<CallbackNote>,
}

/// A body that must be found as a callback.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CallbackNote {
    pub(crate) path: String,
    pub(crate) function: String,
    /// What registers it.
    pub(crate) by: String,
}

/// A true thread that the census lacks.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExtraNote {
    pub(crate) path: String,
    pub(crate) function: String,
    pub(crate) reason: String,
}

/// A record that is believed wrong in one field.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WrongNote {
    pub(crate) path: String,
    pub(crate) function: String,
    pub(crate) field: Field,
    /// What the census says: `path:line`.
    pub(crate) census: String,
    /// What is true: `path:line`, or `none`.
    pub(crate) ours: String,
    pub(crate) reason: String,
}

/// A field that a note can correct.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Field {
    /// Place of the main loop.
    LoopLine,
    /// A creation site.
    Sites,
}

impl Notes {
    /// Reads the notes file.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        toml::from_str(text).map_err(|error| format!("notes: {error}"))
    }

    /// The note on a field of a record, if there is one.
    pub(crate) fn wrong(&self, record: &Record, field: Field) -> Option<&WrongNote> {
        self.wrong.iter().find(|note| {
            note.field == field && note.path == record.file && note.function == record.func
        })
    }
}

/// A note must hold: one that explains nothing any more, or that the tool contradicts, is a problem.
pub(crate) fn check(census: &[Record], ours: &Ours, notes: &Notes, out: &mut Comparison) {
    for note in &notes.extra {
        let serves = out.extras.iter().any(|extra| {
            matches!(extra.why, Why::Noted(_))
                && extra.path == note.path
                && extra.function == note.function
        });
        if !serves {
            let instead = "the tool has no such extra thread".to_owned();
            out.problem(Kind::BrokenNote, &note.path, &note.function, instead);
        }
    }
    for note in &notes.callback {
        let found = ours
            .threads
            .iter()
            .find(|thread| thread.path == note.path && thread.function == note.function);
        let role = found.map_or("nothing", |thread| thread.role.as_str());
        if role != "callback" {
            let instead = format!("should be a callback by {}, is {role}", note.by);
            out.problem(Kind::BrokenNote, &note.path, &note.function, instead);
        }
    }
    for note in &notes.wrong {
        let record =
            census.iter().find(|record| record.file == note.path && record.func == note.function);
        if !record.is_some_and(|record| note.quotes(record)) {
            let instead = format!("the census does not say {}", note.census);
            out.problem(Kind::BrokenNote, &note.path, &note.function, instead);
        }
        // A loop at the wrong line is reported as a missed loop.
        let too = note.field == Field::Sites
            && ours.threads.iter().any(|thread| {
                thread.path == note.path
                    && thread.function == note.function
                    && thread.creation.iter().any(|site| site.place() == note.census)
            });
        if too {
            let instead = format!("the tool says {}, too", note.census);
            out.problem(Kind::BrokenNote, &note.path, &note.function, instead);
        }
    }
}

impl WrongNote {
    /// Whether the record says what the note says that it does.
    fn quotes(&self, record: &Record) -> bool {
        match self.field {
            Field::LoopLine => record
                .main_loop()
                .is_some_and(|place| format!("{}:{}", place.path, place.line) == self.census),
            Field::Sites => record.sites.contains(&self.census),
        }
    }
}
