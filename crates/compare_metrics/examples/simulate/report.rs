//! Reports of a simulated side: our JSON with titles and errors by id, or totals by their labels.

use std::collections::BTreeMap;

use fastrand::Rng;
use serde_json::{Value, json};

const AGENTS: [&str; 4] = ["Alder", "Beacon", "Cinder", "Dune"];
/// Errors that a failing search can have; the first are frequent, the last are rare.
const ERRORS: usize = 24;
const NEW: &str = "E-0000ffff";

/// One search.
#[derive(Debug, Clone)]
struct Search {
    failed: bool,
    url_errors: u64,
    other_errors: u64,
    errors: Vec<String>,
}

/// One title and its searches.
#[derive(Debug, Clone)]
pub(crate) struct Title {
    item: usize,
    searches: Vec<Search>,
}

impl Title {
    pub(crate) fn searched(
        rng: &mut Rng,
        item: usize,
        n: u32,
        chance: f64,
        new_defect: f64,
    ) -> Self {
        // What goes wrong with a title is mostly the same each time.
        let own = error(rng);
        let searches = (0..n)
            .map(|_| search(rng, chance, new_defect, own))
            .collect();
        Self { item, searches }
    }

    pub(crate) fn ended_badly(&self) -> bool {
        self.searches.last().is_some_and(|search| search.failed)
    }

    /// The first searches; titles come in one after the other.
    pub(crate) fn first_part(&self, share: f64) -> Self {
        let all = self.searches.len() as f64;
        // Titles are taken up at different times, the same ones first at every look.
        let begins = (self.item % 10) as f64 / 10.0 * 0.5;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a part of a small number"
        )]
        let n = (((share - begins) / (1.0 - begins)).clamp(0.0, 1.0) * all).round() as usize;
        Self {
            item: self.item,
            searches: self.searches[..n].to_vec(),
        }
    }
}

fn error(rng: &mut Rng) -> usize {
    // Each is about as frequent as all rarer ones together, down to some that come once in a while.
    let mut which = 0;
    while which + 1 < ERRORS && rng.f64() < 0.75 {
        which += 1;
    }
    which
}

fn search(rng: &mut Rng, chance: f64, new_defect: f64, own: usize) -> Search {
    let failed = rng.f64() < chance;
    let mut found = Search {
        failed,
        url_errors: 0,
        other_errors: 0,
        errors: Vec::new(),
    };
    // A search that finds something fails at a fetch now and then, too.
    if rng.f64() < if failed { 0.8 } else { 0.05 } {
        let which = if rng.f64() < 0.7 { own } else { error(rng) };
        let times = 1 + u64::from(rng.f64() < 0.5) + u64::from(rng.f64() < 0.2);
        if which % 2 == 0 {
            found.url_errors += times;
        } else {
            found.other_errors += times;
        }
        found.errors.extend((0..times).map(|_| id(which)));
    }
    if rng.f64() < new_defect {
        found.failed = true;
        found.other_errors += 1;
        found.errors.push(NEW.to_owned());
    }
    found
}

fn id(which: usize) -> String {
    format!("E-{:08x}", 0x1000_0000 + which)
}

/// What one report is made of.
pub(crate) struct Side<'a> {
    pub(crate) titles: &'a [Title],
    pub(crate) number: usize,
}

#[derive(Default, Clone)]
struct Sums {
    searches: u64,
    failed: u64,
    url_errors: u64,
    other_errors: u64,
    errors: BTreeMap<String, BTreeMap<&'static str, u64>>,
}

impl Side<'_> {
    pub(crate) fn totals(&self) -> String {
        let sums = self.sums(None);
        format!(
            "Total Search Operations: {}\nTitles Found Events: {}\nTitle Match Failures: {}\nModel Read Errors: 0\nURL Fetch Errors: {}\n",
            sums.searches,
            sums.searches - sums.failed,
            sums.failed,
            sums.url_errors
        )
    }

    pub(crate) fn json(&self) -> String {
        let sums = self.sums(None);
        let agents: Vec<Value> = (0..AGENTS.len()).map(|agent| self.agent(agent)).collect();
        let catalogue: Vec<Value> = sums
            .errors
            .iter()
            .map(|(id, agents)| entry(id, agents))
            .collect();
        let day = 1 + self.number;
        json!({
            "schema": 1,
            "made_by": "simulate",
            "generated": format!("2026-02-0{day} 18:00:00"),
            "window": {"asked": "24 hours", "since": null, "until": null},
            "coverage": coverage(day, Some(AGENTS.len())),
            "summary": {
                "total_search_operations": sums.searches, "total_titles_found": sums.searches - sums.failed,
                "total_title_failures": sums.failed, "total_model_errors": 0, "total_url_errors": sums.url_errors,
                "total_http_403": 0, "total_http_404": 0, "total_processing_errors": sums.other_errors,
                "total_success_indicators": 0,
            },
            "outcomes": outcomes(&sums),
            "kinds": [],
            "catalogue": catalogue,
            "timeline": {},
            "findings": [],
            "agents": agents,
        })
        .to_string()
    }

    fn agent(&self, agent: usize) -> Value {
        let sums = self.sums(Some(agent));
        let items: Vec<Value> = self
            .of(Some(agent))
            .filter(|title| !title.searches.is_empty())
            .map(item)
            .collect();
        json!({
            "name": AGENTS[agent],
            "coverage": coverage(1 + self.number, None),
            "statistics": {
                "search_operations": sums.searches, "titles_found": sums.searches - sums.failed,
                "title_failures": sums.failed, "url_errors": sums.url_errors, "processing_errors": sums.other_errors,
            },
            "levels": [],
            "outcomes": outcomes(&sums),
            "items": items,
            "samples": {},
            "urls": [],
            "n_urls": 0,
            "patterns": {"entries": 0, "unique": 0, "listed": []},
        })
    }

    fn of(&self, agent: Option<usize>) -> impl Iterator<Item = &Title> {
        self.titles
            .iter()
            .filter(move |title| agent.is_none_or(|agent| title.item % AGENTS.len() == agent))
    }

    fn sums(&self, agent: Option<usize>) -> Sums {
        let mut sums = Sums::default();
        for title in self.of(agent) {
            for search in &title.searches {
                sums.searches += 1;
                sums.failed += u64::from(search.failed);
                sums.url_errors += search.url_errors;
                sums.other_errors += search.other_errors;
                for id in &search.errors {
                    *sums
                        .errors
                        .entry(id.clone())
                        .or_default()
                        .entry(AGENTS[title.item % AGENTS.len()])
                        .or_default() += 1;
                }
            }
        }
        sums
    }
}

fn coverage(day: usize, agents: Option<usize>) -> Value {
    let mut value = json!({
        "files": 1, "bytes": 1, "lines": 1, "records": 1, "records_in_window": 1, "orphan_lines": 0,
        "cut_files": 0, "long_records": 0,
        "first": format!("2026-02-0{day} 00:00:00,000"), "last": format!("2026-02-0{day} 18:00:00,000"),
        "falls_short": false,
    });
    if let (Some(agents), Some(object)) = (agents, value.as_object_mut()) {
        for (key, more) in [
            ("agents", json!(agents)),
            ("short_agents", json!([])),
            ("unreadable", json!([])),
            ("left_out", json!(0)),
        ] {
            object.insert(key.to_owned(), more);
        }
    }
    value
}

fn outcomes(sums: &Sums) -> Value {
    json!({
        "searches": {
            "total": sums.searches, "succeeded": sums.searches - sums.failed, "empty": sums.failed,
            "failed": 0, "unfinished": 0,
        },
        "updates": {},
    })
}

fn item(title: &Title) -> Value {
    let mut errors: BTreeMap<&str, u64> = BTreeMap::new();
    for id in title.searches.iter().flat_map(|search| &search.errors) {
        *errors.entry(id).or_default() += 1;
    }
    let sum = |of: fn(&Search) -> u64| title.searches.iter().map(of).sum::<u64>();
    json!({
        "item": (10_000 + title.item).to_string(),
        "searches": title.searches.len(),
        "without_result": sum(|search| u64::from(search.failed)),
        "last_without_result": title.ended_badly(),
        "url_errors": sum(|search| search.url_errors),
        "processing_errors": sum(|search| search.other_errors),
        "errors": errors,
    })
}

fn entry(id: &str, agents: &BTreeMap<&'static str, u64>) -> Value {
    let counts: Vec<Value> = agents
        .iter()
        .map(|(agent, events)| json!({"agent": agent, "events": events}))
        .collect();
    json!({
        "id": id, "kind": "exception-KeyError", "group": "agent", "severity": "error", "title": "KeyError",
        "count": agents.values().sum::<u64>(), "agents": counts,
        "first": "2026-02-01 00:00:00,000", "last": "2026-02-01 18:00:00,000", "trend": [],
        "culprit": null, "exception": null, "status": null, "errno": null, "urls": [], "items": [], "n_items": 0,
        "example": null, "is_new": null,
    })
}
