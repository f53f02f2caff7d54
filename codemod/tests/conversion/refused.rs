//! The threads of the corpus that are not converted, each with its reason. Whoever changes that shall
//! see it.

use kthread_codemod::report::schema::{Form, Outcome};

use super::{FORMS, Pattern, name};

/// Threads, with the codes of their reasons in the loop form and in the callbacks form.
const REFUSED: &[(&str, &str, &str)] = &[
    ("balloon-event/woken.c:sack_thread", "", "KR06"),
    ("do-while-zero/brush.c:brush_thread", "KR15", "KR15"),
    ("for-increment/step.c:spin_thread", "KR20", "KR20"),
    ("goto-loop/repeat.c:plough_thread", "KR10", "KR10"),
    ("ifdef-twins/else-only.c:mole_thread", "KR12", "KR12"),
    ("ifdef-twins/heads.c:cart_thread", "KR20", "KR20"),
    ("ifdef-twins/heads.c:cart_thread~2", "KR20", "KR20"),
    ("jffs2-collector/collector.c:brook_sweeper", "", "KR05"),
    ("kept-locals/sieve.c:riddle_thread", "KR12", "KR12"),
    ("lock-over-back-edge/drum.c:drum_thread", "KR03", "KR03"),
    ("parser-breakers/gnu.c:spool_thread", "KR15", "KR15"),
    ("parser-breakers/macros.c:press_thread", "KR15", "KR15"),
    ("quiet-stop/bell.c:chime_thread", "", "KR05 KR05"),
    ("quiet-stop/lamp.c:lamp_thread", "", "KR05"),
    ("registration-callback/routes.c:route_resync", "KR16", "KR16 KR17"),
    ("several-loops/tank.c:tank_thread", "", "KR17"),
    ("wait-to-die/leaves-early.c:horn_thread", "KR17", "KR17"),
    ("ways-out/burrow.c:hare_runs", "", "KR17"),
    ("ways-out/burrow.c:mole_digs", "", "KR17"),
    ("ways-out/burrow.c:vole_hides", "", "KR17"),
];

#[test]
fn nothing_else_is_refused() {
    let patterns = Pattern::all();
    for form in FORMS {
        let mut found: Vec<(String, String)> = Vec::new();
        for pattern in &patterns {
            for conversion in pattern.convert(form).conversions {
                let id = conversion.id.trim_start_matches("corpus/patterns/").to_owned();
                assert_ne!(conversion.result, Outcome::FailedCheck, "{id}");
                if conversion.result != Outcome::Refused {
                    assert!(conversion.reasons.is_empty(), "{id}");
                    continue;
                }
                let codes: Vec<&str> =
                    conversion.reasons.iter().map(|reason| reason.code).collect();
                found.push((id, codes.join(" ")));
            }
        }
        let wanted: Vec<(String, String)> = REFUSED
            .iter()
            .map(|(id, in_loop, in_callbacks)| match form {
                Form::Loop => (id, in_loop),
                Form::Callbacks => (id, in_callbacks),
            })
            .filter(|(_, codes)| !codes.is_empty())
            .map(|(id, codes)| ((*id).to_owned(), (*codes).to_owned()))
            .collect();
        found.sort();
        assert_eq!(found, wanted, "{}", name(form));
    }
}
