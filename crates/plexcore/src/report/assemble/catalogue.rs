//! Entries of all plug-ins become one catalogue, and counts by kind.

use std::collections::{BTreeMap, BTreeSet};

use super::timeline::Buckets;
use super::{Findings, PluginFindings, PluginShare, agents, cut};
use crate::log::event::{Culprit, RecordPlace, Url, short_id};
use crate::log::excerpt::Excerpt;
use crate::log::rules::{Kind, Severity};
use crate::metrics::catalogue::EntryTally;
use crate::redact::Redactor;
use crate::report::number::percent;
use crate::report::understanding::{
    AgentCount, CulpritPlace, Entry, Example, FailedHost, KindCount, RaisedException,
};
use crate::stamp::Stamp;

/// Characters shown of a line in an example.
const WIDTH: usize = 400;

/// One error over all plug-ins.
pub(super) struct Merged {
    fingerprint: u64,
    /// The plug-ins that have it, by name, as indices of the findings' plug-ins.
    parts: Vec<(usize, EntryTally)>,
}

/// All errors by fingerprint, taken out of the plug-ins' catalogues.
pub(super) fn merged(plugins: &mut [PluginShare]) -> Vec<Merged> {
    let mut errors: BTreeMap<u64, Merged> = BTreeMap::new();
    for (index, plugin) in plugins.iter_mut().enumerate() {
        for (fingerprint, tally) in std::mem::take(&mut plugin.catalogue.entries) {
            let merged = errors.entry(fingerprint).or_insert_with(|| Merged {
                fingerprint,
                // Most errors are of one agent.
                parts: Vec::with_capacity(1),
            });
            merged.parts.push((index, tally));
        }
    }
    errors.into_values().collect()
}

/// Every distinct error; outcomes are none.
pub(super) fn catalogue(
    errors: Vec<Merged>,
    findings: &mut Findings<'_>,
    buckets: &Buckets,
) -> Vec<Entry> {
    let mut entries: Vec<(Kind, Entry)> = errors
        .into_iter()
        .filter(|merged| merged.kind() != Kind::Outcome)
        .map(|merged| (merged.kind(), merged.entry(findings, buckets)))
        .collect();
    entries.sort_unstable_by(|(a_kind, a), (b_kind, b)| {
        let noise_last = (*a_kind == Kind::Noise).cmp(&(*b_kind == Kind::Noise));
        noise_last
            .then(b.count.cmp(&a.count))
            .then_with(|| a.id.cmp(&b.id))
    });
    entries.into_iter().map(|(_, entry)| entry).collect()
}

impl Merged {
    /// The part with the first event; it gives the example.
    fn earliest(&self) -> Option<&(usize, EntryTally)> {
        self.parts
            .iter()
            .min_by_key(|(plugin, tally)| (tally.first, *plugin))
    }

    fn kind(&self) -> Kind {
        self.parts
            .first()
            .map_or(Kind::Outcome, |(_, tally)| tally.class.kind)
    }

    fn count(&self) -> u64 {
        self.parts.iter().map(|(_, tally)| tally.count).sum()
    }

    fn entry(self, findings: &mut Findings<'_>, buckets: &Buckets) -> Entry {
        let example = self.example(&mut findings.plugins);
        let redactor = findings.scope.redactor;
        let tallies = || self.parts.iter().map(|(_, tally)| tally);
        let class = self.earliest().map(|(_, tally)| &tally.class);
        let id = short_id(self.fingerprint);
        let items: BTreeSet<u64> = tallies()
            .flat_map(|tally| tally.items.keys())
            .copied()
            .collect();
        let raised = tallies().find_map(|tally| tally.raised.as_ref());
        Entry {
            kind: class.map(|class| class.id.clone()).unwrap_or_default(),
            group: self.kind().name().to_owned(),
            severity: tallies()
                .map(|tally| tally.severity)
                .max()
                .unwrap_or(Severity::Info)
                .name()
                .to_owned(),
            title: class
                .map(|class| redactor.redact(&class.title).into_owned())
                .unwrap_or_default(),
            template: tallies()
                .find_map(|tally| tally.wording.as_ref())
                .map(|wording| cut(&redactor.redact_bytes(wording), WIDTH)),
            count: self.count(),
            agents: by_agent(
                self.parts
                    .iter()
                    .map(|(plugin, tally)| (&*findings.plugins[*plugin].name, tally.count)),
                redactor,
            ),
            first: tallies()
                .map(|tally| tally.first)
                .min()
                .map(Stamp::to_log)
                .unwrap_or_default(),
            last: tallies()
                .map(|tally| tally.last)
                .max()
                .map(Stamp::to_log)
                .unwrap_or_default(),
            trend: buckets.trend(tallies().flat_map(|tally| &tally.minutes)),
            culprit: self.culprit(example.as_ref()),
            exception: raised.map(|raised| RaisedException {
                name: redactor.redact(&raised.name).into_owned(),
                message: cut(&redactor.redact_bytes(&raised.message), WIDTH),
            }),
            status: tallies().find_map(|tally| tally.status),
            errno: tallies().find_map(|tally| tally.errno),
            urls: self.hosts(redactor),
            n_items: items.len() as u64,
            items: items
                .iter()
                .take(Entry::MOST_ITEMS)
                .map(u64::to_string)
                .collect(),
            example,
            is_new: findings.known.map(|known| !known.contains(&id)),
            id,
        }
    }

    /// The place in the code that the last event names; its source line from the example.
    fn culprit(&self, example: Option<&Example>) -> Option<CulpritPlace> {
        let (_, culprit): &(Stamp, Culprit) = self
            .parts
            .iter()
            .filter_map(|(_, tally)| tally.culprit.as_ref())
            .max_by_key(|(at, _)| *at)?;
        let place = format!("{}\", line ", culprit.place.file);
        let frame = example.and_then(|example| {
            let at = example
                .lines
                .iter()
                .position(|line| line.replace('\\', "/").contains(&place))?;
            example
                .lines
                .get(at + 1)
                .filter(|line| line.starts_with("    ") && line.trim() != "...")
        });
        Some(CulpritPlace {
            bundle: culprit.place.bundle.clone(),
            file: culprit.place.file.clone(),
            line: culprit.line,
            function: culprit.function.clone(),
            source: frame.map(|line| line.trim().to_owned()),
        })
    }

    fn hosts(&self, redactor: &Redactor) -> Vec<FailedHost> {
        let mut hosts: BTreeMap<(&str, Option<u16>), (u64, &Url)> = BTreeMap::new();
        for ((host, status), (events, url)) in self.parts.iter().flat_map(|(_, tally)| &tally.hosts)
        {
            hosts.entry((host, *status)).or_insert((0, url)).0 += events;
        }
        let mut hosts: Vec<FailedHost> = hosts
            .into_iter()
            .map(|((host, status), (events, url))| FailedHost {
                host: redactor.redact(host).into_owned(),
                status,
                events,
                example: cut(&agents::url(url, redactor), WIDTH),
            })
            .collect();
        hosts.sort_by(|a, b| {
            b.events
                .cmp(&a.events)
                .then_with(|| (&a.host, a.status).cmp(&(&b.host, b.status)))
        });
        hosts.truncate(Entry::MOST_HOSTS);
        hosts
    }

    fn example(&self, plugins: &mut [PluginShare]) -> Option<Example> {
        let (plugin, tally) = self.earliest()?;
        plugins.get_mut(*plugin)?.examples.remove(&tally.example.0)
    }
}

/// The first event of an error as it is shown.
pub(super) fn example(
    found: &PluginFindings<'_>,
    place: RecordPlace,
    file: &str,
    excerpt: &Excerpt,
    redactor: &Redactor,
) -> Example {
    let shown = |lines: &[Vec<u8>]| {
        lines
            .iter()
            .map(|line| cut(&redactor.redact_bytes(line), WIDTH))
            .collect()
    };
    let Excerpt {
        before,
        lines,
        after,
    } = excerpt;
    Example {
        agent: redactor.redact(found.name).into_owned(),
        file: redactor.redact(file).into_owned(),
        offset: place.offset,
        before: shown(before),
        lines: shown(lines),
        after: shown(after),
    }
}

/// A kind's title, and its events by plug-in.
type Titled<'a> = (&'a str, BTreeMap<&'a str, u64>);

/// How often each kind of thing happened; failures first, noise last.
pub(super) fn kinds(errors: &[Merged], findings: &Findings<'_>) -> Vec<KindCount> {
    let mut kinds: BTreeMap<(Kind, &str), Titled<'_>> = BTreeMap::new();
    for (plugin, tally) in errors.iter().flat_map(|merged| &merged.parts) {
        let class = &tally.class;
        let kind = kinds
            .entry((class.kind, &class.id))
            .or_insert((&class.title, BTreeMap::new()));
        *kind.1.entry(&findings.plugins[*plugin].name).or_default() += tally.count;
    }
    let events_of = |agents: &BTreeMap<&str, u64>| agents.values().sum::<u64>();
    let failures: u64 = kinds
        .iter()
        .filter(|((kind, _), _)| kind.is_failure())
        .map(|(_, (_, agents))| events_of(agents))
        .sum();
    let mut counts: Vec<(u8, KindCount)> = kinds
        .iter()
        .map(|((kind, id), (title, agents))| {
            let rank = match kind {
                Kind::Noise => 2,
                Kind::Outcome => 1,
                _ => 0,
            };
            let events = events_of(agents);
            let count = KindCount {
                kind: (*id).to_owned(),
                group: kind.name().to_owned(),
                title: findings.scope.redactor.redact(title).into_owned(),
                events,
                share: if rank == 0 {
                    percent(events, failures)
                } else {
                    None
                },
                agents: by_agent(
                    agents.iter().map(|(name, events)| (*name, *events)),
                    findings.scope.redactor,
                ),
            };
            (rank, count)
        })
        .collect();
    counts.sort_by(|(a_rank, a), (b_rank, b)| {
        a_rank
            .cmp(b_rank)
            .then(b.events.cmp(&a.events))
            .then_with(|| a.kind.cmp(&b.kind))
    });
    counts.into_iter().map(|(_, count)| count).collect()
}

fn by_agent<'n>(
    counts: impl Iterator<Item = (&'n str, u64)>,
    redactor: &Redactor,
) -> Vec<AgentCount> {
    let mut agents: Vec<AgentCount> = counts
        .map(|(name, events)| AgentCount {
            agent: redactor.redact(name).into_owned(),
            events,
        })
        .collect();
    agents.sort_by(|a, b| b.events.cmp(&a.events).then_with(|| a.agent.cmp(&b.agent)));
    agents
}
