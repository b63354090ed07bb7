//! Any files in a log folder, with any names: found, opened and read without a panic.
#![no_main]

use std::fs;

use libfuzzer_sys::fuzz_target;
use plexcore::files::log_file::open_series;
use plexcore::files::log_set::{LogSet, Selection};
use plexcore::log::record::Records;

const NAMES: [&str; 8] = [
    "com.plexapp.agents.a.log",
    "com.plexapp.agents.a.log.1",
    "com.plexapp.agents.a.log.2.gz",
    "com.plexapp.agents.b.log.gz",
    "com.plexapp.system.log",
    "logs.zip",
    "Plex Media Server.log",
    "com.plexapp.agents.c.log.007",
];

fuzz_target!(|files: Vec<(u8, Vec<u8>)>| {
    let folder = std::env::temp_dir().join(format!("plex-fuzz-{}", std::process::id()));
    let _ = fs::remove_dir_all(&folder);
    if fs::create_dir_all(&folder).is_err() {
        return;
    }
    for (name, bytes) in &files {
        let _ = fs::write(folder.join(NAMES[usize::from(*name) % NAMES.len()]), bytes);
    }
    let selection = Selection {
        all_plugins: true,
        ..Selection::default()
    };
    for place in [folder.clone(), folder.join("logs.zip")] {
        let Ok(set) = LogSet::find(&[place], &selection) else {
            continue;
        };
        for series in set.plugins.iter().flat_map(|plugin| &plugin.series) {
            for log in open_series(series).0 {
                let Ok(reader) = log.reader() else { continue };
                let mut records = Records::new(reader);
                while let Ok(Some(record)) = records.next() {
                    let _ = record.text();
                }
                let _ = log.pieces(&[(0, 10), (5, 100)], |_, _| ());
            }
        }
    }
    let _ = fs::remove_dir_all(&folder);
});
