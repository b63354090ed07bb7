//! How the table writes a rule: in few words, without memory of its own.

use super::{Follow, GroupBy, Kind, Needs, Rule, Severity, When};

pub(super) type Words = &'static [&'static str];

/// One way to recognise an event, as the table writes it; see [`When`].
#[derive(Clone, Copy)]
pub(super) struct Way {
    pub(super) starts: Words,
    pub(super) contains: Words,
    pub(super) says: Words,
    pub(super) exception: Words,
    pub(super) url: Words,
    pub(super) needs: Option<Needs>,
    pub(super) any_level: bool,
}

/// No condition.
pub(super) const ANY: Way = Way {
    starts: &[],
    contains: &[],
    says: &[],
    exception: &[],
    url: &[],
    needs: None,
    any_level: false,
};

pub(super) const fn starts(words: Words) -> Way {
    Way {
        starts: words,
        ..ANY
    }
}

pub(super) const fn contains(words: Words) -> Way {
    Way {
        contains: words,
        ..ANY
    }
}

pub(super) const fn says(words: Words) -> Way {
    Way { says: words, ..ANY }
}

pub(super) const fn raised(exception: Words) -> Way {
    Way { exception, ..ANY }
}

pub(super) const fn url(words: Words) -> Way {
    Way { url: words, ..ANY }
}

/// One rule, as the table writes it.
pub(super) struct Row {
    id: &'static str,
    kind: Kind,
    severity: Option<Severity>,
    title: &'static str,
    group: GroupBy,
    follow: Follow,
    when: &'static [Way],
}

pub(super) const fn row(
    kind: Kind,
    id: &'static str,
    title: &'static str,
    when: &'static [Way],
) -> Row {
    Row {
        id,
        kind,
        severity: match kind {
            Kind::Noise | Kind::Outcome => Some(Severity::Info),
            _ => None,
        },
        title,
        group: GroupBy::Rule,
        follow: Follow::Nothing,
        when,
    }
}

impl Row {
    /// Its events are the same error only at one place.
    pub(super) const fn by_place(mut self) -> Self {
        self.group = GroupBy::Place;
        self
    }

    /// A later record may belong to its events.
    pub(super) const fn then(mut self, follow: Follow) -> Self {
        self.follow = follow;
        self
    }
}

impl Row {
    pub(super) fn rule(&self) -> Rule {
        Rule {
            id: self.id.to_owned(),
            kind: self.kind,
            severity: self.severity,
            title: self.title.to_owned(),
            group: self.group,
            when: self.when.iter().map(Way::when).collect(),
            follow: self.follow,
        }
    }
}

impl Way {
    fn when(&self) -> When {
        let own = |words: Words| words.iter().map(|&word| word.to_owned()).collect();
        When {
            starts: own(self.starts),
            contains: own(self.contains),
            says: own(self.says),
            exception: own(self.exception),
            url: own(self.url),
            regex: None,
            any_level: self.any_level,
            needs: self.needs,
        }
    }
}
