//! A small set of invented logs within the program, so that it shows what it does anywhere.

use plexcore::files::log_file::LogFile;
use plexcore::files::log_set::{LogSet, PluginLogs, Selection};
use plexcore::stamp::Stamp;

/// A plug-in's files, from the oldest to the newest.
type Files = &'static [(&'static str, &'static [u8])];

macro_rules! files {
    ($($name:literal),+) => { &[$(($name, include_bytes!(concat!("../sample/", $name)))),+] };
}

const PLUGINS: [(&str, Files); 3] = [
    (
        "Alder",
        files!(
            "com.plexapp.agents.Alder.log.2",
            "com.plexapp.agents.Alder.log.1",
            "com.plexapp.agents.Alder.log"
        ),
    ),
    (
        "Beacon",
        files!(
            "com.plexapp.agents.Beacon.log.1",
            "com.plexapp.agents.Beacon.log"
        ),
    ),
    (
        "Cinder",
        files!(
            "com.plexapp.agents.Cinder.log.1",
            "com.plexapp.agents.Cinder.log"
        ),
    ),
];

/// The moment at which the sample was taken: 2026-02-05 18:00.
pub(crate) fn now() -> Stamp {
    Stamp(1_770_314_400_000)
}

/// The sample, as if it had been found in a folder.
pub(crate) fn logs(selection: &Selection) -> LogSet {
    let plugin = |(name, files): &(&str, Files)| {
        let wanted = files.iter().filter(|(shown, _)| selection.wants(shown));
        let series: Vec<LogFile> = wanted
            .map(|(shown, bytes)| LogFile::in_memory(shown, bytes))
            .collect();
        PluginLogs {
            name: (*name).to_owned(),
            series: vec![series],
        }
    };
    let n_files: usize = PLUGINS.iter().map(|(_, files)| files.len()).sum();
    let mut set = LogSet {
        plugins: PLUGINS.iter().map(plugin).collect(),
        ..LogSet::default()
    };
    set.plugins
        .retain(|plugin| plugin.series.iter().any(|files| !files.is_empty()));
    set.left_out = n_files - set.n_files();
    set
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sample_was_taken_when_it_says() {
        assert_eq!(now().to_seconds(), "2026-02-05 18:00:00");
    }

    #[test]
    fn the_sample_is_chosen_from_like_a_folder() {
        let selection = Selection {
            agents: vec!["BEA".into()],
            current_only: true,
            ..Selection::default()
        };
        assert_eq!(
            (
                logs(&selection).n_files(),
                logs(&Selection::default()).n_files()
            ),
            (1, 7)
        );
    }
}
