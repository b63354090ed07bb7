//! Which items of a section are meant, and the request that asks for them.

use plexcore::cli::Failure;
use plexcore::xml::Section;

use crate::client::{Call, Client};
use crate::listing::Wanted;
use crate::{items, sections};

/// A choice among the items of a section.
#[derive(Debug)]
pub(crate) struct Listed {
    /// The section, as a person typed it: its number or its title.
    pub(crate) section: String,
    /// Fields and the values that the server compares them with.
    pub(crate) filters: Vec<(String, String)>,
    pub(crate) sort: Option<String>,
    /// Episodes instead of shows, tracks instead of artists.
    pub(crate) leaves: bool,
    pub(crate) wanted: Wanted,
}

impl Listed {
    /// The request for these items, and the section where it had to be looked up.
    pub(crate) fn call(&self, client: &Client) -> Result<(Call, Option<Section>), Failure> {
        let is_key = self.section.bytes().all(|byte| byte.is_ascii_digit());
        let section = if is_key && !self.leaves {
            None
        } else {
            Some(sections::find(client, &self.section)?)
        };
        let mut call = match &section {
            None => items::of_section(&self.section, None),
            Some(section) if self.leaves => items::leaves_of(section),
            Some(section) => items::of_section(&section.key, section.type_number()),
        };
        for (field, value) in &self.filters {
            call = call.with(field, value);
        }
        if let Some(order) = &self.sort {
            call = call.with("sort", order);
        }
        Ok((call, section))
    }
}
