//! Messages to templates: which messages say the same thing about different values.
//!
//! Two stages, so that a stream of any length needs little room and threads may share the work:
//!
//! 1. [`mask`] makes one pass over the bytes of a message and writes it with [`VARIABLE`] for every value that
//!    shows itself by its form: numbers with their units, dates, addresses, URLs, paths with spaces, quotations,
//!    printed collections, the value of a `key=value`, the second column of `KEY    value`, the agent before
//!    `- AREA::`. Statuses of HTTP, errnos and the names of exception types stay, inside a masked value too.
//!    It needs no memory of other messages, so the caller counts the few distinct results, by their hash.
//! 2. [`mine`] groups the distinct results once all are known. Words that vary between messages that otherwise
//!    agree are values too, however many words they are: names, titles, users, hosts. It sorts first, so
//!    neither the order of the maskings nor how often each came changes a group, and a group's id comes from
//!    its text alone.
//!
//! How words are found to vary ([`mine`]): within a bucket, the patterns that begin with the same words, a word
//! that few of them share is taken for a value, and values next to each other with what joins them are one.
//! Patterns that look the same then are a candidate. It becomes a group if there are enough examples for what
//! varies, fewer for names and titles or where many words agree, more for parts of sentences, many for constants
//! in capitals, and never for opposites such as `true` and `false`. Rounds go from long beginnings to none and from
//! rare words to common ones, so the certain groups form first and count as one pattern afterwards. At last each
//! group takes up the patterns that are it with a value that is common elsewhere.
//!
//! Left to others: reading records, rules for known messages, redaction. Invariants: masking a masked message
//! changes nothing; two messages with different statuses, errnos or exception types are never in one group.

mod absorb;
mod code;
mod evidence;
mod mask;
mod mine;
mod need;
mod rounds;
mod scan;
mod skeleton;
mod span;
mod title;
mod vocabulary;
mod word;

pub use mask::{Masked, VARIABLE, mask};
pub use mine::{Masking, Template, mine};
