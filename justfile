# The commands of this workspace; `just` alone lists them by phase.
#
# Settings, in the environment or in a file `.env` beside this one:
#   PLUG_INS    the Plug-ins folder of the server (default: Plug-ins)
#   ITERATIONS  where the rounds lie (default: iterations)
#   ROUND       the round to work in (default: the highest there is)
#   TOOLS       the folder of installed tools (default: they are built here when they are needed)
#   PROFILE     the cargo profile the tools are built with (default: release)
# On Windows recipes need `sh`, which Git for Windows brings; `release` and `deb` need Linux.

set dotenv-load := true
set positional-arguments := true

tools := "aggregate_plex_logs diagnose_from_report backup_utils safety_validator plex_api_utils compare_metrics state_manager loop_coordinator"
version := "0.1.0"
plug_ins := env("PLUG_INS", "Plug-ins")
iterations := env("ITERATIONS", "iterations")
round := env("ROUND", shell('sh scripts/round.sh "$1" highest', iterations))
here := iterations / round
profile := env("PROFILE", "release")
binaries := "target" / (if profile == "dev" { "debug" } else { profile })
installed := env("TOOLS", "")
run := if installed == "" { "cargo run --profile " + quote(profile) + " -p" } else { "sh scripts/tool.sh " + quote(installed) }

# List the recipes.
[private]
default:
    @just --list --unsorted

# The whole loop on an invented server and a broken agent, in seconds: just demo --out DIR keeps what it writes.
[group('0 a first look')]
demo *args:
    @cargo build --workspace --bins
    @target/debug/demo "$@"

# ---- the workflow, phase by phase; docs/workflow.md says what to read and to decide --------------

# Read the plug-in logs and write the round's reports: just aggregate --hours 48
[group('1 aggregate')]
[no-exit-message]
aggregate *args:
    @{{ run }} aggregate_plex_logs -- --output {{ quote(here / "aggregated_logs.txt") }} --output {{ quote(here / "aggregated_logs.json") }} --output {{ quote(here / "aggregated_logs.html") }} "$@"

# From the round's report to errors with their lines of code: just diagnose --top 10
[group('2 diagnose')]
[no-exit-message]
diagnose *args:
    @{{ run }} diagnose_from_report -- --report {{ quote(here / "aggregated_logs.json") }} --output {{ quote(here / "error_categorization.md") }} {{ if path_exists(plug_ins) == "true" { "--codebase " + quote(plug_ins) } else { "" } }} "$@"

# Back files up before a change: just backup NAME FILES...
[group('3 implement')]
[no-exit-message]
backup name +files:
    @mkdir -p {{ quote(here) }}
    @name=$1; shift; \
      {{ run }} backup_utils -- --backup-dir {{ quote(plug_ins / "_BACKUPS") }} --name "$name" --json --create "$@" > {{ quote(here / "backup.json.new") }} \
      && mv {{ quote(here / "backup.json.new") }} {{ quote(here / "backup.json") }} && cat {{ quote(here / "backup.json") }} \
      || { code=$?; rm -f {{ quote(here / "backup.json.new") }}; exit $code; }

# List the backups, or what else backup_utils can do: just backups --diff DIR
[group('3 implement')]
[no-exit-message]
backups *args="--list":
    @{{ run }} backup_utils -- --backup-dir {{ quote(plug_ins / "_BACKUPS") }} "$@"

# Put the files of a backup back where they came from: just restore DIR
[group('3 implement')]
[no-exit-message]
restore dir *args:
    @{{ run }} backup_utils -- --restore "$@"

# Is it valid Python 2.7, and would Plex load it? Files, bundles, or --changed-since DIR (default: all plug-ins).
[group('3 implement')]
[no-exit-message]
validate *args:
    @if [ $# -eq 0 ]; then set -- {{ quote(plug_ins) }}; fi; {{ run }} safety_validator -- "$@"

# Refresh items on the server: just refresh --rating-key 10488 --wait
[group('4 test')]
[no-exit-message]
refresh *args:
    @{{ run }} plex_api_utils -- --refresh "$@"

# Refresh the items that failed in the round's report, and look at each: just verify --expect summary,poster
[group('4 test')]
[no-exit-message]
verify *args:
    @{{ run }} plex_api_utils -- --verify --from-report {{ quote(here / "aggregated_logs.json") }} "$@"

# Anything else that plex_api_utils does: just plex --items --section 1
[group('4 test')]
[no-exit-message]
plex *args:
    @{{ run }} plex_api_utils -- "$@"

# The round's report against that of the round before: just compare FIX (exit code 0 keep, 1 roll back, 2 monitor)
[group('5 decide')]
[no-exit-message]
compare fix *args:
    @fix=$1; shift; name=$(printf %s "$fix" | tr ' /\\:*?"<>|' '__________'); \
      {{ run }} compare_metrics -- --baseline {{ quote(iterations) }}/$(({{ round }} - 1))/aggregated_logs.json --current {{ quote(here / "aggregated_logs.json") }} --fix-name "$fix" --output {{ quote(here) }}/"test_report_$name.md" "$@"

# Where one stands: the round's artifacts, and when each was made.
[group('6 next round')]
round:
    @sh scripts/round.sh {{ quote(iterations) }} show {{ quote(round) }}

# Begin the next round: a new folder, into which the next recipes write.
[group('6 next round')]
next-round:
    @sh scripts/round.sh {{ quote(iterations) }} next

# Keep what the next round must know: just state --set iteration 3
[group('6 next round')]
[no-exit-message]
state *args="--load":
    @{{ run }} state_manager -- --state-file {{ quote(plug_ins / "plex_improvement/state.json") }} "$@"

# ---- installing ---------------------------------------------------------------------------------

# Build the tools once and put them into DIR/bin (default: where cargo puts what it installs): just install DIR
[group('install')]
install dir=env("CARGO_INSTALL_ROOT", env("CARGO_HOME", home_directory() / ".cargo")): build
    @sh scripts/install.sh {{ binaries }} "$1" {{ tools }}

# Write .py files of the scripts' names that run the tools: just shims DIR
[group('install')]
shims dir:
    @mkdir -p "$1"
    @for tool in {{ tools }}; do cp scripts/shim.py "$1/$tool.py" && echo "$1/$tool.py" || exit 1; done

# Write man pages and completions for bash, zsh, fish and PowerShell: just pages DIR
[group('install')]
pages dir: build
    @sh scripts/generate.sh {{ binaries }} "$1" {{ tools }}

# Build every tool, the aggregator laid out by what it does most: somewhat quicker (needs rustup's llvm-tools).
[group('install')]
profiled: build
    @{{ if profile == "release" { "sh scripts/profiled.sh " + binaries } else { "true" } }}

# A .tar.gz for this machine's Linux: binaries, completions, man pages, shims, docs, checksum.
[group('install')]
release dir="target/dist": profiled
    @sh scripts/release.sh {{ binaries }} "$1" {{ version }} {{ tools }}

# A Debian package (needs dpkg-deb).
[group('install')]
deb dir="target/dist": profiled
    @sh scripts/deb.sh {{ binaries }} "$1" {{ version }} {{ tools }}

# ---- working on the tools -----------------------------------------------------------------------

# Build every tool (release, unless PROFILE says otherwise).
[group('work')]
build:
    cargo build --locked --profile {{ profile }} --workspace --bins

# Run the tests; arguments go to cargo.
[group('work')]
test *args:
    cargo test --workspace --locked "$@"

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

# Rewrite the expectations of the data-driven cases and the outputs in the docs; review the diff.
[group('work')]
bless:
    BLESS=1 cargo test --workspace --locked

# Run the recipes above in a folder with spaces in its name, on an invented server.
[group('work')]
test-recipes:
    bash scripts/test_recipes.sh

# Write invented plug-in logs (see --help): just logs --out DIR --seed 7 --mb 20
[group('work')]
logs *args:
    cargo run --release -p testkit --bin generate_logs -- "$@"

# A Plex server that is none, to try the tools on; see --help.
[group('work')]
fake-plex *args:
    cargo run --release -p testkit --features fake_plex --bin fake_plex -- "$@"

# ---- what needs more than the Rust toolchain ----------------------------------------------------

# Run a fuzz target for some seconds (needs cargo install cargo-fuzz).
[group('needs more')]
fuzz target seconds="60":
    cd fuzz && RUSTC_BOOTSTRAP=1 cargo fuzz run --sanitizer none "$1" -- -max_total_time="$2"

# Run every fuzz target for some seconds each.
[group('needs more')]
fuzz-all seconds="20":
    bash fuzz/run_all.sh "$1"

# Compare python27 with a real CPython 2.7 by coverage-led fuzzing (needs cargo-fuzz; PYTHON27 names the 2.7).
[group('needs more')]
fuzz-py27 seconds="3600":
    crates/python27/parity/fuzz.sh "$1"

# Open the HTML pages of the three tools in headless Chromium (needs Node and Chromium).
[group('needs more')]
browser:
    cargo build --release -p aggregate_plex_logs
    cd tests/browser && npm ci --no-audit --no-fund && npm test

# Take the README's picture of the HTML report anew (needs Chromium); look at it before you commit it.
[group('needs more')]
picture:
    cargo build --release -p aggregate_plex_logs
    sh scripts/pictures.sh target/release

# Compare plex_api_utils with python-plexapi (needs Python 3 with plexapi): just plex-parity plexapi
[group('needs more')]
plex-parity what *args:
    cargo build --release -p plex_api_utils
    cargo build --release -p testkit --features fake_plex
    what=$1; shift; python3 crates/plex_api_utils/parity/compare.py "$what" target/release/plex_api_utils target/release/fake_plex "$@"

# Compare python27 with a real CPython 2.7 on its library and on mutants (PYTHON27 names the interpreter).
[group('needs more')]
parity-py27 count="20000" seed="1":
    crates/python27/parity/run.sh "$1" "$2"

# Compare the sandbox with RestrictedPython 3.6.0: just parity-sandbox PYTHON FOLDER (a Python 2.7 that has it)
[group('needs more')]
parity-sandbox python folder:
    cargo build --release -p safety_validator
    "$1" -B crates/safety_validator/parity/restricted.py target/release/safety_validator "$2"

# Compare the statistics with scipy (needs Python 3 with scipy).
[group('needs more')]
parity-evidence most="40":
    cargo run --release -p evidence --example tables -- "$1" | python3 crates/evidence/parity/compare.py

# How often compare_metrics is wrong, on pairs whose truth is known; some minutes.
[group('needs more')]
simulate-compare *args="--pairs 1000 --logs 20":
    cargo build --release -p compare_metrics -p aggregate_plex_logs --bins --example simulate
    target/release/examples/simulate target/release/compare_metrics {{ args }}

# The tests as programs of Windows: just test-windows -p backup_utils (needs Wine, MinGW-w64 and rustup's target).
[group('needs more')]
test-windows *args:
    WINEDEBUG=-all CARGO_TARGET_X86_64_PC_WINDOWS_GNU_RUNNER=wine \
      cargo test --locked --target x86_64-pc-windows-gnu --target-dir target/windows --no-fail-fast "$@"

# Make every write, rename and sync of the backup and state tools fail in turn (needs strace).
[group('needs more')]
faults:
    cargo build -p backup_utils -p state_manager
    bash crates/backup_utils/faults/sweep.sh target/debug

# ---- measuring ----------------------------------------------------------------------------------

# Time the aggregator beside wc and ripgrep on 20 MB and 1 GB of logs (needs Python 3; writes target/bench).
[group('measure')]
bench rounds="3":
    cargo build --release -p aggregate_plex_logs
    cargo build --release -p testkit --bin generate_logs
    python3 scripts/bench.py target/release "$1"

# Time the stages of a report on one log: just bench-stages LOG
[group('measure')]
bench-stages log:
    cargo run --release -p plexcore --example bench_stages -- "$1"

# Count instructions on fixed inputs and compare with the committed table (needs valgrind; BLESS=1 rewrites it).
[group('measure')]
instructions:
    cargo build --release --workspace --bins
    bash scripts/instructions.sh target/release

# Time redaction.
[group('measure')]
bench-redact:
    cargo run --release -p plexcore --example bench_redact

# Time backups and state files beside cp, rsync and restic (needs these).
[group('measure')]
measure-backup:
    cargo build --release -p backup_utils -p state_manager
    bash crates/backup_utils/faults/measure.sh target/release

# Time python27 beside CPython's own compile(): just bench-py27 /usr/bin/python2.7 /usr/lib/python2.7
[group('measure')]
bench-py27 python folder:
    cargo run --release -p python27 --example bench -- --python "$1" "$2"
