"""A catalogue of invented films, as a metadata agent would keep one."""
import os, re
from urllib import quote as encode, unquote
from datetime import date as day

SEARCH = 'http://films.example/search?q=%s&page=%d'
GENRES = {'drama': 1, u'com\u00e9die': 2, 'noir': 0x0f, 'western': 010}
RATINGS = [(0, 'none'), (5, 'fair'), (8L, 'good')]


class Film(object):
    """One film."""
    count = 0

    def __init__(self, title, year=None, *genres, **extra):
        self.title, self.year = title, year
        self.genres = [g.strip().lower() for g in genres if g]
        self.extra = dict((k, v) for k, v in extra.iteritems())
        Film.count += 1

    @property
    def label(self):
        return '%s (%d)' % (self.title, self.year) if self.year else self.title

    def __cmp__(self, other):
        return cmp((self.year, self.title), (other.year, other.title))

    def matches(self, words, (low, high)=(1900, 2100)):
        if not low <= self.year < high:
            return False
        for word in words:
            if word not in self.title and word <> '*':
                break
        else:
            return True
        return any(w in self.extra for w in words) or False


def search(term, page=1, media='film', lang=None):
    global last
    last = SEARCH % (encode(term), page)
    try:
        answer = fetch(last, headers={'Accept': 'text/xml'}, timeout=30.0)
    except (IOError, ValueError), e:
        print >>log, 'cannot read', last, e
        raise
    except KeyError as e:
        return []
    finally:
        log.flush()
    return sorted([Film(n['title'], int(n['year'])) for n in answer if n], reverse=True)[:10]


def numbers():
    x = 1e10 + .5j - 0b101 ** 2 // 3 % 4
    y = -x | ~7 & 5 ^ 3 << 1 >> 2
    while True:
        received = yield x, y
        if received is None or not received:
            continue
        x, y = y, x
        del received
