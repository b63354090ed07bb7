//! Logs to shares of the report: opens, reads and counts, several plug-ins at once.
//!
//! A plug-in's logs are read by one thread from the oldest file to the newest, and results are put
//! in the order of the plug-ins' names, so that nothing depends on the number of threads.

use std::collections::BTreeMap;
use std::io;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use plexcore::files::log_file::{OpenLog, open_series};
use plexcore::files::log_set::PluginLogs;
use plexcore::log::event::RecordPlace;
use plexcore::log::excerpt::Excerpt;
use plexcore::log::record::{Records, first_line_of};
use plexcore::log::rules::Rules;
use plexcore::metrics::activity::{self, Minute};
use plexcore::metrics::deliveries::{Deliveries, DeliveryReader};
use plexcore::metrics::patterns::PatternGroup;
use plexcore::metrics::plugin_tally::{PluginCounter, PluginTally};
use plexcore::report::assemble::{PluginFindings, PluginShare, Scope};
use plexcore::report::legacy::{Gathered, Gatherer};
use plexcore::stamp::Stamp;

/// Bytes that are fetched again for a line that is shown; far more than any format shows.
const LINE_BYTES: usize = 4096;

/// What is to be found out.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Plan<'a> {
    pub(crate) rules: &'a Rules,
    pub(crate) scope: Scope<'a>,
    /// What the server was told of updates, where the log that says so is there.
    pub(crate) deliveries: Option<&'a Deliveries>,
    /// Patterns listed for each plug-in; `None` leaves out all that only reports of records need.
    pub(crate) patterns: Option<usize>,
    /// Whether the script's report is wanted too.
    pub(crate) legacy: bool,
}

/// What all logs gave.
pub(crate) struct Scan {
    /// By name.
    pub(crate) plugins: Vec<Scanned>,
    /// Work and errors of all plug-ins by minutes since 1970.
    pub(crate) minutes: BTreeMap<i64, Minute>,
}

/// The same while it is found, each plug-in with its number in the order of names.
#[derive(Default)]
struct Found {
    plugins: Vec<(usize, Scanned)>,
    minutes: BTreeMap<i64, Minute>,
}

/// What one plug-in's logs gave.
pub(crate) struct Scanned {
    pub(crate) name: String,
    pub(crate) share: PluginShare,
    /// What the script would have gathered; nothing if it would not have read this plug-in's logs.
    pub(crate) legacy: Option<Gathered>,
    /// Files that could not be read, or not to their end.
    pub(crate) unreadable: Vec<(String, String)>,
}

/// Reads all logs with `threads` threads; `done` hears of the bytes on disk that were read.
pub(crate) fn scan(
    plugins: &[PluginLogs],
    plan: Plan<'_>,
    threads: usize,
    done: &(dyn Fn(u64) + Sync),
) -> Scan {
    // The largest first, so that no thread is left with a large one at the end.
    let mut order: Vec<usize> = (0..plugins.len()).collect();
    order.sort_by_key(|index| std::cmp::Reverse(plugins[*index].size()));
    let next = AtomicUsize::new(0);
    let earliest = Earliest::default();
    let results: Mutex<Found> = Mutex::default();
    let work = || {
        while let Some(index) = order.get(next.fetch_add(1, Ordering::Relaxed)) {
            let (scanned, minutes) = scan_plugin(&plugins[*index], plan, &earliest);
            done(plugins[*index].size());
            let mut results = results
                .lock()
                .unwrap_or_else(std::sync::PoisonError::into_inner);
            results.plugins.push((*index, scanned));
            activity::merge(&mut results.minutes, &minutes);
        }
    };
    std::thread::scope(|scope| {
        for _ in 1..threads.min(plugins.len()) {
            scope.spawn(work);
        }
        work();
    });
    let Found {
        mut plugins,
        minutes,
    } = results
        .into_inner()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    plugins.sort_by_key(|(index, _)| *index);
    Scan {
        plugins: plugins.into_iter().map(|(_, scanned)| scanned).collect(),
        minutes,
    }
}

fn scan_plugin(
    plugin: &PluginLogs,
    plan: Plan<'_>,
    earliest: &Earliest,
) -> (Scanned, BTreeMap<i64, Minute>) {
    let mut unreadable: Vec<(String, String)> = Vec::new();
    let mut opened: Vec<OpenLog> = Vec::new();
    for series in &plugin.series {
        let (logs, failed) = open_series(series);
        unreadable.extend(
            failed
                .into_iter()
                .map(|(path, error)| (path, error.to_string())),
        );
        opened.extend(logs);
    }
    let mut tally = PluginTally::default();
    let mut patterns = Vec::new();
    let mut examples = BTreeMap::new();
    if let Some(most) = plan.patterns {
        tally = count(&opened, plan, &mut unreadable);
        let shown = earliest.beaten_by(&plugin.name, &tally);
        examples = excerpts(&opened, shown);
        patterns = first_lines(&opened, &tally.patterns.take_largest(most));
    }
    let legacy = plan
        .legacy
        .then(|| gather(&opened, plan, &mut unreadable))
        .flatten();
    unreadable.sort();
    unreadable.dedup();
    let minutes = std::mem::take(&mut tally.minutes);
    let found = PluginFindings {
        name: &plugin.name,
        tally,
        patterns: &patterns,
        examples,
    };
    let scanned = Scanned {
        name: plugin.name.clone(),
        share: PluginShare::of(found, &plan.scope),
        legacy,
        unreadable,
    };
    (scanned, minutes)
}

fn count(
    opened: &[OpenLog],
    plan: Plan<'_>,
    unreadable: &mut Vec<(String, String)>,
) -> PluginTally {
    let mut counter = PluginCounter::new(plan.rules, plan.scope.window);
    if let Some(deliveries) = plan.deliveries {
        counter = counter.with_deliveries(deliveries);
    }
    for (file, log) in (0_u32..).zip(opened) {
        if let Err(error) = read_log(log, file, &mut counter) {
            unreadable.push((log.file.shown.clone(), error.to_string()));
        }
    }
    counter.finish()
}

/// What the script would have gathered, if it would have read any of these.
fn gather(
    opened: &[OpenLog],
    plan: Plan<'_>,
    unreadable: &mut Vec<(String, String)>,
) -> Option<Gathered> {
    let mut gathered: Option<Gathered> = None;
    let mut as_script = Gatherer::new(plan.scope.window.since);
    for log in opened.iter().filter(|log| log.file.is_current()) {
        let into = gathered.get_or_insert_default();
        let read = log.reader().and_then(|reader| as_script.read(reader, into));
        if let Err(error) = read {
            unreadable.push((log.file.shown.clone(), error.to_string()));
        }
    }
    gathered
}

/// What the system plug-in's log says that the server was told, and what of it could not be read.
pub(crate) fn deliveries(system: &PluginLogs, rules: &Rules) -> (Deliveries, Vec<String>) {
    let mut reader = DeliveryReader::new(rules);
    let mut failures = Vec::new();
    let mut file = 0;
    for series in &system.series {
        let (logs, failed) = open_series(series);
        failures.extend(
            failed
                .iter()
                .map(|(path, error)| format!("{path}: {error}")),
        );
        for log in &logs {
            let mut read = || -> io::Result<()> {
                let mut records = Records::new(log.reader()?);
                while let Some(record) = records.next()? {
                    let offset = record.offset;
                    reader.take(&record, RecordPlace { file, offset });
                }
                Ok(())
            };
            if let Err(error) = read() {
                failures.push(format!("{}: {error}", log.file.shown));
            }
            file += 1;
        }
    }
    (reader.finish(), failures)
}

fn read_log(log: &OpenLog, file: u32, counter: &mut PluginCounter<'_>) -> io::Result<()> {
    let mut records = Records::new(log.reader()?);
    loop {
        let few = records.next_few()?;
        if few.len() == 0 {
            break;
        }
        counter.take_all(few, file);
    }
    counter.end_file(records.is_cut());
    Ok(())
}

/// The first line of each group, fetched from the files again.
fn first_lines(opened: &[OpenLog], groups: &[PatternGroup]) -> Vec<(PatternGroup, String)> {
    let mut by_place: Vec<usize> = (0..groups.len()).collect();
    by_place.sort_by_key(|index| groups[*index].first);
    let mut lines = vec![String::new(); groups.len()];
    for of_file in by_place.chunk_by(|a, b| groups[*a].first.file == groups[*b].first.file) {
        let Some(log) = of_file
            .first()
            .and_then(|index| opened.get(groups[*index].first.file as usize))
        else {
            continue;
        };
        let wanted: Vec<(u64, usize)> = of_file
            .iter()
            .map(|index| (groups[*index].first.offset, LINE_BYTES))
            .collect();
        // The file was readable a moment ago; if it is not any more, the counts still stand.
        let _ = log.pieces(&wanted, |number, piece| {
            lines[of_file[number]] = first_line(piece);
        });
    }
    groups.iter().copied().zip(lines).collect()
}

/// Bytes on each side of an error that are searched for what its thread wrote.
const AROUND: u64 = 16 << 10;

/// The earliest event of each error that any plug-in read so far has told.
///
/// Errors of several plug-ins become one entry of the report, whose example is that of the plug-in
/// where it happened first; of the others none is needed. Whatever the order in which plug-ins are
/// read, the first of all beats those before it.
#[derive(Default)]
struct Earliest(Mutex<BTreeMap<u64, (Stamp, String)>>);

impl Earliest {
    /// The places of a plug-in's errors that happened before what is known of them.
    fn beaten_by(&self, name: &str, tally: &PluginTally) -> Vec<RecordPlace> {
        let mut known = self
            .0
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        let mut places = Vec::new();
        for (fingerprint, entry) in &tally.catalogue.entries {
            let is_first = known
                .get(fingerprint)
                .is_none_or(|(at, by)| (entry.first, name) < (*at, by.as_str()));
            if is_first {
                known.insert(*fingerprint, (entry.first, name.to_owned()));
                places.push(entry.example.0);
            }
        }
        places
    }
}

/// An excerpt around each place, fetched from the files again.
fn excerpts(
    opened: &[OpenLog],
    places: Vec<RecordPlace>,
) -> BTreeMap<RecordPlace, (String, Excerpt)> {
    let mut by_file: BTreeMap<u32, Vec<u64>> = BTreeMap::new();
    for place in places {
        by_file.entry(place.file).or_default().push(place.offset);
    }
    let mut excerpts = BTreeMap::new();
    for (file, mut wanted) in by_file {
        let Some(log) = opened.get(file as usize) else {
            continue;
        };
        wanted.sort_unstable();
        let stretch = |offset: u64| {
            (
                offset.saturating_sub(AROUND),
                usize::try_from(2 * AROUND).unwrap_or(0),
            )
        };
        let stretches: Vec<(u64, usize)> = wanted.iter().map(|offset| stretch(*offset)).collect();
        // The file was readable a moment ago; if it is not any more, the counts still stand.
        let _ = log.pieces(&stretches, |number, bytes| {
            let offset = wanted[number];
            let at = usize::try_from(offset - stretch(offset).0).unwrap_or(usize::MAX);
            excerpts.insert(
                RecordPlace { file, offset },
                (log.file.name().to_owned(), Excerpt::cut(bytes, at)),
            );
        });
    }
    excerpts
}

fn first_line(piece: &[u8]) -> String {
    String::from_utf8_lossy(first_line_of(piece)).into_owned()
}
