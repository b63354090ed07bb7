//! A library section.

use super::Element;

/// One library of a server, as `/library/sections` lists it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Section {
    /// Its number, as text: it goes into paths as it came.
    pub key: String,
    /// Its name.
    pub title: String,
    /// `movie`, `show`, `artist` or `photo`.
    pub kind: String,
    /// Identifier of the metadata agent it uses.
    pub agent: Option<String>,
    /// `en`, `en-US`, ...
    pub language: Option<String>,
    /// Whether the server says that it is being refreshed; known to say no too early.
    pub refreshing: bool,
    /// When it was last scanned, in seconds since 1970.
    pub scanned_at: Option<u64>,
    /// The folders it covers, as the server names them.
    pub folders: Vec<String>,
}

impl Section {
    /// A section from a child of `/library/sections`; `None` if the element has no key or is something else.
    pub fn of(element: &Element) -> Option<Self> {
        let key = element.get("key").filter(|key| !key.is_empty())?;
        let text = |name| element.get(name).map(str::to_owned);
        let folders = element
            .children
            .iter()
            .filter(|child| child.name == "Location");
        (element.name == "Directory").then(|| Self {
            key: key.to_owned(),
            title: text("title").unwrap_or_default(),
            kind: text("type").unwrap_or_default(),
            agent: text("agent").filter(|agent| !agent.is_empty()),
            language: text("language").filter(|language| !language.is_empty()),
            refreshing: element.flag("refreshing"),
            scanned_at: element.number("scannedAt"),
            folders: folders
                .filter_map(|child| child.get("path"))
                .map(str::to_owned)
                .collect(),
        })
    }

    /// The number by which the API names what this section lists: films, shows, artists. A section of
    /// pictures lists albums and pictures side by side, so it has none.
    pub fn type_number(&self) -> Option<u8> {
        match self.kind.as_str() {
            "movie" => Some(1),
            "show" => Some(2),
            "artist" => Some(8),
            _ => None,
        }
    }

    /// The number of what has files of its own: films, episodes, tracks, pictures.
    pub fn leaf_type_number(&self) -> Option<u8> {
        match self.kind.as_str() {
            "show" => Some(4),
            "artist" => Some(10),
            "photo" => Some(13),
            _ => self.type_number(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_is_read_with_its_folders() {
        let location = Element {
            name: "Location".into(),
            attributes: vec![("path".into(), "/tv".into())],
            children: vec![],
        };
        let pairs = [
            ("key", "2"),
            ("type", "show"),
            ("title", "TV"),
            ("refreshing", "0"),
            ("scannedAt", "1605461424"),
        ];
        let element = Element {
            name: "Directory".into(),
            attributes: pairs
                .iter()
                .map(|(k, v)| ((*k).into(), (*v).into()))
                .collect(),
            children: vec![location],
        };
        let section = Section::of(&element).unwrap();
        assert_eq!(
            (
                section.key.as_str(),
                section.agent.as_deref(),
                section.refreshing
            ),
            ("2", None, false)
        );
        assert_eq!(
            (section.type_number(), section.leaf_type_number()),
            (Some(2), Some(4))
        );
        assert_eq!(section.folders, ["/tv"]);
        assert_eq!(
            Section::of(&Element {
                attributes: vec![],
                ..element
            }),
            None
        );
    }
}
