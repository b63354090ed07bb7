//! What belongs to a file besides its content: rights, times, owner, extended attributes.
//!
//! Python's `copy2` kept rights, time and, on Linux, extended attributes; so does this. Owners come
//! back only where the user may set them (root).

use std::collections::BTreeMap;
#[cfg(unix)]
use std::fs;
use std::fs::{File, FileTimes, Metadata};
use std::io;
use std::path::Path;
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

#[cfg(unix)]
use plexcore::backup::{hex, unhex};

/// A moment to the nanosecond, also before 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) struct Moment {
    /// Seconds since 1970, rounded down.
    s: i64,
    /// Nanoseconds after that second.
    ns: u32,
}

impl Moment {
    /// A moment as the system gives it.
    #[cfg(unix)]
    pub(crate) fn new(s: i64, ns: i64) -> Self {
        let ns = u32::try_from(ns).unwrap_or_default();
        Self { s, ns }
    }

    /// Whether it is at least so many seconds ago by this machine's clock.
    #[cfg(unix)]
    pub(crate) fn is_older_than(self, seconds: u64) -> bool {
        let age = self
            .to_system()
            .and_then(|at| SystemTime::now().duration_since(at).ok());
        age.is_some_and(|age| age.as_secs() >= seconds)
    }

    fn to_system(self) -> Option<SystemTime> {
        let whole = Duration::from_secs(self.s.unsigned_abs());
        let epoch = SystemTime::UNIX_EPOCH;
        let second = if self.s < 0 {
            epoch.checked_sub(whole)
        } else {
            epoch.checked_add(whole)
        };
        second?.checked_add(Duration::from_nanos(u64::from(self.ns)))
    }
}

impl From<SystemTime> for Moment {
    fn from(at: SystemTime) -> Self {
        match at.duration_since(SystemTime::UNIX_EPOCH) {
            Ok(after) => Self {
                s: i64::try_from(after.as_secs()).unwrap_or(i64::MAX),
                ns: after.subsec_nanos(),
            },
            Err(error) => {
                let before = error.duration();
                let s = i64::try_from(before.as_secs()).map_or(i64::MIN, |s| -s);
                match before.subsec_nanos() {
                    0 => Self { s, ns: 0 },
                    ns => Self {
                        s: s.saturating_sub(1),
                        ns: 1_000_000_000 - ns,
                    },
                }
            }
        }
    }
}

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&format!("{}.{:09}", self.s, self.ns))
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let parts = text.split_once('.').filter(|(_, ns)| ns.len() == 9);
        let moment = parts.and_then(|(s, ns)| {
            Some(Self {
                s: s.parse().ok()?,
                ns: ns.parse().ok()?,
            })
        });
        moment.ok_or_else(|| de::Error::custom("expected seconds and nine digits after a dot"))
    }
}

/// The attributes of a file, a folder or a link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Attributes {
    /// The rights, on Unix.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) mode: Option<u32>,
    /// When the content was last changed.
    pub(crate) mtime: Moment,
    /// User and group, on Unix.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) owner: Option<(u32, u32)>,
    /// Extended attributes, their values in hexadecimal digits.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    pub(crate) xattrs: BTreeMap<String, String>,
}

impl Attributes {
    /// Those of `path`, whose metadata are at hand.
    pub(crate) fn read(path: &Path, found: &Metadata) -> io::Result<Self> {
        Ok(Self {
            mode: mode_of(found),
            mtime: found.modified()?.into(),
            owner: owner_of(found),
            xattrs: if found.is_symlink() {
                BTreeMap::new()
            } else {
                read_xattrs(path)?
            },
        })
    }

    /// Whether two agree in all that this user could set.
    pub(crate) fn agree(&self, other: &Self, kind_has_mode: bool) -> bool {
        let owners = !may_set_owners() || self.owner == other.owner;
        let modes = !kind_has_mode || self.mode == other.mode;
        self.mtime == other.mtime && owners && modes && self.xattrs == other.xattrs
    }

    /// Gives a file or a folder these attributes. The time comes last, since the rest would change it.
    pub(crate) fn apply(&self, path: &Path) -> io::Result<()> {
        self.apply_owner(path)?;
        for (name, value) in &self.xattrs {
            write_xattr(path, name, value)?;
        }
        self.apply_mode(path)?;
        self.apply_time(path)
    }

    /// Gives a link these attributes; it has no rights of its own.
    pub(crate) fn apply_to_link(&self, path: &Path) -> io::Result<()> {
        self.apply_owner(path)?;
        set_link_time(path, self.mtime)
    }

    #[cfg(unix)]
    fn apply_owner(&self, path: &Path) -> io::Result<()> {
        use std::os::unix::fs::{MetadataExt, lchown};
        let Some((user, group)) = self.owner else {
            return Ok(());
        };
        let found = fs::symlink_metadata(path)?;
        if (found.uid(), found.gid()) == (user, group) || !may_set_owners() {
            return Ok(());
        }
        lchown(path, Some(user), Some(group))
    }

    #[cfg(not(unix))]
    fn apply_owner(&self, _: &Path) -> io::Result<()> {
        Ok(())
    }

    #[cfg(unix)]
    fn apply_mode(&self, path: &Path) -> io::Result<()> {
        use std::os::unix::fs::PermissionsExt;
        self.mode.map_or(Ok(()), |mode| {
            fs::set_permissions(path, fs::Permissions::from_mode(mode))
        })
    }

    #[cfg(not(unix))]
    fn apply_mode(&self, _: &Path) -> io::Result<()> {
        Ok(())
    }

    #[cfg(unix)]
    fn apply_time(&self, path: &Path) -> io::Result<()> {
        use rustix::fs::{AtFlags, CWD, Timespec, Timestamps, UTIME_OMIT, utimensat};
        // By name and not by an open file: the rights just given may forbid opening it.
        let omit = Timespec {
            tv_sec: 0,
            tv_nsec: UTIME_OMIT,
        };
        let last_modification = Timespec {
            tv_sec: self.mtime.s,
            tv_nsec: self.mtime.ns.into(),
        };
        let times = Timestamps {
            last_access: omit,
            last_modification,
        };
        Ok(utimensat(CWD, path, &times, AtFlags::empty())?)
    }

    #[cfg(windows)]
    fn apply_time(&self, path: &Path) -> io::Result<()> {
        set_link_time(path, self.mtime)
    }
}

/// Gives an open file a modification time.
pub(crate) fn set_file_time(file: &File, at: Moment) -> io::Result<()> {
    let at = at
        .to_system()
        .ok_or_else(|| io::Error::other("its time is out of range here"))?;
    file.set_times(FileTimes::new().set_modified(at))
}

#[cfg(unix)]
fn set_link_time(path: &Path, at: Moment) -> io::Result<()> {
    use rustix::fs::{AtFlags, CWD, Timespec, Timestamps, UTIME_OMIT, utimensat};
    let omit = Timespec {
        tv_sec: 0,
        tv_nsec: UTIME_OMIT,
    };
    let last_modification = Timespec {
        tv_sec: at.s,
        tv_nsec: at.ns.into(),
    };
    let times = Timestamps {
        last_access: omit,
        last_modification,
    };
    Ok(utimensat(CWD, path, &times, AtFlags::SYMLINK_NOFOLLOW)?)
}

/// Of a link itself, and of a folder and a file as well.
#[cfg(windows)]
fn set_link_time(path: &Path, at: Moment) -> io::Result<()> {
    use std::os::windows::fs::OpenOptionsExt;
    // Of CreateFileW; the names are Windows' own.
    const FILE_WRITE_ATTRIBUTES: u32 = 0x100;
    const FILE_FLAG_BACKUP_SEMANTICS: u32 = 0x0200_0000;
    const FILE_FLAG_OPEN_REPARSE_POINT: u32 = 0x0020_0000;
    let open = File::options()
        .access_mode(FILE_WRITE_ATTRIBUTES)
        .custom_flags(FILE_FLAG_BACKUP_SEMANTICS | FILE_FLAG_OPEN_REPARSE_POINT)
        .open(path)?;
    set_file_time(&open, at)
}

#[cfg(unix)]
#[expect(clippy::unnecessary_wraps, reason = "elsewhere there is no mode")]
fn mode_of(found: &Metadata) -> Option<u32> {
    use std::os::unix::fs::PermissionsExt;
    Some(found.permissions().mode() & 0o7777)
}

#[cfg(not(unix))]
fn mode_of(_: &Metadata) -> Option<u32> {
    None
}

#[cfg(unix)]
#[expect(clippy::unnecessary_wraps, reason = "elsewhere there is no owner")]
fn owner_of(found: &Metadata) -> Option<(u32, u32)> {
    use std::os::unix::fs::MetadataExt;
    Some((found.uid(), found.gid()))
}

#[cfg(not(unix))]
fn owner_of(_: &Metadata) -> Option<(u32, u32)> {
    None
}

#[cfg(unix)]
fn may_set_owners() -> bool {
    rustix::process::geteuid().is_root()
}

#[cfg(not(unix))]
fn may_set_owners() -> bool {
    false
}

/// Those that a user sets, and access lists; what the system keeps for itself can't be set again.
#[cfg(unix)]
fn read_xattrs(path: &Path) -> io::Result<BTreeMap<String, String>> {
    let names = match xattr::list(path) {
        // Not every file system has them.
        Err(error) if error.kind() == io::ErrorKind::Unsupported => return Ok(BTreeMap::new()),
        names => names?,
    };
    let is_users = |name: &String| {
        !cfg!(target_os = "linux")
            || name.starts_with("user.")
            || name.starts_with("system.posix_acl_")
    };
    let mut found = BTreeMap::new();
    for name in names
        .filter_map(|name| name.into_string().ok())
        .filter(is_users)
    {
        if let Some(value) = xattr::get(path, &name)? {
            found.insert(name, hex(&value));
        }
    }
    Ok(found)
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "on Unix it can fail")]
fn read_xattrs(_: &Path) -> io::Result<BTreeMap<String, String>> {
    Ok(BTreeMap::new())
}

#[cfg(unix)]
fn write_xattr(path: &Path, name: &str, value: &str) -> io::Result<()> {
    let value = unhex(value).ok_or_else(|| io::Error::other("an extended attribute is garbled"))?;
    xattr::set(path, name, &value)
}

#[cfg(not(unix))]
fn write_xattr(_: &Path, _: &str, _: &str) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_before_1970_keep_their_nanoseconds() {
        // Windows counts hundreds of nanoseconds.
        let tick = if cfg!(windows) { 100 } else { 1 };
        for (s, ns) in [
            (-2, 1_000_000_000 - tick),
            (-1, 0),
            (0, tick),
            (1_770_000_000, 5 * tick),
        ] {
            let moment = Moment { s, ns };
            assert_eq!(Moment::from(moment.to_system().unwrap()), moment);
            let json = serde_json::to_string(&moment).unwrap();
            assert_eq!(serde_json::from_str::<Moment>(&json).unwrap(), moment);
        }
    }
}
