//! What each model becomes: the facts and the diff.

use std::fmt::Write as _;

use kthread_codemod::report::schema::Conversion;

use super::{conversions, name};

fn settings() -> insta::Settings {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/../snapshots"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings
}

/// A thread's facts, a line each; hashes are left out, the diff says more.
fn facts(out: &mut String, conversion: &Conversion) {
    let json = |value: serde_json::Result<String>| value.expect("JSON").replace('"', "");
    let Conversion { id, form, result, lifts, allowed, reasons, .. } = conversion;
    writeln!(out, "{id}").expect("a string takes it");
    let line = [
        format!(
            "  {} as {}",
            json(serde_json::to_string(result)),
            json(serde_json::to_string(form))
        ),
        format!("  lifts {}", json(serde_json::to_string(lifts))),
        format!("  allowed {}", json(serde_json::to_string(allowed))),
    ];
    out.push_str(&line.join("\n"));
    out.push('\n');
    for reason in reasons {
        writeln!(out, "  {} line {}: {}", reason.code, reason.line, reason.message)
            .expect("a string takes it");
    }
}

#[test]
fn facts_and_diffs_are_as_reviewed() {
    let mut converted = 0;
    for (pattern, form, result) in conversions() {
        if result.conversions.is_empty() {
            continue;
        }
        let mut out = String::new();
        for conversion in &result.conversions {
            facts(&mut out, conversion);
        }
        for changed in &result.changed {
            converted += 1;
            out.push('\n');
            out.push_str(&String::from_utf8_lossy(&changed.diff()));
        }
        settings().bind(|| {
            insta::assert_snapshot!(format!("converted_{}_{}", pattern.name, name(form)), out);
        });
    }
    assert!(converted > 60, "only {converted}");
}
