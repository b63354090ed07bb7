#!/usr/bin/env python2.7
# -*- coding: ascii -*-
"""Small sources, most of them broken in one place, made of whole ones.

    python2.7 mutate.py --out FOLDER --n COUNT --seed SEED FILE_OR_FOLDER...
    python2.7 mutate.py --list --n COUNT --seed SEED FILE_OR_FOLDER...

Each is a run of lines from one source that begins at column 0, with one to three
changes. The same seed gives the same bytes. With --list they are printed, escaped,
one a line; else they are files, a thousand to a folder.
"""
import os
import random
import re
import sys

TOKEN = re.compile(r'''\n|[ \t]+|\#[^\n]*|[A-Za-z_]+[A-Za-z_0-9]*|[0-9][0-9A-Za-z.]*|"""[\s\S]*?"""'''
                   r'''|"[^"\n]*"|'[^'\n]*'|\*\*=?|//=?|<<=?|>>=?|[-+*/%&|^=<>!]=|<>|[\s\S]''')
WORDS = '''and as assert break class continue def del elif else except exec finally for from global
if import in is lambda not or pass print raise return try while with yield None True __debug__ self
nonlocal async await 0 1 08 0x 1L 1_000 1e 1e+ .5 0777 10**9 "" 'a' u'\\x4' u"\\u12" b'\\x4' ur'\\u00e9'
u'\\N{BULLET}' f'{a}' rb'x' """a ( ) [ ] { } : , ; . = == += *= -> := * ** @ ` ! ? $ ~ - <> !='''.split()
LINES = '''return 1|yield x|break|continue|from __future__ import division|from __future__ import print_function
from __future__ import nope|from m import *|exec "x"|exec "x" in d|global x|del x|del f()|None = 1|f() = 1
x = yield|print >>f, x,|print(x, end="")|def f(a, a): pass|def f(a=1, b): pass|def f((a, b)=c): pass
class C: x = 1|lambda x: (yield)|x = [a for b in c, d]|(a for b in c)|f(a for b in c, d)|f(a=1, b)|f(*a, b)
f(a=1, a=2)|if 0: return|while 1: break|try: pass|else: pass|finally: pass|except E, e: pass|with a as b: pass
@d|raise E, v, t|assert x, y|import a.b as c|from . import x|a, *b = c|x: int = 1|async def f(): pass
if x:|for x in y:|(|[|"""|\\|x = u"a" "b"|a += b = c|(a, b) += c|[] = x|() = x|{1} = x|`x` = 1|x if y = 1'''
LINES = LINES.replace('\n', '|').split('|')
CODINGS = '''utf-8 utf8 UTF_8 latin-1 latin1 iso-8859-1 iso-8859-15 ascii cp1252 koi8-r gbk big5 euc-jp
shift_jis cp949 rot13 hex base64 utf-16 utf-32 utf-7 idna punycode string-escape unicode-escape mbcs nope
utf-8-sig undefined unicode_internal zlib uft-8 cp437 mac-roman'''.split()
HIGH = ['\xe9', '\xc3\xa9', '\xe2\x82\xac', '\xf0\x9f\x98\x80', '\xff', '\x80', '\xa0', '\xc3', '\xed\xa0\x80']


def change(text, rng):
    tokens = TOKEN.findall(text)
    at = rng.randrange(len(tokens))
    kind = rng.randrange(16)
    if kind == 0:
        del tokens[at]
    elif kind == 1:
        tokens.insert(at, tokens[at])
    elif kind == 2:
        other = rng.randrange(len(tokens))
        tokens[at], tokens[other] = tokens[other], tokens[at]
    elif kind in (3, 4):
        tokens[at] = rng.choice(WORDS)
    elif kind == 5:
        tokens.insert(at, rng.choice(WORDS) + ' ')
    elif kind == 6:
        return text[:rng.randrange(len(text))]
    elif kind in (7, 8, 9):
        lines = text.split('\n')
        at = rng.randrange(len(lines))
        indent = re.match(r'\s*', lines[at]).group()
        lines.insert(at, indent + rng.choice(LINES))
        return '\n'.join(lines)
    elif kind == 10:
        lines = text.split('\n')
        at = rng.randrange(len(lines))
        lines[at] = rng.choice([' ', '  ', '\t', '    ', '\f', '']) + lines[at].lstrip(' ' * rng.randrange(1, 4))
        return '\n'.join(lines)
    elif kind == 11:
        head = rng.choice(['# coding: %s\n', '# -*- coding: %s -*-\n', '#!\n# vim: set fileencoding=%s :\n',
                           'x = 1 # coding: %s\n', '#\n#\n# coding: %s\n', '\n#coding=%s\n'])
        text = head % rng.choice(CODINGS) + text
        return '\xef\xbb\xbf' + text if rng.random() < 0.2 else text
    elif kind == 12:
        tokens.insert(at, rng.choice(['"%s"', 'u"%s"', 'ur"\\%s"', '# %s', '%s']) % rng.choice(HIGH))
    elif kind == 13:
        return text.replace('\n', rng.choice(['\r\n', '\r', '\\\n', '\n\n', '\n \n']), rng.randrange(1, 4))
    elif kind == 14:
        n = rng.choice([2, 5, 20, 21, 98, 99, 100])
        a, b = rng.choice(['()', '[]', '{}', ('f(', ')'), ('-', ''), ('not ', ''), ('lambda: ', '')])
        tokens[at] = a * n + 'x' + b * n
    else:
        header = rng.choice(['if x:', 'def f():', 'class C:', 'while 1:', 'try:', 'for x in y:', 'with x:'])
        body = '\n'.join('  ' + line for line in text.split('\n'))
        tail = rng.choice(['', '\nfinally:\n  pass', '\nexcept:\n  pass', '\nelse:\n  pass'])
        return header + '\n' + body + tail
    return ''.join(tokens)


def window(text, rng):
    lines = text.split('\n')
    starts = [k for k, line in enumerate(lines) if line[:1].strip() and line[:1] not in '#)]}\'"']
    if not starts:
        return None
    k = rng.randrange(len(starts))
    end = k + rng.randrange(1, 5)
    end = starts[end] if end < len(starts) else len(lines)
    lines = lines[starts[k]:min(end, starts[k] + 40)]
    return '\n'.join(lines).rstrip('\n') + '\n'


def sources(paths):
    for path in paths:
        if os.path.isdir(path):
            for folder, inner, names in os.walk(path):
                inner.sort()
                for name in sorted(names):
                    if name.endswith('.py'):
                        yield os.path.join(folder, name)
        else:
            yield path


def mutants(files, n, seed):
    rng = random.Random(seed)
    texts = {}
    while n:
        path = rng.choice(files)
        if path not in texts:
            with open(path, 'rb') as f:
                texts[path] = f.read().replace('\r\n', '\n')
        text = window(texts[path], rng)
        if text is None:
            continue
        for _ in range(rng.choice([1, 1, 1, 1, 2, 2, 3])):
            if text:
                text = change(text, rng)
        yield text
        n -= 1


def main(args):
    options = {'--n': '1000', '--seed': '1', '--out': None}
    listing = '--list' in args
    args = [arg for arg in args if arg != '--list']
    while args and args[0] in options:
        options[args[0]] = args[1]
        args = args[2:]
    made = mutants(list(sources(args)), int(options['--n']), int(options['--seed']))
    for k, text in enumerate(made):
        if listing:
            print text.encode('string-escape')
            continue
        folder = os.path.join(options['--out'], 'd%03d' % (k // 1000))
        if not os.path.isdir(folder):
            os.makedirs(folder)
        with open(os.path.join(folder, 'm%06d.py' % k), 'wb') as f:
            f.write(text)


if __name__ == '__main__':
    main(sys.argv[1:])
