//! Which job is asked for, and whether every option means something to it.

use plexcore::cli::Failure;

use crate::args::Args;

/// What can be asked for, one at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Job {
    Token,
    Check,
    Sections,
    Items,
    Agents,
    Search,
    Locate,
    Refresh,
    Verify,
    Match,
    Unmatch,
    Analyze,
    Stop,
}

impl Job {
    /// The job that the arguments name; none and several are both wrong, where the script was silent.
    pub(super) fn of(args: &Args) -> Result<Self, Failure> {
        let asked = [
            ("--token", args.token, Self::Token),
            ("--check", args.check, Self::Check),
            ("--sections", args.sections.is_some(), Self::Sections),
            ("--items", args.items.is_some(), Self::Items),
            ("--agents", args.agents, Self::Agents),
            ("--search", args.search.is_some(), Self::Search),
            ("--refresh", args.refresh.is_some(), Self::Refresh),
            ("--verify", args.verify, Self::Verify),
            ("--match", args.fix_match.is_some(), Self::Match),
            ("--unmatch", args.unmatch, Self::Unmatch),
            ("--analyze", args.analyze, Self::Analyze),
            ("--stop", args.stop, Self::Stop),
        ];
        let jobs: Vec<_> = asked
            .into_iter()
            .filter(|(_, is_asked, _)| *is_asked)
            .collect();
        match jobs.as_slice() {
            [] if !args.path.is_empty() => Ok(Self::Locate),
            [] => Err(Failure::nothing_to_do(
                "--sections, --items, --refresh, --verify or another of these",
            )),
            [(_, _, job)] => Ok(*job),
            several => {
                let names: Vec<&str> = several.iter().map(|(name, ..)| *name).collect();
                Err(Failure::conflict(&names))
            }
        }
    }

    /// Whether it is about items that are named one by one, by a report, by files or by a section.
    pub(super) fn takes_items(self) -> bool {
        matches!(
            self,
            Self::Refresh | Self::Verify | Self::Match | Self::Unmatch | Self::Analyze
        )
    }

    /// Whether a section is refreshed by the server's own means: all of it, with no narrower choice.
    pub(super) fn is_whole_section(self, args: &Args) -> bool {
        let names_items =
            !args.rating_key.is_empty() || !args.path.is_empty() || args.from_report.is_some();
        let is_narrowed = args.missing.is_some()
            || !args.filter.is_empty()
            || args.limit.is_some()
            || args.leaves;
        self == Self::Refresh && args.section.is_some() && args.all && !names_items && !is_narrowed
    }

    /// Whether `--section` says which items are meant. Keys that were typed say so already, and files say it
    /// together with their section.
    pub(super) fn lists_section(self, args: &Args) -> bool {
        self.takes_items()
            && args.section.is_some()
            && args.rating_key.is_empty()
            && args.path.is_empty()
    }

    /// Whether the script had it, which ignored what its options `--section` and `--rating-key` said.
    fn is_the_scripts(self) -> bool {
        matches!(self, Self::Token | Self::Sections | Self::Items)
    }

    /// An option that would be ignored is an error, but where the script ignored it.
    pub(super) fn check_belongings(self, args: &Args) -> Result<(), Failure> {
        let is_section_idle = self.takes_items()
            && args.section.is_some()
            && args.path.is_empty()
            && !self.lists_section(args);
        if is_section_idle && self != Self::Refresh {
            return Err(Failure::conflict(&["--rating-key", "--section"]));
        }
        let given = [
            self.items_given(args),
            self.choice_given(args),
            self.work_given(args),
            self.talk_given(args),
        ];
        match given.into_iter().flatten().find(Given::is_idle) {
            Some(Given { option, owner, .. }) => Err(Failure::belongs(option, &[owner])),
            None => Ok(()),
        }
    }

    /// Options that name items.
    fn items_given(self, args: &Args) -> Vec<Given> {
        const ITEMS: &str = "--refresh, --verify, --match, --unmatch and --analyze";
        let reads_report = args.from_report.is_some();
        vec![
            Given {
                option: "--section",
                is_there: args.section.is_some(),
                fits: !matches!(self, Self::Check | Self::Agents),
                owner: "the jobs that are about items or a section",
            },
            Given {
                option: "--rating-key",
                is_there: !args.rating_key.is_empty(),
                fits: self.takes_items() || self.is_the_scripts(),
                owner: ITEMS,
            },
            Given {
                option: "--path",
                is_there: !args.path.is_empty(),
                fits: self.takes_items() || self == Self::Locate,
                owner: ITEMS,
            },
            Given {
                option: "--from-report",
                is_there: reads_report,
                fits: self.takes_items(),
                owner: ITEMS,
            },
            Given {
                option: "--entry",
                is_there: !args.entry.is_empty(),
                fits: reads_report,
                owner: "--from-report",
            },
            Given {
                option: "--kind",
                is_there: !args.kind.is_empty(),
                fits: reads_report,
                owner: "--from-report",
            },
        ]
    }

    /// Options that choose among the items of a section or a search.
    fn choice_given(self, args: &Args) -> Vec<Given> {
        const LISTED: &str = "--items, or to a job on the items of --section";
        let is_listed = self == Self::Items || self.lists_section(args);
        let is_gathered = is_listed
            || self.takes_items() && (!args.path.is_empty() || args.from_report.is_some());
        vec![
            Given {
                option: "--filter",
                is_there: !args.filter.is_empty(),
                fits: is_listed,
                owner: LISTED,
            },
            Given {
                option: "--missing",
                is_there: args.missing.is_some(),
                fits: is_listed,
                owner: LISTED,
            },
            Given {
                option: "--sort",
                is_there: args.sort.is_some(),
                fits: is_listed && !self.is_whole_section(args),
                owner: LISTED,
            },
            Given {
                option: "--leaves",
                is_there: args.leaves,
                fits: is_listed,
                owner: LISTED,
            },
            Given {
                option: "--limit",
                is_there: args.limit.is_some(),
                fits: is_gathered || self == Self::Search,
                owner: "--items, --search, or to a job on the items of --section, --path or --from-report",
            },
            Given {
                option: "--all",
                is_there: args.all,
                fits: is_gathered,
                owner: "--items, or to a job on the items of --section, --path or --from-report",
            },
        ]
    }

    /// Options that say how the work is done and judged.
    fn work_given(self, args: &Args) -> Vec<Given> {
        const REFRESHES: &str = "--refresh and --verify";
        const ONE_BY_ONE: &str = "--refresh and --verify of items, not of a whole section";
        let refreshes = matches!(self, Self::Refresh | Self::Verify);
        let one_by_one = refreshes && !self.is_whole_section(args);
        let lists_matches = args.fix_match.as_deref().is_some_and(str::is_empty);
        vec![
            Given {
                option: "--rate",
                is_there: args.rate.is_some(),
                fits: one_by_one,
                owner: ONE_BY_ONE,
            },
            Given {
                option: "--max-queue",
                is_there: args.max_queue.is_some(),
                fits: one_by_one,
                owner: ONE_BY_ONE,
            },
            Given {
                option: "--journal",
                is_there: args.journal.is_some(),
                fits: one_by_one,
                owner: ONE_BY_ONE,
            },
            Given {
                option: "--poll",
                is_there: args.poll.is_some(),
                fits: refreshes,
                owner: REFRESHES,
            },
            Given {
                option: "--log-dir",
                is_there: args.log_dir.is_some(),
                fits: one_by_one && (self == Self::Verify || args.wait),
                owner: "--verify, and to --refresh with --wait of items, not of a whole section",
            },
            Given {
                option: "--wait",
                is_there: args.wait,
                fits: refreshes,
                owner: REFRESHES,
            },
            Given {
                option: "--expect",
                is_there: !args.expect.is_empty(),
                fits: self == Self::Verify,
                owner: "--verify",
            },
            Given {
                option: "--title",
                is_there: args.title.is_some(),
                fits: self == Self::Match,
                owner: "--match",
            },
            Given {
                option: "--year",
                is_there: args.year.is_some(),
                fits: lists_matches,
                owner: "--match without a GUID",
            },
        ]
    }

    /// Options of the talk with the server, of which `--token` has none.
    fn talk_given(self, args: &Args) -> Vec<Given> {
        let talk = |option, is_there| Given {
            option,
            is_there,
            fits: self != Self::Token,
            owner: "the jobs that ask the server",
        };
        vec![
            Given {
                option: "--explain",
                is_there: args.explain,
                fits: self == Self::Token,
                owner: "--token",
            },
            talk("--timeout", args.timeout.is_some()),
            talk("--deadline", args.deadline.is_some()),
            talk("--retries", args.retries.is_some()),
            talk("--cacert", args.cacert.is_some()),
            talk("--pin", args.pin.is_some()),
            talk("--certificate-id", args.certificate_id.is_some()),
            talk("--insecure", args.insecure),
        ]
    }
}

/// An option, and whether it means anything here.
struct Given {
    option: &'static str,
    is_there: bool,
    fits: bool,
    /// What it belongs to, in words.
    owner: &'static str,
}

impl Given {
    fn is_idle(&self) -> bool {
        self.is_there && !self.fits
    }
}

#[cfg(test)]
mod tests {
    use argh::FromArgs;

    use super::*;

    fn checked(line: &str) -> Result<(), String> {
        let words: Vec<&str> = line.split(' ').collect();
        let args = Args::from_args(&["plex_api_utils"], &words).map_err(|early| early.output)?;
        let job = Job::of(&args).map_err(|failure| failure.message)?;
        job.check_belongings(&args)
            .map_err(|failure| failure.message)
    }

    #[test]
    fn an_option_that_would_do_nothing_is_refused() {
        for (line, words) in [
            (
                "--refresh x --rating-key 5 --expect summary",
                "--expect belongs to --verify",
            ),
            (
                "--refresh x --rating-key 5 --title A",
                "--title belongs to --match",
            ),
            (
                "--match com.x://7 --rating-key 5 --year 1999",
                "--year belongs to --match without a GUID",
            ),
            (
                "--refresh x --rating-key 5 --entry E-1",
                "--entry belongs to --from-report",
            ),
            (
                "--verify --section 1 --kind parse",
                "--kind belongs to --from-report",
            ),
            ("--sections x --explain", "--explain belongs to --token"),
            (
                "--sections x --journal f",
                "--journal belongs to --refresh and --verify of items",
            ),
            (
                "--refresh x --rating-key 5 --log-dir d",
                "--log-dir belongs to --verify, and to --refresh with --wait",
            ),
            ("--path a.mkv --rating-key 5", "--rating-key belongs to"),
            (
                "--verify --rating-key 5 --section 1",
                "--rating-key and --section exclude one another",
            ),
            (
                "--analyze --rating-key 5 --from-report r --section 1",
                "--rating-key and --section exclude one another",
            ),
            (
                "--refresh x --rating-key 5 --section 1 --filter year=1",
                "--filter belongs to",
            ),
            (
                "--refresh x --rating-key 5 --section 1 --all",
                "--all belongs to",
            ),
            ("--verify --rating-key 5 --leaves", "--leaves belongs to"),
            (
                "--verify --path a.mkv --section 1 --filter year=1",
                "--filter belongs to",
            ),
            ("--verify --rating-key 5 --limit 3", "--limit belongs to"),
            ("--search A --all", "--all belongs to"),
            ("--agents --section 1", "--section belongs to"),
            (
                "--refresh x --section 1 --all --journal j",
                "--journal belongs to",
            ),
            (
                "--refresh x --section 1 --all --sort addedAt",
                "--sort belongs to",
            ),
            (
                "--refresh x --section 1 --all --wait --log-dir d",
                "--log-dir belongs to",
            ),
            (
                "--token --insecure",
                "--insecure belongs to the jobs that ask the server",
            ),
        ] {
            let refused = checked(line).unwrap_err();
            assert!(refused.starts_with(words), "{line}: {refused}");
        }
    }

    #[test]
    fn command_lines_of_the_script_and_of_the_documents_pass() {
        for line in [
            "--sections x --section 1",
            "--items x --section 1 --rating-key 5",
            "--refresh x --rating-key 5 --url http://a:1",
            "--refresh x --rating-key 5 --section 1",
            "--verify --rating-key 5 --path a.mkv --section 1",
            "--token --url http://a:1 --section 1",
            "--token --explain --json",
            "--verify --from-report r --kind parse --entry E-1 --expect a --journal j --limit 3",
            "--refresh x --section 1 --all --wait --poll 1",
            "--refresh x --section 1 --all --leaves --sort addedAt --journal j --rate 0",
            "--refresh x --section 1 --limit 40 --rate 0 --wait --log-dir d",
            "--match  --rating-key 5 --title A --year 1999",
            "--search A --section 1 --limit 3",
            "--path a.mkv --section 1 --json-lines",
        ] {
            assert_eq!(checked(line), Ok(()), "{line}");
        }
    }
}
