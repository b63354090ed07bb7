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
