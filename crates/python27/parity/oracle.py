#!/usr/bin/env python2.7
# -*- coding: ascii -*-
"""What this CPython 2.7 says of sources, as a table.

    python2.7 oracle.py [--mode string|file] PATH...       a row for each *.py
    python2.7 oracle.py --freeze SOURCES > frozen.tsv      both modes, sources in the rows

A row is: path, verdict, line, offset, message. The verdict is `ok`, the class of
the exception, or `crash`. Bytes outside of printable ASCII, and the backslash, are
escaped; a message that is no UTF-8 is taken for Latin-1, since the crate's are
text. Nothing is run: a string is compiled, a file goes through the same parser that
import uses. A child process judges, so that a crash costs one row.

SOURCES has one escaped source a line (Python's string escapes). Frozen rows are:
source, then verdict, line, offset and message for a string, then the same for a
file that is named sample.py.
"""
import ctypes
import os
import sys
import tempfile
import warnings


def escaped(value):
    if value is None:
        return ''
    if isinstance(value, unicode):
        value = value.encode('utf-8')
    out = []
    for c in str(value):
        if c == '\\':
            out.append('\\\\')
        else:
            out.append(c if ' ' <= c <= '~' else '\\x%02x' % ord(c))
    return ''.join(out)


def text(message):
    """A message as UTF-8."""
    if isinstance(message, str):
        try:
            message.decode('utf-8')
        except UnicodeDecodeError:
            return message.decode('latin-1')
    return message


def compile_string(path):
    with open(path, 'rb') as f:
        text = f.read()
    compile(text, path, 'exec', 0, 1)


def compile_file(path):
    api = ctypes.pythonapi
    api.PyArena_New.restype = ctypes.c_void_p
    api.PyArena_Free.restype = None
    api.PyArena_Free.argtypes = [ctypes.c_void_p]
    api.PyFile_AsFile.restype = ctypes.c_void_p
    api.PyFile_AsFile.argtypes = [ctypes.py_object]
    parse = api.PyParser_ASTFromFile
    parse.restype = ctypes.c_void_p
    parse.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int] + [ctypes.c_void_p] * 5
    finish = api.PyAST_Compile
    finish.restype = ctypes.py_object
    finish.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p, ctypes.c_void_p]
    arena = api.PyArena_New()
    flags = ctypes.c_int(0)
    try:
        with open(path, 'r') as f:
            tree = parse(api.PyFile_AsFile(f), path, 257, None, None,
                         ctypes.cast(ctypes.byref(flags), ctypes.c_void_p), None, arena)
            if tree:
                finish(tree, path, None, arena)
    finally:
        api.PyArena_Free(arena)


def judge(path, mode, errors):
    """Verdict, line, offset, message."""
    errors.seek(0)
    errors.truncate()
    try:
        (compile_file if mode == 'file' else compile_string)(path)
    except SyntaxError as e:
        return [type(e).__name__, e.lineno, e.offset, text(e.msg)]
    except Exception as e:
        message = str(e)
        if not message:
            # A full parser stack says so on stderr only.
            errors.seek(0)
            message = errors.read().strip()
        return [type(e).__name__, None, None, text(message)]
    return ['ok', None, None, None]


def rows(jobs):
    """A row for each (path, mode), judged by a child that is replaced when it dies."""
    at = 0
    while at < len(jobs):
        got, put = os.pipe()
        sys.stdout.flush()
        child = os.fork()
        if child == 0:
            os.close(got)
            errors = tempfile.TemporaryFile()
            os.dup2(errors.fileno(), 2)
            with os.fdopen(put, 'wb') as out:
                for path, mode in jobs[at:]:
                    out.write('\t'.join(map(escaped, judge(path, mode, errors))) + '\n')
                    out.flush()
            os._exit(0)
        os.close(put)
        with os.fdopen(got, 'rb') as answers:
            for line in answers:
                yield line.rstrip('\n').split('\t')
                at += 1
        os.waitpid(child, 0)
        if at < len(jobs):
            yield ['crash', '', '', '']
            at += 1


def walk(paths):
    for path in paths:
        if not os.path.isdir(path):
            yield path
            continue
        for folder, inner, names in os.walk(path):
            inner.sort()
            for name in sorted(names):
                if name.endswith('.py'):
                    yield os.path.join(folder, name)


def freeze(listing):
    folder = tempfile.mkdtemp()
    with open(listing) as f:
        sources = [line.rstrip('\n') for line in f if line.strip()]
    os.chdir(folder)
    for source in sources:
        with open('sample.py', 'wb') as f:
            f.write(source.decode('string-escape'))
        string, as_file = rows([('sample.py', 'string'), ('sample.py', 'file')])
        if 'crash' not in (string[0], as_file[0]):
            print '\t'.join([source] + string + as_file)


def main(args):
    warnings.simplefilter('ignore')
    if args[:1] == ['--freeze']:
        return freeze(args[1])
    mode = 'string'
    if args[:1] == ['--mode']:
        mode, args = args[1], args[2:]
    paths = list(walk(args))
    for path, row in zip(paths, rows([(path, mode) for path in paths])):
        print '\t'.join([escaped(path)] + row)


if __name__ == '__main__':
    main(sys.argv[1:])
