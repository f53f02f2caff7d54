use miette::Severity;

use super::note::{Note, Place};
use super::table;
use crate::report::schema::{Creation, Role, Site, Thread};
use crate::report::words::{kind, name};
use crate::source::SourceSet;

/// Sites of a kind that are shown.
pub(super) const SITES_MAX: usize = 4;

pub(super) fn note(thread: &Thread, sources: &SourceSet, width: usize) -> Note {
    let main = thread.loops.iter().find(|one| one.main);
    let (place, label) = if let Some(main) = main {
        (Place { at: main.at, path: &main.path, line: main.line }, "main loop")
    } else {
        let place = Place { at: thread.at, path: &thread.path, line: thread.line };
        (place, if thread.loops.is_empty() { "no loop" } else { "no main loop" })
    };
    let related = |noun: &str, label: &str, place: Place<'_>| {
        Note::new(Severity::Advice, noun, place, label, 0, sources, width)
    };
    let (noun, verb) = match thread.role {
        Role::Callback => ("registration", "registered"),
        Role::Thread | Role::Worker => ("creation", "created"),
    };
    let created = thread.creation.iter().take(SITES_MAX).map(|one| {
        let Creation { path, line, at, .. } = one;
        related(noun, &creation(one, verb), Place { at: *at, path, line: *line })
    });
    let site = |noun, verb| {
        move |one: &Site| {
            let Site { path, line, call, at } = one;
            let label = format!("{verb} here by {call}()");
            related(noun, &label, Place { at: *at, path, line: *line })
        }
    };
    let woken = thread.wakes.iter().take(SITES_MAX).map(site("wake-up", "woken"));
    let stopped = thread.stops.iter().take(SITES_MAX).map(site("stop", "stopped"));

    let message = format!("{} `{}`", kind(thread.role), name(thread));
    Note::new(Severity::Advice, &message, place, label, 1, sources, width)
        .with_table(&table::rows(thread, main), width)
        .with_related(created.chain(woken).chain(stopped).collect())
}

fn creation(one: &Creation, verb: &str) -> String {
    if one.chain.is_empty() {
        format!("{verb} here by {}()", one.call)
    } else {
        format!("{verb} here by {}(), by way of {}()", one.call, one.chain.join("(), "))
    }
}
