//! An item of a library: film, show, season, episode, artist, album, track, picture.
//!
//! What kind of element it is says little (a show in a list is a `Directory`, in JSON everything is
//! `Metadata`), so an item is what has a `ratingKey`. Fields are asked for by the names that people
//! use (`poster`, `genre`), see [`Item::values`].

use super::Element;

/// One item, with whatever its server said of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    element: Element,
}

impl Item {
    /// An item from an element; gives the element back if it has no rating key.
    pub fn of(element: Element) -> Result<Self, Element> {
        match element.get("ratingKey") {
            Some(key) if !key.is_empty() => Ok(Self { element }),
            _ => Err(element),
        }
    }

    /// The rating key, as it came.
    pub fn key(&self) -> &str {
        self.element.get("ratingKey").unwrap_or_default()
    }

    /// The title, if it has one.
    pub fn title(&self) -> Option<&str> {
        self.element.get("title").filter(|title| !title.is_empty())
    }

    /// `movie`, `episode`, ...
    pub fn kind(&self) -> &str {
        self.element.get("type").unwrap_or_default()
    }

    /// When its metadata last changed, in seconds since 1970.
    pub fn updated_at(&self) -> Option<u64> {
        self.element.number("updatedAt")
    }

    /// The section it belongs to, where the answer says so.
    pub fn section(&self) -> Option<&str> {
        self.element.get("librarySectionID")
    }

    /// The element behind it.
    pub fn element(&self) -> &Element {
        &self.element
    }

    /// The files it consists of, as the server names them.
    pub fn files(&self) -> impl Iterator<Item = &str> {
        let media = self
            .element
            .children
            .iter()
            .filter(|child| child.name == "Media");
        media
            .flat_map(|media| media.children.iter())
            .filter(|part| part.name == "Part")
            .filter_map(|part| part.get("file"))
    }

    /// Every value of a field: an attribute (`summary`), or the tags of that name (`genre`).
    ///
    /// `poster` and `background` stand for `thumb` and `art`, `actor` for `role`, a plural for its
    /// singular. `match` is the item's GUID if an agent has recognised it.
    pub fn values(&self, field: &str) -> Vec<&str> {
        if field.eq_ignore_ascii_case("match") {
            return self
                .element
                .get("guid")
                .filter(|guid| is_matched(guid))
                .into_iter()
                .collect();
        }
        if field.eq_ignore_ascii_case("file") {
            return self.files().collect();
        }
        let name = plain_name(field);
        let attribute = self
            .element
            .attributes
            .iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(&name));
        if let Some((_, value)) = attribute {
            return if value.is_empty() {
                Vec::new()
            } else {
                vec![value]
            };
        }
        let tags = self
            .element
            .children
            .iter()
            .filter(|child| child.name.eq_ignore_ascii_case(&name));
        tags.filter_map(|tag| tag.get("tag").or_else(|| tag.get("id")))
            .filter(|value| !value.is_empty())
            .collect()
    }

    /// Whether a field has a value.
    pub fn has(&self, field: &str) -> bool {
        !self.values(field).is_empty()
    }
}

/// Whether a GUID names an entry of some agent, rather than saying that there is none.
fn is_matched(guid: &str) -> bool {
    let unmatched = [
        "local://",
        "com.plexapp.agents.none://",
        "tv.plex.agents.none://",
        "none://",
    ];
    !guid.is_empty() && !unmatched.iter().any(|prefix| guid.starts_with(prefix))
}

/// The name that Plex uses for a field.
fn plain_name(field: &str) -> String {
    let field = field.to_ascii_lowercase();
    let plain = match field.as_str() {
        "poster" | "cover" => "thumb",
        "background" | "fanart" => "art",
        "actor" | "actors" | "cast" => "role",
        "countries" => "country",
        "date" | "released" => "originallyAvailableAt",
        "genres" | "directors" | "writers" | "producers" | "roles" | "collections" | "labels"
        | "moods" | "styles" => {
            return field.trim_end_matches('s').to_owned();
        }
        other => other,
    };
    plain.to_owned()
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;
    use crate::xml::Reader;

    fn item(xml: &str) -> Item {
        let text = format!("<M>{xml}</M>");
        let mut reader = Reader::new(Cursor::new(text));
        reader.root().unwrap();
        Item::of(reader.next_child().unwrap().unwrap()).unwrap()
    }

    #[test]
    fn fields_go_by_the_names_that_people_use() {
        let film = item(
            "<Video ratingKey=\"1\" thumb=\"/t/1\" summary=\"\" guid=\"local://1\" originallyAvailableAt=\"2001-02-03\">\
             <Genre tag=\"Drama\"/><Genre tag=\"Comedy\"/><Role tag=\"B. Actor\"/>\
             <Media><Part file=\"/m/a.mkv\"/><Part file=\"/m/b.mkv\"/></Media></Video>",
        );
        assert_eq!(film.values("genres"), ["Drama", "Comedy"]);
        assert_eq!(film.values("Actors"), ["B. Actor"]);
        assert_eq!(film.values("date"), ["2001-02-03"]);
        assert_eq!(film.values("file"), ["/m/a.mkv", "/m/b.mkv"]);
        let fields = ["summary", "poster", "genre", "studio", "year", "match"];
        let lacking: Vec<_> = fields
            .into_iter()
            .filter(|field| !film.has(field))
            .collect();
        assert_eq!(lacking, ["summary", "studio", "year", "match"]);
    }

    #[test]
    fn what_has_no_rating_key_is_no_item() {
        assert!(
            Item::of(Element {
                name: "Directory".into(),
                ..Element::default()
            })
            .is_err()
        );
    }
}
