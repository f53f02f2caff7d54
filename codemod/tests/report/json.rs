use jsonschema::Validator;
use kthread_codemod::report::json::{self, SCHEMA_V1};
use kthread_codemod::report::schema::{
    Checkpoint, Confidence, How, Lift, Loop, LoopForm, LoopHead, Report, Role, Severity, Sleep,
    Verdict, Where,
};
use serde_json::{Value, json};

use crate::samples::{
    NOWHERE, a_loop, creation, finding, judgement, not_understood, reason, report, site, sources,
    strings, thread,
};

fn schema() -> Value {
    serde_json::from_str(SCHEMA_V1).unwrap()
}

fn validator() -> Validator {
    jsonschema::draft202012::new(&schema()).unwrap()
}

fn print(report: &Report) -> Vec<Value> {
    let mut out = Vec::new();
    json::write(report, &mut out).unwrap();
    let text = String::from_utf8(out).unwrap();
    assert!(text.ends_with('\n'));
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Records with every value of every enum and with every list both empty and full.
fn everything() -> Report {
    let verdicts = [Verdict::Already, Verdict::NoLoop, Verdict::NotImplemented];
    let mut full = thread("a.c", 3, "full", NOWHERE);
    full.id += "~2";
    full.creation = vec![
        creation("b.c", 9, "kthread_run", &[], NOWHERE),
        creation("/outside/c.c", 8, "md_register_thread", &["kthread_run"], NOWHERE),
    ];
    let forms = [LoopForm::While, LoopForm::DoWhile, LoopForm::For, LoopForm::Goto];
    let heads = [LoopHead::Stop, LoopHead::FreezableStop, LoopHead::Endless, LoopHead::Condition];
    full.loops = forms
        .into_iter()
        .zip(heads)
        .map(|(form, head)| Loop {
            main: form == LoopForm::For,
            ..a_loop(&full, 4, form, head, NOWHERE)
        })
        .collect();
    full.sleeps = [Where::Prologue, Where::Body, Where::Tail, Where::Helper]
        .map(|place| Sleep { call: "schedule".into(), line: 5, place })
        .to_vec();
    let hows = [How::Head, How::Body, How::Nested, How::Helper, How::Setup, How::Outside];
    full.checkpoints.stop = hows.map(|how| Checkpoint { line: 5, how }).to_vec();
    full.checkpoints.freeze = vec![Checkpoint { line: 6, how: How::Setup }];
    full.checkpoints.park.clone_from(&full.checkpoints.freeze);
    full.checkpoints.signal.clone_from(&full.checkpoints.freeze);
    full.locals.carried = strings(&["a", "b"]);
    full.locals.recomputed = strings(&["c"]);
    full.locals.read_after = strings(&["d"]);
    full.locals.constant = strings(&["e"]);
    full.locals.address_taken = strings(&["f"]);
    full.back_edge.state = strings(&["TASK_IDLE"]);
    full.back_edge.locks = strings(&["&foo->lock"]);
    full.wakes = vec![site("b.c", 10, "wake_up_process", NOWHERE)];
    full.stops = vec![site("b.c", 11, "kthread_stop", NOWHERE)];
    let lifts = [Lift::Stop, Lift::Freeze, Lift::Park, Lift::Signal, Lift::Sleep];
    full.iterant = judgement(Verdict::Convertible, &lifts, Vec::new());
    full.worker = judgement(Verdict::Refused, &[], vec![reason("KR03", "a.c", 5, "why")]);
    let mut threads = vec![full];
    for (role, verdict) in [Role::Thread, Role::Callback, Role::Worker].into_iter().zip(verdicts) {
        let mut bare = thread("a.c", 1, "bare", NOWHERE);
        bare.role = role;
        bare.iterant = judgement(verdict, &[], Vec::new());
        threads.push(bare);
    }
    let severities = [Severity::Error, Severity::Warning, Severity::Info];
    let confidences = [Confidence::High, Confidence::Moderate, Confidence::Low];
    let mut findings = Vec::new();
    for (severity, confidence) in severities.into_iter().zip(confidences) {
        let mut one = finding(severity, "a.c", 1, "message", NOWHERE);
        one.confidence = confidence;
        findings.push(one);
    }
    let not_understood =
        vec![not_understood("a.c", 0, "all of it", false), not_understood("a.c", 1, "this", true)];
    Report { threads, findings, not_understood, ..Report::default() }
}

#[test]
fn every_line_is_valid() {
    assert!(jsonschema::meta::is_valid(&schema()));
    let validator = validator();
    for report in [everything(), report(&sources()), Report::default()] {
        for record in print(&report) {
            if let Err(error) = validator.validate(&record) {
                panic!("{record:#}\n{error}");
            }
        }
    }
}

#[test]
fn meta_comes_first_and_summary_last() {
    let records = print(&everything());
    let kinds: Vec<_> = records.iter().map(|record| record["kind"].as_str().unwrap()).collect();
    let expected =
        [&["meta"][..], &["thread"; 4], &["finding"; 3], &["not-understood"; 2], &["summary"]];
    assert_eq!(kinds, expected.concat());
    assert_eq!(records[0]["schema"], json!(1));
    assert_eq!(records[0]["version"], json!(env!("CARGO_PKG_VERSION")));
}

/// A record of each kind that is valid, to be spoilt.
fn valid(kind: &str) -> Value {
    print(&everything()).into_iter().find(|record| record["kind"] == kind).unwrap()
}

const KINDS: [&str; 5] = ["meta", "thread", "finding", "not-understood", "summary"];

/// Calls `visit` with the path of each object in `value`.
fn objects(value: &Value, path: &str, visit: &mut dyn FnMut(&str)) {
    match value {
        Value::Object(fields) => {
            visit(path);
            for (name, field) in fields {
                objects(field, &format!("{path}/{name}"), visit);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                objects(item, &format!("{path}/{index}"), visit);
            }
        }
        _ => {}
    }
}

#[test]
fn an_unknown_or_a_missing_field_is_invalid_in_every_object() {
    let validator = validator();
    let mut spoilt = 0;
    for kind in KINDS {
        let record = valid(kind);
        objects(&record, "", &mut |path| {
            let fields = record.pointer(path).unwrap().as_object().unwrap();
            let mut more = record.clone();
            more.pointer_mut(path).unwrap()["extra"] = json!(1);
            assert!(!validator.is_valid(&more), "{kind}{path}: extra");
            for name in fields.keys() {
                let mut less = record.clone();
                less.pointer_mut(path).unwrap().as_object_mut().unwrap().remove(name);
                assert!(!validator.is_valid(&less), "{kind}{path}: without {name}");
                spoilt += 1;
            }
        });
    }
    assert!(spoilt > 100, "{spoilt}");
}

#[test]
fn a_wrong_value_is_invalid() {
    let validator = validator();
    let two_main_loops = {
        let mut one = valid("thread")["loops"][0].clone();
        one["main"] = json!(true);
        json!([one, one])
    };
    let cases = [
        ("meta", "/schema", json!(2)),
        ("meta", "/kind", json!("metadata")),
        ("thread", "/line", json!(0)),
        ("thread", "/role", json!("process")),
        ("thread", "/loops", two_main_loops),
        ("thread", "/loops/0/form", json!("until")),
        ("thread", "/loops/0/head", json!("Stop")),
        ("thread", "/sleeps/0/where", json!("head")),
        ("thread", "/checkpoints/stop/0/how", json!("tail")),
        ("thread", "/iterant/verdict", json!("maybe")),
        ("thread", "/iterant/verdict", json!("refused")),
        ("thread", "/worker/verdict", json!("convertible")),
        ("thread", "/iterant/lifts", json!(["stop", "stop"])),
        ("thread", "/iterant/lifts/0", json!("lock")),
        ("thread", "/worker/reasons/0/code", json!("three")),
        ("finding", "/severity", json!("note")),
        ("finding", "/confidence", json!("sure")),
        ("finding", "/column", json!(0)),
        ("not-understood", "/line", json!(-1)),
        ("not-understood", "/matters", json!("yes")),
        ("summary", "/threads", json!(1.5)),
    ];
    for (kind, path, value) in cases {
        let mut record = valid(kind);
        *record.pointer_mut(path).unwrap() = value.clone();
        assert!(!validator.is_valid(&record), "{kind}{path}: {value}");
    }
}

#[test]
fn the_schema_describes_each_field() {
    fn check(value: &Value, path: &str) {
        let Value::Object(fields) = value else { return };
        for (name, field) in fields {
            let path = format!("{path}/{name}");
            // A property by the name of `properties` does not exist.
            if name == "properties" && fields.get("type") == Some(&json!("object")) {
                for (name, property) in field.as_object().unwrap() {
                    let pointer = property["$ref"].as_str().unwrap_or("#/none").get(1..);
                    let shared = schema().pointer(pointer.unwrap()).cloned();
                    let shared = shared.is_some_and(|shared| shared["description"].is_string());
                    let own = property["description"].is_string();
                    assert!(own || shared, "{path}/{name} has no description");
                }
                assert_eq!(fields["additionalProperties"], json!(false), "{path}");
            }
            check(field, &path);
        }
    }
    check(&schema(), "");
}
