#!/bin/sh
# Compares this crate's verdicts with those of a real CPython 2.7, and prints the figures.
#
#   parity/run.sh [COUNT [SEED]]
#
# PYTHON27 names the interpreter (python2.7 unless told). Judged are its own standard library and COUNT mutants
# (20000 unless told), as strings and as files. Exits 1 when anything differs.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
python=${PYTHON27:-python2.7}
count=${1:-20000}
seed=${2:-1}
command -v "$python" >/dev/null || { echo "parity: cannot find $python: set PYTHON27" >&2; exit 69; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
library=$("$python" -c 'import os; print(os.path.dirname(os.__file__))')
"$python" -B "$here/mutate.py" --out "$work/mutants" --n "$count" --seed "$seed" "$here/seeds" "$library"
status=0
for mode in string file; do
    "$python" -B "$here/oracle.py" --mode "$mode" "$library" "$work/mutants" >"$work/$mode.tsv"
    echo "as a $mode:"
    cargo run --quiet --release --package python27 --example parity -- --mode "$mode" "$work/$mode.tsv" || status=1
done
exit $status
