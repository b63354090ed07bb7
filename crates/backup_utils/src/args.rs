//! The command line, and the one command that it asks for.
#![expect(
    clippy::doc_markdown,
    reason = "the help page shows these words as they are"
)]

use std::path::PathBuf;

use argh::{ArgsInfo, FromArgs};
use plexcore::cli::{Failure, RawPath};

use crate::name::Name;

/// Where the script kept its backups.
pub(crate) const DEFAULT_FOLDER: &str = "Plug-ins/_BACKUPS";
/// Where the script put files back.
pub(crate) const DEFAULT_TARGET: &str = "Plug-ins";

/// Backs files up before a change and puts them back: whole and verified, or not at all.
#[derive(Debug, FromArgs, ArgsInfo)]
#[argh(
    example = "backup_utils --create Plug-ins/*.bundle/Contents/Code/utils.py --name before_fix\nbackup_utils --diff Plug-ins/_BACKUPS/before_fix_20260201_183000\nbackup_utils --restore Plug-ins/_BACKUPS/before_fix_20260201_183000",
    note = "Each file goes back to where it came from. What a restore overwrites is first kept as a backup named pre-restore; restoring that one undoes the restore.",
    error_code(0, "done"),
    error_code(1, "a backup does not verify"),
    error_code(64, "wrong usage"),
    error_code(65, "a backup, or a file to back up, is not what it should be"),
    error_code(66, "a file is missing or can't be read"),
    error_code(73, "a backup or a file can't be created"),
    error_code(74, "reading or writing failed half-way; nothing half-made is left"),
    error_code(75, "a file changed while it was read, or another restore runs")
)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of the command line"
)]
pub(crate) struct Args {
    /// back up these files and folders (needs --name)
    #[argh(option, arg_name = "FILE...")]
    create: Vec<RawPath>,
    /// the backup's name; its folder is NAME_YYYYMMDD_HHMMSS
    #[argh(option, arg_name = "NAME")]
    name: Option<String>,
    /// put the files of this backup back
    #[argh(option, arg_name = "DIR")]
    restore: Option<RawPath>,
    /// list the backups, the newest first
    #[argh(switch)]
    list: bool,
    /// delete this backup
    #[argh(option, arg_name = "DIR")]
    delete: Option<RawPath>,
    /// the folder of the backups (default: the folder that holds the DIR given, else Plug-ins/_BACKUPS)
    #[argh(option, arg_name = "DIR")]
    backup_dir: Option<RawPath>,
    /// put the files back below this folder (default: where they came from)
    #[argh(option, arg_name = "DIR")]
    target_dir: Option<RawPath>,
    /// read a backup again and compare it with its checksums (default: all)
    #[argh(option, arg_name = "[DIR|all]")]
    verify: Option<RawVerify>,
    /// show what a restore of this backup would change
    #[argh(option, arg_name = "DIR")]
    diff: Option<RawPath>,
    /// show what would be done, and do nothing
    #[argh(switch)]
    dry_run: bool,
    /// delete all but the newest N backups of each name
    #[argh(option, arg_name = "N")]
    keep: Option<usize>,
    /// delete the backups that are older than D days
    #[argh(option, arg_name = "D")]
    keep_days: Option<u32>,
    /// with --restore and --diff: remove what was added to a backed-up folder since
    #[argh(switch)]
    exact: bool,
    /// back up the other files when some do not exist
    #[argh(switch)]
    allow_missing: bool,
    /// with --create: compare with the last backup by content, also where the disk says that nothing
    /// changed
    #[argh(switch)]
    checksum: bool,
    /// one JSON document on standard output instead of text
    #[argh(switch)]
    json: bool,
}

/// The value of `--verify`: a path, or nothing.
#[derive(Debug)]
struct RawVerify(Option<PathBuf>);

impl argh::FromArgValue for RawVerify {
    fn from_arg_value(value: &str) -> Result<Self, String> {
        if value.is_empty() || value == "all" {
            return Ok(Self(None));
        }
        RawPath::from_arg_value(value).map(|path| Self(Some(path.into_path())))
    }
}

/// Which backups may go.
#[derive(Debug, Clone, Default)]
pub(crate) struct Keep {
    /// The newest of each name that stay.
    pub(crate) newest: Option<usize>,
    /// Younger ones stay.
    pub(crate) days: Option<u32>,
    /// Only backups of this name are looked at.
    pub(crate) name: Option<Name>,
}

/// The backup that is to be made.
#[derive(Debug)]
pub(crate) struct Creation {
    pub(crate) sources: Vec<PathBuf>,
    pub(crate) name: Name,
    /// Some of the sources need not exist.
    pub(crate) allow_missing: bool,
    /// Compare with the last backup by content in any case.
    pub(crate) checksum: bool,
    /// What to delete afterwards.
    pub(crate) prune: Option<Keep>,
}

/// What a command line asks for.
#[derive(Debug)]
pub(crate) enum Command {
    Create(Creation),
    Restore { backup: PathBuf, exact: bool },
    Diff { backup: PathBuf, exact: bool },
    List,
    Verify { backup: Option<PathBuf> },
    Delete { backup: PathBuf },
    Prune(Keep),
}

/// What was asked for, and how to answer.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) command: Command,
    pub(crate) backup_dir: Option<PathBuf>,
    pub(crate) target_dir: Option<PathBuf>,
    pub(crate) dry_run: bool,
    pub(crate) json: bool,
}

impl Args {
    /// Settles on one command. The script did nothing, without a word, when `--name` was missing
    /// or no command was given, and forgot all but one of several.
    pub(crate) fn request(mut self) -> Result<Request, Failure> {
        let keep = self.keep()?;
        self.check_belongings()?;
        let mut commands = Vec::new();
        let mut keep = keep;
        if !self.create.is_empty() {
            let sources = self.create.drain(..).map(RawPath::into_path).collect();
            let name = self
                .name
                .take()
                .ok_or_else(|| Failure::needs("--create", "--name"))?;
            let name = Name::new(&name).map_err(Failure::usage)?;
            let creation = Creation {
                sources,
                name,
                allow_missing: self.allow_missing,
                checksum: self.checksum,
                prune: keep.take(),
            };
            commands.push(("--create", Command::Create(creation)));
        }
        let exact = self.exact;
        let prunes_by = if self.keep.is_some() {
            "--keep"
        } else {
            "--keep-days"
        };
        let restore = self.restore.map(|backup| Command::Restore {
            backup: backup.into_path(),
            exact,
        });
        let diff = self.diff.map(|backup| Command::Diff {
            backup: backup.into_path(),
            exact,
        });
        let verify = self
            .verify
            .map(|RawVerify(backup)| Command::Verify { backup });
        let delete = self.delete.map(|backup| Command::Delete {
            backup: backup.into_path(),
        });
        for (name, command) in [
            ("--restore", restore),
            ("--diff", diff),
            ("--list", self.list.then_some(Command::List)),
            ("--verify", verify),
            ("--delete", delete),
            (prunes_by, keep.map(Command::Prune)),
        ] {
            commands.extend(command.map(|command| (name, command)));
        }
        let all =
            "--create, --restore, --list, --verify, --diff, --delete, or --keep and --keep-days";
        let names: Vec<&str> = commands.iter().map(|(name, _)| *name).collect();
        let conflict = Failure::conflict(&names);
        match (commands.pop(), commands.is_empty()) {
            (Some((_, command)), true) => Ok(Request {
                command,
                backup_dir: self.backup_dir.map(RawPath::into_path),
                target_dir: self.target_dir.map(RawPath::into_path),
                dry_run: self.dry_run,
                json: self.json,
            }),
            (None, _) => Err(Failure::nothing_to_do(format_args!("one of {all}"))),
            _ => Err(conflict),
        }
    }

    fn keep(&self) -> Result<Option<Keep>, Failure> {
        if self.keep.is_none() && self.keep_days.is_none() {
            return Ok(None);
        }
        if self.keep == Some(0) {
            return Err(Failure::usage(
                "--keep 0 would delete every backup: expected at least 1",
            ));
        }
        let name = self
            .name
            .as_deref()
            .map(Name::new)
            .transpose()
            .map_err(Failure::usage)?;
        Ok(Some(Keep {
            newest: self.keep,
            days: self.keep_days,
            name,
        }))
    }

    /// An option that would be ignored is an error.
    fn check_belongings(&self) -> Result<(), Failure> {
        let puts_back = self.restore.is_some() || self.diff.is_some();
        let prunes = self.keep.is_some() || self.keep_days.is_some();
        let changes =
            !self.create.is_empty() || self.restore.is_some() || self.delete.is_some() || prunes;
        for (is_given, fits, option, owners) in [
            (
                self.name.is_some(),
                !self.create.is_empty() || prunes,
                "--name",
                &["--create", "--keep", "--keep-days"][..],
            ),
            (
                self.allow_missing,
                !self.create.is_empty(),
                "--allow-missing",
                &["--create"][..],
            ),
            (
                self.checksum,
                !self.create.is_empty(),
                "--checksum",
                &["--create"][..],
            ),
            (
                self.exact,
                puts_back,
                "--exact",
                &["--restore", "--diff"][..],
            ),
            (
                self.target_dir.is_some(),
                puts_back,
                "--target-dir",
                &["--restore", "--diff"][..],
            ),
            (
                self.dry_run,
                changes,
                "--dry-run",
                &["--create", "--restore", "--delete", "--keep", "--keep-days"][..],
            ),
        ] {
            if is_given && !fits {
                return Err(Failure::belongs(option, owners));
            }
        }
        Ok(())
    }
}
