#!/usr/bin/env bash
# Counts the instructions that the tools spend on fixed inputs and compares them with scripts/instructions.tsv: what
# a change costs, on a machine of any speed and load. More than three in a hundred more fails.
# usage: instructions.sh FOLDER_OF_THE_BINARIES    BLESS=1 writes the table anew; needs valgrind
set -euo pipefail
bin=$(realpath "$1")
table=$(realpath "$(dirname "$0")")/instructions.tsv
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
"$bin/generate_logs" --out logs --seed 7 --mb 2 --large > generated
export TZ=UTC

# count NAME COMMAND...: adds "NAME<tab>instructions".
count() {
    local name=$1
    shift
    valgrind --tool=callgrind --callgrind-out-file=out "$@" > said 2> told || [ $? -lt 64 ] || { cat told >&2; exit 1; }
    printf '%s\t%s\n' "$name" "$(sed -n 's/^summary: //p; s/^totals: //p' out | head -n 1)" >> found
}

read_logs=("$bin/aggregate_plex_logs" --log-dir "logs/PMS Plugin Logs" --hours all --now "2026-02-05 18:00:00" --threads 1)
count start "$bin/aggregate_plex_logs" --version
count text "${read_logs[@]}" --output r.txt
count json "${read_logs[@]}" --format json --output r.json
count html "${read_logs[@]}" --format html --output r.html
count legacy "${read_logs[@]}" --format legacy --output r.legacy
count diagnose "$bin/diagnose_from_report" --report r.json --output d.md
count compare "$bin/compare_metrics" --baseline r.json --current r.json --output c.md --fix-name x
mkdir code
for name in a b c d; do
    printf 'import re\n\ndef Start():\n    pass\n\n' > "code/$name.py"
    for ((n = 0; n < 300; n++)); do
        printf 'def f%s(x, y=%s):\n    for i in range(x):\n        if i > y:\n            print "%%s %%d" %% (u"t%s", i)\n    return {"a": x, "b": [y, %s]}\n\n' $n $n $n $n
    done >> "code/$name.py"
done
count validate "$bin/safety_validator" --policy none code
count backup "$bin/backup_utils" --create code --name x --backup-dir kept

if [ -n "${BLESS:-}" ]; then
    cp found "$table"
    cat "$table"
    exit
fi
awk -F '\t' '
    NR == FNR { before[$1] = $2; next }
    {
        ratio = before[$1] ? $2 / before[$1] : 0
        printf "%-10s %12d  %s\n", $1, $2, ratio ? sprintf("%.3f of what it was", ratio) : "new: BLESS=1 takes it"
        if (ratio > 1.03 || !ratio) failed = 1
    }
    END { exit failed }' "$table" found
