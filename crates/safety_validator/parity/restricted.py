#!/usr/bin/env python2.7
# -*- coding: ascii -*-
"""Compares the sandbox's refusals with those of RestrictedPython itself.

    python2.7 restricted.py SAFETY_VALIDATOR [--policy standard|elevated] FILE_OR_FOLDER...

Needs RestrictedPython 3.6.0, the last for Python 2 (pip install --no-deps RestrictedPython==3.6.0), and makes it
what the Framework of Plex has: some underscore names are allowed, and `from m import _x` is not looked at. Every
refusal of both is compared, message and line, not only the first. Nothing is run. Exits 1 when anything differs.
"""
from __future__ import print_function
import json
import os
import subprocess
import sys
import warnings

from compiler import parse
from RestrictedPython import MutatingWalker
from RestrictedPython.RestrictionMutator import RestrictionMutator

ALWAYS = set('__init__ __call__ __str__ __repr__'.split())
ELEVATED = set('''__getitem__ __getattr__ __getattribute__ __setitem__ __setattr__ __delitem__ __delattr__ __iter__
__len__ __name__ __eq__ __ne__ __enter__ __exit__'''.split())
IDS = ('sandbox-name', 'sandbox-attribute', 'sandbox-roles', 'sandbox-printed', 'sandbox-augmented-attribute',
       'sandbox-augmented-item', 'sandbox-exec', 'sandbox-yield')


class Mutator(RestrictionMutator):
    def __init__(self, allowed):
        RestrictionMutator.__init__(self)
        self.allowed = allowed

    def checkName(self, node, name):
        if name not in self.allowed:
            RestrictionMutator.checkName(self, node, name)

    def checkAttrName(self, node):
        if node.attrname not in self.allowed:
            RestrictionMutator.checkAttrName(self, node)

    def visitFrom(self, node, walker):
        return node


def refusals(path, allowed):
    with open(path, 'rb') as f:
        source = '\n'.join(f.read().splitlines()) + '\n'
    mutator = Mutator(allowed)
    MutatingWalker.walk(parse(source), mutator)
    return set(mutator.errors)


def main(args):
    validator, args = args[0], args[1:]
    policy = 'standard'
    if args[0] == '--policy':
        policy, args = args[1], args[2:]
    warnings.simplefilter('ignore')
    sys.setrecursionlimit(20000)
    found = subprocess.Popen([validator, '--json', '--policy', policy] + args, stdout=subprocess.PIPE)
    rows = json.loads(found.communicate()[0])['files']
    files = same = refused = differ = 0
    for row in rows:
        if not row['valid_python']:
            continue
        path = row['path']
        is_main = os.path.basename(path) == '__init__.py'
        try:
            theirs = refusals(path, ALWAYS if policy == 'standard' or is_main else ALWAYS | ELEVATED)
        except Exception as error:
            print('%s: RestrictedPython: %s: %s' % (path, type(error).__name__, error))
            continue
        ours = set('Line %d: %s' % (f['line'], f['message']) for f in row['findings'] if f['id'] in IDS)
        # RestrictedPython does not look into a statement that it has refused whole.
        whole = set(line.split(':')[0] for line in theirs if 'statements are not allowed' in line)
        ours -= set(line for line in ours - theirs if line.split(':')[0] in whole)
        files += 1
        refused += len(theirs)
        same += len(ours & theirs)
        if ours != theirs:
            differ += 1
            for word, some in (('only theirs', theirs - ours), ('only ours', ours - theirs)):
                for line in sorted(some)[:3]:
                    print('%s: %s: %s' % (path, word, line))
    print('%d files, %d refusals, %d the same, %d files differ' % (files, refused, same, differ))
    return 1 if differ else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
