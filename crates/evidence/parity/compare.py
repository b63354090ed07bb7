#!/usr/bin/env python3
"""Holds the statistics of the crate `evidence` against scipy.

    cargo run --release -p evidence --example tables -- 40 | python3 crates/evidence/parity/compare.py
    cargo run --release -p evidence --example tables -- random 20000 1 | python3 crates/evidence/parity/compare.py

Needs Python 3 with numpy and scipy. Every value is compared absolutely and, where it is not tiny,
relatively, to 1e-9; the largest difference of each statistic is printed. Exit code 1 if any is larger.
"""
import sys

import numpy as np
from scipy import special, stats

BOUND = 1e-9
NAMES = ["fisher", "mid-p", "wilson low", "wilson high", "newcombe low", "newcombe high",
         "ratio low", "ratio high", "ratio exact p", "ratio mid-p", "mcnemar exact", "mcnemar mid-p"]


def wilson(x, n):
    z = stats.norm.ppf(0.975)
    p = x / n
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * np.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return np.where(x == 0, 0.0, middle - half), np.where(x == n, 1.0, middle + half)


def fisher(x, n, y, m):
    """As scipy.stats.fisher_exact does it, over scipy's own hypergeometric distribution."""
    result = np.empty(len(x))
    known = {}
    for at, (a, b, c, d) in enumerate(zip(x, n, y, m)):
        key = (b, d, a + c)
        if key not in known:
            support = np.arange(max(0, a + c - d), min(a + c, b) + 1)
            known[key] = (support[0], stats.hypergeom.pmf(support, b + d, a + c, b))
        low, chances = known[key]
        result[at] = chances[chances <= chances[a - low] * (1 + 1e-7)].sum()
    return np.minimum(result, 1)


def expected(x, n, y, m):
    k = x + y
    pmf = stats.hypergeom.pmf(x, n + m, k, n)
    below = stats.hypergeom.cdf(x - 1, n + m, k, n)
    above = stats.hypergeom.sf(x, n + m, k, n)
    mid = np.minimum(1, 2 * (np.minimum(below, above) + pmf / 2))
    low_x, high_x = wilson(x, n)
    low_y, high_y = wilson(y, m)
    p, q = x / n, y / m
    down = np.sqrt((q - low_y) ** 2 + (high_x - p) ** 2)
    up = np.sqrt((high_y - q) ** 2 + (p - low_x) ** 2)
    with np.errstate(all="ignore"):
        odds = lambda share: share / (1 - share) * n / m
        ratio_low = np.where(y == 0, 0, odds(special.betaincinv(np.maximum(y, 1), x + 1, 0.025)))
        rest = special.betaincinv(np.maximum(x, 1), y + 1, 0.025)
        ratio_high = np.where(x == 0, np.inf, (1 - rest) / rest * n / m)
    share = m / (n + m)
    cdf, sf = stats.binom.cdf(y, k, share), stats.binom.sf(y - 1, k, share)
    half = stats.binom.pmf(y, k, share) / 2
    nothing = k == 0
    exact = np.where(nothing, 1, np.minimum(1, 2 * np.minimum(cdf, sf)))
    ratio_mid = np.where(nothing, 1, np.clip(2 * np.minimum(cdf - half, sf - half), 0, 1))
    smaller = np.minimum(x, y)
    changed = stats.binom.cdf(smaller, k, 0.5)
    mc_exact = np.where(nothing, 1, np.minimum(1, 2 * changed))
    mc_mid = np.where(nothing, 1, np.minimum(1, 2 * changed - stats.binom.pmf(smaller, k, 0.5)))
    return [fisher(x, n, y, m), mid, low_x, high_x, q - p - down, q - p + up,
            ratio_low, ratio_high, exact, ratio_mid, mc_exact, mc_mid]


def main():
    found = np.loadtxt(sys.stdin)
    x, n, y, m = (found[:, column].astype(int) for column in range(4))
    bad = False
    print(f"{len(found):,} tables")
    for name, ours, theirs in zip(NAMES, found[:, 4:].T, expected(x, n, y, m)):
        both_infinite = np.isinf(ours) & np.isinf(theirs)
        off = np.where(both_infinite, 0, np.abs(np.where(both_infinite, 0, ours) - np.where(both_infinite, 0, theirs)))
        # A ratio can be large; then its digits count, not its decimals.
        off = off / np.maximum(1, np.abs(np.where(np.isinf(theirs), 1, theirs)))
        worst = int(np.argmax(off))
        verdict = "" if off[worst] <= BOUND else "  TOO LARGE"
        bad |= off[worst] > BOUND
        print(f"{name:15} largest difference {off[worst]:.2e} at {x[worst]}/{n[worst]} {y[worst]}/{m[worst]}{verdict}")
    step = max(1, len(found) // 2000)
    off = max(abs(stats.fisher_exact([[a, b - a], [c, d - c]])[1] - f)
              for a, b, c, d, f in zip(x[::step], n[::step], y[::step], m[::step], found[::step, 4]))
    print(f"fisher_exact itself, every {step}th table: {off:.2e}")
    return int(bad or off > BOUND)


if __name__ == "__main__":
    sys.exit(main())
