#!/usr/bin/env python3
"""Compares plex_api_utils with other clients on the same fake server.

    compare.py plexapi PLEX_API_UTILS FAKE_PLEX            lists, against python-plexapi
    compare.py script PLEX_API_UTILS FAKE_PLEX SCRIPT.py   printed lines, against the Python script
    compare.py bench PLEX_API_UTILS FAKE_PLEX              time and memory, beside python-plexapi

Needs Python 3.9 or newer with `plexapi` (and `requests`, which comes with it). Ends with 1 if anything differs.
"""

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time

TOKEN = "fake-Token_0123456789"


@contextlib.contextmanager
def fake_server(binary, **setup):
    """A fake server with this setup; gives its URL."""
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(setup, file)
        file.flush()
        process = subprocess.Popen(
            [binary, "--port", "0", "--setup", file.name], stdout=subprocess.PIPE, text=True
        )
        try:
            yield process.stdout.readline().split()[0]
        finally:
            process.kill()
            process.wait()


def ours(binary, url, *args):
    """The JSON document that our tool prints."""
    command = [binary, "--url", url, "--json", *args]
    done = subprocess.run(command, env={**os.environ, "PLEX_TOKEN": TOKEN}, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{command} ended with {done.returncode}: {done.stderr}")
    return json.loads(done.stdout)


def row(item):
    """What both sides must agree on, of an item of python-plexapi."""
    files = [part.file for media in getattr(item, "media", []) or [] for part in media.parts]
    return [str(item.ratingKey), item.title, item.type, item.guid, getattr(item, "year", None), files]


def our_row(item):
    return [item["ratingKey"], item["title"], item["type"], item.get("guid"), item.get("year"), item.get("files", [])]


def compare_with_plexapi(binary, fake):
    from plexapi.server import PlexServer

    setups = [
        {"movies": 25},
        {"movies": 1203},
        {"movies": 250, "page_cap": 100},
        {"movies": 40, "requires_paging": False, "ignores_paging": True},
    ]
    leaves = {"show": "searchEpisodes", "artist": "searchTracks"}
    n_lists = n_items = n_faults = 0
    for setup in setups:
        with fake_server(fake, **setup) as url:
            plex = PlexServer(url, TOKEN)
            sections = plex.library.sections()
            theirs = [[str(s.key), s.title, s.type, s.agent, s.language, s.locations] for s in sections]
            own = [
                [s["key"], s["title"], s["type"], s["agent"], s["language"], s["folders"]]
                for s in ours(binary, url, "--sections")["sections"]
            ]
            pairs = [("sections", theirs, own)]
            for section in sections:
                key = str(section.key)
                if section.type == "photo":  # section.all() lists albums only
                    found = plex.fetchItems(f"/library/sections/{key}/all?type=13")
                else:
                    found = section.all()
                theirs = [row(item) for item in found]
                pairs.append((f"items of {key}", theirs, items_of(binary, url, key)))
                if section.type == "movie":
                    query = f"/library/sections/{key}/all?sort=addedAt:desc"
                    theirs = [row(item) for item in plex.fetchItems(query)]
                    pairs.append((f"sorted items of {key}", theirs, items_of(binary, url, key, "--sort", "addedAt:desc")))
                if section.type in leaves:
                    theirs = [row(item) for item in getattr(section, leaves[section.type])()]
                    pairs.append((f"leaves of {key}", theirs, items_of(binary, url, key, "--leaves")))
            for name, theirs, own in pairs:
                n_lists += 1
                n_items += len(own)
                if theirs != own:
                    n_faults += 1
                    print(f"{setup}: {name} differ")
                    print(*[f"  theirs {a}\n  ours   {b}" for a, b in zip(theirs, own) if a != b][:3], sep="\n")
                    print(f"  {len(theirs)} and {len(own)} entries")
    print(f"{n_lists} lists with {n_items} entries compared with python-plexapi, {n_faults} differ")
    return n_faults


def items_of(binary, url, section, *args):
    return [our_row(item) for item in ours(binary, url, "--items", "--section", section, "--all", *args)["items"]]


def compare_with_script(binary, fake, script):
    """The script finds its token only in the Preferences.xml of a Mac's home folder, so it gets one."""
    jobs = [
        ["--sections", "x"],
        ["--items", "x", "--section", "1"],
        ["--refresh", "x", "--rating-key", "1001"],
        ["--refresh", "x", "--rating-key", "9999"],
        ["--token"],
    ]
    n_faults = 0
    with tempfile.TemporaryDirectory() as home, fake_server(fake, requires_paging=False) as url:
        folder = os.path.join(home, "Library/Application Support/Plex Media Server")
        os.makedirs(folder)
        with open(os.path.join(folder, "Preferences.xml"), "w") as file:
            file.write(f'<?xml version="1.0" encoding="utf-8"?>\n<Preferences PlexOnlineToken="{TOKEN}"/>\n')
        environment = {**os.environ, "HOME": home}
        environment.pop("PLEX_TOKEN", None)
        for job in jobs:
            theirs = subprocess.run([sys.executable, script, *job, "--url", url], env=environment, capture_output=True, text=True)
            own = subprocess.run([binary, *job, "--url", url], env=environment, capture_output=True, text=True)
            # Lines of our own between the script's are indented more deeply than any of its.
            shown = [line for line in own.stdout.splitlines() if not line.startswith("      ")]
            wanted = [safe(line) for line in theirs.stdout.splitlines()]
            if shown != wanted:
                n_faults += 1
                print(f"{job} differs\n  script {wanted}\n  ours   {shown}")
    print(f"{len(jobs)} jobs compared with the script, {n_faults} differ")
    return n_faults


def safe(line):
    """What could move a terminal's cursor or turn its text round is escaped by us."""
    line = line.replace("\t", " ") if not line.startswith("\t") else line
    turned = {c: f"\\u{{{ord(c):x}}}" for c in "\u202a\u202b\u202c\u202d\u202e\u200e\u200f\u061c"}
    return "".join(turned.get(c, c) for c in line)


def measured(command):
    """Wall seconds, CPU seconds and peak memory in KiB of a command."""
    start = time.monotonic()
    process = subprocess.Popen(command, env={**os.environ, "PLEX_TOKEN": TOKEN}, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{command} ended with {process.returncode}")
    return time.monotonic() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss


THEIR_LIST = """
import sys
from plexapi.server import PlexServer
plex = PlexServer(sys.argv[1], sys.argv[2])
for item in plex.library.sectionByID(1).all(container_size=int(sys.argv[3])):
    print(item.ratingKey, item.title)
"""
THEIR_REFRESH = """
import sys
from plexapi.server import PlexServer
plex = PlexServer(sys.argv[1], sys.argv[2])
for key in range(1001, 2001):
    plex.query(f"/library/metadata/{key}/refresh", method=plex._session.put)
"""
NOBODY = """
import sys, urllib.request
headers = {"X-Plex-Token": sys.argv[2], "X-Plex-Container-Start": "0", "X-Plex-Container-Size": "60000"}
answer = urllib.request.urlopen(urllib.request.Request(sys.argv[1] + "/library/sections/1/all", headers=headers))
while answer.read(1 << 20):
    pass
"""


def bench(binary, fake):
    list_args = ["--items", "--section", "1", "--all"]
    nothing = {"agent": {"outcome": "nothing", "duration_ms": 0}}
    rows = []
    for name, setup in [("pages", {}), ("whole", {"ignores_paging": True, "requires_paging": False})]:
        with fake_server(fake, movies=50000, **setup, **nothing) as url:
            measured([sys.executable, "-c", NOBODY, url, TOKEN])  # the server makes its XML once
            rows.append((f"read and drop 50,000 ({name}; the server's own time)", measured([sys.executable, "-c", NOBODY, url, TOKEN])))
            for n in range(3):
                rows.append((f"list 50,000, {name}, ours, run {n + 1}", measured([binary, "--url", url, *list_args])))
            rows.append((f"list 50,000, {name}, python-plexapi", measured([sys.executable, "-c", THEIR_LIST, url, TOKEN, "1000"])))
            if name == "pages":
                for n in range(3):
                    job = ["--refresh", "--section", "1", "--limit", "1000", "--rate", "0"]
                    rows.append((f"refresh 1,000 with their list, ours, run {n + 1}", measured([binary, "--url", url, *job])))
                rows.append(("refresh 1,000, python-plexapi", measured([sys.executable, "-c", THEIR_REFRESH, url, TOKEN])))
    rows.append(("start (--version), ours", measured([binary, "--version"])))
    print("(a process begins with the memory of the Python that starts it: some 13 MiB say nothing)")
    print(f"{'job':58} {'wall s':>7} {'cpu s':>7} {'MiB':>7}")
    for name, (wall, cpu, memory) in rows:
        print(f"{name:58} {wall:7.3f} {cpu:7.3f} {memory / 1024:7.1f}")
    return 0


def main():
    jobs = {"plexapi": compare_with_plexapi, "script": compare_with_script, "bench": bench}
    if len(sys.argv) < 4 or sys.argv[1] not in jobs:
        sys.exit(__doc__)
    sys.exit(1 if jobs[sys.argv[1]](*sys.argv[2:]) else 0)


if __name__ == "__main__":
    main()
