//! What the documents say is so.

use std::fs;
use std::path::Path;

use super::run_in;

fn document(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../docs")
        .join(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn every_option_is_in_the_document_and_the_document_names_no_other() {
    let here = tempfile::tempdir().unwrap();
    let help = run_in(here.path(), &["--help"]).stdout;
    let options = |text: &str| -> std::collections::BTreeSet<String> {
        text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '_'))
            .filter(|word| word.starts_with("--") && word.trim_start_matches('-').len() > 1)
            .map(str::to_owned)
            .collect()
    };
    let told = options(&document("compare_metrics.md"));
    let mut of_help = options(&help);
    for common in ["--help", "--version", "--quiet", "--generate"] {
        of_help.remove(common);
    }
    assert!(of_help.len() > 10, "{of_help:?}");
    let missing: Vec<_> = of_help.difference(&told).collect();
    assert!(missing.is_empty(), "not in the document: {missing:?}");
    // Options of the simulation and of the aggregator are named as well.
    let others = [
        "--format",
        "--no-redact",
        "--pseudonymise",
        "--pairs",
        "--logs",
        "--seed",
        "--only",
        "--release",
        "--example",
        "--bins",
    ];
    let unknown: Vec<_> = told
        .difference(&of_help)
        .filter(|option| !others.contains(&option.as_str()))
        .collect();
    assert!(unknown.is_empty(), "in the document only: {unknown:?}");
}
