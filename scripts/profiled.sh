#!/bin/sh
# Builds aggregate_plex_logs once more, for release, with its code laid out by what it does most with logs
# (profile-guided optimisation): built to count, run on invented logs, built by what was counted. The report takes
# less time (docs/performance.md says how much less); what it says is the same.
#   profiled.sh FOLDER_OF_BINARIES    puts the binary there, in place of the one that cargo built
# Needs generate_logs in the folder, and llvm-profdata: rustup component add llvm-tools. Without that the binary
# stays as it is, and a line on standard error says so.
set -eu
binaries=$1
host=$(rustc -vV | sed -n 's/^host: //p')
profdata=$(rustc --print sysroot)/lib/rustlib/$host/bin/llvm-profdata
if [ ! -x "$profdata" ]; then
    echo "profiled.sh: aggregate_plex_logs stays as cargo built it, since llvm-profdata is missing" >&2
    echo "hint: rustup component add llvm-tools" >&2
    exit 0
fi
work=$PWD/target/profiled
# build FOLDER FLAG: with --target the flag is not for build scripts; in this form it may hold blanks.
build() {
    CARGO_ENCODED_RUSTFLAGS=$2 cargo build --locked --release -p aggregate_plex_logs --target "$host" --target-dir "$1"
}

rm -rf "$work/counted" "$work/logs"
build "$work/counting" "-Cprofile-generate=$work/counted"
counting=$work/counting/$host/release/aggregate_plex_logs
"$binaries/generate_logs" --out "$work/logs" --seed 11 --mb 20 --large > "$work/generated"
export TZ=UTC
for form in text json html legacy; do
    "$counting" --log-dir "$work/logs/PMS Plugin Logs" --hours all --now "2026-02-05 18:00:00" --format "$form" \
        --output "$work/report.$form" 2> "$work/said"
done
"$profdata" merge -o "$work/profile" "$work/counted"
build "$work" "-Cprofile-use=$work/profile"
cp "$work/$host/release/aggregate_plex_logs" "$binaries/aggregate_plex_logs.profiled"
mv "$binaries/aggregate_plex_logs.profiled" "$binaries/aggregate_plex_logs"
