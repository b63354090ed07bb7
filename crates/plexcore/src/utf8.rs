//! Bytes that should be UTF-8 to text.

use std::borrow::Cow;

/// The text, with U+FFFD for bytes that are none.
///
/// The whole is looked over first, sixteen bytes and more at a time, which is several times as fast as
/// [`String::from_utf8_lossy`]'s search for what to replace; nearly all text is what it should be.
pub(crate) fn lossy(bytes: &[u8]) -> Cow<'_, str> {
    str::from_utf8(bytes).map_or_else(|_| String::from_utf8_lossy(bytes), Cow::Borrowed)
}

/// The same, to keep.
pub(crate) fn owned(bytes: &[u8]) -> String {
    lossy(bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_no_text_is_replaced_as_the_standard_library_does(
            bytes in prop::collection::vec(prop_oneof![3 => b' '..=b'~', 1 => any::<u8>()], 0..80)
        ) {
            prop_assert_eq!(lossy(&bytes), String::from_utf8_lossy(&bytes));
        }
    }
}
