//! A made-up library: films, shows, music and pictures, some with odd titles, some with gaps.
//!
//! Everything is made from numbers, so two servers with the same setup hold the same library.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use super::setup::Setup;

/// What an item is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A film.
    Movie,
    /// A series.
    Show,
    /// A season of a series.
    Season,
    /// An episode.
    Episode,
    /// An artist.
    Artist,
    /// An album.
    Album,
    /// A track.
    Track,
    /// An album of pictures.
    PhotoAlbum,
    /// A picture.
    Photo,
}

impl Kind {
    /// Name in the API.
    pub fn name(self) -> &'static str {
        match self {
            Self::Movie => "movie",
            Self::Show => "show",
            Self::Season => "season",
            Self::Episode => "episode",
            Self::Artist => "artist",
            Self::Album => "album",
            Self::Track => "track",
            Self::PhotoAlbum | Self::Photo => "photo",
        }
    }

    /// Number in the API.
    pub fn number(self) -> u8 {
        match self {
            Self::Movie => 1,
            Self::Show => 2,
            Self::Season => 3,
            Self::Episode => 4,
            Self::Artist => 8,
            Self::Album => 9,
            Self::Track => 10,
            Self::Photo => 13,
            Self::PhotoAlbum => 14,
        }
    }

    /// Name of its element in XML.
    pub(crate) fn element(self) -> &'static str {
        match self {
            Self::Movie | Self::Episode => "Video",
            Self::Track => "Track",
            Self::Photo => "Photo",
            _ => "Directory",
        }
    }
}

/// A library section.
#[derive(Debug, Clone)]
pub struct FakeSection {
    /// Its number.
    pub key: u32,
    /// Its name.
    pub title: &'static str,
    /// What it lists at its top.
    pub kind: Kind,
    /// Its metadata agent.
    pub agent: &'static str,
    /// Its scanner.
    pub scanner: &'static str,
    /// Its folder.
    pub folder: &'static str,
    /// Whether it says that it is being refreshed.
    pub refreshing: bool,
    /// When it was last scanned.
    pub scanned_at: u64,
}

/// An item.
#[derive(Debug, Clone)]
pub struct FakeItem {
    /// Rating key.
    pub key: u64,
    /// Section number.
    pub section: u32,
    /// What it is.
    pub kind: Kind,
    /// The item it belongs to.
    pub parent: Option<u64>,
    /// Attributes in order.
    pub attributes: Vec<(String, String)>,
    /// Tags such as `("Genre", "Drama")`.
    pub tags: Vec<(String, String)>,
    /// Its file.
    pub file: Option<String>,
    /// How often its agent has worked on it.
    pub n_updates: usize,
    /// Its XML, made when it is first asked for: a large library would take the time of the client under test.
    pub(crate) xml: OnceLock<String>,
}

impl FakeItem {
    /// An attribute's value.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.attributes
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// Sets an attribute, or takes it away with an empty value.
    pub fn set(&mut self, name: &str, value: &str) {
        self.xml = OnceLock::new();
        self.attributes
            .retain(|(key, _)| key != name || !value.is_empty());
        if let Some(pair) = self.attributes.iter_mut().find(|(key, _)| key == name) {
            value.clone_into(&mut pair.1);
        } else if !value.is_empty() {
            self.attributes.push((name.to_owned(), value.to_owned()));
        }
    }
}

/// All sections and items.
#[derive(Debug, Clone, Default)]
pub struct Library {
    /// Sections in order.
    pub sections: Vec<FakeSection>,
    /// Items by rating key.
    pub items: BTreeMap<u64, FakeItem>,
}

/// The identifier of the agent of section 1, a legacy one.
pub const AGENT: &str = "com.plexapp.agents.exampledb";

/// Titles that parsers and terminals stumble over.
const ODD_TITLES: [&str; 8] = [
    "Salt & Pepper <Uncut> \"Director's\"",
    "L'\u{c9}t\u{e9} \u{2013} \u{65e5}\u{672c}\u{8a9e} \u{1f3ac}",
    "  Leading and trailing  ",
    "Back\\slash / slash",
    "\u{202e}desrever",
    "100% = 50% + 50%",
    "Tab\there",
    "\u{5e9}\u{5dc}\u{5d5}\u{5dd}",
];

impl Library {
    /// The library of a setup.
    pub(crate) fn generate(setup: &Setup) -> Self {
        let mut library = Self {
            sections: sections(),
            items: BTreeMap::new(),
        };
        for n in 0..setup.movies {
            library.add_movie(n as u64);
        }
        library.add_shows();
        library.add_music();
        library.add_photos();
        library
    }

    /// A section by number.
    pub fn section(&self, key: u32) -> Option<&FakeSection> {
        self.sections.iter().find(|section| section.key == key)
    }

    pub(crate) fn section_mut(&mut self, key: u32) -> Option<&mut FakeSection> {
        self.sections.iter_mut().find(|section| section.key == key)
    }

    fn add_movie(&mut self, n: u64) {
        let title = match ODD_TITLES.get(usize::try_from(n).unwrap_or(usize::MAX)) {
            Some(odd) => (*odd).to_owned(),
            None => format!("Example Film {n:05}"),
        };
        let mut item = item(1001 + n, 1, Kind::Movie, None, &title);
        item.set("guid", &format!("{AGENT}://{n}?lang=en"));
        item.set("studio", &format!("Studio {}", n % 7));
        item.set("year", &(1960 + n % 60).to_string());
        item.set("rating", "7.1");
        item.set("duration", "5400000");
        item.set("originallyAvailableAt", &format!("{}-01-02", 1960 + n % 60));
        item.set("summary", &summary(n));
        for (kind, tag) in [
            ("Genre", "Drama"),
            ("Genre", "Example"),
            ("Director", "D. Example"),
            ("Role", "A. Example"),
        ] {
            item.tags.push((kind.to_owned(), tag.to_owned()));
        }
        item.file = Some(format!("/media/movies/Film {n:05}/film-{n:05}.mkv"));
        match n {
            // What the workflow looks for: items that an agent left incomplete.
            9 => {
                item.set("summary", "");
                item.set("thumb", "");
                item.tags.clear();
            }
            10 => {
                item.set("year", "");
                item.set("studio", "");
            }
            11 => item.set("guid", "local://1012"),
            _ => {}
        }
        self.items.insert(item.key, item);
    }

    fn add_shows(&mut self) {
        for (show, title) in (0_u64..).zip(["Example Show", "Another & Show"]) {
            let show_key = 200_000 + show * 1000;
            let mut top = item(show_key, 2, Kind::Show, None, title);
            top.set(
                "guid",
                &format!("com.plexapp.agents.exampletv://{show}?lang=en"),
            );
            self.items.insert(show_key, top);
            for season in 1..=2_u64 {
                let season_key = show_key + season * 100;
                let mut middle = item(
                    season_key,
                    2,
                    Kind::Season,
                    Some(show_key),
                    &format!("Season {season}"),
                );
                middle.set("index", &season.to_string());
                middle.set("parentRatingKey", &show_key.to_string());
                self.items.insert(season_key, middle);
                for episode in 1..=3_u64 {
                    let key = season_key + episode;
                    let mut leaf = item(
                        key,
                        2,
                        Kind::Episode,
                        Some(season_key),
                        &format!("Episode {season}.{episode}"),
                    );
                    leaf.set("index", &episode.to_string());
                    leaf.set("parentIndex", &season.to_string());
                    leaf.set("parentRatingKey", &season_key.to_string());
                    leaf.set("grandparentRatingKey", &show_key.to_string());
                    leaf.file = Some(format!(
                        "/media/tv/Show {show}/S{season:02}E{episode:02}.mkv"
                    ));
                    self.items.insert(key, leaf);
                }
            }
        }
    }

    fn add_music(&mut self) {
        for artist in 0..2_u64 {
            let artist_key = 300_000 + artist * 1000;
            self.items.insert(
                artist_key,
                item(
                    artist_key,
                    3,
                    Kind::Artist,
                    None,
                    &format!("Example Artist {artist}"),
                ),
            );
            let album_key = artist_key + 10;
            let mut album = item(album_key, 3, Kind::Album, Some(artist_key), "Self-titled");
            album.set("parentRatingKey", &artist_key.to_string());
            self.items.insert(album_key, album);
            for track in 1..=4_u64 {
                let key = album_key + track;
                let mut leaf = item(
                    key,
                    3,
                    Kind::Track,
                    Some(album_key),
                    &format!("Track {track}"),
                );
                leaf.set("index", &track.to_string());
                leaf.set("parentRatingKey", &album_key.to_string());
                leaf.set("grandparentRatingKey", &artist_key.to_string());
                leaf.file = Some(format!("/media/music/Artist {artist}/{track:02}.flac"));
                self.items.insert(key, leaf);
            }
        }
    }

    fn add_photos(&mut self) {
        for n in 0..3_u64 {
            let mut photo = item(400_001 + n, 4, Kind::Photo, None, &format!("Picture {n}"));
            photo.file = Some(format!("/media/photos/p{n}.jpg"));
            self.items.insert(photo.key, photo);
        }
    }
}

fn sections() -> Vec<FakeSection> {
    let section = |key, title, kind, agent, scanner, folder| FakeSection {
        key,
        title,
        kind,
        agent,
        scanner,
        folder,
        refreshing: false,
        scanned_at: 1_605_461_424,
    };
    vec![
        section(
            1,
            "Films",
            Kind::Movie,
            AGENT,
            "Plex Video Files Scanner",
            "/media/movies",
        ),
        section(
            2,
            "TV: Series & more",
            Kind::Show,
            "tv.plex.agents.series",
            "Plex TV Series",
            "/media/tv",
        ),
        section(
            3,
            "Music",
            Kind::Artist,
            "tv.plex.agents.music",
            "Plex Music",
            "/media/music",
        ),
        section(
            4,
            "Pictures",
            Kind::Photo,
            "com.plexapp.agents.none",
            "Plex Photo Scanner",
            "/media/photos",
        ),
    ]
}

fn item(key: u64, section: u32, kind: Kind, parent: Option<u64>, title: &str) -> FakeItem {
    let mut made = FakeItem {
        key,
        section,
        kind,
        parent,
        attributes: Vec::new(),
        tags: Vec::new(),
        file: None,
        n_updates: 0,
        xml: OnceLock::new(),
    };
    made.set(
        "guid",
        &format!("com.plexapp.agents.example{}://{key}?lang=en", kind.name()),
    );
    made.set("title", title);
    made.set("summary", &format!("About {title}."));
    made.set(
        "thumb",
        &format!("/library/metadata/{key}/thumb/1590245989"),
    );
    made.set("addedAt", &(1_377_829_261 + key).to_string());
    made.set("updatedAt", "1590245989");
    made
}

fn summary(n: u64) -> String {
    let mut text = format!("The story of example {n}.\n\n");
    while text.len() < 700 {
        text.push_str("Somebody \"goes\" somewhere & comes back. ");
    }
    text
}
