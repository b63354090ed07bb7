#!/bin/sh
# Looks for a source on which this crate and a real CPython 2.7 differ, guided by what the crate's code does on it.
#
#   parity/fuzz.sh [SECONDS]
#
# PYTHON27 names the interpreter (python2.7 unless told). Needs cargo-fuzz. Begins with the sources of the frozen
# verdicts; what is found is left in fuzz/artifacts.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
python=$(command -v "${PYTHON27:-python2.7}") || { echo "parity: cannot find a Python 2.7: set PYTHON27" >&2; exit 69; }
cd "$here/../../../fuzz"
seeds=corpus/python27_differential
mkdir -p "$seeds"
"$python" - "$here/../tests/frozen.tsv" "$seeds" <<'SEEDS'
import os, sys
for k, row in enumerate(open(sys.argv[1])):
    with open(os.path.join(sys.argv[2], 'frozen%05d' % k), 'wb') as f:
        f.write(row.split('\t')[0].decode('string-escape'))
SEEDS
export PYTHON27="$python" RUSTC_BOOTSTRAP=1
exec cargo fuzz run --sanitizer none python27_differential -- \
    -max_total_time="${1:-600}" -max_len=2000 -timeout=60 -dict=python27.dict -print_final_stats=1
