# The commands of this workspace; `just` alone lists them.

# List the recipes.
default:
    @just --list --unsorted

# ---- working on the tools ---------------------------------------------------------------------

# Build every tool, optimised.
[group('work')]
build:
    cargo build --release --workspace --bins

# Run the tests; arguments go to cargo.
[group('work')]
test *args:
    cargo test --workspace --locked {{ args }}

# Format the code.
[group('work')]
fmt:
    cargo fmt --all

# Format check, clippy and rustdoc, warnings as errors.
[group('work')]
lint:
    cargo fmt --all -- --check
    cargo clippy --workspace --all-targets --locked -- -D warnings
    RUSTDOCFLAGS=-Dwarnings cargo doc --workspace --no-deps --locked --quiet

# Everything that CI runs.
[group('work')]
check:
    bash .ci/run

# Rewrite the expectations of the data-driven cases; review the diff.
[group('work')]
bless:
    BLESS=1 cargo test --workspace --locked

# Write invented plug-in logs (see --help): just logs --out DIR --seed 7 --mb 20
[group('work')]
logs *args:
    cargo run --release -p testkit --bin generate_logs -- {{ args }}

# Run a fuzz target for some seconds; needs cargo-fuzz (cargo install cargo-fuzz) and a nightly feature set.
[group('work')]
fuzz target seconds="60":
    cd fuzz && RUSTC_BOOTSTRAP=1 cargo fuzz run --sanitizer none {{ target }} -- -max_total_time={{ seconds }}

# Run every fuzz target for some seconds each.
[group('work')]
fuzz-all seconds="20":
    bash fuzz/run_all.sh {{ seconds }}

# ---- the workflow, phase by phase --------------------------------------------------------------

# Phase 1: read the plug-in logs and write a report.
[group('workflow')]
aggregate *args:
    cargo run --release --quiet -p aggregate_plex_logs -- {{ args }}

# Phase 3: back up, restore, list, verify: just backup --create FILES... --name NAME
[group('workflow')]
backup *args:
    cargo run --release --quiet -p backup_utils -- {{ args }}

# Phase 4: ask a Plex server: just refresh --refresh --rating-key 10488 --wait
[group('workflow')]
refresh *args:
    cargo run --release --quiet -p plex_api_utils -- {{ args }}

# Phase 6: keep the state between rounds: just state --set iteration 3
[group('workflow')]
state *args:
    cargo run --release --quiet -p state_manager -- {{ args }}

# ---- what needs more than the Rust toolchain ---------------------------------------------------

# A Plex server that is none, to try the tools on; see --help.
[group('more')]
fake-plex *args:
    cargo run --release -p testkit --features fake_plex --bin fake_plex -- {{ args }}

# Compare plex_api_utils with python-plexapi (needs Python 3 with plexapi): just plex-parity plexapi
[group('more')]
plex-parity what *args:
    cargo build --release -p plex_api_utils
    cargo build --release -p testkit --features fake_plex
    python3 crates/plex_api_utils/parity/compare.py {{ what }} target/release/plex_api_utils target/release/fake_plex {{ args }}

# Time redaction.
[group('more')]
bench-redact:
    cargo run --release -p plexcore --example bench_redact

# Compare python27 with a real CPython 2.7 on its library and on mutants (PYTHON27 names the interpreter).
[group('more')]
parity-py27 count="20000" seed="1":
    crates/python27/parity/run.sh {{ count }} {{ seed }}

# Open an HTML report in headless Chromium (needs Node and /usr/bin/chromium).
[group('more')]
browser:
    cargo build --release -p aggregate_plex_logs
    cd tests/browser && npm ci --no-audit --no-fund && npm test

# Make every write, rename and sync of the backup and state tools fail in turn (needs strace).
[group('more')]
faults:
    cargo build -p backup_utils -p state_manager
    bash crates/backup_utils/faults/sweep.sh target/debug

# Time backups and state files beside cp, rsync and restic (needs these).
[group('more')]
measure-backup:
    cargo build --release -p backup_utils -p state_manager
    bash crates/backup_utils/faults/measure.sh target/release

# Time python27 beside CPython's own compile(): just bench-py27 /usr/bin/python2.7 /usr/lib/python2.7
[group('more')]
bench-py27 python folder:
    cargo run --release -p python27 --example bench -- --python {{ python }} {{ folder }}
