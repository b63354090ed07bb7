//! One request, described before it is sent.

use crate::server_url::percent_encoded;

/// The verb of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verb {
    Get,
    Put,
    Delete,
}

/// One request.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    pub(crate) verb: Verb,
    /// Escaped, without a query.
    pub(crate) path: String,
    pub(crate) query: Vec<(String, String)>,
    /// Where a page begins and how much it shall hold.
    pub(crate) page: Option<(u64, u64)>,
    /// The answer may be long: only silence and the run's deadline end it.
    pub(crate) is_long: bool,
}

impl Call {
    pub(crate) fn get(path: impl Into<String>) -> Self {
        Self {
            verb: Verb::Get,
            path: path.into(),
            query: Vec::new(),
            page: None,
            is_long: false,
        }
    }

    pub(crate) fn put(path: impl Into<String>) -> Self {
        Self {
            verb: Verb::Put,
            ..Self::get(path)
        }
    }

    pub(crate) fn delete(path: impl Into<String>) -> Self {
        Self {
            verb: Verb::Delete,
            ..Self::get(path)
        }
    }

    #[must_use]
    pub(crate) fn with(mut self, name: &str, value: impl std::fmt::Display) -> Self {
        self.query.push((name.to_owned(), value.to_string()));
        self
    }

    pub(super) fn target(&self) -> String {
        let mut target = self.path.clone();
        for (n, (name, value)) in self.query.iter().enumerate() {
            target.push(if n == 0 { '?' } else { '&' });
            // Plex writes its operators (`year>>`, `title!`) into the name.
            target.push_str(&percent_encoded(name).replace("%21", "!"));
            target.push('=');
            target.push_str(&percent_encoded(value));
        }
        target
    }

    pub(super) fn shown(&self) -> String {
        let verb = match self.verb {
            Verb::Get => "GET",
            Verb::Put => "PUT",
            Verb::Delete => "DELETE",
        };
        format!("{verb} {}", self.path)
    }
}
