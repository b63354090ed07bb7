#!/usr/bin/env bash
# Times a verified backup beside cp, rsync and restic, in one run on one disk, and prints ratios.
#
# usage: measure.sh [FOLDER OF THE BINARIES] [FOLDER TO WORK IN]
# needs GNU time (/usr/bin/time), rsync and restic. The data are 12,000 files of 36,800 bytes in 20
# bundles, not compressible. Build with `cargo build --release` first. Figures of a machine that does
# something else at the same time mean nothing; the ratios mean a little.
set -euo pipefail

bin=$(realpath "${1:-target/release}")
work=$(mktemp -d -p "${2:-/tmp}")
trap 'rm -rf "$work"' EXIT
cd "$work"
rounds=${ROUNDS:-3}
export RESTIC_PASSWORD=measure RESTIC_REPOSITORY=$work/restic

mkdir files
head -c $((12000 * 36800)) /dev/urandom | split -b 36800 -a 5 -d - files/f
for ((b = 0; b < 20; b++)); do
    mkdir -p "data/Agent$b.bundle/Contents/Code"
    find files -type f | sort | sed -n 1,600p | xargs mv -t "data/Agent$b.bundle/Contents/Code"
done
# `sed` reads to the end, where `head` would break the pipe and with it the run.
five=$(find data -type f | sort | sed -n 1,5p)
sync

# timed NAME COMMAND...: one line "NAME seconds KiB" to the list.
timed() {
    local name=$1; shift
    /usr/bin/time -f "$name %e %M" -a -o times "$@" >/dev/null
}
fresh() { rm -rf copy rs restic kept few; restic init >/dev/null; mkdir few; sync; }

for ((round = 0; round < rounds; round++)); do
    fresh; timed cp cp -a data copy
    fresh; timed cp+sync sh -c 'cp -a data copy && sync -f copy'
    fresh; timed rsync rsync -a data/ rs/
    timed rsync-again rsync -a data/ rs/
    fresh; timed restic restic backup data
    timed restic-again restic backup data
    fresh; timed backup_utils "$bin/backup_utils" --create data --name m --backup-dir kept
    timed backup_utils-again "$bin/backup_utils" --create data --name m --backup-dir kept
    timed backup_utils-verify "$bin/backup_utils" --verify all --backup-dir kept
    fresh
    # shellcheck disable=SC2086 # five names without blanks
    {
        timed cp-five cp -a $five few
        timed rsync-five rsync -a $five few
        timed restic-five restic backup $five
        timed backup_utils-five "$bin/backup_utils" --create $five --name m --backup-dir kept
    }
    rm -rf .state* state.json
    sync # else the sets wait for the disk to write the copies above
    timed 200-sets bash -c "for ((i = 0; i < 200; i++)); do $bin/state_manager --state-file state.json --set k\$i 1 & done; wait"
    timed 200-nothing bash -c 'for ((i = 0; i < 200; i++)); do /bin/true --state-file state.json --set k$i 1 & done; wait'
done

sort -k1,1 -k2,2n times | awk '
    { n[$1]++; s[$1, n[$1]] = $2; if ($3 > kib[$1]) kib[$1] = $3 }
    END {
        base = s["cp", int((n["cp"] + 1) / 2)]; synced = s["cp+sync", int((n["cp+sync"] + 1) / 2)]
        print "| run | median s | least s | most s | times cp -a | times cp -a and sync | peak MiB |"
        print "| --- | ---: | ---: | ---: | ---: | ---: | ---: |"
        for (name in n) {
            m = s[name, int((n[name] + 1) / 2)]
            printf "| %s | %.2f | %.2f | %.2f | %.2f | %.2f | %.1f |\n", name, m, s[name, 1], s[name, n[name]], m / base, m / synced, kib[name] / 1024
        }
    }' | sort
