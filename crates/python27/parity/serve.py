#!/usr/bin/env python2.7
# -*- coding: ascii -*-
"""CPython's verdicts on request, for the differential fuzz target.

    python2.7 -B serve.py

A request is a line with the mode and the number of bytes, then the bytes of the
source; the answer is a line of verdict, line, offset and message between tabs, as
oracle.py has them. A source that takes CPython longer than a few seconds, or more
memory than it may have, ends this process: the other side starts another one.
"""
import os
import resource
import shutil
import signal
import sys
import tempfile
import warnings

import oracle

SECONDS = 5
MEMORY_BYTES = 2 << 30
NAME = 'sample.py'


def main():
    warnings.simplefilter('ignore')
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    errors = tempfile.TemporaryFile()
    os.dup2(errors.fileno(), 2)
    folder = tempfile.mkdtemp()
    os.chdir(folder)
    try:
        while True:
            request = sys.stdin.readline().split()
            if not request:
                break
            with open(NAME, 'wb') as f:
                f.write(sys.stdin.read(int(request[1])))
            signal.alarm(SECONDS)
            row = oracle.judge(NAME, request[0], errors)
            signal.alarm(0)
            if row[0] == 'MemoryError' and not row[3]:
                # A full parser stack says so: this is the limit above, after many sources perhaps.
                break
            sys.stdout.write('\t'.join(map(oracle.escaped, row)) + '\n')
            sys.stdout.flush()
    finally:
        shutil.rmtree(folder)


if __name__ == '__main__':
    main()
