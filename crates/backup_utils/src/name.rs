//! Names of backups and of the folders that hold them: `NAME_YYYYMMDD_HHMMSS`, as the script made them.

use plexcore::stamp::Stamp;

/// Longer names leave no room for the time in a file name of 255 bytes.
const MOST_BYTES: usize = 200;

/// A name that can be part of a folder's name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Name(String);

impl Name {
    /// Blanks become underscores, as in the script. What would lead to another folder is refused:
    /// there it was followed.
    pub(crate) fn new(typed: &str) -> Result<Self, String> {
        let name = typed.replace(' ', "_");
        let fault = if name.is_empty() {
            Some("expected at least one character")
        } else if name.len() > MOST_BYTES {
            Some("expected at most 200 bytes")
        } else if name.starts_with('.') {
            Some("expected no dot at its start")
        } else if name
            .chars()
            .any(|c| matches!(c, '/' | '\\') || c.is_control())
        {
            Some("expected no slash, backslash or control character")
        } else if cfg!(windows) && name.chars().any(|c| "<>:\"|?*".contains(c)) {
            Some("expected none of the characters < > : \" | ? *")
        } else {
            None
        };
        fault.map_or(Ok(Self(name)), |fault| {
            Err(format!("cannot use {typed:?} for --name: {fault}"))
        })
    }

    /// The text.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// The folder of the `nth` backup of this name in one second, counted from 1.
    pub(crate) fn folder(&self, local: Stamp, nth: usize) -> String {
        let time = local.to_seconds().replace(['-', ':'], "").replace(' ', "_");
        match nth {
            1 => format!("{}_{time}", self.0),
            _ => format!("{}_{time}_{nth}", self.0),
        }
    }
}

/// Takes a folder's name apart: the backup's name and its local time.
pub(crate) fn parse_folder(folder: &str) -> Option<(&str, Stamp)> {
    // The counter of a second backup within one second comes last.
    let without_counter = folder
        .rsplit_once('_')
        .filter(|(_, counter)| is_digits(counter));
    parse_timed(folder).or_else(|| parse_timed(without_counter?.0))
}

fn parse_timed(folder: &str) -> Option<(&str, Stamp)> {
    let (rest, clock) = folder.rsplit_once('_')?;
    let (name, date) = rest.rsplit_once('_')?;
    if date.len() != 8 || clock.len() != 6 || !is_digits(date) || !is_digits(clock) {
        return None;
    }
    let number = |text: &str, at: usize| text[at..at + 2].parse::<u8>().ok();
    let date = (date[..4].parse().ok()?, number(date, 4)?, number(date, 6)?);
    let clock = (number(clock, 0)?, number(clock, 2)?, number(clock, 4)?);
    Stamp::from_parts(date, clock, 0).map(|at| (name, at))
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_lead_elsewhere_are_refused() {
        for bad in [
            "",
            ".",
            "..",
            "../x",
            "a/b",
            "a\\b",
            "/etc",
            ".hidden",
            "a\nb",
            "a\0b",
            &"x".repeat(201),
        ] {
            assert!(Name::new(bad).is_err(), "{bad:?}");
        }
        assert_eq!(
            Name::new("before the fix").unwrap().as_str(),
            "before_the_fix"
        );
        assert_eq!(Name::new("a..b").unwrap().as_str(), "a..b");
    }

    #[test]
    fn folder_names_are_those_of_the_script_and_can_be_read_back() {
        let at = Stamp::from_parts((2026, 2, 1), (18, 30, 5), 0).unwrap();
        let name = Name::new("a_1").unwrap();
        assert_eq!(name.folder(at, 1), "a_1_20260201_183005");
        assert_eq!(name.folder(at, 12), "a_1_20260201_183005_12");
        for nth in [1, 2, 123_456] {
            assert_eq!(parse_folder(&name.folder(at, nth)), Some(("a_1", at)));
        }
        for other in [
            "_BACKUPS",
            "a_20260201",
            "a_20261301_183005",
            "a_20260201_183005_x",
            "20260201_183005",
        ] {
            assert_eq!(parse_folder(other), None, "{other}");
        }
    }
}
