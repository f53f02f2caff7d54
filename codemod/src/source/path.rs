//! Paths as reports name them, and as they are.

/// The bytes of a path as reports name it, where a byte that is not UTF-8 stands as `\xNN`.
pub fn path_bytes(name: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(name.len());
    let mut rest = name.as_bytes();
    while let [first, behind @ ..] = rest {
        match behind {
            [b'x', high, low, next @ ..] if *first == b'\\' => {
                if let (Some(high @ 8..), Some(low)) = (digit(*high), digit(*low)) {
                    out.push(high << 4 | low);
                    rest = next;
                    continue;
                }
            }
            _ => {}
        }
        out.push(*first);
        rest = behind;
    }
    out
}

const fn digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_bytes_that_are_not_utf8_were_written_otherwise() {
        assert_eq!(path_bytes("a\\xff\\x80.c"), b"a\xff\x80.c");
        for same in ["", "a.c", "a\\", "a\\x", "a\\x7f", "a\\xFF", "\\xf", "\u{e9}\\n"] {
            assert_eq!(path_bytes(same), same.as_bytes());
        }
    }
}
