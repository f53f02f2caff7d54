//! Changes within a line.

use super::scan::Function;

/// Each operator's result for a line.
pub(super) fn changes(line: &str, function: &Function) -> Vec<(&'static str, String)> {
    let mut out = Vec::new();
    if line.starts_with("/*") || line.starts_with("case ") {
        return out;
    }
    let mut swap = |operator: &'static str, from: &str, to: &str| {
        for (at, _) in line.match_indices(from) {
            let (before, after) = (&line[..at], &line[at + from.len()..]);
            out.push((operator, format!("{before}{to}{after}")));
        }
    };
    swap("state", "TASK_INTERRUPTIBLE", "TASK_UNINTERRUPTIBLE");
    swap("state", "TASK_RUNNING", "TASK_INTERRUPTIBLE");
    swap("state", "TASK_IDLE", "TASK_INTERRUPTIBLE");
    swap("operator", " == ", " != ");
    swap("operator", " != ", " == ");
    swap("operator", " < ", " <= ");
    swap("operator", " > ", " >= ");
    swap("operator", " && ", " || ");
    swap("operator", " || ", " && ");
    swap("operator", " + ", " - ");
    swap("operator", " - ", " + ");
    swap("operator", " += ", " -= ");
    swap("operator", " -= ", " += ");
    swap("operator", " |= ", " = ");
    swap("operator", "++", "--");
    swap("never", "kthread_should_stop()", "0");
    swap("always", "kthread_should_stop()", "1");
    swap("park", "kthread_should_stop()", "kthread_should_park()");
    swap("not", "(!", "(");
    swap("bit", "true", "false");
    swap("bit", "false", "true");
    swap("error", "return -", "return 0 * -");
    swap("error", "return 0;", "return -EINTR;");
    swap("result", "return kthread_iterant_run_here(&", "return !kthread_iterant_run_here(&");
    swap("lock", "spin_unlock", "spin_lock");
    swap("lock", "mutex_unlock", "mutex_lock");
    swap("sleep-kind", "schedule()", "schedule_timeout(HZ)");
    swap("sleep-kind", "schedule_timeout_interruptible(", "schedule_timeout_uninterruptible(");
    swap("sleep-kind", "set_kthread_iterant_int_sleep(", "clear_kthread_iterant_sleep(");
    sleeps(line, function, &mut out);
    // An alignment is no value, and a result that nobody looks at none either.
    let ignored = function.result_ignored && line.contains("stop_current(");
    if !ignored && !line.contains("__aligned") {
        numbers(line, &mut out);
    }
    conditions(line, &mut out);
    specification(line, &mut out);
    if function.runs {
        neighbours(line, &mut out);
    }
    out
}

/// The time of a sleep that the iterant asks for.
fn sleeps(line: &str, function: &Function, out: &mut Vec<(&'static str, String)>) {
    let timed = "set_kthread_iterant_int_sleep_timeout(";
    if let Some(rest) = line.strip_prefix(timed)
        && let Some((iterant, time)) = rest.trim_end_matches(");").split_once(", ")
    {
        out.push(("time", format!("{timed}{iterant}, 2 * ({time}));")));
        out.push(("time", format!("set_kthread_iterant_int_sleep({iterant});")));
        let state = "set_kthread_iterant_sleep_timeout(";
        out.push(("state", format!("{state}{iterant}, TASK_UNINTERRUPTIBLE, {time});")));
        out.push(("cancel", format!("{{ {line} clear_kthread_iterant_sleep({iterant}); }}")));
    }
    if let Some(iterant) = line.strip_prefix("set_kthread_iterant_int_sleep(") {
        let iterant = iterant.trim_end_matches(");");
        let timed = format!("set_kthread_iterant_int_sleep_timeout({iterant}, HZ);");
        out.push(("time", timed));
    }
    if !function.result_ignored
        && let Some(rest) = line.strip_prefix("kthread_iterant_stop_current(")
        && let Some((iterant, result)) = rest.trim_end_matches(");").split_once(", ")
    {
        let stop = "kthread_iterant_stop_current(";
        out.push(("result", format!("{stop}{iterant}, -EINTR);")));
        out.push(("result", format!("{stop}{iterant}, ({result}) + 1);")));
    }
}

/// One more than a number.
fn numbers(line: &str, out: &mut Vec<(&'static str, String)>) {
    if line.starts_with('#') {
        return;
    }
    let bytes = line.as_bytes();
    let mut at = 0;
    let mut quoted = false;
    while at < bytes.len() {
        quoted ^= bytes[at] == b'"';
        let word = at > 0 && (bytes[at - 1].is_ascii_alphanumeric() || bytes[at - 1] == b'_');
        if quoted || word || !bytes[at].is_ascii_digit() {
            at += 1;
            continue;
        }
        let end = at + line[at..].bytes().take_while(u8::is_ascii_digit).count();
        if let Ok(number) = line[at..end].parse::<u32>() {
            out.push(("number", format!("{}{}{}", &line[..at], number + 1, &line[end..])));
        }
        at = end;
    }
}

/// A condition the other way round.
fn conditions(line: &str, out: &mut Vec<(&'static str, String)>) {
    let line_head = line.trim_start_matches("} else ");
    let opened = line.len() - line_head.len();
    for word in ["if (", "while ("] {
        let Some(rest) = line_head.strip_prefix(word) else { continue };
        let mut depth = 1;
        let end = rest.bytes().position(|byte| {
            depth += i32::from(byte == b'(') - i32::from(byte == b')');
            depth == 0
        });
        if let Some(end) = end {
            let (condition, after) = (&rest[..end], &rest[end..]);
            let head = &line[..opened];
            out.push(("negate", format!("{head}{word}!({condition}){after}")));
        }
    }
}

/// Each flag, with the operators that take it away and add it.
const FLAGS: [(&str, &str, &str); 4] = [
    ("KTI_STOP", "no-stop", "more-stop"),
    ("KTI_FREEZE", "no-freeze", "more-freeze"),
    ("KTI_PARK", "no-park", "more-park"),
    ("KTI_TEST_FIRST", "test-later", "test-first"),
];

/// Flags and functions of the iterant.
fn specification(line: &str, out: &mut Vec<(&'static str, String)>) {
    if let Some(mask) = line.strip_prefix(".type = ") {
        let mask: Vec<&str> =
            mask.trim_end_matches(',').split(" | ").filter(|flag| *flag != "0").collect();
        for (flag, less, more) in FLAGS {
            let mut other = mask.clone();
            let operator = if mask.contains(&flag) { less } else { more };
            match other.iter().position(|own| *own == flag) {
                Some(at) => drop(other.remove(at)),
                // It says where stop is tested.
                None if flag == "KTI_TEST_FIRST" && !mask.contains(&"KTI_STOP") => continue,
                None => other.push(flag),
            }
            let all = if other.is_empty() { "0".to_owned() } else { other.join(" | ") };
            out.push((operator, format!(".type = {all},")));
        }
    }
    if line.starts_with(".init = ") || line.starts_with(".destroy = ") {
        out.push(("no-callback", String::new()));
    }
    if let Some(name) = line.strip_prefix(".func = ") {
        out.push(("destroy-too", format!("{line} .destroy = {name}")));
    }
    if line.starts_with(".destroy = ") {
        out.push(("callback", line.replace("_destroy,", "_iterate,")));
    }
}

/// `context.x = x;` from, or to, another variable.
fn neighbours(line: &str, out: &mut Vec<(&'static str, String)>) {
    if let Some(rest) = line.strip_prefix("context.")
        && let Some((field, _)) = rest.split_once(" = ")
    {
        out.push(("field", format!("context.{field} = context.{field};")));
    }
    if line.contains(" = context.") && line.ends_with(';') {
        out.push(("field", line.replace(" = context.", " += context.")));
    }
}

/// The fields of the context that a body reaches through `context->` and writes, with a declaration.
pub(super) fn fields(text: &str, body: &str) -> Vec<(String, String)> {
    let Some((_, rest)) = body.split_once("struct ") else { return Vec::new() };
    let tag = rest.split_whitespace().next().unwrap_or_default();
    let Some(start) = text.find(&format!("struct {tag} {{\n")) else { return Vec::new() };
    let fields = text[start..].split("};").next().unwrap_or_default();
    let mut out = Vec::new();
    for field in fields.lines().skip(2) {
        let field = field.trim().trim_end_matches(';');
        let name = field.rsplit([' ', '*']).next().unwrap_or_default();
        let writes = [" = ", " += ", " -= ", "++", " |= "]
            .iter()
            .any(|write| body.contains(&format!("context->{name}{write}")))
            || body.contains(&format!("++context->{name}"));
        if !name.is_empty() && writes && !field.contains('(') {
            let kind = &field[..field.len() - name.len()];
            out.push((name.to_owned(), format!("{kind}fresh")));
        }
    }
    out
}

/// Whether a statement only carries a local over, and another names neither the local nor its copy.
pub(super) fn apart(line: &str, other: &str) -> bool {
    let Some((to, from)) = line.trim_end_matches(';').split_once(" = ") else { return false };
    let bare = |text: &str| text.replace("context.", "").replace("context->", "").replace('&', "");
    let (one, two) = (bare(to), bare(from));
    let name = |text: &str| text.chars().all(|it| it.is_alphanumeric() || it == '_');
    let copies = line.contains("context") && name(&one) && name(&two);
    let mut words = other.split(|it: char| !it.is_alphanumeric() && it != '_');
    copies && !words.any(|word| word == one || word == two)
}

/// Whether a statement is nothing to a thread that should stop.
pub(super) fn waits(line: &str) -> bool {
    let calls = [
        "set_kthread_iterant_",
        "kthread_iterant_stop_current(",
        "set_current_state(",
        "__set_current_state(",
        "schedule(",
        "schedule_timeout",
        "msleep",
        "usleep_range(",
        "cond_resched(",
        "wait_event_interruptible",
    ];
    calls.iter().any(|call| line.starts_with(call))
}

/// A declaration with a type that holds less, or other values.
pub(super) fn narrow(line: &str) -> Option<String> {
    let types = [
        ("unsigned long ", "unsigned int "),
        ("unsigned int ", "unsigned char "),
        ("unsigned ", "unsigned char "),
        ("long ", "int "),
        ("int ", "short "),
        ("s64 ", "int "),
        ("u32 ", "u8 "),
        ("bool ", "int "),
    ];
    let (from, to) = types.into_iter().find(|(from, _)| line.starts_with(from))?;
    let rest = &line[from.len()..];
    // What a pointer points to is another question, and the compiler's.
    (!rest.contains(['*', '('])).then(|| format!("{to}{rest}"))
}

/// Type and name of a field.
pub(super) fn field(line: &str) -> Option<(&str, &str)> {
    let line = line.strip_suffix(';')?;
    let at = line.rfind([' ', '*'])? + 1;
    Some((line[..at].trim(), &line[at..]))
}
