//! Any tree comes back as it was: names, contents, links, rights, times, empty files and folders.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a helper of a test may stop the test")]

mod scene;

use std::ffi::OsString;
use std::fs;
use std::os::unix::ffi::OsStringExt;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use proptest::prelude::*;
use scene::Scene;

#[derive(Debug, Clone)]
enum Thing {
    File {
        content: Vec<u8>,
        mode: u32,
        age_s: u64,
    },
    Folder,
    Link(OsString),
}

fn name() -> impl Strategy<Value = OsString> {
    let odd = prop_oneof![
        "[a-c]{1,2}".prop_map(String::into_bytes),
        Just(b"-rf".to_vec()),
        Just(b" a\tb\n".to_vec()),
        Just(b"caf\xe9".to_vec()),
        Just("日本.py".as_bytes().to_vec()),
        Just(b"backup-manifest.json".to_vec()),
        Just(b"*?[x]".to_vec()),
        Just(b".hidden".to_vec()),
        Just(vec![b'n'; 255]),
    ];
    odd.prop_map(OsString::from_vec)
}

fn thing() -> impl Strategy<Value = Thing> {
    prop_oneof![
        3 => (proptest::collection::vec(any::<u8>(), 0..40), 0u32..0o1000, 0u64..3_000_000_000)
            .prop_map(|(content, mode, age_s)| Thing::File { content, mode: mode | 0o400, age_s }),
        1 => Just(Thing::Folder),
        1 => name().prop_map(Thing::Link),
    ]
}

fn build(scene: &Scene, things: &[(Vec<OsString>, Thing)]) {
    let root = scene.path("tree");
    fs::create_dir(&root).unwrap();
    for (parts, thing) in things {
        let path: PathBuf = parts
            .iter()
            .fold(root.clone(), |path, part| path.join(part));
        let parent = path.parent().unwrap();
        // What stands in the way stays; the tree is odd enough without it.
        if fs::create_dir_all(parent).is_err() || fs::symlink_metadata(&path).is_ok() {
            continue;
        }
        match thing {
            Thing::File {
                content,
                mode,
                age_s,
            } => {
                fs::write(&path, content).unwrap();
                let time = SystemTime::UNIX_EPOCH + Duration::new(2_000_000_000, 123_456_789)
                    - Duration::from_secs(*age_s);
                fs::File::options()
                    .write(true)
                    .open(&path)
                    .unwrap()
                    .set_modified(time)
                    .unwrap();
                fs::set_permissions(&path, fs::Permissions::from_mode(*mode)).unwrap();
            }
            Thing::Folder => fs::create_dir(&path).unwrap(),
            Thing::Link(target) => symlink(target, &path).unwrap(),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    #[test]
    fn any_tree_comes_back_as_it_was(things in proptest::collection::vec((proptest::collection::vec(name(), 1..4), thing()), 0..14)) {
        let scene = Scene::empty();
        build(&scene, &things);
        let before = scene.tree("tree");
        let backup = scene.json(&["--create", "tree", "--name", "n", "--backup-dir", "kept"]);
        let backup = backup["backup"].as_str().unwrap();
        prop_assert_eq!(&scene.tree("tree"), &before, "a backup touches nothing");
        fs::rename(scene.path("tree"), scene.path("moved")).unwrap();
        scene.ok(&["--restore", backup]);
        prop_assert_eq!(&scene.tree("tree"), &before);
        // Once more over a tree in which everything was replaced.
        fs::remove_dir_all(scene.path("tree")).unwrap();
        scene.write("tree/added.txt", "x");
        scene.ok(&["--restore", backup, "--exact"]);
        prop_assert_eq!(&scene.tree("tree"), &before);
    }
}
