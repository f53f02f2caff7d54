//! Reading whole files, many of them, into one buffer.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use super::error::reason;

/// A larger file is not read.
pub const LARGEST: usize = 64 << 20;

/// The buffer that is kept from file to file: 99.5 % of the kernel's files fit, and the cache too.
const KEPT: usize = 256 << 10;

/// How the words for what the system refused begin.
pub(super) const REFUSED: &str = "cannot be read";

/// Why a text could not be read.
#[derive(Debug)]
pub(super) enum Unreadable {
    /// It is larger than [`LARGEST`].
    TooLarge,
    /// The system says so.
    Io(io::Error),
}

impl Unreadable {
    /// In words, as a report has them.
    pub(super) fn why(&self) -> String {
        match self {
            Self::TooLarge => format!("too large: more than {} MiB, not read", LARGEST >> 20),
            Self::Io(error) => format!("{REFUSED}: {}", reason(error)),
        }
    }
}

impl From<io::Error> for Unreadable {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// Reads files one after another.
#[derive(Debug, Default)]
pub(super) struct Reader {
    buffer: Vec<u8>,
}

impl Reader {
    /// The text of a file; valid until the next call.
    pub(super) fn read(&mut self, path: &Path) -> Result<&[u8], Unreadable> {
        let mut file = File::open(path)?;
        self.drain(&mut file, |file| file.metadata().map_or(0, |data| data.len()))
    }

    /// The text of a stream.
    pub(super) fn read_stream(&mut self, stream: &mut impl Read) -> Result<&[u8], Unreadable> {
        self.drain(stream, |_| 0)
    }

    /// `size` is asked only for what does not fit the kept buffer, which saves a system call for
    /// nearly all files. It is a hint: the end is where the system says so.
    fn drain<R: Read>(
        &mut self,
        from: &mut R,
        size: impl Fn(&R) -> u64,
    ) -> Result<&[u8], Unreadable> {
        if self.buffer.len() != KEPT {
            self.buffer = vec![0; KEPT];
        }
        let mut length = 0;
        loop {
            match from.read(&mut self.buffer[length..]) {
                Ok(0) => return Ok(&self.buffer[..length]),
                Ok(more) => length += more,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error.into()),
            }
            if length == self.buffer.len() {
                if length > LARGEST {
                    return Err(Unreadable::TooLarge);
                }
                self.grow(length, size(from));
            }
        }
    }

    /// A new buffer of zero pages costs nothing until it is written to; resizing would write it.
    fn grow(&mut self, length: usize, hint: u64) {
        let hint = usize::try_from(hint).unwrap_or(usize::MAX).saturating_add(1);
        let size = if hint > length { hint } else { length.saturating_mul(4) };
        let mut larger = vec![0; size.min(LARGEST + 1)];
        larger[..length].copy_from_slice(&self.buffer);
        self.buffer = larger;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_files_of_all_sizes_in_turn() {
        let folder = tempfile::tempdir().expect("folder");
        let mut reader = Reader::default();
        for size in [0, 1, KEPT - 1, KEPT, KEPT + 1, 3 * KEPT, 5] {
            let text: Vec<u8> = (0..size).map(|at| (at % 251) as u8).collect();
            let path = folder.path().join(size.to_string());
            std::fs::write(&path, &text).expect("file");
            assert!(reader.read(&path).expect("readable") == text, "{size}");
            let mut stream = text.as_slice();
            assert!(reader.read_stream(&mut stream).expect("readable") == text, "{size}");
        }
    }

    #[test]
    fn what_is_too_large_is_refused_and_the_limit_itself_is_not() {
        let mut reader = Reader::default();
        let exact = reader.read_stream(&mut io::repeat(b' ').take(LARGEST as u64));
        assert_eq!(exact.expect("readable").len(), LARGEST);
        let larger = reader.read_stream(&mut io::repeat(b' ').take(LARGEST as u64 + 1));
        assert!(matches!(larger, Err(Unreadable::TooLarge)));
        let endless = reader.read_stream(&mut io::repeat(b' '));
        assert!(matches!(endless, Err(Unreadable::TooLarge)));
    }

    #[test]
    fn says_why_not() {
        let folder = tempfile::tempdir().expect("folder");
        let mut reader = Reader::default();
        let gone = reader.read(&folder.path().join("gone.c")).expect_err("no file");
        assert!(gone.why().starts_with("cannot be read: "), "{}", gone.why());
        assert!(!gone.why().contains("os error"), "{}", gone.why());
        assert!(reader.read(folder.path()).is_err());
    }
}
