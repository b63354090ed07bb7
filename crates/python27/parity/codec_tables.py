#!/usr/bin/env python2.7
# -*- coding: ascii -*-
"""Writes src/codecs/tables.rs: what Python 2.7's own codecs do, as data.

    python2.7 codec_tables.py > ../src/codecs/tables.rs

Facts are asked of the codecs themselves, byte by byte and pair by pair: the names
that encodings knows, the characters of single-byte encodings, and, for the East
Asian ones, which pairs are characters and how long these are in UTF-8.
"""
import codecs
import encodings
import encodings.aliases
import os

PAIRED = ['big5', 'cp932', 'cp949', 'cp950', 'euc_jp', 'euc_kr', 'gb2312', 'gbk',
          'johab', 'shift_jis']
# These take single bytes as a character each too, but there is more to them, or they are known by heart.
NO_CHARMAPS = ('latin_1', 'ascii', 'charmap', 'utf_8', 'idna', 'punycode', 'raw_unicode_escape')


def rust(text):
    out = []
    for c in text:
        o = ord(c)
        if c in u'"\\':
            out.append('\\' + chr(o))
        elif 32 <= o < 127:
            out.append(chr(o))
        else:
            out.append('\\u{%x}' % o)
    return ''.join(out)


def known():
    """normalised name -> (module, whether the name is an alias)"""
    folder = os.path.dirname(encodings.__file__)
    modules = set(f[:-3] for f in os.listdir(folder) if f.endswith('.py'))
    found = {}
    for name in sorted(modules | set(encodings.aliases.aliases)):
        if name != name.lower() or name in ('__init__', 'aliases'):
            continue
        try:
            codecs.lookup(name)
        except LookupError:
            continue
        found[name] = (encodings.aliases.aliases.get(name, name), name in encodings.aliases.aliases)
    return found


def charmap(module):
    """The 256 characters of a single-byte encoding, or None."""
    out = []
    for b in range(256):
        try:
            c = codecs.lookup(module).decode(chr(b))[0]
        except UnicodeDecodeError as e:
            if 'maps to <undefined>' not in str(e):
                return None
            c = u'\ufffe'
        except Exception:
            return None
        if not isinstance(c, unicode) or len(c) != 1:
            return None
        out.append(c)
    return u''.join(out)


def answer(module, data):
    """A letter for one sequence: 1-4 bytes of UTF-8, or how much an error covers."""
    try:
        text, used = codecs.lookup(module).decode(data)
        return str(len(text.encode('utf-8')))
    except UnicodeDecodeError as e:
        if 'incomplete' in str(e):
            return 'i'
        return 'xyz'[e.end - e.start - 1] if e.start == 0 else 's'


def runs(row):
    out, k = [], 0
    while k < len(row):
        n = 1
        while k + n < len(row) and row[k + n] == row[k]:
            n += 1
        out.append('%s%d' % (row[k], n) if n > 1 else row[k] + '1')
        k += n
    return ','.join(out)


def paired(module):
    """One line for each first byte from 0x80 on: alone, then with every second byte."""
    rows = []
    for lead in range(128, 256):
        alone = answer(module, chr(lead))
        rows.append('"%s %s"' % (alone, runs([answer(module, chr(lead) + chr(t)) for t in range(256)])))
    return rows


def triples(module, lead):
    """One line for each second byte from 0xa1 on, with every third byte."""
    for second in range(0xa1, 0xff):
        yield '"%s"' % runs([answer(module, chr(lead) + chr(second) + chr(t)) for t in range(256)])


def main():
    names = known()
    print '//! What the codecs of Python 2.7 do, as data that `parity/codec_tables.py` asked of them.'
    print
    print '/// Normalised names: the codec, and whether the name is an alias rather than the codec\'s own.'
    print 'pub(super) const NAMES: &[(&str, &str, bool)] = &['
    for name in sorted(names):
        print '    ("%s", "%s", %s),' % (name, names[name][0], str(names[name][1]).lower())
    print '];'
    print
    print '/// Single-byte encodings: the upper 128 characters, or all 256 where the lower are not ASCII.'
    print 'pub(super) const CHARMAPS: &[(&str, &str)] = &['
    plain = u''.join(map(unichr, range(128)))
    for module in sorted(set(m for m, _ in names.values())):
        table = charmap(module)
        if table is None or module in NO_CHARMAPS:
            continue
        print '    ("%s", "%s"),' % (module, rust(table[128:] if table[:128] == plain else table))
    print '];'
    print
    print '/// Encodings of pairs, a line for each first byte from 0x80 on: what it is alone, then runs of what it is with'
    print '/// each second byte. A digit is a length in UTF-8; `x` and `y` are errors over one and two bytes, `i` wants more.'
    print 'pub(super) const PAIRED: &[(&str, &[&str])] = &['
    for module in PAIRED:
        print '    ("%s", &[' % module
        for row in paired(module):
            print '        %s,' % row
        print '    ]),'
    print '];'
    print
    print '/// The characters of three bytes of EUC-JP, which begin with 0x8f: a line for each second byte from 0xa1 on.'
    print 'pub(super) const TRIPLES: &[&str] = &['
    for row in triples('euc_jp', 0x8f):
        print '    %s,' % row
    print '];'


if __name__ == '__main__':
    main()
