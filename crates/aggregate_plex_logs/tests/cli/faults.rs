//! Folders, files and disks that misbehave: a clear message, the right code, nothing half-written.

use std::fs;

use testkit::folder::names;

use super::{log_folder, run_in, tool};

const LINE: &[u8] = b"2026-02-05 17:00:00,000 (12) :  INFO (a:1) - x\n";

#[test]
fn who_looks_at_the_terminal_alone_hears_that_nothing_lies_in_the_window() {
    let folder = log_folder(&[("com.plexapp.agents.Alder.log", LINE)]);
    let said = |more: &[&str]| {
        let args = [&["--log-dir", ".", "--output", "r.txt"], more].concat();
        run_in(folder.path(), &args).stderr
    };
    let late = said(&["--now", "2026-03-05 17:00:00"]);
    assert!(
        late.contains("no record lies in the window; the newest is of 2026-02-05 17:00:00,000")
            && late.contains("--hours all"),
        "{late}"
    );
    assert_eq!(said(&["--now", "2026-02-05 18:00:00"]), "");
    assert_eq!(said(&["--now", "2026-03-05 17:00:00", "--quiet"]), "");
}

#[test]
fn a_folder_named_like_a_log_is_named_and_the_rest_is_read() {
    let folder = log_folder(&[("com.plexapp.agents.Alder.log", LINE)]);
    fs::create_dir(folder.path().join("com.plexapp.agents.Birch.log")).unwrap();
    let ended = run_in(
        folder.path(),
        &["--log-dir", ".", "--hours", "all", "--output", "r.txt"],
    );
    assert_eq!(ended.code, Some(66));
    assert!(
        ended
            .stderr
            .contains("com.plexapp.agents.Birch.log: it is a folder"),
        "{}",
        ended.stderr
    );
    let report = fs::read_to_string(folder.path().join("r.txt")).unwrap();
    assert!(
        report.contains("ATTENTION: 1 file could not be read"),
        "{report}"
    );
    assert!(report.contains("AGENT: Alder"));
}

#[cfg(unix)]
#[test]
fn a_file_that_may_not_be_read_is_named_and_the_rest_is_read() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let folder = log_folder(&[
        ("com.plexapp.agents.Alder.log", LINE),
        ("com.plexapp.agents.Birch.log", LINE),
    ]);
    let refused = folder.path().join("com.plexapp.agents.Birch.log");
    fs::set_permissions(&refused, fs::Permissions::from_mode(0o000)).unwrap();
    if fs::File::open(&refused).is_ok() {
        // Who may read everything is stopped by a link that leads in a circle.
        fs::remove_file(&refused).unwrap();
        symlink("com.plexapp.agents.Birch.log", &refused).unwrap();
    }
    let ended = run_in(
        folder.path(),
        &["--log-dir", ".", "--hours", "all", "--output", "r.txt"],
    );
    assert_eq!(ended.code, Some(66));
    assert!(
        ended
            .stderr
            .contains("cannot read ./com.plexapp.agents.Birch.log: "),
        "{}",
        ended.stderr
    );
    assert!(
        fs::read_to_string(folder.path().join("r.txt"))
            .unwrap()
            .contains("AGENT: Alder")
    );
}

#[test]
fn a_damaged_gz_counts_up_to_the_damage_and_is_named() {
    use std::io::Write;
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    for n in 0..5000_u32 {
        let noise = n.wrapping_mul(2_654_435_761);
        writeln!(
            packed,
            "2026-02-05 17:00:00,000 ({noise:x}) :  INFO (a:1) - {noise}"
        )
        .unwrap();
    }
    let mut bytes = packed.finish().unwrap();
    bytes.truncate(bytes.len() / 2);
    let folder = log_folder(&[
        ("com.plexapp.agents.Alder.log.1.gz", &bytes),
        ("com.plexapp.agents.Alder.log", LINE),
    ]);
    let ended = run_in(
        folder.path(),
        &["--log-dir", ".", "--hours", "all", "--output", "r.json"],
    );
    assert_eq!(ended.code, Some(66));
    let report: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(folder.path().join("r.json")).unwrap()).unwrap();
    let records = report["coverage"]["records"].as_u64().unwrap();
    assert!(records > 1000 && records < 5001, "{records}");
    assert!(
        report["coverage"]["unreadable"][0]["path"]
            .as_str()
            .unwrap()
            .ends_with("log.1.gz")
    );
}

#[test]
fn what_is_no_zip_is_bad_data() {
    let folder = log_folder(&[("logs.zip", b"this is no archive")]);
    let ended = run_in(folder.path(), &["--log-dir", "logs.zip"]);
    assert_eq!(ended.code, Some(65), "{}", ended.stderr);
    assert!(
        ended.stderr.contains("logs.zip") && ended.stderr.contains("zip archive"),
        "{}",
        ended.stderr
    );
    assert_eq!(names(folder.path()).unwrap(), ["logs.zip"]);
}

#[test]
fn an_output_that_is_a_folder_is_refused_and_nothing_is_left() {
    let folder = log_folder(&[("com.plexapp.agents.Alder.log", LINE)]);
    fs::create_dir(folder.path().join("out")).unwrap();
    let ended = run_in(folder.path(), &["--log-dir", ".", "--output", "out"]);
    assert_eq!(ended.code, Some(73));
    assert!(
        ended.stderr.contains("cannot create out: it is a folder"),
        "{}",
        ended.stderr
    );
    fs::write(folder.path().join("file"), "x").unwrap();
    let ended = run_in(
        folder.path(),
        &["--log-dir", ".", "--output", "file/below.txt"],
    );
    assert_eq!(ended.code, Some(73), "{}", ended.stderr);
    assert_eq!(
        names(folder.path()).unwrap(),
        ["com.plexapp.agents.Alder.log", "file", "out"]
    );
}

#[test]
fn an_output_that_fails_keeps_no_other_from_being_written() {
    for threads in ["1", "2"] {
        let folder = log_folder(&[("com.plexapp.agents.Alder.log", LINE)]);
        fs::create_dir(folder.path().join("out")).unwrap();
        let outputs = ["out", "r.txt", "r.json"].map(|name| ["--output", name]);
        let mut args = vec!["--log-dir", ".", "--threads", threads];
        args.extend(outputs.as_flattened());
        let ended = run_in(folder.path(), &args);
        assert_eq!(ended.code, Some(73));
        assert!(
            ended.stderr.contains("cannot create out"),
            "{}",
            ended.stderr
        );
        assert!(
            ended
                .stdout
                .ends_with("Report generated: r.txt\nReport generated: r.json\n"),
            "{}",
            ended.stdout
        );
        assert_eq!(
            names(folder.path()).unwrap(),
            ["com.plexapp.agents.Alder.log", "out", "r.json", "r.txt"]
        );
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_an_error() {
    let folder = log_folder(&[("com.plexapp.agents.Alder.log", LINE)]);
    let ended = run_in(folder.path(), &["--log-dir", ".", "--output", "/dev/full"]);
    assert_eq!(ended.code, Some(74));
    assert!(
        ended
            .stderr
            .contains("cannot write /dev/full: No space left"),
        "{}",
        ended.stderr
    );
}

#[test]
fn a_folder_without_logs_says_so_in_the_report() {
    let folder = log_folder(&[("com.plexapp.system.log", LINE)]);
    let ended = run_in(folder.path(), &["--log-dir", ".", "--output", "-"]);
    assert_eq!(ended.code, Some(0));
    assert!(
        ended.stdout.contains("no agent logs were found"),
        "{}",
        ended.stdout
    );
    assert!(ended.stdout.contains("--all-plugins"), "{}", ended.stdout);
}

#[cfg(unix)]
#[test]
fn a_reader_that_goes_away_ends_the_run_quietly() {
    use std::io::Read;
    let text = LINE.repeat(1000);
    let mut varied = Vec::new();
    for n in 0..60_000_u32 {
        varied.extend_from_slice(
            format!("2026-02-05 17:00:00,000 (12) :  INFO (a:1) - x{n}\n").as_bytes(),
        );
    }
    let folder = log_folder(&[
        ("com.plexapp.agents.Alder.log", &text),
        ("com.plexapp.agents.Birch.log", &varied),
    ]);
    let mut child = tool()
        .current_dir(folder.path())
        .args([
            "--log-dir",
            ".",
            "--hours",
            "all",
            "--output",
            "-",
            "--patterns",
            "all",
        ])
        .start()
        .unwrap();
    let mut first = [0; 100];
    child.stdout.take().unwrap().read_exact(&mut first).unwrap();
    let ended = child.wait_with_output().unwrap();
    assert_eq!(
        (ended.status.code(), ended.stderr.as_slice()),
        (Some(0), &b""[..])
    );
}

#[test]
fn control_characters_of_a_log_do_not_reach_the_text_report() {
    let line = b"2026-02-05 17:00:00,000 (12) :  INFO (a:1) - \x1b[31mred\x07 \xe2\x80\xae\n";
    let folder = log_folder(&[("com.plexapp.agents.Alder.log", line)]);
    let ended = run_in(
        folder.path(),
        &["--log-dir", ".", "--hours", "all", "--output", "-"],
    );
    assert!(
        ended.stdout.contains("\\x1b[31mred\\x07 \\u{202e}"),
        "{}",
        ended.stdout
    );
    assert!(ended.stdout.chars().all(|c| !c.is_control() || c == '\n'));
}
