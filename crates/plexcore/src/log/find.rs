//! Words in short texts. The general searcher (`memchr::memmem`) takes longer to make itself ready for a
//! word than a message takes to be searched.

/// Where a word begins in a text; quick if its first byte is rare.
pub(super) fn find(text: &[u8], word: &[u8]) -> Option<usize> {
    let first = *word.first()?;
    memchr::memchr_iter(first, text).find(|at| text[*at..].starts_with(word))
}

/// Whether a text holds a word.
pub(super) fn holds(text: &[u8], word: &[u8]) -> bool {
    find(text, word).is_some()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_finds_what_the_general_searcher_finds(text in "[ab,]{0,40}", word in "[ab,]{1,4}") {
            prop_assert_eq!(
                find(text.as_bytes(), word.as_bytes()),
                memchr::memmem::find(text.as_bytes(), word.as_bytes())
            );
        }
    }
}
