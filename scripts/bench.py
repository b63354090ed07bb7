#!/usr/bin/env python3
"""Times aggregate_plex_logs beside other programs on the same logs, in one session and by turns.

    bench.py FOLDER_OF_THE_BINARIES [ROUNDS]

Logs of 20 MB and of 1,000 MB are written by generate_logs and kept in target/bench. The figures are the best of
the rounds; a machine that does something else at the same time makes them all worse, the ratios less so.
ripgrep is left out where it is missing, and so is the binary that `just profiled` builds. Needs Python 3.9 or newer on a Unix system.
"""

import glob
import os
import shutil
import subprocess
import sys
import time

NOW = ["--hours", "all", "--now", "2026-02-05 18:00:00"]


def logs(binaries, megabytes):
    """A folder with so many megabytes of logs, written once."""
    folder = os.path.join("target", "bench", f"{megabytes}mb")
    if not os.path.isdir(folder):
        making = folder + ".part"
        shutil.rmtree(making, ignore_errors=True)
        generator = os.path.join(binaries, "generate_logs")
        subprocess.run(
            [generator, "--out", making, "--seed", "7", "--mb", str(megabytes), "--large"],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        os.rename(making, folder)
    return os.path.join(folder, "PMS Plugin Logs")


def measured(command):
    """CPU seconds, seconds by the wall clock and the most memory in MiB of one run."""
    begun = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.monotonic() - begun
    if status:
        sys.exit(f"bench.py: {' '.join(command)} ended with {os.waitstatus_to_exitcode(status)}")
    return usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / 1024


def main():
    binaries = sys.argv[1]
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    ours = os.path.join(binaries, "aggregate_plex_logs")
    out = os.path.join("target", "bench")
    os.makedirs(out, exist_ok=True)
    print("| logs | program | CPU s | wall s | MB per CPU s | times wc -l | peak MiB |")
    print("| --- | --- | ---: | ---: | ---: | ---: | ---: |")
    for megabytes in (20, 1000):
        folder = logs(binaries, megabytes)
        files = sorted(glob.glob(os.path.join(folder, "*")))
        size = sum(os.path.getsize(file) for file in files) / 1e6
        at = [ours, "--log-dir", folder, *NOW]
        both = ["--output", f"{out}/r.txt", "--output", f"{out}/r.json"]
        legacy = ["--format", "legacy", "--output", f"{out}/r.legacy"]
        programs = {
            "wc -l": ["wc", "-l", *files],
            "ripgrep -c": ["rg", "-c", "Exception", *files],
            "text and JSON": [*at, *both],
            "text": [*at, "--output", f"{out}/r.txt"],
            "text, one thread": [*at, "--threads", "1", "--output", f"{out}/r.txt"],
            "legacy": [*at, *legacy],
        }
        for profiled in glob.glob("target/profiled/*/release/aggregate_plex_logs"):
            programs["text and JSON, profiled"] = [profiled, *at[1:], *both]
            programs["legacy, profiled"] = [profiled, *at[1:], *legacy]
        if not shutil.which("rg"):
            del programs["ripgrep -c"]
        best = {}
        for _ in range(rounds):
            for name, command in programs.items():
                best[name] = min(best.get(name, (1e9, 1e9, 0.0)), measured(command))
        for name, (cpu, wall, peak) in best.items():
            ratio = cpu / max(best["wc -l"][0], 0.001)
            print(f"| {size:.0f} MB, {len(files)} files | {name} | {cpu:.2f} | {wall:.2f} | {size / max(cpu, 0.001):.0f} | {ratio:.1f} | {peak:.1f} |")


main()
