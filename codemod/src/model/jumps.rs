//! The jumps in a macro's body.

use super::cfg::Jumps;
use crate::kernel;
use crate::syntax::lex::{Kind, Token};

/// The jumps in `tokens` that leave them.
pub fn jumps(text: &[u8], tokens: &[Token]) -> Jumps {
    let mut out = Jumps::default();
    // What the open braces belong to: a loop, a switch, or nothing of that kind.
    let mut open: Vec<Block> = Vec::new();
    let mut loops = 0_u32;
    let mut switches = 0_u32;
    for (index, token) in tokens.iter().enumerate() {
        match token.kind {
            Kind::Punct(b'{') => {
                let block = block(text, tokens, index);
                loops += u32::from(block == Block::Loop);
                switches += u32::from(block == Block::Switch);
                open.push(block);
            }
            Kind::Punct(b'}') => match open.pop() {
                Some(Block::Loop) => loops -= 1,
                Some(Block::Switch) => switches -= 1,
                Some(Block::Plain) | None => {}
            },
            Kind::Ident => match token.bytes(text) {
                b"break" if loops + switches == 0 => out.breaks = true,
                b"continue" if loops == 0 => out.continues = true,
                b"return" => out.returns = true,
                b"goto" => {
                    let label = tokens.get(index + 1).filter(|next| next.kind == Kind::Ident);
                    out.gotos.extend(label.map(|label| label.bytes(text).to_vec()));
                }
                _ => {}
            },
            _ => {}
        }
    }
    // A label of the macro's own is no way out.
    out.gotos.retain(|label| {
        !tokens.windows(2).any(|pair| {
            pair[0].kind == Kind::Ident
                && pair[0].bytes(text) == label.as_slice()
                && pair[1].is(b':')
        })
    });
    out
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Block {
    Loop,
    Switch,
    Plain,
}

fn block(text: &[u8], tokens: &[Token], brace: usize) -> Block {
    let Some(before) = brace.checked_sub(1) else { return Block::Plain };
    if tokens[before].is_word(text, "do") {
        return Block::Loop;
    }
    if !tokens[before].is(b')') {
        return Block::Plain;
    }
    let mut depth = 0_i32;
    for at in (0..=before).rev() {
        if tokens[at].is(b')') {
            depth += 1;
        } else if tokens[at].is(b'(') {
            depth -= 1;
            if depth == 0 {
                let word = at.checked_sub(1).map_or(&b""[..], |at| tokens[at].bytes(text));
                return match word {
                    b"for" | b"while" => Block::Loop,
                    b"switch" => Block::Switch,
                    _ if kernel::iterators::is_iterator(word) => Block::Loop,
                    _ => Block::Plain,
                };
            }
        }
    }
    Block::Plain
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::lex::lex;

    fn read(text: &str) -> Jumps {
        jumps(text.as_bytes(), &lex(text.as_bytes()))
    }

    #[test]
    fn only_what_leaves_counts() {
        assert!(read("do { if (x) continue; } while (0)").is_empty());
        assert!(read("if (x) break").breaks);
        assert!(read("({ if (x) continue; x; })").continues);
        assert!(read("do { return 1; } while (0)").returns);
        assert!(read("for (;;) { break; }").is_empty());
        assert!(read("switch (x) { case 1: continue; }").continues);
        assert_eq!(read("do { if (x) goto out; } while (0)").gotos, [b"out"]);
        assert!(read("again: goto again;").is_empty());
    }
}
