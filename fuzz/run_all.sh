#!/usr/bin/env bash
# Runs every fuzz target for some seconds. Needs cargo-fuzz.
set -euo pipefail
cd "$(dirname "$0")"
seconds=${1:-20}
for file in fuzz_targets/*.rs; do
  name=$(basename "$file" .rs)
  if [ "$name" = python27_differential ] && [ -z "${PYTHON27:-}" ]; then
    printf '\n== %s: not run, PYTHON27 names no CPython 2.7\n' "$name"
    continue
  fi
  printf '\n== %s\n' "$name"
  RUSTC_BOOTSTRAP=1 cargo fuzz run --sanitizer none "$name" -- -max_total_time="$seconds" -print_final_stats=0 2>&1 | tail -n 12
done
