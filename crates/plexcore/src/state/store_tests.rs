//! Changes, the ways back from them, and what else can happen to the file meanwhile.

use super::*;

fn set(store: &Store, key: &str, value: &str) -> Outcome {
    store
        .change::<Error>(|document| {
            document.set(key, value);
            Ok(())
        })
        .unwrap()
}

fn value(store: &Store) -> String {
    let document = store.read().unwrap();
    document.map_or("no file".to_owned(), |d| {
        d.state().split_whitespace().collect()
    })
}

fn store() -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::at(&folder.path().join("deep/state.json"));
    (folder, store)
}

#[test]
fn every_step_can_be_taken_back_and_forth() {
    let (_folder, store) = store();
    for n in 1..=3 {
        set(&store, "n", &n.to_string());
    }
    let seen =
        |step: &dyn Fn() -> Result<Option<Undone>, Error>| step().unwrap().map(|_| value(&store));
    let (undo, redo) = (|| store.undo("s"), || store.redo("s"));
    assert_eq!(seen(&undo).unwrap(), "{\"n\":2}");
    assert_eq!(seen(&undo).unwrap(), "{\"n\":1}");
    assert_eq!(seen(&redo).unwrap(), "{\"n\":2}");
    assert_eq!(seen(&undo).unwrap(), "{\"n\":1}");
    assert_eq!(seen(&undo).unwrap(), "no file");
    assert_eq!(seen(&undo), None);
    for expected in ["{\"n\":1}", "{\"n\":2}", "{\"n\":3}"] {
        assert_eq!(seen(&redo).unwrap(), expected);
    }
    assert_eq!(seen(&redo), None);
}

#[test]
fn a_change_after_an_undo_loses_neither_branch() {
    let (_folder, store) = store();
    for n in 1..=2 {
        set(&store, "n", &n.to_string());
    }
    store.undo("s").unwrap();
    set(&store, "n", "9");
    let kept: Vec<String> = store
        .history()
        .unwrap()
        .iter()
        .filter_map(|entry| store.read_entry(entry).unwrap())
        .map(|d| d.get("n").unwrap().to_owned())
        .collect();
    assert_eq!(kept, ["2", "1"]);
    assert!(store.redo("s").unwrap().is_none());
}

#[test]
fn clear_can_be_taken_back() {
    let (_folder, store) = store();
    set(&store, "a", "1");
    assert!(store.clear("s").unwrap().existed);
    assert_eq!(value(&store), "no file");
    assert!(!store.clear("s").unwrap().existed);
    store.undo("s").unwrap();
    assert_eq!(value(&store), "{\"a\":1}");
}

#[test]
fn a_file_that_is_not_understood_is_kept_and_named() {
    let (_folder, store) = store();
    set(&store, "a", "1");
    set(&store, "a", "2");
    fs::write(&store.file, "{\"state\": {").unwrap();
    let refused = store.change::<Error>(|_| Ok(()));
    assert!(matches!(refused, Err(Error::Data { .. })), "{refused:?}");
    assert_eq!(fs::read(&store.file).unwrap(), b"{\"state\": {");
    assert_eq!(store.newest_good().unwrap().1.get("a"), Some("1"));
    let undone = store.undo("20260201_183000").unwrap().unwrap();
    let aside = undone.outcome.set_aside.unwrap();
    assert_eq!(fs::read(aside).unwrap(), b"{\"state\": {");
    assert_eq!(value(&store), "{\"a\":1}");
}

#[test]
fn history_is_bounded() {
    let (_folder, store) = store();
    for n in 0..KEPT_AND_MORE {
        set(&store, "n", &n.to_string());
    }
    let entries = store.history().unwrap();
    assert_eq!(entries.len(), super::super::KEPT);
    let newest = store.read_entry(entries.last().unwrap()).unwrap().unwrap();
    assert_eq!(newest.get("n").unwrap(), (KEPT_AND_MORE - 2).to_string());
}

const KEPT_AND_MORE: usize = super::super::KEPT + 5;

#[test]
fn a_failed_edit_changes_nothing() {
    let (_folder, store) = store();
    set(&store, "a", "1");
    let failed = store.change(|document| {
        document.set("a", "2");
        Err(Error::NotFound {
            what: "x",
            tried: Vec::new(),
        })
    });
    assert!(failed.is_err());
    assert_eq!(
        (value(&store).as_str(), store.history().unwrap().len()),
        ("{\"a\":1}", 1)
    );
}

#[test]
fn what_a_stopped_run_left_is_neither_doubled_nor_written_into() {
    let (_folder, store) = store();
    set(&store, "a", "1");
    set(&store, "a", "2");
    // Stopped after the old content was linked and before the new one took its place.
    fs::hard_link(&store.file, store.history.folder.join("000003.json")).unwrap();
    fs::hard_link(&store.file, store.temporary()).unwrap();
    set(&store, "a", "3");
    assert_eq!(store.history().unwrap().len(), 3);
    assert_eq!(store.newest_good().unwrap().1.get("a"), Some("2"));
}

#[cfg(unix)]
#[test]
fn a_link_leads_to_one_file_with_one_history() {
    use std::os::unix::fs::symlink;
    let (folder, store) = store();
    set(&store, "a", "1");
    let link = folder.path().join("link.json");
    symlink("deep/state.json", &link).unwrap();
    set(&Store::at(&link), "a", "2");
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(
        (value(&store).as_str(), store.history().unwrap().len()),
        ("{\"a\":2}", 2)
    );
}

#[cfg(unix)]
#[test]
fn rights_stay_and_read_only_is_respected() {
    use std::os::unix::fs::PermissionsExt;
    let (_folder, store) = store();
    set(&store, "a", "1");
    fs::set_permissions(&store.file, fs::Permissions::from_mode(0o600)).unwrap();
    set(&store, "a", "2");
    assert_eq!(
        fs::metadata(&store.file).unwrap().permissions().mode() & 0o777,
        0o600
    );
    fs::set_permissions(&store.file, fs::Permissions::from_mode(0o400)).unwrap();
    assert!(matches!(
        store.change::<Error>(|_| Ok(())),
        Err(Error::Create { .. })
    ));
}

#[test]
fn threads_at_once_lose_nothing() {
    let (_folder, store) = store();
    std::thread::scope(|scope| {
        for worker in 0..8 {
            let store = &store;
            scope.spawn(move || {
                for n in 0..5 {
                    set(store, &format!("k{worker}_{n}"), "1");
                }
            });
        }
    });
    assert_eq!(store.read().unwrap().unwrap().n_keys(), 40);
}
