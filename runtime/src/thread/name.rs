//! Names of threads.

/// The kernel keeps 15 bytes and a NUL.
const COMM: usize = 15;

/// What of a name `/proc/<pid>/task/<tid>/comm` shows: as much as fits, in whole characters.
pub(crate) fn comm(name: &str) -> &str {
    let mut end = name.len().min(COMM);
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    &name[..end]
}

#[cfg(test)]
mod tests {
    use super::comm;

    #[test]
    fn a_short_name_is_kept() {
        assert_eq!(comm("kswapd0"), "kswapd0");
        assert_eq!(comm(""), "");
        assert_eq!(comm("exactly15bytes_"), "exactly15bytes_");
    }

    #[test]
    fn a_long_name_is_cut_between_characters() {
        assert_eq!(comm("exactly15bytes_and_more"), "exactly15bytes_");
        assert_eq!(comm("fourteen_bytesü"), "fourteen_bytes");
    }
}
