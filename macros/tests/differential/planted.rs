//! Mistakes that a translation could make, made in a function's text: the comparison has to find each kind.

pub(crate) const KINDS: [&str; 7] = [
    "continue leaves",
    "statement lost",
    "action lost",
    "stop not seen",
    "dropped at once",
    "first untested",
    "error lost",
];

/// The text with one of them, if there is a place for it.
pub(crate) fn planted(text: &str, kind: &str) -> Option<String> {
    let changed = match kind {
        "continue leaves" => {
            let at = text.find("/*or ")?;
            let start = text[..at].rfind("continue")?;
            let (jump, rest) = text[at + 5..].split_once("*/")?;
            format!("{}{jump}{rest}", &text[..start])
        }
        "statement lost" => without_line(text, "//S")?,
        "action lost" => without_line(text, "//A")?,
        "stop not seen" => text
            .replace("if should_stop() { //head", "if false {")
            .replace("if (should_stop()) { //head", "if false {")
            .replace("!should_stop()", "true")
            .replace("!(should_stop())", "true"),
        "dropped at once" => text.replacen("let _held = g(", "let _ = g(", 1),
        "first untested" => text
            .replace(
                "if should_stop() { //head",
                "if !std::mem::take(&mut first) && should_stop() {",
            )
            .replacen("{\n", "{\nlet mut first = true;\n", 1),
        // It shows in a thread that is no kthread, and nowhere else.
        "error lost" => {
            text.replace(".unwrap();", ".ok();").replace(".expect(\"a kthread\");", ".ok();")
        }
        _ => return None,
    };
    (changed != text).then_some(changed)
}

/// Without the last line that has a mark.
fn without_line(text: &str, mark: &str) -> Option<String> {
    let at = text.rfind(mark)?;
    let start = text[..at].rfind('\n')? + 1;
    Some(format!("{}{}", &text[..start], &text[at + mark.len()..]))
}
