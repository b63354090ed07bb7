//! Where each thing that was named lies in a backup.
//!
//! The script laid every file flat under its bare name, so that of 21 files `utils.py` one was
//! left. Names that occur once lie flat as there; the others lie in sub-folders that show where
//! they came from.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::{OsStr, OsString};
use std::path::{Component, Path, PathBuf};

use crate::manifest;

/// The folder that holds all of `paths`, which are absolute. `None` if there is none: on Windows
/// they may lie on different drives.
pub(crate) fn common_parent<'a>(paths: impl IntoIterator<Item = &'a Path>) -> Option<PathBuf> {
    let mut parents = paths.into_iter().filter_map(Path::parent);
    let mut common: Vec<Component<'_>> = parents.next()?.components().collect();
    for parent in parents {
        let same = common
            .iter()
            .zip(parent.components())
            .take_while(|(a, b)| *a == b)
            .count();
        common.truncate(same);
    }
    let common: PathBuf = common.into_iter().collect();
    common.is_absolute().then_some(common)
}

/// A place in the backup for each of `paths`, all absolute, different and none below another.
pub(crate) fn places(paths: &[PathBuf]) -> Vec<PathBuf> {
    let mut by_name: BTreeMap<OsString, Vec<usize>> = BTreeMap::new();
    for (index, path) in paths.iter().enumerate() {
        by_name
            .entry(folded(name_of(path)))
            .or_default()
            .push(index);
    }
    let manifest = OsString::from(manifest::FILE);
    let mut is_flat = vec![true; paths.len()];
    for (name, indices) in &by_name {
        if indices.len() > 1 || *name == manifest {
            for &index in indices {
                is_flat[index] = false;
            }
        }
    }
    loop {
        let places = laid(paths, &is_flat);
        let tops: Vec<OsString> = places.iter().map(|place| folded(top_of(place))).collect();
        let is_deep = |index: &usize| !is_flat[*index];
        let deep: BTreeSet<&OsString> = (0..paths.len())
            .filter(is_deep)
            .map(|index| &tops[index])
            .collect();
        // A flat name that is also the first folder of a longer path has to move in with it.
        let clashes: Vec<usize> = (0..paths.len())
            .filter(|&i| is_flat[i] && deep.contains(&tops[i]))
            .collect();
        if clashes.is_empty() {
            return places;
        }
        for index in clashes {
            is_flat[index] = false;
        }
    }
}

fn laid(paths: &[PathBuf], is_flat: &[bool]) -> Vec<PathBuf> {
    let is_deep = |(_, flat): &(&PathBuf, &bool)| !**flat;
    let deep: Vec<&PathBuf> = paths
        .iter()
        .zip(is_flat)
        .filter(is_deep)
        .map(|(path, _)| path)
        .collect();
    let common = common_parent(deep.iter().map(|path| path.as_path())).unwrap_or_default();
    let below = |path: &PathBuf| {
        path.strip_prefix(&common)
            .map_or_else(|_| without_root(path), Path::to_owned)
    };
    // Something directly in the common folder would lie flat after all; then all move one down.
    let is_short = deep.iter().any(|path| below(path).components().count() < 2);
    let top = Path::new(if is_short { "from" } else { "" });
    let place = |(path, flat): (&PathBuf, &bool)| {
        if *flat {
            name_of(path).into()
        } else {
            top.join(below(path))
        }
    };
    paths.iter().zip(is_flat).map(place).collect()
}

fn without_root(path: &Path) -> PathBuf {
    path.components()
        .filter(|part| matches!(part, Component::Normal(_)))
        .collect()
}

fn name_of(path: &Path) -> &OsStr {
    path.file_name().unwrap_or_default()
}

fn top_of(path: &Path) -> &OsStr {
    path.components()
        .next()
        .map_or(OsStr::new(""), Component::as_os_str)
}

/// Names that differ only in case are one name on some disks.
fn folded(name: &OsStr) -> OsString {
    name.to_str()
        .map_or_else(|| name.to_owned(), |name| name.to_lowercase().into())
}

#[cfg(all(test, unix))]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn laid_out(paths: &[&str]) -> Vec<String> {
        let paths: Vec<PathBuf> = paths.iter().map(PathBuf::from).collect();
        places(&paths)
            .iter()
            .map(|place| place.display().to_string())
            .collect()
    }

    #[test]
    fn names_that_occur_once_lie_flat_and_the_others_show_where_they_came_from() {
        assert_eq!(
            laid_out(&[
                "/p/A.bundle/Code/utils.py",
                "/p/B.bundle/Code/utils.py",
                "/p/B.bundle/Code/other.py"
            ]),
            [
                "A.bundle/Code/utils.py",
                "B.bundle/Code/utils.py",
                "other.py"
            ]
        );
        assert_eq!(laid_out(&["/p/A.bundle", "/q/x.py"]), ["A.bundle", "x.py"]);
    }

    #[test]
    fn names_that_would_meet_on_some_disk_are_kept_apart() {
        assert_eq!(laid_out(&["/p/a/U.py", "/p/b/u.py"]), ["a/U.py", "b/u.py"]);
        assert_eq!(
            laid_out(&["/p/backup-manifest.json"]),
            ["from/backup-manifest.json"]
        );
        assert_eq!(
            laid_out(&["/q/A", "/p/A/u", "/p/b/u"]),
            ["q/A", "p/A/u", "p/b/u"]
        );
        assert_eq!(laid_out(&["/u", "/a/u"]), ["from/u", "from/a/u"]);
    }

    proptest! {
        #[test]
        fn no_two_things_share_a_place(parts in proptest::collection::btree_set("(/[abF]|/from|/backup-manifest.json){1,4}", 1..8)) {
            let paths: Vec<PathBuf> = parts.iter().map(PathBuf::from).collect();
            let is_outermost = |path: &&PathBuf| !paths.iter().any(|other| other != *path && path.starts_with(other));
            let paths: Vec<PathBuf> = paths.iter().filter(is_outermost).cloned().collect();
            let places = places(&paths);
            let folded: Vec<PathBuf> = places.iter().map(|place| place.to_str().unwrap().to_lowercase().into()).collect();
            prop_assert_eq!(folded.iter().collect::<BTreeSet<_>>().len(), paths.len(), "{:?}", places);
            for a in &folded {
                prop_assert!(a != Path::new(manifest::FILE));
                prop_assert!(!folded.iter().any(|b| a != b && b.starts_with(a)), "{:?}", places);
            }
        }
    }
}
