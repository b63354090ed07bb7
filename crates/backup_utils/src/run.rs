//! One command: what is asked of the other rooms, and what the person is told.

mod speak;

use std::path::{Path, PathBuf};

use plexcore::cli::{self, Console, Exit, Failure};
use plexcore::files::parent_of;

use crate::args::{Args, Command, Creation, DEFAULT_FOLDER, Keep, Request};
use crate::compare::compare;
use crate::create::{self, Order};
use crate::manifest::Purpose;
use crate::plan::{self, Item, Plan};
use crate::restore::{self, Source};
use crate::shelf::{Found, Origin, Shelf};
use crate::verify::{Verdict, verify};

/// Runs the tool.
pub(crate) fn run(args: Args, console: &mut Console) -> Result<Exit, Failure> {
    let request = args.request()?;
    let session = Session::of(&request);
    session.run(&request, console)
}

/// Where the backups are, and how to answer.
struct Session<'a> {
    shelf: Shelf,
    target: Option<&'a Path>,
    json: bool,
    dry_run: bool,
}

impl<'a> Session<'a> {
    fn of(request: &'a Request) -> Self {
        let named = match &request.command {
            Command::Restore { backup, .. }
            | Command::Diff { backup, .. }
            | Command::Delete { backup } => Some(backup),
            Command::Verify { backup } => backup.as_ref(),
            _ => None,
        };
        let folder = match (&request.backup_dir, named) {
            (Some(folder), _) => folder.clone(),
            (None, Some(backup)) => parent_of(backup).to_owned(),
            (None, None) => PathBuf::from(DEFAULT_FOLDER),
        };
        Self {
            shelf: Shelf { folder },
            target: request.target_dir.as_deref(),
            json: request.json,
            dry_run: request.dry_run,
        }
    }

    fn run(&self, request: &Request, console: &mut Console) -> Result<Exit, Failure> {
        match &request.command {
            Command::Create(creation) => self.create(creation, console),
            Command::Restore { backup, exact } => self.restore(backup, *exact, console),
            Command::Diff { backup, exact } => self.diff(backup, *exact, console),
            Command::List => self.list(console),
            Command::Verify { backup } => self.verify(backup.as_deref(), console),
            Command::Delete { backup } => self.delete(backup, console),
            Command::Prune(keep) => self.prune(keep, console),
        }
    }

    /// Ends a restore that was stopped, before anything else is done to the files or the backups.
    fn resume(&self, console: &mut Console) -> Result<(), Failure> {
        if self.dry_run || !restore::is_open(&self.shelf)? {
            return Ok(());
        }
        let _guard = self.shelf.restoring()?;
        for line in restore::resume(&self.shelf)? {
            console.warn(line);
        }
        Ok(())
    }

    fn create(&self, creation: &Creation, console: &mut Console) -> Result<Exit, Failure> {
        let name = &creation.name;
        self.resume(console)?;
        let plan = plan::plan(&creation.sources, &self.shelf.folder)?;
        check_missing(&plan, creation.allow_missing)?;
        for link in &plan.links_out {
            console.warn(format_args!(
                "{} is a link that leads out of its folder: only the link is kept",
                link.display()
            ));
        }
        if self.dry_run {
            return self.say_plan(&plan, name, console);
        }
        let parent = parent_of(&self.shelf.folder);
        if !parent.is_dir() {
            // The script made Plug-ins/_BACKUPS wherever it was started, without a word.
            console.warn(format_args!(
                "there was no folder {}; it is made",
                parent.display()
            ));
        }
        let Plan {
            root,
            items,
            named,
            missing,
            ..
        } = plan;
        let bytes = items.iter().map(Item::bytes).sum();
        let progress = console.progress(bytes, "backing up");
        let order = Order {
            name: name.clone(),
            purpose: Purpose::Backup,
            root,
            items,
            absent: Vec::new(),
            reread: creation.checksum,
        };
        let made = create::create(&self.shelf, order, &progress);
        progress.finish_and_clear();
        let made = made?;
        let pruned = match &creation.prune {
            Some(keep) => self.prune_now(&Keep {
                name: Some(name.clone()),
                ..keep.clone()
            })?,
            None => Vec::new(),
        };
        self.say_made(&made, &named, &missing, &pruned, console)
    }

    fn restore(&self, backup: &Path, exact: bool, console: &mut Console) -> Result<Exit, Failure> {
        self.resume(console)?;
        let source = Source::open(backup, self.target)?;
        Self::warn_of_script(&source, console);
        Self::check_copies(&source, console)?;
        if self.dry_run {
            let comparison = compare(&source.manifest, &source.root, &self.shelf.folder, exact)?;
            return self.say_comparison(&source, &comparison, console);
        }
        let _guard = self.shelf.restoring()?;
        let comparison = compare(&source.manifest, &source.root, &self.shelf.folder, exact)?;
        let progress = console.progress(source.manifest.header.bytes, "restoring");
        let restored = restore::restore(&source, &comparison, &self.shelf, &progress);
        progress.finish_and_clear();
        let restored = restored?;
        for line in &restored.left {
            console.complain(line);
        }
        let exit = self.say_restored(&source, &comparison, restored.safety.as_ref(), console)?;
        Ok(if restored.left.is_empty() {
            exit
        } else {
            Exit::InputOutput
        })
    }

    fn diff(&self, backup: &Path, exact: bool, console: &mut Console) -> Result<Exit, Failure> {
        self.warn_of_open_restore(console)?;
        let source = Source::open(backup, self.target)?;
        Self::warn_of_script(&source, console);
        let comparison = compare(&source.manifest, &source.root, &self.shelf.folder, exact)?;
        self.say_diff(&source, &comparison, console)
    }

    fn list(&self, console: &mut Console) -> Result<Exit, Failure> {
        self.warn_of_open_restore(console)?;
        let backups = self.shelf.backups()?;
        self.say_list(&backups, console)
    }

    fn verify(&self, backup: Option<&Path>, console: &mut Console) -> Result<Exit, Failure> {
        self.warn_of_open_restore(console)?;
        let backups = match backup {
            Some(path) if !path.is_dir() => {
                let message = format!("cannot verify {}: there is no such backup", path.display());
                return Err(Failure::new(Exit::NoInput, message));
            }
            Some(path) => vec![Found::at(path.to_owned())],
            None => self.shelf.backups()?,
        };
        let mut checked = Vec::new();
        for found in backups {
            let bytes = if let Origin::Tool(header) = &found.origin {
                header.bytes
            } else {
                0
            };
            let progress = console.progress(bytes, "verifying");
            let verdict = Verdict::of(&found, &progress);
            progress.finish_and_clear();
            checked.push((found, verdict));
        }
        self.say_verified(&checked, console)
    }

    fn delete(&self, backup: &Path, console: &mut Console) -> Result<Exit, Failure> {
        if !backup.is_dir() {
            let message = format!(
                "cannot delete {}: there is no such backup",
                backup.display()
            );
            return Err(Failure::new(Exit::NoInput, message));
        }
        let found = Found::at(backup.to_owned());
        let is_link = backup
            .symlink_metadata()
            .is_ok_and(|found| found.is_symlink());
        if is_link || !found.is_backup() {
            let message = format!("cannot delete {}: it is no backup", backup.display());
            return Err(Failure::new(Exit::Data, message)
                .hint("a backup has a manifest, or at least a name like NAME_YYYYMMDD_HHMMSS"));
        }
        self.resume(console)?;
        if !self.dry_run {
            Shelf {
                folder: parent_of(backup).to_owned(),
            }
            .delete(backup)?;
        }
        self.say_deleted(&[backup.to_owned()], console)
    }

    fn prune(&self, keep: &Keep, console: &mut Console) -> Result<Exit, Failure> {
        self.resume(console)?;
        let gone = if self.dry_run {
            let going = self.shelf.to_prune(keep, cli::utc_now())?;
            going.into_iter().map(|found| found.path).collect()
        } else {
            self.prune_now(keep)?
        };
        self.say_deleted(&gone, console)
    }

    fn prune_now(&self, keep: &Keep) -> Result<Vec<PathBuf>, Failure> {
        let mut gone = Vec::new();
        for found in self.shelf.to_prune(keep, cli::utc_now())? {
            self.shelf.delete(&found.path)?;
            gone.push(found.path);
        }
        Ok(gone)
    }

    fn warn_of_open_restore(&self, console: &mut Console) -> Result<(), Failure> {
        if restore::is_open(&self.shelf)? {
            console.warn("a restore was stopped half-way; the next --create, --restore or --delete brings it to an end");
        }
        Ok(())
    }

    fn warn_of_script(source: &Source, console: &mut Console) {
        if source.is_scripts {
            console.warn(format_args!(
                "{} has no manifest: its files go flat below {}, as the script put them",
                source.path.display(),
                source.root.display()
            ));
        }
    }

    /// Nothing damaged is put back.
    fn check_copies(source: &Source, console: &mut Console) -> Result<(), Failure> {
        if source.is_scripts {
            return Ok(());
        }
        let progress = console.progress(source.manifest.header.bytes, "verifying");
        let faults = verify(&source.path, &source.manifest, &progress);
        progress.finish_and_clear();
        let Some(first) = faults.damaged.first() else {
            return Ok(());
        };
        let more = match faults.damaged.len() {
            1 => String::new(),
            n => format!(" (and {} more)", n - 1),
        };
        let message = format!("cannot restore {}: {first}{more}", source.path.display());
        Err(Failure::new(Exit::Data, message)
            .hint("nothing was changed; backup_utils --verify names everything that is damaged"))
    }
}

/// A partial backup before an edit is a trap: the script only warned.
fn check_missing(plan: &Plan, allow_missing: bool) -> Result<(), Failure> {
    let Some(first) = plan.missing.first() else {
        return Ok(());
    };
    if allow_missing && !plan.items.is_empty() {
        return Ok(());
    }
    let more = match plan.missing.len() {
        1 => String::new(),
        n => format!(" (and {} more)", n - 1),
    };
    let failure = Failure::new(
        Exit::NoInput,
        format!(
            "cannot back up {}: it does not exist{more}",
            first.display()
        ),
    );
    Err(if plan.items.is_empty() {
        failure.hint("no backup was made")
    } else {
        failure.hint("no backup was made; --allow-missing backs up the others")
    })
}
