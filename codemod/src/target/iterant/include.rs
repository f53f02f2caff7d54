//! Where `#include <linux/kthread_iterant.h>` belongs.

use crate::edit::Edit;
use crate::syntax::lex::{Directive, Kind, Token};

const LINE: &[u8] = b"\n#include <linux/kthread_iterant.h>";

/// No `#include` is there beside which another could stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NoPlace;

/// The edit that adds the include; none where it is there.
pub(super) fn include(text: &[u8], tokens: &[Token]) -> Result<Option<Edit>, NoPlace> {
    let mut depth = 0_i32;
    // An include guard around the whole file is no condition.
    let guard = i32::from(
        matches!(tokens.first().map(|token| token.kind), Some(Kind::Directive(Directive::Ifndef)))
            && matches!(
                tokens.get(1).map(|token| token.kind),
                Some(Kind::Directive(Directive::Define))
            )
            && matches!(
                tokens.last().map(|token| token.kind),
                Some(Kind::Directive(Directive::Endif))
            ),
    );
    let (mut kthread, mut linux, mut any) = (None, None, None);
    for token in tokens {
        let Kind::Directive(directive) = token.kind else { continue };
        match directive {
            Directive::If | Directive::Ifdef | Directive::Ifndef => depth += 1,
            Directive::Endif => depth -= 1,
            Directive::Other if depth <= guard => {
                let words: Vec<u8> = token
                    .bytes(text)
                    .iter()
                    .copied()
                    .filter(|byte| !byte.is_ascii_whitespace())
                    .collect();
                let Some(name) = words.strip_prefix(b"#include") else { continue };
                let end = super::text::line_end(text, token.span.end.saturating_sub(1));
                if name.starts_with(b"<linux/kthread_iterant.h>") {
                    return Ok(None);
                }
                if name.starts_with(b"<linux/kthread.h>") {
                    kthread = kthread.or(Some(end));
                }
                if name.starts_with(b"<linux/") {
                    linux = Some(end);
                }
                any = Some(end);
            }
            _ => {}
        }
    }
    let at = kthread.or(linux).or(any).ok_or(NoPlace)?;
    // At the end of that line, not at the beginning of the next: a function may begin there.
    let head = text.get(..at as usize).unwrap_or_default();
    let line = head.strip_suffix(b"\n").unwrap_or(head);
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    Ok(Some(Edit::insert(line.len() as u32, LINE)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::lex::lex;

    fn place(text: &str) -> Result<Option<u32>, NoPlace> {
        include(text.as_bytes(), &lex(text.as_bytes())).map(|edit| edit.map(|edit| edit.span.start))
    }

    #[test]
    fn behind_kthread_h_or_the_last_of_linux() {
        assert_eq!(place("#include <linux/kthread.h>\n#include <linux/zlib.h>\n"), Ok(Some(26)));
        assert_eq!(place("#include <linux/a.h>\n#include \"b.h\"\n"), Ok(Some(20)));
        let conditional = "#include <linux/a.h>\n#ifdef X\n#include <linux/kthread.h>\n#endif\n";
        assert_eq!(place(conditional), Ok(Some(20)));
        assert_eq!(place("#include <linux/kthread_iterant.h>\n"), Ok(None));
        assert_eq!(place("int x;\n"), Err(NoPlace));
        assert_eq!(place("#ifndef A\n#define A\n#include <linux/a.h>\n#endif\n"), Ok(Some(40)));
    }
}
