//! The sandbox's refusals, one row each, through the binary: `fixtures/sandbox/rows.tsv`.
#![expect(clippy::unwrap_used, reason = "a helper of a test may stop the test")]

use std::fs;
use std::path::Path;

use serde_json::Value;
use testkit::process::Run;

const TOOL: &str = env!("CARGO_BIN_EXE_safety_validator");
/// What the sandbox does not find, and a row is not about.
const OTHERS: [&str; 3] = ["other-meaning", "import-error", "danger-mention"];

fn unescaped(text: &str) -> String {
    text.replace("\\n", "\n")
        .replace("\\r", "\r")
        .replace("\\t", "\t")
}

/// Identifier, line and message of what is found.
fn found(policy: &str, source: &str) -> Vec<(String, u64, String)> {
    let ended = Run::new(TOOL)
        .args([
            "-",
            "--stdin-name",
            "utils.py",
            "--policy",
            policy,
            "--json",
        ])
        .stdin(source)
        .run()
        .unwrap();
    let document: Value = serde_json::from_str(&ended.stdout).unwrap();
    let file = &document["files"][0];
    assert_eq!(file["valid_python"], true, "{source}: {file}");
    let findings = file["findings"].as_array().unwrap();
    let rows = findings.iter().map(|finding| {
        let text = |key: &str| finding[key].as_str().unwrap().to_owned();
        (
            text("id"),
            finding["line"].as_u64().unwrap(),
            text("message"),
        )
    });
    rows.filter(|(id, ..)| !OTHERS.contains(&id.as_str()))
        .collect()
}

#[test]
fn every_row_is_found_as_the_sandbox_says_it() {
    let rows = fs::read_to_string(testkit::fixtures().join("sandbox/rows.tsv")).unwrap();
    let mut faults = Vec::new();
    let mut n = 0;
    for row in rows.lines().filter(|row| !row.starts_with('#')) {
        let columns: Vec<&str> = row.split('\t').collect();
        let [policy, source, id, line, message] = columns[..] else {
            panic!("five columns: {row}");
        };
        let found = found(policy, &(unescaped(source) + "\n"));
        let expected = (id.to_owned(), line.parse().unwrap_or(0), message.to_owned());
        // A name that is bound and read is told twice; the row is about the first.
        let fits = if id == "-" {
            found.is_empty()
        } else {
            found.first() == Some(&expected) && found.iter().all(|one| one.2 == message)
        };
        if !fits {
            faults.push(format!("{row}\n  found {found:?}"));
        }
        n += 1;
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(n > 180, "only {n} rows");
}

/// A bundle with a policy and one line in both its files.
fn bundle(folder: &Path, policy: &str, line: &str) -> Vec<(String, bool)> {
    let code = folder.join("A.bundle/Contents/Code");
    fs::create_dir_all(&code).unwrap();
    fs::write(
        folder.join("A.bundle/Contents/Info.plist"),
        format!(
            "<?xml version=\"1.0\"?><plist version=\"1.0\"><dict><key>CFBundleIdentifier</key><string>x</string>\
             <key>PlexFrameworkVersion</key><string>2</string><key>PlexPluginClass</key><string>Agent</string>\
             <key>PlexPluginCodePolicy</key><string>{policy}</string></dict></plist>"
        ),
    )
    .unwrap();
    for name in ["__init__.py", "utils.py"] {
        fs::write(code.join(name), line).unwrap();
    }
    let ended = Run::new(TOOL)
        .args(["--json", "A.bundle"])
        .current_dir(folder)
        .run()
        .unwrap();
    let document: Value = serde_json::from_str(&ended.stdout).unwrap();
    let files = document["files"].as_array().unwrap();
    files
        .iter()
        .map(|file| {
            let path = file["path"].as_str().unwrap().replace('\\', "/");
            let name = path.rsplit('/').next().unwrap().to_owned();
            (name, file["passed"].as_bool().unwrap())
        })
        .collect()
}

#[test]
fn the_main_file_is_never_elevated_and_the_others_are_as_the_bundle_says() {
    let line = "class C:\n    def __len__(self): return 0\n";
    for (policy, utils_pass) in [
        ("Elevated", true),
        ("Standard", false),
        ("Nonsense", false),
        ("elevated", false),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let found = bundle(folder.path(), policy, line);
        let expected = [
            ("Info.plist", true),
            ("__init__.py", false),
            ("utils.py", utils_pass),
        ];
        let expected = expected.map(|(name, passed)| (name.to_owned(), passed));
        assert_eq!(found, expected, "{policy}");
    }
}

#[test]
fn libraries_are_ordinary_python() {
    let folder = tempfile::tempdir().unwrap();
    let shared = folder.path().join("A.bundle/Contents/Libraries/Shared");
    fs::create_dir_all(&shared).unwrap();
    fs::write(shared.join("a.py"), "x = _y.__dict__\nexec x\n").unwrap();
    let judge = || {
        Run::new(TOOL)
            .args(["--file", "A.bundle/Contents/Libraries/Shared/a.py"])
            .current_dir(folder.path())
            .run()
            .unwrap()
    };
    assert_eq!(judge().code, Some(0));
    // A library is imported as a file, where an undeclared letter is an error.
    fs::write(shared.join("a.py"), "x = '\u{e9}'\n").unwrap();
    let ended = judge();
    assert_eq!(ended.code, Some(1), "{}", ended.stdout);
    assert!(
        ended.stdout.contains("Valid Python: PASS"),
        "{}",
        ended.stdout
    );
    assert!(
        ended.stdout.contains("Non-ASCII character '\\xc3' in file"),
        "{}",
        ended.stdout
    );
}

#[test]
fn agents_are_asked_for_what_the_framework_calls() {
    let whole = "class A(Agent.Movies):\n    name = 'A'\n    languages = ['en']\n    def search(self, results, media, lang, manual=False): pass\n    def update(self, metadata, media, lang, force=False): pass\n";
    for (source, ids) in [
        (whole.to_owned(), &[][..]),
        (
            whole.replace("    languages = ['en']\n", ""),
            &["agent-incomplete"],
        ),
        (
            whole.replace(", lang, manual=False", ""),
            &["agent-signature"],
        ),
        (whole.replace("force=False", "other"), &["agent-signature"]),
        (whole.replace("(Agent.Movies)", "(Base)"), &[]),
        (whole.replace("languages", "for x in y: pass\n    z"), &[]),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let code = folder.path().join("Contents/Code");
        fs::create_dir_all(&code).unwrap();
        fs::write(code.join("__init__.py"), source.as_bytes()).unwrap();
        let ended = Run::new(TOOL)
            .args(["--json", "--file", "Contents/Code/__init__.py"])
            .current_dir(folder.path())
            .run()
            .unwrap();
        let document: Value = serde_json::from_str(&ended.stdout).unwrap();
        let findings = document["files"][0]["findings"].as_array().unwrap();
        let found: Vec<&str> = findings
            .iter()
            .map(|one| one["id"].as_str().unwrap())
            .collect();
        assert_eq!(found, ids, "{source}");
        assert_eq!(ended.code, Some(0));
    }
}
