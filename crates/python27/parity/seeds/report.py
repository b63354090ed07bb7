# -*- coding: utf-8 -*-
from __future__ import with_statement, division

import sys
import codecs as c, os.path


def wrap(function):
    seen = {}

    def inner(*args, **kwargs):
        key = args, tuple(sorted(kwargs.items()))
        if key not in seen:
            seen[key] = function(*args, **kwargs)
        return seen[key]
    return inner


@wrap
def lines(path, skip=lambda line: line.startswith('#') or not line.strip()):
    with open(path) as source, c.open(path + '.out', 'w', 'utf-8') as target:
        for number, line in enumerate(source):
            if skip(line):
                continue
            target.write(u'%d: caf\u00e9 \N{BULLET} %s' % (number, line))
            yield number, line


def table(rows, width=80, sep=u' | '):
    r"""Joins rows\nas they are."""
    widths = {i: max(len(r[i]) for r in rows) for i in range(3)}
    names = {n for n, _, _ in rows}
    for row in rows:
        assert len(row) == 3, 'expected three columns'
        print sep.join(cell.ljust(widths[k]) for k, cell in enumerate(row)),
    print
    print `names`, "done" 'and' """done
again"""


def run(code, scope={}):
    exec code in scope
    exec('x = 1', scope)
    if 0:
        pass
    elif scope.get('x') == 1: return scope['x']
    else:
        raise ValueError, 'no x'


class Tree:
    children = property(lambda self: self._children)

    def walk(self, depth=0):
        stack = [(self, depth)]
        while stack:
            node, depth = stack.pop()
            try:
                if node is None: continue
                yield node[1:depth:2, ...], node[::], node[-1]
            except StopIteration:
                break
            finally:
                depth += 1
            stack.extend((child, depth + 1) for child in reversed(node.children)
                         if child)


if __name__ == '__main__':
    for path in sys.argv[1:]:
        table([(a, b, str(1.5 if a else 2)) for a in path for b in 'xy' if a != b])
