#!/usr/bin/env bash
# Runs the recipes of the workflow as a person would, in a folder with spaces in its name, and holds
# each to what it must leave there. Needs just, cargo and Python 3; PYTHON27 adds a 2.7 for the shims.
set -euo pipefail
cd "$(dirname "$0")/.."

cargo build --quiet --workspace --bins
work=$(mktemp -d "${TMPDIR:-/tmp}/the recipes' own folder.XXXXXX")
server=
end() {
    [ -z "$server" ] || kill "$server" 2> /dev/null || true
    rm -rf "$work"
}
trap end EXIT

export PROFILE=dev TOOLS=$PWD/target/debug ITERATIONS="$work/my rounds" PLUG_INS="$work/My Plug-ins"
export PLEX_TOKEN=fake-Token_0123456789
unset ROUND
n=0
fail() {
    echo "test_recipes: $*" >&2
    exit 1
}
# expect CODE TEXT RECIPE ARGS...: the recipe ends so and says so.
expect() {
    local wanted=$1 text=$2 said code=0
    shift 2
    said=$(just "$@" 2> "$work/stderr") || code=$?
    [ "$code" = "$wanted" ] || fail "just $*: expected exit code $wanted, found $code: $said $(cat "$work/stderr")"
    case $said in
        *"$text"*) ;;
        *) fail "just $*: expected \"$text\" in: $said $(cat "$work/stderr")" ;;
    esac
    n=$((n + 1))
}
has() {
    [ -s "$ITERATIONS/$1" ] || fail "expected $ITERATIONS/$1"
}

# The scene: the demo's agent and logs, and a server.
target/debug/demo --out "$work/scene" > /dev/null
cp -R "$work/scene/Plug-ins" "$PLUG_INS"
rm -rf "$PLUG_INS/_BACKUPS" "$PLUG_INS/plex_improvement"
mkdir "$work/server's logs"
target/debug/fake_plex --port 0 --log-dir "$work/server's logs" > "$work/server" &
server=$!
for _ in $(seq 100); do
    PLEX_URL=$(grep -om1 'http://[0-9.:]*' "$work/server") && break
    sleep 0.1
done
export PLEX_URL
source="$PLUG_INS/ExampleDB.bundle/Contents/Code/__init__.py"
logs="$work/scene/Logs"

expect 0 "aggregate" --list
expect 0 "Round 1" round
expect 0 "Report generated" aggregate --log-dir "$logs" --hours all
for ending in txt json html; do has "1/aggregated_logs.$ending"; done
expect 0 "Diagnostic report generated" diagnose --top 3
has 1/error_categorization.md
grep -q "In the codebase" "$ITERATIONS/1/error_categorization.md" || fail "diagnose did not look into $PLUG_INS"
expect 0 '"verified": true' backup "before it" "$source"
has 1/backup.json
backup=$(python3 -c 'import json,sys; print(json.load(open(sys.argv[1]))["backup"])' "$ITERATIONS/1/backup.json")
expect 66 "" backup "of nothing" "$work/not there"
has 1/backup.json
[ ! -e "$ITERATIONS/1/backup.json.new" ] || fail "a failed backup left its artifact"
cp "$source" "$work/before"
echo "def x(" >> "$source"
expect 1 "Valid Python: FAIL" validate
expect 1 "invalid syntax" validate --file "$source"
expect 0 "def x(" backups --diff "$backup"
expect 0 "Restore complete" restore "$backup"
cmp "$source" "$work/before" || fail "restore did not bring the file back"
expect 0 "Valid Python: PASS" validate
expect 0 "before_it" backups
expect 0 "Films" plex --sections
expect 0 "triggered" refresh --rating-key 1001
expect 0 "as expected" verify --limit 3 --rate 0 --poll 0.2 --expect summary --log-dir "$work/server's logs"
expect 0 "Round 2" next-round
expect 0 "Report generated" aggregate --log-dir "$logs" --since 2h
expect 0 "aggregated_logs.json" round
code=0
just compare "a fix/with: odd signs" > "$work/compared" 2> "$work/stderr" || code=$?
[ "$code" -le 2 ] || fail "just compare: $(cat "$work/stderr")"
has "2/test_report_a_fix_with__odd_signs.md"
expect 66 "" --set round 1 compare "without a round before"
expect 0 "State saved" state --set "a key" "a value"
expect 0 '"a key": "a value"' state
expect 0 "Round 1" --set round 1 round

# Shims run the tools under the scripts' names and give their exit code back.
expect 0 "state_manager.py" shims "$work/the shims"
for python in python3 ${PYTHON27:-}; do
    export PLEX_TOOLS=$PWD/target/debug
    rm -f "$work/s.json"
    said=$("$python" "$work/the shims/state_manager.py" --state-file "$work/s.json" --set "ä b" 'c "d"')
    [ "$said" = "State saved: $work/s.json" ] || fail "$python: $said"
    code=0
    "$python" "$work/the shims/compare_metrics.py" --nonsense 2> /dev/null || code=$?
    [ "$code" = 64 ] || fail "$python: expected exit code 64, found $code"
    code=0
    PLEX_TOOLS= CARGO_HOME=$work PATH=/nowhere "$(command -v "$python")" "$work/the shims/compare_metrics.py" 2> /dev/null || code=$?
    [ "$code" = 127 ] || fail "$python: expected exit code 127, found $code"
    n=$((n + 3))
done

# Installed tools run, and once more over those that are there.
for _ in once again; do
    expect 0 "compare_metrics" install "$work/the root"
    case $("$work/the root/bin/compare_metrics" --version) in
        "compare_metrics "*) ;;
        *) fail "the installed compare_metrics does not run" ;;
    esac
done
[ "$(ls "$work/the root/bin" | wc -l)" -eq 8 ] || fail "expected 8 tools in $work/the root/bin"

# What is generated is what the shells take.
expect 0 "" pages "$work/the pages"
for file in "$work/the pages/completions/bash/"*; do bash -n "$file"; done
if command -v zsh > /dev/null; then for file in "$work/the pages/completions/zsh/"*; do zsh -n "$file"; done; fi
if command -v fish > /dev/null; then for file in "$work/the pages/completions/fish/"*; do fish -n "$file"; done; fi
completed=$(bash -c 'source "$1"; COMP_WORDS=(compare_metrics --base); COMP_CWORD=1; _compare_metrics; echo "${COMPREPLY[*]}"' - "$work/the pages/completions/bash/compare_metrics")
[ "$completed" = "--baseline" ] || fail "bash completes --base to $completed"

# The archive holds every tool, and its checksum is right.
if [ "$(uname)" = Linux ]; then
    expect 0 ".tar.gz" release "$work/the dist"
    (cd "$work/the dist" && sha256sum --quiet -c ./*.sha256)
    tar -tzf "$work/the dist/"*.tar.gz > "$work/packed"
    for name in bin/compare_metrics man/man1/state_manager.1 shims/backup_utils.py completions/zsh/_plex_api_utils LICENSE-MIT; do
        grep -q "/$name\$" "$work/packed" || fail "the archive lacks $name"
    done
fi
echo "test_recipes: $n runs, all as expected"
