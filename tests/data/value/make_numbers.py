#!/usr/bin/env python3
"""Makes ../../cases/numbers.json: special functions, to 17 digits.

    pip install mpmath==1.3.0
    python3 make_numbers.py > ../../cases/numbers.json
"""

import json
import sys

import mpmath as mp

mp.mp.dps = 60


def rows(function, arguments):
    exact = lambda value: mp.mpf(value)
    return [[list(args), mp.nstr(function(*map(exact, args)), 17)] for args in arguments]


SIZES = [1e-6, 0.01, 0.243, 0.9999, 1.0, 2.5, 9.99, 10.0, 137.2, 4414.0, 1e6, 1e9]
beta_below = lambda a, b, x: mp.betainc(a, b, 0, x, regularized=True)
gamma_above = lambda a, x: mp.gammainc(a, x, mp.inf, regularized=True)
ratio = lambda a, n: mp.loggamma(a + n) - mp.loggamma(a)

json.dump(
    {
        "digamma": rows(mp.digamma, [(x,) for x in SIZES]),
        "trigamma": rows(lambda x: mp.polygamma(1, x), [(x,) for x in SIZES]),
        "ln_beta": rows(lambda a, b: mp.log(mp.beta(a, b)), [(a, b) for a in SIZES[:10] for b in SIZES[:10]]),
        "ln_gamma_ratio": rows(ratio, [(a, n) for a in SIZES for n in (0.5, 1.0, 2.0, 30.0, 500.0, 65536.0)]),
        "beta_below": rows(
            beta_below,
            [(a, b, x) for a in (0.3, 1.0, 4.0, 60.0, 900.0) for b in (0.25, 1.0, 3.7, 80.0) for x in (1e-9, 0.1, 0.5, 0.9375, 0.999)],
        ),
        "gamma_above": rows(
            gamma_above, [(a, x) for a in (0.5, 1.0, 1.5, 2.0, 10.0, 300.0) for x in (1e-6, 0.3, 1.0, 9.0, 40.0, 290.0, 400.0)]
        ),
    },
    sys.stdout,
    indent=0,
)
print()
