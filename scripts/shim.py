#!/usr/bin/env python
# -*- coding: utf-8 -*-
"""Runs the program that has taken the place of the script of this file's name.

`just shims DIR` copies this file under the names of the scripts, for callers that
run `python aggregate_plex_logs.py`. The program is looked for in the folder that
PLEX_TOOLS names, beside this file, where `cargo install` puts it, and in PATH.
Arguments, streams and the exit code are the program's own. Python 2.7 and 3.
"""

from __future__ import print_function

import os
import signal
import subprocess
import sys


def folders():
    here = os.path.dirname(os.path.abspath(__file__))
    home = os.environ.get('CARGO_HOME') or os.path.join(os.path.expanduser('~'), '.cargo')
    places = [os.environ.get('PLEX_TOOLS'), here, os.path.join(home, 'bin')]
    return [place for place in places + os.environ.get('PATH', '').split(os.pathsep) if place]


def program(name):
    for folder in folders():
        path = os.path.join(folder, name)
        if os.path.isfile(path) and os.access(path, os.X_OK):
            return path
    return None


def main():
    name = os.path.splitext(os.path.basename(os.path.abspath(__file__)))[0]
    path = program(name + '.exe' if os.name == 'nt' else name)
    if path is None:
        print('{0}.py: cannot find the program {0}'.format(name), file=sys.stderr)
        print('hint: PLEX_TOOLS names the folder that it is in', file=sys.stderr)
        return 127
    command = [path] + sys.argv[1:]
    if os.name != 'nt':
        os.execv(path, command)
    # Windows has no exec: the program is waited for, and Ctrl-C is its own affair.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    return subprocess.call(command)


if __name__ == '__main__':
    sys.exit(main())
