//! What must hold of an item after its refresh: `summary`, `studio=Example`, `title~^The `.

use plexcore::cli::Failure;
use plexcore::xml::Item;
use regex::Regex;

/// One expectation.
#[derive(Debug, Clone)]
pub(crate) struct Expectation {
    /// As it was typed.
    pub(crate) text: String,
    field: String,
    test: Test,
}

#[derive(Debug, Clone)]
enum Test {
    HasValue,
    Is(String),
    Matches(Regex),
}

/// Reads what was typed: expectations with commas between them; a comma that belongs to one is written `\,`.
pub(crate) fn parse(typed: &[String]) -> Result<Vec<Expectation>, Failure> {
    let mut found = Vec::new();
    for text in typed {
        for part in split_at_commas(text) {
            found.extend(parse_one(part.trim())?);
        }
    }
    Ok(found)
}

fn split_at_commas(text: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let is_escaped = c == '\\' && chars.peek() == Some(&',');
        match (c, parts.last_mut()) {
            (',', _) => parts.push(String::new()),
            (_, Some(part)) => part.extend(if is_escaped { chars.next() } else { Some(c) }),
            (_, None) => {}
        }
    }
    parts
}

fn parse_one(typed: &str) -> Result<Option<Expectation>, Failure> {
    let wrong = |what: &str| Failure::usage(format!("cannot use {typed:?} for --expect: {what}"));
    if typed.is_empty() {
        return Ok(None);
    }
    let (field, test) = match typed.split_once(['~', '=']) {
        None => (typed, Test::HasValue),
        Some((field, value)) if typed[field.len()..].starts_with('=') => {
            (field, Test::Is(value.to_owned()))
        }
        Some((field, pattern)) => {
            let pattern = Regex::new(pattern)
                .map_err(|error| wrong(&error.to_string().replace('\n', " ")))?;
            (field, Test::Matches(pattern))
        }
    };
    if field.is_empty() {
        return Err(wrong("expected the name of a field first"));
    }
    Ok(Some(Expectation {
        text: typed.to_owned(),
        field: field.to_owned(),
        test,
    }))
}

impl Expectation {
    /// Whether it holds of an item.
    pub(crate) fn holds(&self, item: &Item) -> bool {
        let values = item.values(&self.field);
        match &self.test {
            Test::HasValue => !values.is_empty(),
            Test::Is(wanted) => values.iter().any(|value| value == wanted),
            Test::Matches(pattern) => values.iter().any(|value| pattern.is_match(value)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use plexcore::xml::Element;

    fn item(pairs: &[(&str, &str)]) -> Item {
        let attributes = pairs
            .iter()
            .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()));
        let attributes = attributes
            .chain([("ratingKey".to_owned(), "1".to_owned())])
            .collect();
        Item::of(Element {
            name: "Video".into(),
            attributes,
            children: vec![],
        })
        .unwrap()
    }

    fn verdicts(typed: &str, item: &Item) -> Vec<(String, bool)> {
        let expectations = parse(&[typed.to_owned()]).unwrap();
        expectations
            .iter()
            .map(|one| (one.text.clone(), one.holds(item)))
            .collect()
    }

    #[test]
    fn values_names_and_patterns_are_told_apart() {
        let film = item(&[("summary", "x"), ("studio", "A, B"), ("thumb", "/t")]);
        let found = verdicts("summary, poster,studio~^A\\, B$,genre,summary=y", &film);
        let expected = [
            ("summary", true),
            ("poster", true),
            ("studio~^A, B$", true),
            ("genre", false),
            ("summary=y", false),
        ];
        assert_eq!(
            found,
            expected.map(|(text, holds)| (text.to_owned(), holds))
        );
    }

    #[test]
    fn what_is_no_expectation_is_refused() {
        for typed in ["~x", "=x", "title~("] {
            assert!(parse(&[typed.to_owned()]).is_err(), "{typed}");
        }
        assert!(parse(&[" , ,".to_owned()]).unwrap().is_empty());
    }
}
