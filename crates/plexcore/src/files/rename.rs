//! New names for files, where somebody may have them open.

use std::fs;
use std::io;
use std::path::Path;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// How long somebody may have a file open that is to move.
const PATIENCE: Duration = Duration::from_secs(2);
/// How long one waits before it is tried again.
const PAUSE: Duration = Duration::from_millis(10);

/// What [`fs::rename`] does. On Windows it is tried again for two seconds where access is denied: a file
/// that a reader or a scanner has open, be it in a folder that is to move, keeps its name meanwhile.
pub fn rename(from: &Path, to: &Path) -> io::Result<()> {
    let patience = Patience::begin();
    loop {
        match fs::rename(from, to) {
            Err(error) if patience.says_again(&error) => {}
            done => return done,
        }
    }
}

/// Says whether to try again what somebody's open file may prevent for a moment.
pub(super) struct Patience {
    end: Instant,
}

impl Patience {
    pub(super) fn begin() -> Self {
        Self {
            end: Instant::now() + PATIENCE,
        }
    }

    /// After a pause, if it is worth another try.
    pub(super) fn says_again(&self, error: &io::Error) -> bool {
        let again = cfg!(windows)
            && error.kind() == io::ErrorKind::PermissionDenied
            && Instant::now() < self.end;
        if again {
            sleep(PAUSE);
        }
        again
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_not_be_renamed_says_why_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let error = rename(&folder.path().join("a"), &folder.path().join("b")).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::NotFound);
    }

    #[cfg(windows)]
    #[test]
    fn a_file_that_is_open_for_a_moment_is_waited_for() {
        use std::os::windows::fs::OpenOptionsExt;
        let folder = tempfile::tempdir().unwrap();
        let (from, to) = (folder.path().join("a"), folder.path().join("b"));
        fs::write(&from, "new").unwrap();
        fs::write(&to, "old").unwrap();
        // Shared with nobody, as scanners open files.
        let held = fs::File::options()
            .read(true)
            .share_mode(0)
            .open(&to)
            .unwrap();
        std::thread::scope(|scope| {
            scope.spawn(|| {
                sleep(Duration::from_millis(200));
                drop(held);
            });
            rename(&from, &to).unwrap();
        });
        assert_eq!(fs::read_to_string(&to).unwrap(), "new");
    }
}
