#!/usr/bin/env bash
# Makes every system call that touches the disk fail in turn, and looks at what is left.
#
# For each kind of call that a run makes, and for each time that it makes it, the run is repeated with
# that one call killed (SIGKILL) or failed (ENOSPC, EIO, EACCES). After each: a state is the old or
# the new one; every listed backup verifies and the sources are as they were; a restore, after the
# next run, is all old or all new; and a run that said it succeeded has done it.
#
# usage: [CALLS=openat,...] sweep.sh [FOLDER OF THE BINARIES] ["set undo create restore"]
# needs strace and Linux; the tmpfs part needs root
set -euo pipefail

bin=$(realpath "${1:-target/debug}")
backup=$bin/backup_utils state=$bin/state_manager
all=openat,read,write,fsync,fdatasync,syncfs,rename,renameat2,link,linkat,symlink,unlink,unlinkat
all+=,mkdir,rmdir,chmod,fchmod,utimensat,flock,ioctl,statx,getdents64,lseek,readlink
calls=${CALLS:-$all}
faults="signal=SIGKILL error=ENOSPC error=EIO error=EACCES"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
points=0 bad=0

fail() { echo "FAULT $1 at call $3 of $2: $4" >&2; bad=$((bad + 1)); }
contents() { find tree -type f -print0 | sort -z | xargs -0r sha256sum; find tree | sort; }

# One processor, so that the same calls come in the same order each time.
traced() { taskset -c 0 strace -f -qq -o "$scratch/trace" "$@" >/dev/null 2>&1; }

# sweep NAME: uses the functions NAME_prepare, NAME_run (sets the array `command`) and NAME_check CODE.
sweep() {
    local name=$1 call n count fault code before=$points
    "${name}_prepare"; "${name}_command"
    traced -e trace="$calls" "${command[@]}" || true
    cp trace counted
    for call in ${calls//,/ }; do
        count=$(grep -cE "^[0-9]+ +$call\(" counted || true)
        for ((n = 1; n <= count; n++)); do
            for fault in $faults; do
                "${name}_prepare"; "${name}_command"
                code=0
                traced -e trace="$call" -e inject="$call:$fault:when=$n" "${command[@]}" 2>/dev/null || code=$?
                points=$((points + 1))
                "${name}_check" "$code" || fail "$fault" "$call" "$n" "$name: exit code $code"
            done
        done
    done
    echo "| \`$name\` | $((points - before)) | $bad |"
}

set_prepare() {
    rm -rf .state.json.history state.json*
    "$state" --state-file state.json --set n old >/dev/null
    "$state" --state-file state.json --set n old --set m 1 >/dev/null
}
set_command() { command=("$state" --state-file state.json --set n new); }
set_check() {
    local value; value=$("$state" --state-file state.json --get n --raw) || return 1
    [[ $value == new || ($value == old && $1 != 0) ]] || return 1
    "$state" --state-file state.json --set m 2 >/dev/null || return 1
    [[ $("$state" --state-file state.json --get n --raw) == "$value" ]] || return 1
    [[ $(find . -maxdepth 1 -name '*state*' | wc -l) == 2 ]]
}

undo_prepare() { set_prepare; "$state" --state-file state.json --set n new >/dev/null; }
undo_command() { command=("$state" --state-file state.json --undo); }
undo_check() {
    local value; value=$("$state" --state-file state.json --get n --raw) || return 1
    [[ $value == old || ($value == new && $1 != 0) ]]
}

tree() {
    rm -rf tree kept
    mkdir -p tree/A.bundle/Code tree/B.bundle/Code
    echo "a $1" >tree/A.bundle/Code/utils.py
    echo "b $1" >tree/B.bundle/Code/utils.py
    ln -s utils.py tree/A.bundle/Code/link.py
}
create_prepare() {
    tree one
    "$backup" --create tree --name first --backup-dir kept >/dev/null
    echo "b two" >tree/B.bundle/Code/utils.py
    contents >expected
}
create_command() { command=("$backup" --create tree --name second --backup-dir kept); }
create_check() {
    contents | cmp -s - expected || return 1
    "$backup" --verify --backup-dir kept >/dev/null || return 1
    local listed; listed=$("$backup" --list --backup-dir kept | grep -c second_ || true)
    [[ $1 != 0 || $listed == 1 ]] || return 1
    "$backup" --create tree --name third --backup-dir kept >/dev/null || return 1
    [[ -z $(find kept -maxdepth 1 -name '.partial*') ]]
}

restore_prepare() {
    tree new
    "$backup" --create tree --name first --backup-dir kept >/dev/null
    contents >new
    echo "a old" >tree/A.bundle/Code/utils.py
    echo "compiled" >tree/A.bundle/Code/utils.pyc
    rm -r tree/B.bundle
    contents >old
    kept=$(echo kept/first_*)
}
restore_command() { command=("$backup" --restore "$kept"); }
restore_check() {
    # The next run, whatever it does, brings an unfinished restore to its end.
    "$backup" --create tree/A.bundle/Code/link.py --name next --backup-dir kept >/dev/null 2>&1 || return 1
    contents >after
    cmp -s after new || { cmp -s after old && [[ $1 != 0 ]]; } || return 1
    "$backup" --verify --backup-dir kept >/dev/null
}

full_disk() {
    local before=$points
    mkdir -p small
    mount -t tmpfs -o size=1m none small || { echo "no tmpfs: not root" >&2; return; }
    trap 'umount "$scratch/small"; rm -rf "$scratch"' EXIT
    mkdir tree_large
    head -c 3000000 /dev/urandom >tree_large/large.bin
    local code=0
    "$backup" --create tree_large --name large --backup-dir small/kept >/dev/null 2>&1 || code=$?
    points=$((points + 1))
    [[ $code == 73 || $code == 74 ]] || fail ENOSPC write 1 "create on a full disk: exit code $code"
    [[ -z $(find small/kept -mindepth 1 -type d) ]] || fail ENOSPC write 1 "something is left"
    local k=0 old
    "$state" --state-file small/state.json --set n old >/dev/null
    while "$state" --state-file small/state.json --set "k$k" "$(head -c 60000 /dev/zero | tr '\0' x)" >/dev/null 2>&1; do
        k=$((k + 1)); points=$((points + 1))
    done
    old=$("$state" --state-file small/state.json --get n --raw)
    [[ $old == old ]] || fail ENOSPC write 1 "the state is lost"
    umount small
    trap 'rm -rf "$scratch"' EXIT
    echo "| full disk (tmpfs of 1 MiB) | $((points - before)) | $bad |"
}

echo "| run | points | faults found so far |"
echo "| --- | ---: | ---: |"
for name in ${2:-set undo create restore}; do sweep "$name"; done
full_disk
echo "points tried: $points, faults found: $bad"
[[ $bad == 0 ]]
