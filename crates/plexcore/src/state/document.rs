//! The text of a state file, and changes to it that leave everything else as it is.

use std::ops::Range;

use super::json::{self, Fault, Member};
use super::text::{laid_out, quoted};

/// Dotted keys reach this many levels down; a longer one is no key of anybody's.
const MOST_LEVELS: usize = 100;

/// A state file that was understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    text: String,
    whole: Range<usize>,
}

/// A value of the state, as it is written in the file.
pub type Value<'a> = &'a str;

/// What `delete` did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deleted {
    /// The key and its value are gone.
    Gone,
    /// There was no such key.
    Absent,
}

/// Where a key leads.
enum Place {
    /// To a value.
    Value(Range<usize>),
    /// To no value yet: it would be a member of this object under this name. `nested` says that
    /// the object itself was reached by a dotted key, so that dots in the name mean levels.
    Free {
        object: Range<usize>,
        name: String,
        nested: bool,
    },
}

impl Document {
    /// The state before anything was saved, laid out as the script laid it out.
    pub fn empty() -> Self {
        let text = "{\n  \"saved_at\": null,\n  \"reason\": null,\n  \"state\": {}\n}".to_owned();
        let whole = 0..text.len();
        Self { text, whole }
    }

    /// Understands a text as a state file. The error says what stands where something else should.
    ///
    /// A file of another program (no `state`, but other keys) is refused: the script took it for
    /// an empty state and wrote over it.
    pub fn parse(text: String) -> Result<Self, String> {
        let whole = json::check(&text).map_err(|fault: Fault| fault.to_string())?;
        let document = Self { text, whole };
        let kind = kind_of(&document.text[document.whole.clone()]);
        if kind != "an object" {
            return Err(format!(
                "expected an object with the key \"state\", found {kind}"
            ));
        }
        let Some(state) = document.top_level("state") else {
            return document.without_state();
        };
        let kind = kind_of(&document.text[state]);
        if kind != "an object" {
            return Err(format!("expected an object under \"state\", found {kind}"));
        }
        Ok(document)
    }

    /// The script read a file without `state` as an empty state; so be it if nothing else is in it.
    fn without_state(mut self) -> Result<Self, String> {
        for member in json::members(&self.text, &self.whole) {
            let key = &self.text[member.key];
            if key != "\"saved_at\"" && key != "\"reason\"" {
                return Err(format!(
                    "expected an object with the key \"state\", found one with {key}: it belongs to another program"
                ));
            }
        }
        self.insert(&self.whole.clone(), "state", "{}");
        Ok(self)
    }

    /// The whole text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The state itself, an object.
    pub fn state(&self) -> Value<'_> {
        &self.text[self.state_span()]
    }

    /// How many keys the state has.
    pub fn n_keys(&self) -> usize {
        json::members(&self.text, &self.state_span()).len()
    }

    /// The value of a top-level key such as `saved_at`, as it is written.
    pub fn header(&self, key: &str) -> Option<Value<'_>> {
        self.top_level(key).map(|span| &self.text[span])
    }

    /// The value of a key. A key that holds dots is first looked for as it is, then as a path
    /// through objects and lists (`agents.0.name`).
    pub fn get(&self, key: &str) -> Option<Value<'_>> {
        match self.place(&self.state_span(), key, 0) {
            Place::Value(span) => Some(&self.text[span]),
            Place::Free { .. } => None,
        }
    }

    /// Sets a key to a value, given as JSON. A dotted key reaches into an object that is there;
    /// where its first part is no object, the key is taken as it is, which is what the script did.
    pub fn set(&mut self, key: &str, value: &str) {
        match self.place(&self.state_span(), key, 0) {
            Place::Value(span) => {
                let value = self.fitted(value, &self.indent_at(span.start));
                self.splice(span, &value);
            }
            Place::Free {
                object,
                name,
                nested: false,
            } => self.insert(&object, &name, value),
            Place::Free {
                object,
                name,
                nested: true,
            } => {
                let mut parts = name.split('.');
                let first = parts.next().unwrap_or_default();
                let value = parts.rev().fold(value.to_owned(), |inner, part| {
                    format!("{{{}: {inner}}}", quoted(part))
                });
                self.insert(&object, first, &value);
            }
        }
    }

    /// Takes a key out, as often as it occurs.
    pub fn delete(&mut self, key: &str) -> Deleted {
        let mut deleted = Deleted::Absent;
        while let Place::Value(span) = self.place(&self.state_span(), key, 0) {
            let Some((container, items, position)) = self.siblings(&span) else {
                break;
            };
            let cut = match (position, items.len()) {
                (0, 1) => container.start + 1..container.end - 1,
                (0, _) => items[0].start..items[1].start,
                (n, _) => items[n - 1].end..items[n].end,
            };
            self.splice(cut, "");
            deleted = Deleted::Gone;
            if kind_of(&self.text[container.start..]) == "a list" {
                // The next element has moved up; the key names that one now.
                break;
            }
        }
        deleted
    }

    /// Makes the state empty.
    pub fn clear(&mut self) {
        self.splice(self.state_span(), "{}");
    }

    /// Records when and why the state is saved.
    pub fn stamp(&mut self, saved_at: &str, reason: &str) {
        for (key, value) in [("saved_at", saved_at), ("reason", reason)] {
            match self.top_level(key) {
                Some(span) => self.splice(span, &quoted(value)),
                None => self.insert(&self.whole.clone(), key, &quoted(value)),
            }
        }
    }

    fn state_span(&self) -> Range<usize> {
        self.top_level("state")
            .unwrap_or_else(|| self.whole.clone())
    }

    fn top_level(&self, key: &str) -> Option<Range<usize>> {
        self.member(&self.whole, key).map(|member| member.value)
    }

    /// The member with this name; Python keeps the last of several.
    fn member(&self, object: &Range<usize>, name: &str) -> Option<Member> {
        let plain = quoted(name);
        json::members(&self.text, object)
            .into_iter()
            .rev()
            .find(|member| {
                let key = &self.text[member.key.clone()];
                key == plain || json::decoded(key).is_some_and(|key| key == name)
            })
    }

    fn place(&self, at: &Range<usize>, key: &str, level: usize) -> Place {
        let free = || Place::Free {
            object: at.clone(),
            name: key.to_owned(),
            nested: level > 0,
        };
        if let Some(member) = self.member(at, key) {
            return Place::Value(member.value);
        }
        let mut best = free();
        if level == MOST_LEVELS {
            return best;
        }
        for (dot, _) in key.match_indices('.') {
            let (head, rest) = (&key[..dot], &key[dot + 1..]);
            let Some(child) = self.child(at, head) else {
                continue;
            };
            match kind_of(&self.text[child.clone()]) {
                "an object" => match self.place(&child, rest, level + 1) {
                    found @ Place::Value(_) => return found,
                    found @ Place::Free { .. } if matches!(&best, Place::Free { object, .. } if object == at) =>
                    {
                        best = found;
                    }
                    Place::Free { .. } => {}
                },
                "a list" => {
                    if let Some(span) = self.in_list(&child, rest, level + 1) {
                        return Place::Value(span);
                    }
                }
                _ => {}
            }
        }
        best
    }

    fn child(&self, object: &Range<usize>, name: &str) -> Option<Range<usize>> {
        self.member(object, name).map(|member| member.value)
    }

    /// An element by its number, or something below it.
    fn in_list(&self, list: &Range<usize>, key: &str, level: usize) -> Option<Range<usize>> {
        let (number, rest) = key
            .split_once('.')
            .map_or((key, None), |(n, rest)| (n, Some(rest)));
        let element = json::elements(&self.text, list)
            .into_iter()
            .nth(number.parse().ok()?)?;
        let Some(rest) = rest else {
            return Some(element);
        };
        match kind_of(&self.text[element.clone()]) {
            "an object" => match self.place(&element, rest, level) {
                Place::Value(span) => Some(span),
                Place::Free { .. } => None,
            },
            "a list" if level < MOST_LEVELS => self.in_list(&element, rest, level + 1),
            _ => None,
        }
    }

    /// The object or list that directly holds the value at `span`, the spans of all its items, and
    /// which of them it is.
    fn siblings(&self, span: &Range<usize>) -> Option<(Range<usize>, Vec<Range<usize>>, usize)> {
        let mut container = self.state_span();
        for _ in 0..=MOST_LEVELS {
            let members = json::members(&self.text, &container);
            let items: Vec<Range<usize>> = if members.is_empty() {
                json::elements(&self.text, &container)
            } else {
                members
                    .iter()
                    .map(|member| member.key.start..member.value.end)
                    .collect()
            };
            let position = items
                .iter()
                .position(|item| item.start <= span.start && span.end <= item.end)?;
            let value = members
                .get(position)
                .map_or(items[position].clone(), |member| member.value.clone());
            if value == *span {
                return Some((container, items, position));
            }
            container = value;
        }
        None
    }

    /// Adds a member at the end of an object, in the manner of the members before it.
    fn insert(&mut self, object: &Range<usize>, name: &str, value: &str) {
        let members = json::members(&self.text, object);
        if let Some(last) = members.last() {
            let gap_start = match members.len() {
                1 => object.start + 1,
                n => members[n - 2].value.end,
            };
            let gap = &self.text[gap_start..last.key.start];
            let colon = self.text[last.key.end..last.value.start].to_owned();
            let gap = match gap.split_once(',') {
                Some((_, after)) => after.to_owned(),
                // Nothing shows what would follow a comma; the colon does.
                None if !gap.contains('\n') => colon.trim_start_matches(':').to_owned(),
                None => gap.to_owned(),
            };
            let value = self.fitted(value, &self.indent_at(last.key.start));
            let at = last.value.end;
            self.splice(at..at, &format!(",{gap}{}{colon}{value}", quoted(name)));
        } else if self.is_on_lines() {
            let indent = self.indent_at(object.start);
            let value = self.fitted(value, &format!("{indent}  "));
            let text = format!("{{\n{indent}  {}: {value}\n{indent}}}", quoted(name));
            self.splice(object.clone(), &text);
        } else {
            let text = format!("{{{}: {value}}}", quoted(name));
            self.splice(object.clone(), &text);
        }
    }

    /// A new value laid out as the file is: on lines of its own, or on one.
    fn fitted(&self, value: &str, indent: &str) -> String {
        if self.is_on_lines() {
            laid_out(value, indent)
        } else {
            value.to_owned()
        }
    }

    fn is_on_lines(&self) -> bool {
        self.text[self.whole.clone()].contains('\n')
    }

    /// The white space that begins the line in which a position lies.
    fn indent_at(&self, at: usize) -> String {
        let line = self.text[..at].rfind('\n').map_or(0, |end| end + 1);
        self.text[line..at]
            .chars()
            .take_while(|c| matches!(c, ' ' | '\t'))
            .collect()
    }

    fn splice(&mut self, span: Range<usize>, with: &str) {
        self.whole.end = self.whole.end - span.len() + with.len();
        self.text.replace_range(span, with);
    }
}

fn kind_of(value: &str) -> &'static str {
    match value.as_bytes().first() {
        Some(b'{') => "an object",
        Some(b'[') => "a list",
        Some(b'"') => "a string",
        Some(b'n') => "null",
        Some(b't' | b'f') => "true or false",
        _ => "a number",
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn state(text: &str) -> Document {
        Document::parse(format!("{{\"state\": {text}}}")).unwrap()
    }

    fn after(text: &str, change: impl FnOnce(&mut Document)) -> String {
        let mut document = state(text);
        change(&mut document);
        Document::parse(document.text().to_owned()).unwrap();
        document.state().to_owned()
    }

    #[test]
    fn a_new_file_is_laid_out_as_the_script_laid_it_out() {
        let mut document = Document::empty();
        document.set("iteration", "\"3\"");
        document.set("agent", "\"Example\"");
        document.stamp("2026-02-01T18:30:00.000", "checkpoint");
        assert_eq!(
            document.text(),
            "{\n  \"saved_at\": \"2026-02-01T18:30:00.000\",\n  \"reason\": \"checkpoint\",\n  \"state\": {\n    \"iteration\": \"3\",\n    \"agent\": \"Example\"\n  }\n}"
        );
    }

    #[test]
    fn python_2_spacing_goes_on_as_it_was() {
        let text = "{\n  \"reason\": \"x\", \n  \"state\": {\n    \"b\": \"1\", \n    \"a\": \"2\"\n  }, \n  \"saved_at\": \"y\"\n}";
        let mut document = Document::parse(text.to_owned()).unwrap();
        document.set("c", "\"3\"");
        assert_eq!(
            document.text(),
            text.replace("\"2\"\n", "\"2\", \n    \"c\": \"3\"\n")
        );
    }

    #[test]
    fn untouched_values_keep_their_bytes() {
        let odd = r#"{"n": NaN, "big": 123456789012345678901234567890, "e": 1e400,"s":"\udce9 \/","i":-Infinity,"d":1,"d":2}"#;
        let set = after(odd, |d| d.set("new", "1"));
        assert_eq!(set, odd.replace("\"d\":2}", "\"d\":2,\"new\":1}"));
        assert_eq!(
            after(odd, |d| d.set("d", "3")),
            odd.replace("\"d\":2", "\"d\":3")
        );
    }

    #[test]
    fn keys_at_the_top_that_are_not_ours_are_kept() {
        let text = "\u{feff}{\"x\": [1,  2], \"state\": {}, \"saved_at\": 0}\n";
        let mut document = Document::parse(text.to_owned()).unwrap();
        document.stamp("now", "why");
        assert_eq!(
            document.text(),
            "\u{feff}{\"x\": [1,  2], \"state\": {}, \"saved_at\": \"now\", \"reason\": \"why\"}\n"
        );
    }

    #[test]
    fn a_dotted_key_is_a_key_first_and_a_path_second() {
        let text = r#"{"a.b": 1, "a": {"b": 2, "c": [{"d": 3}]}}"#;
        let document = state(text);
        let get = |key| document.get(key).unwrap_or("-");
        assert_eq!(
            ["a.b", "a.c.0.d", "a.c.1", "a.c.x", "b.c", "", "a."].map(get),
            ["1", "3", "-", "-", "-", "-", "-"]
        );
        assert_eq!(
            after("{\"x\": \"text\"}", |d| d.set("x.y", "1")),
            "{\"x\": \"text\", \"x.y\": 1}"
        );
        assert_eq!(
            after("{\"x\": {}}", |d| d.set("x.y.z", "1")),
            "{\"x\": {\"y\": {\"z\": 1}}}"
        );
        assert_eq!(
            after("{\"x\": [1, 2]}", |d| d.set("x.1", "3")),
            "{\"x\": [1, 3]}"
        );
    }

    #[test]
    fn a_deleted_key_leaves_no_comma() {
        let text = "{\"a\": 1, \"b\": {\"c\": [1, 2]}, \"a\": 3}";
        assert_eq!(
            after(text, |d| assert_eq!(d.delete("a"), Deleted::Gone)),
            "{\"b\": {\"c\": [1, 2]}}"
        );
        assert_eq!(
            after(text, |d| assert_eq!(d.delete("b.c.0"), Deleted::Gone)),
            "{\"a\": 1, \"b\": {\"c\": [2]}, \"a\": 3}"
        );
        assert_eq!(
            after("{\"a\": 1}", |d| assert_eq!(d.delete("a"), Deleted::Gone)),
            "{}"
        );
        assert_eq!(
            after(text, |d| assert_eq!(d.delete("c"), Deleted::Absent)),
            text
        );
    }

    #[test]
    fn what_is_no_state_file_is_refused_with_the_reason() {
        for (text, expected) in [
            (
                "[1]",
                "expected an object with the key \"state\", found a list",
            ),
            (
                "\"x\"",
                "expected an object with the key \"state\", found a string",
            ),
            (
                "{\"state\": [1]}",
                "expected an object under \"state\", found a list",
            ),
            (
                "{\"state\": null}",
                "expected an object under \"state\", found null",
            ),
            (
                "{\"coordinator_state\": {}}",
                "expected an object with the key \"state\", found one with \"coordinator_state\": it belongs to another program",
            ),
            (
                "{\"state\": {",
                "line 1 column 12: expected a key in double quotes, found the end of the file",
            ),
        ] {
            assert_eq!(Document::parse(text.to_owned()).unwrap_err(), expected);
        }
        assert_eq!(
            Document::parse("{\"reason\": 1}".to_owned())
                .unwrap()
                .state(),
            "{}"
        );
    }

    proptest! {
        #[test]
        fn what_was_set_is_read_back_and_nothing_else_changes(
            before in proptest::collection::vec(("[a-c.\u{e9}\"\\\\]{0,4}", "[ -~\u{e9}\u{1f600}]{0,5}"), 0..6),
            key in "[a-c.\u{e9}\"\\\\]{0,4}",
            value in "[ -~\n\u{e9}\u{1f600}]{0,5}",
        ) {
            let mut document = Document::empty();
            for (key, value) in &before {
                document.set(key, &quoted(value));
            }
            let old = document.clone();
            document.set(&key, &quoted(&value));
            let document = Document::parse(document.text().to_owned()).unwrap();
            prop_assert_eq!(document.get(&key).unwrap_or_default(), quoted(&value));
            for (other, _) in before.iter().filter(|(other, _)| *other != key) {
                prop_assert_eq!(document.get(other), old.get(other));
            }
            let mut undone = document.clone();
            if old.get(&key).is_none() {
                prop_assert_eq!(undone.delete(&key), Deleted::Gone);
                prop_assert_eq!(undone.n_keys(), old.n_keys());
            }
        }
    }
}
